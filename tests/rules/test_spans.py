"""Spans: months, quarters and years without gap or overlap."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.rules.spans import LENGTHS, Kind, Span

DAYS = st.dates(date(2000, 1, 1), date(2100, 12, 31))
KINDS = st.sampled_from(list(LENGTHS))


@given(DAYS, KINDS)
def test_a_day_is_in_its_span_and_the_next_begins_where_it_ends(day: date, kind: Kind) -> None:
    span = Span.of(kind, day)
    assert span.since <= day <= span.last < span.until
    assert span.kind == kind and len(span.months) == LENGTHS[kind]
    assert span.after() == Span.of(kind, span.until) and span.after().before() == span
    assert span.before() == Span.of(kind, span.since - timedelta(days=1))


@given(DAYS, st.integers(1, 40))
def test_months_back_end_with_that_of_the_day(day: date, months: int) -> None:
    span = Span.back(months, day)
    assert span.months[-1] == day.replace(day=1) == Span.of("month", day).since
    assert len(span.months) == months and span.months == sorted(set(span.months))


def test_what_is_no_quarter_has_no_name() -> None:
    assert Span.back(3, date(2026, 11, 23)).kind is None
    assert Span.back(3, date(2026, 12, 23)).kind == "quarter"
