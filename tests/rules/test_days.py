"""A day as people type it."""

from datetime import date

import pytest

from bot.rules.days import read_day

TODAY = date(2026, 11, 23)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("hôm nay", TODAY),
        ("Hom nay", TODAY),
        ("ngày mai", date(2026, 11, 24)),
        ("tháng sau", date(2026, 12, 1)),
        ("3/12", date(2026, 12, 3)),
        ("ngày 3/12/2026", date(2026, 12, 3)),
        ("03-12-26", date(2026, 12, 3)),
        ("từ 1/7/2025", date(2025, 7, 1)),
        ("5/1", date(2027, 1, 5)),
        ("ngày 3 tháng 5", date(2027, 5, 3)),
        ("ngày 3 tháng 5 năm 2025", date(2025, 5, 3)),
        ("29/2/2028", date(2028, 2, 29)),
        ("29/2/2027", None),
        ("31/11", None),
        ("32/1", None),
        ("3", None),
        ("", None),
        ("bao giờ cũng được", None),
        ("3/5/20266", None),
    ],
)
def test_a_typed_day(text: str, day: date | None) -> None:
    assert read_day(text, today=TODAY) == day
