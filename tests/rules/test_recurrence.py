"""When a cell meets, and the line in which that is typed."""

import calendar
import unicodedata
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from dateutil.relativedelta import FR, MO, SA, SU, TH, TU, WE, relativedelta
from hypothesis import given
from hypothesis import strategies as st

from bot.rules.recurrence import WEEKDAYS, describe, occurrences, read_schedule
from tests.rules.tables import rows

VN = ZoneInfo("Asia/Ho_Chi_Minh")
EVENING = time(19, 30)


def days(rule: str, after: date, until: date, tz: ZoneInfo = VN) -> list[date]:
    return [at.astimezone(tz).date() for at in occurrences(rule, EVENING, tz, after, until)]


def test_a_start_is_local_time_in_utc():
    found = occurrences("FREQ=MONTHLY;BYMONTHDAY=3", EVENING, VN, date(2026, 10, 1), date(2026, 10, 31))
    assert found == [datetime(2026, 10, 3, 12, 30, tzinfo=UTC)]


def test_both_ends_belong_to_the_span():
    assert len(days("FREQ=MONTHLY;BYMONTHDAY=3", date(2026, 10, 3), date(2026, 11, 3))) == 2


def test_day_31_is_the_last_day_of_shorter_months_and_of_leap_februaries():
    found = days("FREQ=MONTHLY;BYMONTHDAY=31", date(2028, 1, 1), date(2028, 4, 30))
    assert found == [date(2028, 1, 31), date(2028, 2, 29), date(2028, 3, 31), date(2028, 4, 30)]


def test_local_time_stays_over_a_change_to_summer_time():
    berlin = ZoneInfo("Europe/Berlin")
    found = occurrences("FREQ=MONTHLY;BYDAY=-1SU", EVENING, berlin, date(2026, 2, 1), date(2026, 3, 31))
    assert [at.hour for at in found] == [18, 17]
    assert [at.astimezone(berlin).time() for at in found] == [EVENING, EVENING]


def test_a_rule_that_counts_is_refused():
    with pytest.raises(ValueError, match="count"):
        occurrences("FREQ=MONTHLY;COUNT=3", EVENING, VN, date(2026, 1, 1), date(2026, 2, 1))


def test_a_rule_that_is_none_is_refused():
    with pytest.raises(ValueError):
        occurrences("nonsense", EVENING, VN, date(2026, 1, 1), date(2026, 2, 1))


@given(st.integers(1, 31), st.dates(date(2020, 1, 1), date(2040, 1, 1)))
def test_a_day_of_the_month_comes_once_in_every_month(day: int, first: date):
    first = first.replace(day=1)
    until = first + relativedelta(months=14, days=-1)
    expected = [first + relativedelta(months=n, day=day) for n in range(14)]
    assert days(f"FREQ=MONTHLY;BYMONTHDAY={day}", first, until) == expected
    assert all(d.day == min(day, calendar.monthrange(d.year, d.month)[1]) for d in expected)


@given(st.sampled_from([1, 2, 3, 4, -1]), st.integers(0, 6), st.dates(date(2020, 1, 1), date(2040, 1, 1)))
def test_a_weekday_of_the_month_is_the_one_dateutil_names(nth: int, weekday: int, first: date):
    first = first.replace(day=1)
    named = (MO, TU, WE, TH, FR, SA, SU)[weekday](nth)
    edge = {"day": 31} if nth < 0 else {"day": 1}
    expected = [first + relativedelta(months=n, weekday=named, **edge) for n in range(14)]
    until = first + relativedelta(months=14, days=-1)
    assert days(f"FREQ=MONTHLY;BYDAY={nth}{WEEKDAYS[weekday]}", first, until) == expected


@given(st.integers(2, 6), st.dates(date(2020, 1, 1), date(2040, 1, 1)))
def test_an_interval_does_not_depend_on_when_one_asks(interval: int, first: date):
    rule = f"FREQ=MONTHLY;INTERVAL={interval};BYMONTHDAY=5"
    long = days(rule, first, first + timedelta(days=900))
    assert long[3:] == days(rule, long[2] + timedelta(days=1), first + timedelta(days=900))


@pytest.mark.parametrize("row", rows("schedules.tsv"), ids=lambda row: row[0])
@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_a_typed_schedule(row: list[str], form: str):
    text, rule, at, place, _ = row
    found = read_schedule(unicodedata.normalize(form, text))
    if rule == "-":
        assert found is None
    else:
        assert found is not None
        assert (found.rule, f"{found.at:%H:%M}") == (f"FREQ=MONTHLY;{rule}", at)
        assert found.place == (place or None)


@given(st.text(alphabet="ngàyhứ 0123456789:hg/,?đầutháng", max_size=40))
def test_any_line_is_read_or_refused_and_never_breaks(text: str):
    found = read_schedule(text)
    assert found is None or occurrences(found.rule, found.at, VN, date(2026, 1, 1), date(2026, 1, 31))


@pytest.mark.parametrize(
    ("rule", "key", "values"),
    [
        ("FREQ=MONTHLY;BYMONTHDAY=3", "monthly_day", {"day": 3}),
        ("FREQ=MONTHLY;BYMONTHDAY=31", "monthly_last_day", {}),
        ("FREQ=MONTHLY;BYDAY=1SA", "monthly_weekday", {"nth": 1, "weekday": 5}),
        ("FREQ=MONTHLY;BYDAY=-1SU", "monthly_weekday", {"nth": -1, "weekday": 6}),
        ("FREQ=WEEKLY;BYDAY=SA", "other", {}),
        ("FREQ=MONTHLY;INTERVAL=2;BYMONTHDAY=3", "other", {}),
    ],
)
def test_a_rule_is_said_back(rule: str, key: str, values: dict[str, int]):
    assert describe(rule, EVENING) == (key, {**values, "hour": 19, "minute": 30})
