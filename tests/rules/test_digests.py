"""When a digest is due: a local weekday and time, once a week, never in the night."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.config import ZONE
from bot.rules.digests import (
    DigestRhythm,
    disturbs,
    is_stale,
    month_told,
    next_committee_digest,
    next_digest,
)

MONDAY = datetime(2026, 3, 2, 7, 30, tzinfo=ZONE)


@pytest.mark.parametrize(
    ("after", "expected"),
    [
        (MONDAY - timedelta(minutes=1), MONDAY),
        (MONDAY, MONDAY + timedelta(days=7)),  # the moment itself is over
        (MONDAY + timedelta(minutes=1), MONDAY + timedelta(days=7)),
        (MONDAY - timedelta(days=6, hours=23), MONDAY),
        (datetime(2026, 3, 1, 18, 0, tzinfo=UTC), MONDAY),  # there it is Monday already, at one in the night
    ],
)
def test_the_next_one_is_the_first_such_moment(after: datetime, expected: datetime) -> None:
    assert next_digest(0, time(7, 30), ZONE, after=after) == expected


@given(
    weekday=st.integers(0, 6),
    at=st.times(),
    after=st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1), timezones=st.just(UTC)),
)
def test_it_is_on_its_day_and_time_within_a_week(weekday: int, at: time, after: datetime) -> None:
    due = next_digest(weekday, at, ZONE, after=after)
    local = due.astimezone(ZONE)
    assert (local.weekday(), local.time()) == (weekday, at)
    assert timedelta(0) < due - after <= timedelta(days=7)


def test_what_is_days_late_is_left_out() -> None:
    assert not is_stale(MONDAY, now=MONDAY + timedelta(days=3))
    assert is_stale(MONDAY, now=MONDAY + timedelta(days=3, seconds=1))


@pytest.mark.parametrize(
    ("at", "is_night"), [(time(5, 59), True), (time(6), False), (time(20, 59), False), (time(21), True)]
)
def test_the_night_is_refused(at: time, is_night: bool) -> None:
    assert disturbs(at) is is_night


@pytest.mark.parametrize(
    ("rhythm", "day", "after", "due"),
    [
        ("monthly", 5, datetime(2026, 3, 2, 8, 0), datetime(2026, 3, 5, 8, 0)),
        ("monthly", 5, datetime(2026, 3, 5, 8, 0), datetime(2026, 4, 5, 8, 0)),  # the moment itself is past
        ("monthly", 28, datetime(2026, 12, 31, 9, 0), datetime(2027, 1, 28, 8, 0)),
        (
            "monthly",
            28,
            datetime(2027, 1, 31, 9, 0),
            datetime(2027, 2, 28, 8, 0),
        ),  # from a long month to a short
        ("weekly", 2, datetime(2026, 3, 2, 8, 0), datetime(2026, 3, 4, 8, 0)),
    ],
)
def test_when_a_committee_hears(rhythm: str, day: int, after: datetime, due: datetime) -> None:
    moment = next_committee_digest(
        DigestRhythm(rhythm), day, time(8, 0), ZONE, after=after.replace(tzinfo=ZONE)
    )
    assert moment == due.replace(tzinfo=ZONE)


@pytest.mark.parametrize(
    ("on", "month"),
    [
        (date(2026, 3, 5), date(2026, 2, 1)),
        (date(2026, 1, 19), date(2025, 12, 1)),
        (date(2026, 1, 20), date(2026, 1, 1)),  # most have met by then
    ],
)
def test_of_which_month_a_committee_hears(on: date, month: date) -> None:
    assert month_told(on) == month
