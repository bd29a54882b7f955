"""How long each kind of data is kept: the table, and a setting that changes some of it."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.config import SettingsError, load
from bot.retention import DAYS, LONGEST, SHORTEST, Kind, before, read_retention


def test_every_kind_of_data_has_its_time_and_reasons_go_first() -> None:
    assert set(DAYS) == set(Kind)
    assert next(iter(DAYS)) is Kind.REASONS
    now = datetime(2026, 3, 31, tzinfo=UTC)
    assert before(Kind.MESSAGES, now, DAYS) == datetime(2026, 3, 1, tzinfo=UTC)


def test_a_setting_goes_before_the_table_and_leaves_its_order() -> None:
    kept = load(retention="reports=1000, reasons = 60", _env_file=None).kept
    assert kept == {**DAYS, Kind.REASONS: 60, Kind.REPORTS: 1000} and list(kept) == list(DAYS)
    assert before(Kind.REASONS, datetime(2026, 3, 31, tzinfo=UTC), kept) == datetime(2026, 1, 30, tzinfo=UTC)
    assert load(retention="", _env_file=None).kept == DAYS


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("rolls=60", "rolls=60"),
        ("reasons=60, reports", "reports"),
        ("reasons=0", "reasons=0"),
        ("reasons=3651", "reasons=3651"),
        ("reasons=1.5", "reasons=1.5"),
        ("reasons=-1", "reasons=-1"),
        ("reasons=60, reasons=90", "reasons=90"),
        ("lý do=60", "lý do=60"),
    ],
)
def test_a_wrong_piece_is_quoted_with_what_is_accepted(text: str, wrong: str) -> None:
    with pytest.raises(SettingsError) as refused:
        load(retention=text, _env_file=None)
    said = str(refused.value)
    assert said.startswith(
        f"CHIBO_RETENTION cannot be used: «{wrong}». It takes kinds of data with the whole days"
    )
    assert all(kind in said for kind in Kind)


@given(st.text(alphabet="0123456789=,- reasonswizards²٣", max_size=30))
def test_any_text_is_read_within_bounds_or_refused(text: str) -> None:
    try:
        said = {kind: days for kind, days in read_retention(text).items() if days != DAYS[kind]}
        assert all(SHORTEST <= days <= LONGEST for days in said.values())
    except ValueError as refused:
        assert "«" in str(refused)
