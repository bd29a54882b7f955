"""Names and phone numbers as the rosters have them."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.rules.names import clean, flat, fold, given_name_key, normal_phone, same_name


def test_names_sort_by_given_name_then_by_the_rest():
    names = ["Lù Minh Ước", "Đặng Thị An", "Bùi Văn Ân", "Trần Đức", "Lê Dũng", "Hoàng A Sơn", "Bùi Văn Ăn"]
    assert [n.split()[-1] for n in sorted(names, key=given_name_key)] == [
        "An",
        "Ăn",
        "Ân",
        "Dũng",
        "Đức",
        "Sơn",
        "Ước",
    ]


def test_equal_given_names_sort_by_family_name():
    names = ["Lý Thị Hoa", "Bùi Thị Hoa", "Đỗ Thị Hoa", "Dương Thị Hoa"]
    assert sorted(names, key=given_name_key) == ["Bùi Thị Hoa", "Dương Thị Hoa", "Đỗ Thị Hoa", "Lý Thị Hoa"]


def test_tones_sort_in_dictionary_order_after_the_letters():
    assert sorted(["Hoạ", "Hoá", "Hõa", "Hoả", "Hòa", "Hoa", "Hoan"], key=given_name_key) == [
        "Hoa",
        "Hòa",
        "Hoả",
        "Hõa",
        "Hoá",
        "Hoạ",
        "Hoan",
    ]


def test_a_name_without_words_still_has_a_key():
    assert given_name_key("  ") == ()


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("  LÊ MINH HOA  ", "Lê Minh Hoa", True),  # capitals and stray spaces
        ("Nguyễn Văn Hoà", "Nguyễn Văn Hòa", True),  # old and new place of the tone mark
        ("Nguyen Van Hoa", "Nguyễn Văn Hòa", True),  # typed without diacritics
        (unicodedata.normalize("NFD", "Đặng Thủy"), "Đặng Thủy", True),  # decomposed accents
        ("Lê Minh Hoa", "Lê Minh Hòa", False),  # two given names
        ("Lê Minh Hoa", "Lê Minh Hoan", False),  # another name
    ],
)
def test_same_name(one: str, other: str, same: bool):
    assert same_name(one, other) is same
    assert same_name(other, one) is same


def test_cleaning_takes_out_what_nobody_sees():
    assert clean("\u202e Lê\u200b  Minh\u00a0Hoa\n\x07\ufeff") == "Lê Minh Hoa"


@given(st.text())
def test_cleaning_and_folding_twice_changes_nothing_more(text: str):
    assert clean(clean(text)) == clean(text)
    assert fold(fold(text)) == fold(text)
    assert "  " not in fold(text)


@given(st.text())
def test_a_flat_text_keeps_every_place(text: str):
    assert len(flat(text)) == len(text)


@given(st.lists(st.text(alphabet="aăâđêôơư bcDĐ", max_size=12)))
def test_every_name_can_be_sorted(names: list[str]):
    keys = sorted(map(given_name_key, names))
    keys.reverse()
    assert keys == sorted(keys, reverse=True)


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("0912.345.678", "+84912345678"),  # dots
        ("+84 912 345 679", "+84912345679"),  # international with spaces
        ("84912345678", "+84912345678"),  # international without the plus, as Telegram gives it
        ("0912-345-679", "+84912345679"),  # hyphens
        ("(0912) 345 679", "+84912345679"),  # brackets
        ("+84 (0)912 345 679", "+84912345679"),  # both prefixes
        ("0084912345679", "+84912345679"),  # dialled from abroad
        ("912345679", "+84912345679"),  # a spreadsheet ate the zero
        ("0214 3871 234", "+842143871234"),  # a landline
        ("+82 10 1234 5678", "+821012345678"),  # a member abroad
        ("01629345678", None),  # a form gone since 2018
        ("0912 345 67", None),  # one digit short
        ("0912 345 678 9", None),  # one digit long
        ("301661318609", None),  # a citizen id in the wrong column
        ("không có", None),  # no number at all
        ("0912345678 (vợ)", None),  # somebody else's
        ("", None),
    ],
)
def test_normal_phone(typed: str, number: str | None):
    assert normal_phone(typed) == number


@given(st.text(alphabet="+0123456789 .-()", max_size=18))
def test_a_normal_phone_is_normal_already(typed: str):
    number = normal_phone(typed)
    assert number is None or normal_phone(number) == number
