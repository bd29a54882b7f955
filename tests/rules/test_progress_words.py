"""How far a task is, in a member's own words."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.rules.names import flat
from bot.rules.progress_words import read_progress
from tests.rules.tables import rows

Row = tuple[str, int | None, int | None, int | None, bool, str]


def table(name: str) -> list[Row]:
    def number(cell: str) -> int | None:
        return int(cell) if cell else None

    return [(r[0], number(r[1]), number(r[2]), number(r[3]), bool(r[4]), r[5]) for r in rows(name)]


KNOWN = table("progress_known.tsv")
SPELT = ["một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín"]
AFTER_TENS = ["", "một", "hai", "ba", "tư", "lăm", "sáu", "bảy", "tám", "chín"]


@pytest.mark.parametrize(("text", "target", "percent", "done", "stuck", "note"), KNOWN)
def test_a_known_sentence(
    text: str, target: int | None, percent: int | None, done: int | None, stuck: bool, note: str
):
    found = read_progress(text, target)
    assert (found.percent, found.stuck) == (percent, stuck), note
    assert done is None or found.done == done
    assert found.sure is (percent is not None or stuck)
    assert found.words == text


def test_there_are_three_hundred_sentences_and_none_is_both_known_and_kept_apart():
    known, apart = ({row[0] for row in table(name)} for name in ("progress_known.tsv", "progress_apart.tsv"))
    assert min(len(known), len(apart)) >= 150
    assert not known & apart


def test_sentences_kept_apart_are_nine_in_ten_right_and_none_is_wrong():
    apart = [(row, read_progress(row[0], row[1])) for row in table("progress_apart.tsv")]
    right = [row for row, found in apart if (found.percent, found.stuck) == (row[2], row[4])]
    wrong = [row for row, found in apart if found.sure and row not in right]
    assert wrong == []
    assert len(right) >= 0.9 * len(apart)


def test_decomposed_accents_change_nothing():
    for text, target, percent, _, stuck, _ in KNOWN:
        found = read_progress(unicodedata.normalize("NFD", text), target)
        assert (found.percent, found.stuck) == (percent, stuck), text


def test_without_diacritics_the_percentage_is_the_same_or_asked_back():
    for text, target, percent, *_ in KNOWN:
        assert read_progress(flat(text), target).percent in (None, percent), text


def test_a_count_without_a_measure_is_known_but_no_percentage():
    found = read_progress("đã vận động được 3 hộ")
    assert (found.done, found.percent, found.sure) == (3, None, False)


@given(st.integers(1, 9), st.integers(0, 9))
def test_a_percentage_in_words_is_the_same_as_in_digits(tens: int, ones: int):
    said = ("mười" if tens == 1 else f"{SPELT[tens - 1]} mươi") + (f" {AFTER_TENS[ones]}" if ones else "")
    assert read_progress(f"được {said} phần trăm").percent == 10 * tens + ones


@given(st.integers(1, 60), st.data())
def test_what_is_missing_is_taken_from_the_measure(target: int, data: st.DataObject):
    left = data.draw(st.integers(0, target))
    assert read_progress(f"còn {left} hộ nữa là đủ", target).done == target - left


@given(st.sampled_from(KNOWN), st.sampled_from(["anh Sùng ", "chị Lan đã ", "đồng chí Minh mới "]))
def test_what_somebody_else_has_done_is_nobodys_report(row: Row, before: str):
    found = read_progress(before + "được 40%, " + row[0], row[1])
    assert found.percent is None


def test_more_than_the_measure_is_all_of_it_and_far_more_is_asked_back():
    assert read_progress("được 6 hộ", 5).percent == 100
    assert read_progress("được 50 hộ", 5).percent is None


@given(st.integers(0, 100), st.sampled_from(["xong {}%", "{} phần trăm", "dc {} phan tram", "tiến độ {} %"]))
def test_a_percentage_is_read_as_it_stands(share: int, said: str):
    assert read_progress(said.format(share)).percent == share


@given(st.integers(1, 60), st.data())
def test_a_count_is_its_share_of_the_measure(target: int, data: st.DataObject):
    done = data.draw(st.integers(0, target))
    found = read_progress(f"được {done}/{target} hộ", target)
    assert (found.done, found.percent) == (done, done * 100 // target)


@given(st.sampled_from(KNOWN), st.sampled_from(["cố gắng ", "mai em sẽ ", "gần ", "chưa chắc ", "nếu "]))
def test_an_aim_or_a_promise_is_no_progress(row: Row, before: str):
    assert read_progress(before + row[0], row[1]).percent is None


@given(st.text(max_size=60), st.none() | st.integers(1, 100))
def test_any_text_is_read_without_breaking(text: str, target: int | None):
    found = read_progress(text, target)
    assert found.percent is None or 0 <= found.percent <= 100
    assert found.sure is (found.percent is not None or found.stuck)


def test_a_very_long_text_is_read_in_no_time():
    assert read_progress("em đã làm xong việc được giao " * 300 + "chưa").percent is None


@pytest.mark.parametrize(
    "word", ["xong", "làm xong", "đã", "chưa làm", "một nửa", "3 / 5", "không được", "a b"]
)
def test_words_that_come_again_and_again_are_read_to_their_end(word: str) -> None:
    """Before, each reading of a run of words was tried, and a line of 200 would have taken for ever."""
    for times in (60, 400):
        assert read_progress(f"{word} " * times).words.startswith(word)
