"""Being reminded less, or as before, in words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.rules.reminder_wishes import read_reminder_wish
from tests.rules.tables import rows

KNOWN = rows("reminder_wish_known.tsv")


def wished(text: str) -> str:
    return read_reminder_wish(text) or "-"


@pytest.mark.parametrize(("text", "wish", "note"), KNOWN)
def test_a_known_wish(text: str, wish: str, note: str):
    assert wished(text) == wish, note


def test_wishes_kept_apart_are_nine_in_ten_right_and_none_is_wrong():
    said = [(text, wish, wished(text)) for text, wish, _ in rows("reminder_wish_apart.tsv")]
    assert [row for row in said if row[2] not in ("-", row[1])] == []
    assert sum(row[2] == row[1] for row in said) >= 0.9 * len(said)


@given(st.sampled_from(KNOWN), st.sampled_from(["?", " được không", " phải không ạ", " à"]))
def test_a_question_changes_nothing(row: list[str], tail: str):
    assert wished(row[0] + tail) == "-"
