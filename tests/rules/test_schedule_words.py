"""The line in which a secretary types a schedule."""

import unicodedata
from datetime import date, time
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.rules.recurrence import describe, monthly_rule, occurrences
from bot.rules.schedule_words import ScheduleWords, read_schedule
from bot.rules.words import Shift
from bot.texts import Texts
from tests.rules.tables import rows

VN = ZoneInfo("Asia/Ho_Chi_Minh")
KNOWN, APART = rows("schedules.tsv"), rows("schedules_apart.tsv")
TEXTS = Texts(VN)


def expected(row: list[str]) -> ScheduleWords | None:
    _, rule, at, shift, minutes, place, _ = row
    if rule == "-":
        return None
    return ScheduleWords(
        f"FREQ=MONTHLY;{rule}",
        time.fromisoformat(at),
        place or None,
        Shift(shift) if shift else None,
        int(minutes) if minutes else None,
    )


def bare(text: str) -> str:
    """The text as typed on a keyboard without Vietnamese."""
    letters = unicodedata.normalize("NFD", text.replace("đ", "d").replace("Đ", "D"))
    return "".join(c for c in letters if unicodedata.category(c) != "Mn")


@pytest.mark.parametrize("row", KNOWN, ids=lambda row: row[0])
@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_a_typed_schedule(row: list[str], form: str) -> None:
    assert read_schedule(unicodedata.normalize(form, row[0])) == expected(row)


def test_lines_kept_apart_are_nine_in_ten_right_and_none_is_wrong() -> None:
    read = [(row[0], expected(row), read_schedule(row[0])) for row in APART]
    wrong = [row for row in read if row[2] not in (None, row[1])]
    right = [row for row in read if row[2] == row[1]]
    assert wrong == []
    assert len(right) >= 0.9 * len(read) >= 54


def test_without_diacritics_the_schedule_is_the_same_or_asked_back() -> None:
    for row in KNOWN + APART:
        found, known = read_schedule(bare(row[0])), expected(row)
        if found is None:
            continue
        assert known is not None, row[0]
        assert (found.rule, found.at, found.shift, found.minutes) == (
            known.rule,
            known.at,
            known.shift,
            known.minutes,
        ), row[0]


@pytest.mark.parametrize("shift", Shift)
def test_what_chibo_says_back_about_days_off_it_understands(shift: Shift) -> None:
    said = TEXTS.label(f"shifts.{shift}", "vi")
    found = read_schedule(f"ngày 3 hằng tháng, 19 giờ 30, {said}")
    assert found == ScheduleWords(monthly_rule("BYMONTHDAY=3"), time(19, 30), None, shift)


@pytest.mark.parametrize("months", [(), (6,), (6, 12), (1, 4, 7, 10), tuple(range(2, 13, 2))])
@pytest.mark.parametrize("day", ["BYMONTHDAY=3", "BYMONTHDAY=31", "BYDAY=1SA", "BYDAY=2WE", "BYDAY=-1SU"])
def test_what_chibo_says_back_about_the_day_it_understands(day: str, months: tuple[int, ...]) -> None:
    key, values = describe(monthly_rule(day, months), time(19, 30))
    said = TEXTS.label(f"rules.{key}", "vi", **values)
    assert read_schedule(f"{said}, 19 giờ 30, đình làng") == ScheduleWords(
        monthly_rule(day, months), time(19, 30), "đình làng"
    )


def test_a_line_too_long_is_asked_back() -> None:
    assert read_schedule("ngày 3 19h30 " + "nhà văn hóa " * 60) is None
    assert read_schedule("ngày 3 19h30 " + "nhà văn hóa " * 20) is None


WORDS = sorted({word for row in KNOWN for word in row[0].split()} | {"\x00", "²", "٣", "19h30", "vào lúc"})


@given(
    st.one_of(
        st.text(alphabet="ngàyhứ 0123456789:hg/,?đầutháng", max_size=40),
        st.lists(st.sampled_from(WORDS), max_size=40).map(" ".join),
        st.sampled_from(WORDS).map(lambda word: f"{word} " * 100),
        st.text(max_size=60),
    )
)
def test_any_line_is_read_or_refused_and_never_breaks(text: str) -> None:
    found = read_schedule(text)
    if found:
        assert occurrences(found.rule, found.at, VN, date(2026, 1, 1), date(2026, 12, 31))
        assert found.minutes is None or 15 <= found.minutes <= 600
        assert found.place is None or found.place in " ".join(unicodedata.normalize("NFC", text).split())
