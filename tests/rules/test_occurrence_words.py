"""The line in which a secretary types where and when one meeting takes place instead."""

import unicodedata
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.rules.occurrence_words import FARTHEST, OccurrenceWords, read_occurrence
from tests.rules.tables import rows
from tests.rules.test_schedule_words import bare

NOW, PLANNED = datetime(2026, 11, 26, 9), datetime(2026, 12, 3, 19, 30)
KNOWN, APART = rows("occurrences.tsv"), rows("occurrences_apart.tsv")
Found = tuple[date, time, str | None] | None


def read(text: str, now: datetime = NOW, planned: datetime = PLANNED) -> Found:
    found = read_occurrence(text, now, planned)
    return (found.day, found.at, found.place) if found else None


def expected(row: list[str]) -> Found:
    _, day, at, place, _ = row
    return None if day == "-" else (date.fromisoformat(day), time.fromisoformat(at), place or None)


@pytest.mark.parametrize("row", KNOWN, ids=lambda row: row[0])
@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_a_typed_day_and_hour(row: list[str], form: str) -> None:
    assert read(unicodedata.normalize(form, row[0])) == expected(row)


def test_lines_kept_apart_are_nine_in_ten_right_and_none_is_wrong() -> None:
    found = [(row[0], expected(row), read(row[0])) for row in APART]
    wrong = [row for row in found if row[2] not in (None, row[1])]
    right = [row for row in found if row[2] == row[1]]
    assert wrong == []
    assert len(right) >= 0.9 * len(found) >= 54


def test_without_diacritics_it_is_the_same_or_asked_back() -> None:
    for row in KNOWN + APART:
        found = read(bare(row[0]))
        assert found is None or found[:2] == (expected(row) or ())[:2], row[0]


def test_aware_times_are_read_as_their_local_wall_clock() -> None:
    tz = ZoneInfo("Asia/Ho_Chi_Minh")
    assert read("20h", NOW.replace(tzinfo=tz), PLANNED.replace(tzinfo=tz)) == (
        date(2026, 12, 3),
        time(20),
        None,
    )


def test_a_span_gives_the_length_too() -> None:
    assert read_occurrence("từ 19h đến 21h ngày 5/12", NOW, PLANNED) == OccurrenceWords(
        date(2026, 12, 5), time(19), None, 120
    )


@pytest.mark.parametrize(
    ("text", "now", "planned", "day"),
    [
        ("ngày 31", (2026, 11, 26), (2026, 11, 30), None),  # November has none
        ("ngày 29", (2028, 2, 1), (2028, 2, 10), (2028, 2, 29)),  # a leap February
        ("2/1", (2026, 12, 20), (2026, 12, 28), (2027, 1, 2)),  # the nearest is next year's
        ("28/12", (2027, 1, 2), (2027, 1, 5), None),  # the nearest is last year's, and past
        ("ngày 3 tháng sau", (2026, 12, 20), (2026, 12, 28), (2027, 1, 3)),  # over New Year
        ("hôm nay", (2026, 12, 3), (2026, 12, 3), (2026, 12, 3)),  # still to come today
        ("thứ hai tuần sau", (2026, 11, 29), (2026, 12, 3), (2026, 11, 30)),  # a Sunday ends the week
        ("mùng 1", (2026, 11, 26), (2026, 12, 31), (2026, 12, 1)),  # of the planned month
    ],
)
def test_days_are_counted_from_today_and_from_the_planned_month(
    text: str, now: tuple[int, int, int], planned: tuple[int, int, int], day: tuple[int, int, int] | None
) -> None:
    found = read(text, datetime(*now, 9), datetime(*planned, 19, 30))
    assert (found and found[0]) == (date(*day) if day else None)


def test_a_moment_that_has_passed_today_is_asked_back() -> None:
    evening = PLANNED + timedelta(minutes=15)
    assert read("19h30", evening) is None
    assert read("20h", evening) == (date(2026, 12, 3), time(20), None)


WORDS = sorted({word for row in KNOWN for word in row[0].split()} | {"\x00", "²", "٣", "vào lúc", "nửa"})


@given(
    st.one_of(
        st.lists(st.sampled_from(WORDS), max_size=12).map(" ".join),
        st.sampled_from(WORDS).map(lambda word: f"{word} " * 100),
        st.text(max_size=60),
    ),
    st.datetimes(datetime(2024, 1, 1), datetime(2030, 1, 1)),
    st.timedeltas(timedelta(minutes=1), timedelta(days=60)),
)
def test_any_line_is_read_or_refused_and_what_is_read_is_to_come(
    text: str, now: datetime, ahead: timedelta
) -> None:
    found = read_occurrence(text, now, now + ahead)
    if found:
        start = datetime.combine(found.day, found.at)
        assert start > now and abs(start - (now + ahead)) <= FARTHEST
