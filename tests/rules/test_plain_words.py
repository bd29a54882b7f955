"""What members type instead of tapping."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.rules.plain_words import read_answer
from tests.rules.tables import rows

KNOWN = rows("answers_known.tsv")


def bare(text: str) -> str:
    """The text as typed on a keyboard without Vietnamese, capitals kept."""
    letters = unicodedata.normalize("NFD", text.replace("đ", "d").replace("Đ", "D"))
    return "".join(c for c in letters if unicodedata.category(c) != "Mn")


def spoken(text: str) -> str:
    return read_answer(text).answer or "-"


@pytest.mark.parametrize(("text", "answer", "note"), KNOWN)
def test_a_known_sentence(text: str, answer: str, note: str):
    assert spoken(text) == answer, note
    assert read_answer(text).sure is (answer != "-")


def test_sentences_kept_apart_are_nine_in_ten_right_and_none_is_wrong():
    said = [(text, answer, spoken(text)) for text, answer, _ in rows("answers_apart.tsv")]
    wrong = [row for row in said if row[2] not in ("-", row[1])]
    right = [row for row in said if row[2] == row[1]]
    assert wrong == []
    assert len(right) >= 0.9 * len(said)


@pytest.mark.parametrize("form", ["NFD", "NFKD"])
def test_decomposed_accents_change_nothing(form: str):
    for text, answer, _ in KNOWN:
        assert spoken(unicodedata.normalize(form, text)) == answer, text


def test_capitals_and_stray_spaces_change_nothing():
    for text, answer, _ in KNOWN:
        assert spoken(f"  {text[:1].upper()}{text[1:]}  \n") == answer, text


def test_without_diacritics_the_answer_is_the_same_or_asked_back():
    for text, answer, note in KNOWN:
        assert spoken(bare(text)) in ("-", answer), (text, note)


@pytest.mark.parametrize(
    ("text", "digit"),
    [
        ("1", 1),  # bare
        (" 2 ", 2),  # spaces
        ("3.", 3),  # full stop
        ("1 ạ", 1),  # polite
        ("số 2", 2),  # named
        ("em chọn 3", 3),  # chosen
        ("1️⃣", 1),  # keycap picture
        ("4", None),  # not on offer
        ("12", None),  # another number
        ("1 2", None),  # two at once
        ("2 người", None),  # a count
        ("1/2", None),  # a fraction
    ],
)
def test_a_bare_digit_is_a_digit_and_no_answer_yet(text: str, digit: int | None):
    reading = read_answer(text)
    assert (reading.digit, reading.answer, reading.sure) == (digit, None, False)


@pytest.mark.parametrize(
    ("text", "question"),
    [
        ("ai vắng?", True),
        ("mấy giờ họp ạ", True),
        ("hop o dau", True),
        ("mai có họp không ạ", True),
        ("em xin nghỉ được không ạ?", False),  # a request, not a question
        ("em xin vắng", False),
        ("hihi", False),
    ],
)
def test_a_question_is_known_as_one(text: str, question: bool):
    assert read_answer(text).question is question


@pytest.mark.parametrize(("text", "only"), [("ok", True), ("dạ vâng ạ", True), ("ok em đi", False)])
def test_a_yes_alone_is_known_as_one(text: str, only: bool):
    reading = read_answer(text)
    assert (reading.answer, reading.only_yes) == ("coming", only)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("em bận, xin vắng", "em bận"),  # before the answer
        ("Kính gửi chi bộ, tôi xin vắng mặt do bận công tác ở tỉnh", "bận công tác ở tỉnh"),  # after do
        ("xin vắng vì con ốm ạ", "con ốm"),  # after vì, without the courtesy
        ("vợ tôi đẻ nên tôi xin vắng", "vợ tôi đẻ"),  # before nên
        ("Em xin nghỉ, nhà có đám cưới", "nhà có đám cưới"),  # after a comma
        ("e kẹt ca, k họp đc", "e kẹt ca"),  # kept as typed
        ("vì con ốm nên em xin vắng", "con ốm"),  # vì at the front
        ("em đến muộn 15p do kẹt xe", "kẹt xe"),  # late has reasons too
        ("xin vắng", None),  # none given
        ("em vắng nhé bí thư", None),  # only courtesies
        ("có mặt vì được nghỉ ca", None),  # who comes needs no reason
    ],
)
def test_the_members_own_words_are_kept_as_reason(text: str, reason: str | None):
    assert read_answer(text).reason == reason


@given(st.text(max_size=60))
def test_any_text_is_read_without_breaking(text: str):
    reading = read_answer(text)
    assert reading.sure is (reading.answer is not None)
    assert reading.reason is None or reading.answer is not None


@given(st.sampled_from(KNOWN), st.sampled_from(["?", " đúng không", " phải không ạ", " à", " hả em"]))
def test_what_is_asked_is_never_recorded_as_coming(row: list[str], tail: str):
    assert spoken(row[0].rstrip("?. ") + tail) in ("-", "leave", "late")


@given(st.sampled_from(KNOWN), st.sampled_from(["chắc là ", "nếu được thì ", "có lẽ ", "không biết "]))
def test_a_hedge_in_front_is_asked_back(row: list[str], hedge: str):
    assert spoken(hedge + row[0]) == "-"


def test_a_very_long_text_is_read_in_no_time():
    assert spoken("em xin " + "phép chi bộ cho " * 800) == "-"
