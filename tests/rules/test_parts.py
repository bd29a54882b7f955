"""Long texts in several messages."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.rules.parts import by_lines, split, units

texts = st.text(alphabet=st.sampled_from("aê .!\n\t😀ệ"), max_size=400)


def _squeezed(text: str) -> str:
    return "".join(text.split())


def test_a_short_text_is_one_part():
    assert split("Kính gửi các đồng chí.") == ["Kính gửi các đồng chí."]


def test_an_empty_text_has_no_parts():
    assert split(" \n ") == []


def test_paragraphs_are_kept_whole_where_they_fit():
    assert split("Một hai.\n\nBa bốn.\n\nNăm.", limit=18) == ["Một hai.\n\nBa bốn.", "Năm."]


def test_a_long_paragraph_is_cut_after_a_sentence():
    assert split("Câu một. Câu hai. Câu ba.", limit=20) == ["Câu một. Câu hai.", "Câu ba."]


def test_a_long_sentence_is_cut_between_words():
    assert split("một hai ba bốn", limit=8) == ["một hai", "ba bốn"]


def test_a_pair_is_never_cut():
    assert split("😀😀😀", limit=3) == ["😀", "😀", "😀"]


def test_a_short_first_line_does_not_make_a_tiny_part():
    assert split("A.\n" + "bc " * 10, limit=24)[0] == "A.\nbc bc bc bc bc bc bc"


def test_no_room_for_one_character_is_refused():
    with pytest.raises(ValueError, match="room"):
        split("a", limit=1)


@given(texts, st.integers(min_value=2, max_value=60))
def test_nothing_is_lost_and_every_part_fits(text: str, limit: int):
    parts = split(text, limit)
    assert _squeezed("".join(parts)) == _squeezed(text)
    assert all(part.strip() and units(part) <= limit for part in parts)


@given(texts)
def test_units_are_what_utf_16_says(text: str):
    assert units(text) == len(text.encode("utf-16-le")) // 2


@given(
    st.lists(
        st.text(st.characters(exclude_characters="\n"), min_size=1, max_size=30), min_size=1, max_size=200
    )
)
def test_a_list_is_cut_between_lines_and_loses_none(lines: list[str]) -> None:
    parts = by_lines("\n".join(lines), limit=100)
    assert "\n".join(parts) == "\n".join(lines)
    assert all(units(part) <= 100 for part in parts)
