"""How often a task is asked about."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from bot.rules.rhythm import is_asked
from bot.rules.words import Rhythm

MONTHS = st.builds(lambda year, month: date(year, month, 1), st.integers(2020, 2040), st.integers(1, 12))
DAYS = st.dates(date(2020, 1, 1), date(2040, 12, 31))


def test_a_quarterly_task_is_asked_for_the_last_meeting_of_each_quarter() -> None:
    asked = [m for m in range(1, 13) if is_asked(Rhythm.QUARTERLY, None, month=date(2026, m, 1))]
    assert asked == [3, 6, 9, 12]


def test_one_that_is_asked_at_its_deadline_waits_until_then() -> None:
    asked = [
        m for m in range(1, 13) if is_asked(Rhythm.AT_DEADLINE, date(2026, 10, 31), month=date(2026, m, 1))
    ]
    assert asked == [10, 11, 12]


@given(MONTHS)
def test_a_monthly_task_is_asked_every_month(month: date) -> None:
    assert is_asked(Rhythm.MONTHLY, None, month=month)


@given(st.sampled_from(Rhythm), DAYS, MONTHS)
def test_from_the_month_of_its_deadline_on_every_task_is_asked_every_month(
    rhythm: Rhythm, deadline: date, month: date
) -> None:
    if deadline < month:
        assert is_asked(rhythm, deadline, month=month)


@given(DAYS, MONTHS)
def test_before_the_month_of_its_deadline_the_deadline_changes_nothing(deadline: date, month: date) -> None:
    early = (deadline.year, deadline.month) > (month.year, month.month)
    for rhythm in (Rhythm.MONTHLY, Rhythm.QUARTERLY):
        if early:
            assert is_asked(rhythm, deadline, month=month) == is_asked(rhythm, None, month=month)
    assert is_asked(Rhythm.AT_DEADLINE, deadline, month=month) == (not early)
