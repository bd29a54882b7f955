"""Quarters: every day is in exactly one, and each is three months long."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.rules.quarters import ends_in, quarter_of


@given(st.dates(date(2000, 1, 1), date(2100, 12, 31)))
def test_a_day_is_in_the_quarter_of_its_day(day: date) -> None:
    first, until = quarter_of(day)
    assert first <= day < until and first.month in (1, 4, 7, 10) and first.day == until.day == 1
    assert quarter_of(until - timedelta(days=1)) == (first, until) and quarter_of(until)[0] == until
    assert ends_in(until - timedelta(days=1)) and not ends_in(first)


def test_the_last_quarter_ends_with_the_year() -> None:
    assert quarter_of(date(2026, 11, 23)) == (date(2026, 10, 1), date(2027, 1, 1))
