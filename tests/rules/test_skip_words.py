"""Questions about who was absent, in words."""

import re
import unicodedata
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.rules.names import flat
from bot.rules.skip_words import UNCLEAR, read_skip
from bot.rules.skipping import REACH, Asked, Marks
from bot.rules.spans import Span
from bot.rules.words import MeetingKind
from tests.rules.tables import rows

TODAY = date(2026, 10, 15)
Expected = Asked | str | None


def span(text: str, row: int) -> Span | None:
    if text == "last":
        return None
    if not text and row:
        return Span.back(REACH, TODAY)
    first, _, last = text.partition("..")
    since, until = (date(*map(int, each.split("-")), 1) for each in (first, last or first))
    return Span(since, Span.of("month", until).until)


def expected(row: list[str]) -> Expected:
    when, times, in_row, marks, kind = row[1:6]
    if when in "?-" and when:
        return UNCLEAR if when == "?" else None
    streak = int(in_row or 0)
    return Asked(span(when, streak), int(times), streak, Marks(marks), MeetingKind(kind))


def table(name: str) -> list[tuple[str, Expected, str]]:
    return [(row[0], expected(row), row[-1]) for row in rows(name)]


KNOWN, APART = table("skip_known.tsv"), table("skip_apart.tsv")


@pytest.mark.parametrize(("text", "meant", "note"), KNOWN)
def test_a_known_sentence(text: str, meant: Expected, note: str) -> None:
    assert read_skip(text, TODAY) == meant, note


def test_there_are_enough_sentences_and_none_is_both_known_and_kept_apart() -> None:
    known, apart = {row[0] for row in KNOWN}, {row[0] for row in APART}
    assert len(known | apart) >= 120 and min(len(known), len(apart)) >= 60
    assert not known & apart


def test_sentences_kept_apart_are_nine_in_ten_right_and_none_is_wrong() -> None:
    read = [(text, meant, read_skip(text, TODAY)) for text, meant, _ in APART]
    assert [row for row in read if isinstance(row[2], Asked) and row[1] != row[2]] == []
    assert sum(meant == found for _, meant, found in read) >= 0.9 * len(read)


def test_without_diacritics_a_question_means_the_same_or_is_asked_back() -> None:
    for text, meant, _ in KNOWN:
        assert read_skip(flat(text), TODAY) in (meant, UNCLEAR), text


def test_decomposed_accents_and_capitals_change_nothing() -> None:
    for text, meant, _ in KNOWN:
        assert read_skip(unicodedata.normalize("NFD", text).upper(), TODAY) == meant, text


@given(st.text(max_size=220))
def test_no_text_breaks_it(text: str) -> None:
    assert read_skip(f"ai vắng {text}", TODAY) is not None or len(text) > 190 or not re.search(r"\S", text)


@given(
    st.integers(2000, 2199),
    st.integers(1, 12),
    st.integers(1, 12),
    st.integers(1, 12),
    st.integers(0, 12).filter(lambda row: row != 1),
    st.sampled_from(Marks),
    st.sampled_from([MeetingKind.REGULAR, MeetingKind.RESIDENTIAL, MeetingKind.THEMATIC]),
)
def test_a_question_goes_into_a_button_and_comes_out_again(
    year: int, month: int, months: int, times: int, row: int, marks: Marks, kind: MeetingKind
) -> None:
    number = year * 12 + month - 1 + months
    until = date(number // 12, number % 12 + 1, 1)
    dated = Asked(Span(date(year, month, 1), until), 1 if row else times, row, marks, kind)
    for asked in (dated, Asked(None, 1, 0, marks, kind)):
        assert Asked.decoded(asked.code) == asked and len(asked.code) <= 24


@pytest.mark.parametrize(
    "code",
    [
        "",
        "0",
        "0.1.0.a",
        "0.0.0.a.reg",
        "0.1.1.a.reg",
        "0.2.2.a.reg",
        "0.1.0..reg",
        "202613-1.1.0.a.reg",
        "0.1.0.a.com",
    ],
)
def test_a_forged_question_is_none(code: str) -> None:
    with pytest.raises(ValueError):
        Asked.decoded(code)
