"""However it is typed, it means the same; and whatever is typed, it is read."""

import unicodedata
from collections.abc import Callable
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.rules.plain_words import read_answer
from bot.rules.reminder_wishes import read_reminder_wish
from bot.rules.snooze_words import read_snooze
from tests.rules.tables import rows

NOW = datetime(2026, 3, 4, 14, 0, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh"))
Reader = Callable[[str], object]
READERS: dict[str, Reader] = {
    "answers": lambda text: (read_answer(text).answer, read_answer(text).sure),
    "snooze": lambda text: read_snooze(text, NOW),
    "reminder_wish": read_reminder_wish,
}
LINES = [
    (name, row[0]) for name in READERS for part in ("known", "apart") for row in rows(f"{name}_{part}.tsv")
]
HABITS: dict[str, Callable[[str], str]] = {
    "small letters": str.lower,
    "capitals": str.upper,
    "decomposed accents": lambda text: unicodedata.normalize("NFD", text),
    "wide spaces": lambda text: "  " + text.replace(" ", "   ") + " \n",
    "ạ": lambda text: text + " ạ",
    "nhé": lambda text: text + " nhé",
    "nha": lambda text: text + " nha",
}
NASTY = [
    *(
        "xin ",
        "không ",
        "em ",
        "a ",
        "hôm nay em ",
        "rất tiếc là ",
        "đành phải ",
        "tôi có đi dự họp ",
        "chắc chắn ",
    ),
    *(
        "vợ tôi rồi ",
        "mong các ",
        "không không đi ",
        "định đi ",
        "nha chị ",
        "sau 2 giờ ",
        "lúc lúc 7 ",
        "đừng nhắc ",
    ),
    *("nhắc ít ", "thứ ", "tối ", ", . ", "((((", "AB", "ạ", "e\u0301\u0323", "😀", "\n", "7", "hết mưa "),
]


@pytest.mark.parametrize("habit", HABITS)
def test_habits_of_typing_change_nothing(habit: str):
    changed = [text for name, text in LINES if READERS[name](HABITS[habit](text)) != READERS[name](text)]
    assert changed == []


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize("unit", NASTY)
def test_a_word_repeated_without_end_is_no_wish_and_holds_nobody_up(unit: str, reader: str):
    """Read one way only: a pattern with two ways through a word would not come back from these at all."""
    nothing = {"answers": (None, False), "snooze": None, "reminder_wish": None}
    assert READERS[reader]((unit * 4096)[:4096] + "#q") == nothing[reader]


@given(
    st.sampled_from(NASTY),
    st.sampled_from(NASTY),
    st.integers(0, 1000),
    st.sampled_from(["", " xin vắng", "!"]),
)
def test_what_is_short_enough_to_be_read_comes_back_too(one: str, two: str, length: int, end: str):
    text = ((one + two) * 1000)[:length] + end
    assert read_answer(text).sure is (read_answer(text).answer is not None)
    assert read_snooze(text[:200], NOW) is None or read_snooze(text[:200], NOW) > NOW


@given(st.text(max_size=4096), st.sampled_from(list(READERS)))
def test_any_text_is_read(text: str, reader: str):
    """Nothing typed breaks a reader, and what is read is the same when read again."""
    assert READERS[reader](text) == READERS[reader](text)
