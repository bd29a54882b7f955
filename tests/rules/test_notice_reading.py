"""When who has not confirmed a notice is asked again, and in which order a member sees the choices of a question."""

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.config import ZONE
from bot.rules.notice_reading import APART, Later, chase_due, chase_times, fits, later, shuffled

SENT = datetime(2026, 3, 2, 14, 0, tzinfo=ZONE)


def at(day: int, hour: int = 9) -> datetime:
    return datetime(2026, 3, day, hour, tzinfo=ZONE)


@pytest.mark.parametrize(
    ("study_by", "chased"),
    [
        (None, [at(5), at(9)]),  # three and seven days after
        (date(2026, 3, 20), [at(5), at(19)]),  # far: nobody waits longer than three days, then the day before
        (date(2026, 3, 7), [at(4), at(6)]),  # half-way, and the day before
        (date(2026, 3, 5), [at(4)]),  # half-way would be the next morning: too soon
        (date(2026, 3, 3), []),  # tomorrow: no time for a chase
        (date(2026, 3, 1), []),  # past
    ],
)
def test_the_silent_are_chased_at_most_twice(study_by: date | None, chased: list[datetime]) -> None:
    assert chase_times(SENT, study_by, ZONE) == chased


@given(st.integers(0, 400), st.integers(0, 60 * 24))
def test_no_chase_after_the_deadline_nor_close_to_the_release_or_another(days: int, minutes: int) -> None:
    sent = SENT + timedelta(minutes=minutes)
    end = sent.date() + timedelta(days=days)
    times = chase_times(sent, end, ZONE)
    assert len(times) <= 2 and all(each.date() < end for each in times)
    assert all(later - before >= APART for before, later in zip([sent, *times], times, strict=False))


def test_a_chase_is_due_from_its_moment_and_left_out_when_days_late() -> None:
    due = [chase_due(SENT, None, ZONE, now=now) for now in (at(5, 8), at(5), at(6, 8), at(8), at(9), at(20))]
    assert due == [0, 1, 1, 0, 2, 0]


def test_choices_are_shuffled_the_same_for_one_member_and_differently_for_others() -> None:
    orders = {tuple(shuffled(4, question_id=1, member_id=each)) for each in range(50)}
    assert len(orders) > 5 and all(sorted(order) == [0, 1, 2, 3] for order in orders)
    assert shuffled(4, question_id=1, member_id=7) == shuffled(4, question_id=1, member_id=7)


def test_later_is_this_evening_or_tomorrow_morning_and_never_at_night() -> None:
    assert later(Later.EVENING, SENT) == at(2, 19) and later(Later.MORNING, SENT) == at(3, 8)
    assert fits(at(2, 19), ZONE, now=SENT)
    assert not fits(at(2, 23), ZONE, now=SENT) and not fits(at(2, 13), ZONE, now=SENT)
