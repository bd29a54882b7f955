"""Two working days: the day one asks does not count, nor do weekends and Tết."""

from datetime import UTC, date, datetime

import pytest

from bot.rules.workdays import after_working_days, is_weekend
from bot.workdays import VietNam

is_day_off = VietNam().is_day_off


@pytest.mark.parametrize(
    ("asked", "due"),
    [
        ((2026, 3, 2), (2026, 3, 4)),  # Monday → Wednesday
        ((2026, 3, 5), (2026, 3, 9)),  # Thursday → Monday
        ((2026, 3, 6), (2026, 3, 10)),  # Friday → Tuesday
        ((2026, 3, 7), (2026, 3, 10)),  # Saturday → Tuesday
        ((2026, 12, 31), (2027, 1, 5)),  # over New Year and a weekend
        ((2027, 2, 3), (2027, 2, 12)),  # over Tết, and the days that make up for its weekend
    ],
)
def test_two_working_days(asked: tuple[int, int, int], due: tuple[int, int, int]) -> None:
    start = datetime(*asked, 17, 30, tzinfo=UTC)
    assert after_working_days(start, 2, is_day_off) == datetime(*due, 17, 30, tzinfo=UTC)


def test_the_public_holidays_of_viet_nam_are_days_off() -> None:
    assert is_day_off(date(2026, 9, 2)) and not is_weekend(date(2026, 9, 2))
    assert not is_day_off(date(2026, 3, 2))
