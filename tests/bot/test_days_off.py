"""Days off and days worked by order, as a setting."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.config import SettingsError, load
from bot.days_off import OrderedDays, read_ordered_days


def test_days_and_spans_are_read() -> None:
    found = read_ordered_days("2026-02-16..2026-02-18; 2026-05-02=work,\n2026-06-01 = off")
    february = {date(2026, 2, day) for day in (16, 17, 18)}
    assert found == OrderedDays(frozenset({*february, date(2026, 6, 1)}), frozenset({date(2026, 5, 2)}))
    assert read_ordered_days("") == OrderedDays()


def test_the_setting_is_read_at_the_start() -> None:
    assert load(days_off="2026-05-02=work").ordered_days.worked == {date(2026, 5, 2)}


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("tomorrow", "«tomorrow» is no day or span"),
        ("2026-05-02, 02/05/2026", "«02/05/2026» is no day or span"),
        ("2026-02-30", "«2026-02-30» is no day of the calendar"),
        ("2026-05-02=holiday", "«2026-05-02=holiday» is no day or span"),
        ("2026-05-02..2026-05-01", "«2026-05-02..2026-05-01» is no span of up to 60 days"),
        ("2026-05-02..2027-05-01", "«2026-05-02..2027-05-01» is no span of up to 60 days"),
        ("2026-05-02, 2026-05-01..2026-05-03=work", "«2026-05-02» is said to be off and worked"),
    ],
)
def test_a_wrong_piece_is_quoted_with_what_is_accepted(text: str, reason: str) -> None:
    with pytest.raises(SettingsError) as refused:
        load(days_off=text)
    takes = "days and spans, such as 2026-02-16..2026-02-20, 2026-05-02=work"
    assert str(refused.value) == f"CHIBO_DAYS_OFF cannot be used: {reason}. It takes {takes}."


@given(st.text(alphabet="0123456789-.=, work", max_size=30))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        assert isinstance(read_ordered_days(text), OrderedDays)
    except ValueError as refused:
        assert "«" in str(refused)
