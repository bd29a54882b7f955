"""Periods laid one over the other agree, day by day, with a calendar that is simply written over."""

from datetime import date, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from bot.rules.periods import Period, lay, swap, value_on

FIRST = date(2026, 1, 1)
DAYS = 40
day = st.integers(0, DAYS - 1).map(lambda n: FIRST + timedelta(days=n))
changes = st.lists(
    st.tuples(st.sampled_from(["a", "b", None]), day, st.none() | day)
    | st.tuples(st.just("swap"), day, st.none()),
    max_size=12,
)


@given(changes)
def test_periods_agree_with_a_calendar_written_over_day_by_day(steps: list[tuple[str, date, date]]) -> None:
    periods: list[Period[str]] = []
    calendar: dict[date, str | None] = {FIRST + timedelta(days=n): None for n in range(DAYS + 1)}
    for value, since, until in steps:
        span = [on for on in calendar if since <= on and (until is None or on < until)]
        if value == "swap":
            periods = swap(periods, "a", "b", since=since)
            calendar |= {on: "b" for on in span if calendar[on] == "a"}
        else:
            periods = lay(periods, value, since=since, until=until)
            calendar |= dict.fromkeys(span, value)
        assert {on: value_on(periods, on) for on in calendar} == calendar
        assert all(one.until and one.until <= other.since for one, other in pairwise(periods))
        assert all(one.until is None or one.since < one.until for one in periods)


def test_neighbours_with_the_same_value_are_one_period() -> None:
    january, february = date(2026, 1, 1), date(2026, 2, 1)
    periods = lay([Period("a", january, february)], "a", since=february)
    assert periods == [Period("a", january)]
