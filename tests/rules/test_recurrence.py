"""When a cell meets: RFC 5545 rules evaluated, day by day and beside dateutil's own, and said back."""

import calendar
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from dateutil.rrule import MONTHLY, rrule, weekday
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.rules.recurrence import ANCHOR, WEEKDAYS, describe, monthly_rule, occurrences

VN, BERLIN = ZoneInfo("Asia/Ho_Chi_Minh"), ZoneInfo("Europe/Berlin")
EVENING = time(19, 30)
MONTHS = range(1, 13)


@dataclass(frozen=True)
class Drawn:
    """A rule by months as plain values, and on which days it falls, told without the code under test."""

    day: int = 0
    nth: int = 0
    weekday: int = 0
    months: frozenset[int] = frozenset()
    interval: int = 1

    @property
    def rule(self) -> str:
        """The same as RFC 5545 text."""
        day = f"BYDAY={self.nth}{WEEKDAYS[self.weekday]}" if self.nth else f"BYMONTHDAY={self.day}"
        every = f";INTERVAL={self.interval}" if self.interval > 1 else ""
        return monthly_rule(day, sorted(self.months)) + every

    def falls_on(self, day: date) -> bool:
        """Whether the meeting is on a day, by the calendar on the wall."""
        since = (day.year - ANCHOR.year) * 12 + day.month - 1
        if since % self.interval or (self.months and day.month not in self.months):
            return False
        last = calendar.monthrange(day.year, day.month)[1]
        if self.nth:
            nth = -1 if self.nth < 0 and day.day + 7 > last else (day.day + 6) // 7
            return day.weekday() == self.weekday and nth == self.nth
        return day.day == (last if self.day < 0 else min(self.day, last))

    def plain(self, after: date, until: date) -> list[date]:
        """What dateutil itself makes of it, where RFC 5545 and we mean the same."""
        by = {"byweekday": weekday(self.weekday, self.nth)} if self.nth else {"bymonthday": self.day}
        found = rrule(
            MONTHLY, ANCHOR, self.interval, bymonth=sorted(self.months) or None, until=_midnight(until), **by
        )
        return [day.date() for day in found if day >= _midnight(after)]


by_day = st.builds(Drawn, day=st.sampled_from([*range(1, 32), 29, 30, 31, -1]))
by_weekday = st.builds(Drawn, nth=st.sampled_from([1, 2, 3, 4, -1]), weekday=st.integers(0, 6))
everything = st.builds(
    lambda drawn, months, interval: Drawn(drawn.day, drawn.nth, drawn.weekday, months, interval),
    st.one_of(by_day, by_weekday),
    st.one_of(st.just(frozenset()), st.frozensets(st.sampled_from(MONTHS), min_size=1)),
    st.sampled_from([1, 1, 1, 2, 3, 4, 5, 6, 12]),
)
windows = st.tuples(st.dates(date(2001, 1, 1), date(2060, 1, 1)), st.integers(0, 1100)).map(
    lambda drawn: (drawn[0], drawn[0] + timedelta(days=drawn[1]))
)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time())


def dates(rule: str, after: date, until: date, tz: ZoneInfo = VN) -> list[date]:
    return [at.astimezone(tz).date() for at in occurrences(rule, EVENING, tz, after, until)]


def days_between(after: date, until: date) -> list[date]:
    return [after + timedelta(days=n) for n in range((until - after).days + 1)]


def test_ten_thousand_rules_fall_on_the_days_the_calendar_shows(share: float) -> None:

    @settings(
        max_examples=max(1, round(10_000 * share)), deadline=None, suppress_health_check=list(HealthCheck)
    )
    @given(everything, windows)
    def run(drawn: Drawn, window: tuple[date, date]) -> None:
        found = dates(drawn.rule, *window)
        assert found == [day for day in days_between(*window) if drawn.falls_on(day)]
        if found and (
            drawn.nth or drawn.day <= 28
        ):  # dateutil looks for what never comes up to the year 9999
            assert found == drawn.plain(*window)

    run()


@given(everything, windows)
def test_a_rule_is_said_back_as_it_is_or_not_at_all(drawn: Drawn, window: tuple[date, date]) -> None:
    key, values = describe(drawn.rule, EVENING)
    assert values["hour"] == 19 and values["minute"] == 30
    if key == "other":
        assert 12 % drawn.interval or not _months_of(drawn)
        return
    day = {"monthly_day": values.get("day"), "monthly_last_day": 31}.get(key, 0)
    months = frozenset(values["months"])
    again = Drawn(day, values.get("nth", 0), values.get("weekday", 0), months)
    assert dates(again.rule, *window) == dates(drawn.rule, *window)


def _months_of(drawn: Drawn) -> set[int]:
    return set(drawn.months or MONTHS) & set(MONTHS[:: drawn.interval])


def test_a_start_is_local_time_in_utc() -> None:
    found = occurrences("FREQ=MONTHLY;BYMONTHDAY=3", EVENING, VN, date(2026, 10, 1), date(2026, 10, 31))
    assert found == [datetime(2026, 10, 3, 12, 30, tzinfo=UTC)]


def test_both_ends_belong_to_the_span() -> None:
    assert len(dates("FREQ=MONTHLY;BYMONTHDAY=3", date(2026, 10, 3), date(2026, 11, 3))) == 2


@pytest.mark.parametrize("freq", ["FREQ=MONTHLY", "FREQ=YEARLY;BYMONTH=1,2,3,4"])
def test_day_31_is_the_last_day_of_shorter_months_and_of_leap_februaries(freq: str) -> None:
    found = dates(f"{freq};BYMONTHDAY=31", date(2028, 1, 1), date(2028, 4, 30))
    assert found == [date(2028, 1, 31), date(2028, 2, 29), date(2028, 3, 31), date(2028, 4, 30)]


