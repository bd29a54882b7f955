"""A place alone, typed for a meeting whose day and time stay; anything that speaks of time is not taken for one."""

import pytest

from bot.rules.occurrence_words import read_place


@pytest.mark.parametrize(
    ("words", "place"),
    [
        ("tại trường tiểu học", "trường tiểu học"),
        ("ở nhà văn hóa thôn 2", "nhà văn hóa thôn 2"),
        ("O nha van hoa", "nha van hoa"),
        ("địa điểm: hội trường xã", "hội trường xã"),
        ("chuyển sang tại nhà ông Páo", "nhà ông Páo"),
        ("nơi họp là phòng số 3.", "phòng số 3"),
        ("tại nhà văn hóa lúc 8h", None),
        ("tại trường ngày 5", None),
        ("ở đâu?", None),
        ("hội trường", None),
        ("tại", None),
    ],
)
def test_a_place_alone(words: str, place: str | None) -> None:
    assert read_place(words) == place
