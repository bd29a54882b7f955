"""A time of day typed on its own."""

from datetime import time

import pytest

from bot.rules.times import read_time


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("19h30", time(19, 30)),
        ("19:30", time(19, 30)),
        ("19.30", time(19, 30)),
        ("19 giờ 30", time(19, 30)),
        ("19 GIỜ 05 phút", time(19, 5)),
        ("1930", time(19, 30)),
        ("7g30", time(7, 30)),
        ("930", time(9, 30)),
        ("19h", time(19)),
        ("7 giờ rưỡi tối", time(19, 30)),
        ("7 giờ tối", time(19)),
        ("9h15 sang", time(9, 15)),
        ("0h", time(0)),
        ("24h", None),
        ("19h75", None),
        ("tối", None),
        ("khoảng 19h", None),  # not a guess
        ("3/5", None),
        ("", None),
    ],
)
def test_read_time(typed: str, read: time | None):
    assert read_time(typed) == read