def test_two_days_of_a_month_that_are_one_in_february_come_once() -> None:
    found = dates("FREQ=MONTHLY;BYMONTHDAY=29,31", date(2027, 2, 1), date(2027, 3, 31))
    assert found == [date(2027, 2, 28), date(2027, 3, 29), date(2027, 3, 31)]


def test_the_first_sunday_may_be_the_first_and_the_last_the_thirty_first() -> None:
    assert dates("FREQ=MONTHLY;BYDAY=1SU", date(2026, 11, 1), date(2026, 11, 30)) == [date(2026, 11, 1)]
    assert dates("FREQ=MONTHLY;BYDAY=-1SU", date(2027, 1, 1), date(2027, 1, 31)) == [date(2027, 1, 31)]


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ("FREQ=MONTHLY;INTERVAL=3;BYMONTHDAY=15", [(1, 15), (4, 15), (7, 15), (10, 15)]),  # quarterly
        ("FREQ=MONTHLY;BYMONTH=6,12;BYMONTHDAY=20", [(6, 20), (12, 20)]),  # twice a year
        ("FREQ=YEARLY;BYMONTH=6,12;BYDAY=1SA", [(6, 6), (12, 5)]),  # as another program writes it
        ("freq=monthly;bymonth=2;bymonthday=-1", [(2, 28)]),  # small letters
        ("FREQ=MONTHLY;BYDAY=SA;BYSETPOS=1;BYMONTH=8", [(8, 1)]),  # a set and a place in it
        ("FREQ=MONTHLY;BYMONTHDAY=3;UNTIL=20260301", [(1, 3), (2, 3)]),  # ends
    ],
)
def test_what_rfc_5545_allows_is_understood(rule: str, expected: list[tuple[int, int]]) -> None:
    found = dates(rule, date(2026, 1, 1), date(2026, 12, 31))
    assert found == [date(2026, month, day) for month, day in expected]


@pytest.mark.parametrize(
    ("rule", "why"),
    [
        ("FREQ=MONTHLY;COUNT=3", "count"),
        ("FREQ=HOURLY", "days"),
        ("FREQ=DAILY;BYHOUR=3", "days"),
        ("FREQ=MONTHLY;BYMONTHDAY=32", "BYMONTHDAY"),
        ("FREQ=MONTHLY;BYMONTH=13;BYMONTHDAY=1", "BYMONTH"),
        ("FREQ=MONTHLY;INTERVAL=0;BYMONTHDAY=1", "INTERVAL"),
        ("FREQ=MONTHLY;BYMONTHDAY=x", "invalid"),
        ("FREQ=MONTHLY;BYDAY=1XX", "invalid"),
        ("FREQ=MONTHLY;BYDAY=1SA;BYDAY=2SA", "NAME=VALUE"),
        ("DTSTART:20260101\nRRULE:FREQ=MONTHLY", "NAME=VALUE"),
        ("nonsense", "NAME=VALUE"),
        ("", "NAME=VALUE|days"),
    ],
)
def test_a_rule_that_makes_no_schedule_is_refused_and_never_said_back(rule: str, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        occurrences(rule, EVENING, VN, date(2026, 1, 1), date(2026, 2, 1))
    assert describe(rule, EVENING)[0] == "other"


def test_local_time_stays_over_a_change_to_summer_time() -> None:
    found = occurrences("FREQ=MONTHLY;BYDAY=-1SU", EVENING, BERLIN, date(2026, 2, 1), date(2026, 3, 31))
    assert [at.hour for at in found] == [18, 17]
    assert [at.astimezone(BERLIN).time() for at in found] == [EVENING, EVENING]


def test_an_hour_left_out_is_an_hour_later_and_of_an_hour_twice_it_is_the_first() -> None:
    rule, night = "FREQ=MONTHLY;BYMONTH=3,10;BYDAY=-1SU", time(2, 30)
    spring, autumn = occurrences(rule, night, BERLIN, date(2026, 1, 1), date(2026, 12, 31))
    assert spring.astimezone(BERLIN).time() == time(3, 30)
    assert autumn == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("rule", "key", "values"),
    [
        ("FREQ=MONTHLY;BYMONTHDAY=3", "monthly_day", {"day": 3, "months": []}),
        ("FREQ=MONTHLY;BYMONTHDAY=31", "monthly_last_day", {"months": []}),
        ("FREQ=MONTHLY;BYDAY=1SA", "monthly_weekday", {"nth": 1, "weekday": 5, "months": []}),
        ("FREQ=MONTHLY;BYDAY=-1SU", "monthly_weekday", {"nth": -1, "weekday": 6, "months": []}),
        ("FREQ=MONTHLY;INTERVAL=3;BYMONTHDAY=3", "monthly_day", {"day": 3, "months": [1, 4, 7, 10]}),
        ("FREQ=MONTHLY;BYMONTH=6,12;BYMONTHDAY=-1", "monthly_last_day", {"months": [6, 12]}),
        ("FREQ=WEEKLY;BYDAY=SA", "other", {}),
        ("FREQ=MONTHLY;INTERVAL=5;BYMONTHDAY=3", "other", {}),
        ("FREQ=MONTHLY;BYDAY=-2SA", "other", {}),
        ("FREQ=MONTHLY;BYMONTHDAY=3,18", "other", {}),
        ("FREQ=MONTHLY;BYMONTHDAY=3;UNTIL=20260301", "other", {}),
    ],
)
def test_a_rule_is_said_back(rule: str, key: str, values: dict[str, int | list[int]]) -> None:
    assert describe(rule, EVENING) == (key, {**values, "hour": 19, "minute": 30})
