"""Meetings on days off: where they go, and that each month keeps exactly its one."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, time, timedelta
from itertools import chain, pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.days_off import read_ordered_days
from bot.rules.recurrence import Planned, planned
from bot.rules.words import Shift
from bot.rules.workdays import LONGEST_SHIFT, shifted
from bot.workdays import VietNam
from tests.rules.test_recurrence import Drawn, days_between, everything

VN = ZoneInfo("Asia/Ho_Chi_Minh")
EVENING = time(19, 30)
CALENDAR = VietNam()
TET = [(2024, 2, 10), (2025, 1, 29), (2026, 2, 17), (2027, 2, 6), (2028, 1, 26), (2029, 2, 13), (2030, 2, 2)]
"""The first day of the year by the moon."""

each_tet = pytest.mark.parametrize("first", [date(*day) for day in TET], ids=str)


@dataclass(frozen=True)
class MadeUp:
    """Days off as a test wants them."""

    holidays: frozenset[date]
    worked: frozenset[date] = frozenset()

    def is_holiday(self, day: date) -> bool:
        return day in self.holidays

    def is_day_off(self, day: date) -> bool:
        return day in self.holidays or (day.weekday() >= 5 and day not in self.worked)


def held(rule: str, shift: Shift, after: date, until: date, days_off: MadeUp | VietNam) -> list[Planned]:
    return planned(rule, shift, EVENING, VN, after, until, days_off)


def dates(found: list[Planned]) -> list[date]:
    return [each.starts_at.astimezone(VN).date() for each in found]


def expected(
    drawn: Drawn, shift: Shift, days_off: MadeUp, first: date, last: date
) -> Iterator[tuple[date, date]]:
    """Month and day of every meeting whose month lies in the span, gone through on the wall calendar."""
    for day in days_between(first, last):
        if not drawn.falls_on(day):
            continue
        step = timedelta(days=-1 if "previous" in shift else 1)
        is_off = days_off.is_day_off if "workday" in shift else days_off.is_holiday
        goes = day
        while shift is not Shift.NONE and is_off(goes) and abs(goes - day) <= LONGEST_SHIFT:
            goes += step
        yield day.replace(day=1), day if abs(goes - day) > LONGEST_SHIFT else goes


START = date(2026, 1, 1)
days = st.integers(0, 800).map(lambda n: START + timedelta(days=n))
runs = st.tuples(days, st.integers(0, 40)).map(
    lambda run: days_between(run[0], run[0] + timedelta(days=run[1]))
)
calendars = st.builds(
    MadeUp,
    st.lists(st.one_of(runs, days.map(lambda day: [day])), max_size=8).map(
        lambda found: frozenset(chain(*found))
    ),
    st.frozensets(days, max_size=30),
)


def test_whatever_the_days_off_each_month_has_its_one_meeting_once(share: float) -> None:

    @settings(
        max_examples=max(1, round(10_000 * share)), deadline=None, suppress_health_check=list(HealthCheck)
    )
    @given(everything, st.sampled_from(Shift), calendars, st.lists(days, max_size=6))
    def run(drawn: Drawn, shift: Shift, days_off: MadeUp, cuts: list[date]) -> None:
        edges = sorted({START - timedelta(days=60), *cuts, START + timedelta(days=900)})
        windows = [(a + timedelta(days=1), b) for a, b in pairwise(edges)]
        found = [each for window in windows for each in held(drawn.rule, shift, *window, days_off)]
        known = expected(
            drawn, shift, days_off, edges[0] - timedelta(days=90), edges[-1] + timedelta(days=90)
        )
        within = [(month, day) for month, day in known if edges[0] < day <= edges[-1]]
        assert list(zip([each.month for each in found], dates(found), strict=True)) == within
        assert len({month for month, _ in within}) == len(within)

    run()


@each_tet
@pytest.mark.parametrize("shift", [shift for shift in Shift if shift is not Shift.NONE])
def test_nobody_meets_on_the_days_of_tet_unless_the_cell_says_so(first: date, shift: Shift) -> None:
    feast = days_between(first - timedelta(days=1), first + timedelta(days=3))
    for day in feast:
        assert shifted(day, shift, CALENDAR) not in feast
        assert shifted(day, Shift.NONE, CALENDAR) == day


@each_tet
def test_the_meeting_of_the_month_of_tet_is_held_and_counts_for_its_month(first: date) -> None:
    rule, month = f"FREQ=MONTHLY;BYMONTHDAY={first.day}", first.replace(day=1)
    for shift in Shift:
        found = held(rule, shift, first - timedelta(days=20), first + timedelta(days=20), CALENDAR)
        assert [each.month for each in found].count(month) == 1


@pytest.mark.parametrize(
    ("shift", "day", "goes"),
    [
        (Shift.NEXT_WORKDAY, (2026, 10, 3), (2026, 10, 5)),  # Saturday → Monday
        (Shift.PREVIOUS_WORKDAY, (2026, 10, 4), (2026, 10, 2)),  # Sunday → Friday
        (Shift.NEXT_NON_HOLIDAY, (2026, 10, 3), (2026, 10, 3)),  # a Saturday is no holiday
        (Shift.NEXT_WORKDAY, (2026, 4, 30), (2026, 5, 4)),  # over 1 May and the weekend
        (Shift.NEXT_NON_HOLIDAY, (2026, 4, 30), (2026, 5, 2)),  # over 1 May, onto a Saturday
        (Shift.PREVIOUS_NON_HOLIDAY, (2026, 5, 1), (2026, 4, 29)),  # back over 30 April
        (
            Shift.NEXT_WORKDAY,
            (2026, 8, 22),
            (2026, 8, 22),
        ),  # a Saturday worked for a day off before 2 September
        (Shift.NEXT_WORKDAY, (2026, 8, 31), (2026, 9, 3)),  # that day off, and the feast behind it
        (Shift.NEXT_WORKDAY, (2027, 2, 6), (2027, 2, 11)),  # Tết and the days that make up for its weekend
    ],
)
def test_a_day_off_goes_where_the_cell_says(
    shift: Shift, day: tuple[int, int, int], goes: tuple[int, int, int]
) -> None:
    assert shifted(date(*day), shift, CALENDAR) == date(*goes)


def test_a_meeting_carried_into_the_next_month_counts_for_its_own() -> None:
    rule = "FREQ=MONTHLY;BYMONTHDAY=31"  # 31 January 2026 is a Saturday, 28 February too
    found = held(rule, Shift.NEXT_WORKDAY, date(2026, 2, 1), date(2026, 2, 28), CALENDAR)
    assert [(each.month, day) for each, day in zip(found, dates(found), strict=True)] == [
        (date(2026, 1, 1), date(2026, 2, 2))
    ]
    assert [each.month for each in held(rule, Shift.NEXT_WORKDAY, *[date(2026, 3, 2)] * 2, CALENDAR)] == [
        date(2026, 2, 1)
    ]


def test_a_meeting_carried_back_over_new_year_counts_for_january() -> None:
    found = held("FREQ=MONTHLY;BYMONTHDAY=1", Shift.PREVIOUS_WORKDAY, *[date(2026, 12, 31)] * 2, CALENDAR)
    assert [each.month for each in found] == [date(2027, 1, 1)]


def test_a_rule_with_two_days_in_a_month_makes_one_meeting() -> None:
    found = held("FREQ=MONTHLY;BYMONTHDAY=3,18", Shift.NONE, date(2026, 3, 1), date(2026, 4, 30), CALENDAR)
    assert dates(found) == [date(2026, 3, 3), date(2026, 4, 3)]


def test_where_nobody_works_for_a_month_the_meeting_stays() -> None:
    closed = MadeUp(frozenset(days_between(date(2026, 3, 1), date(2026, 4, 30))))
    assert shifted(date(2026, 3, 20), Shift.NEXT_WORKDAY, closed) == date(2026, 3, 20)


def test_what_is_ordered_goes_before_the_calendar() -> None:
    ordered = VietNam(read_ordered_days("2026-10-05, 2026-10-03=work, 2026-09-02=work"))
    assert shifted(date(2026, 10, 3), Shift.NEXT_WORKDAY, ordered) == date(2026, 10, 3)
    assert shifted(date(2026, 10, 4), Shift.NEXT_WORKDAY, ordered) == date(2026, 10, 6)
    assert shifted(date(2026, 10, 5), Shift.NEXT_NON_HOLIDAY, ordered) == date(2026, 10, 6)
    assert not ordered.is_holiday(date(2026, 9, 2)) and ordered.is_holiday(date(2026, 9, 1))
