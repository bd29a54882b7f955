"""Names and phone numbers as people write them: cleaned, compared, and sorted the Vietnamese way."""

import re
import unicodedata
from functools import cache, lru_cache

Word = tuple[tuple[int, ...], int]

ALPHABET = "aăâbcdđeêfghijklmnoôơpqrstuưvwxyz"
TONES = "\u0300\u0309\u0303\u0301\u0323"
"""Huyền, hỏi, ngã, sắc, nặng: the order of a Vietnamese dictionary; a word without a mark comes first."""

_UNSEEN = {"Cc", "Cf", "Cs", "Cn"}
_PHONE = re.compile(r"\+84(?:[35789]\d{8}|2\d{8,9})")
_FOREIGN = re.compile(r"\+(?!84)[1-9]\d{7,14}")


def clean(text: str) -> str:
    """One line of visible text: NFC, single spaces, no control, zero-width or direction characters."""
    spaced = " ".join(text.split())
    if spaced.isprintable():  # nothing unseen is printable; nearly every text is
        return unicodedata.normalize("NFC", spaced)
    seen = "".join(c for c in spaced if unicodedata.category(c) not in _UNSEEN)
    return " ".join(unicodedata.normalize("NFC", seen).split())


def fold(text: str) -> str:
    """What is left when case, accents and spacing do not matter: ' Đặng  Thị Hòa' -> 'dang thi hoa'."""
    bare = clean(text).lower()
    if bare.isascii():
        return bare
    bare = _without_marks(bare).replace("đ", "d")
    return " ".join(unicodedata.normalize("NFC", bare).split())


@cache
def flat_letter(letter: str) -> str:
    """One folded character for one character, so that places found in a flat text fit the original."""
    folded = fold(letter)
    return folded if len(folded) == 1 else letter


def flat(text: str) -> str:
    """The text folded character by character; as long as the text, which must be NFC."""
    return "".join(map(flat_letter, text))


def same_name(one: str, other: str) -> bool:
    """Whether two spellings can be one name: wherever the tone mark sits, and whichever lacks its marks."""
    if fold(one) != fold(other):
        return False
    return words_of(one) == words_of(other) or any(clean(n).lower() == fold(n) for n in (one, other))


def is_called(name: str, text: str) -> bool:
    """Whether a whole name was typed, or the given name alone, with or without its marks."""
    return fold(text) in (fold(name), fold(name).split()[-1])


def given_name_key(full_name: str) -> tuple[Word, ...]:
    """Sort key: the given name (the last word), then the rest; letters before tones, as in dictionaries."""
    words = words_of(full_name)
    return words[-1:] + words[:-1]


def words_of(text: str) -> tuple[Word, ...]:
    """Each word as its letters' places in the alphabet and its tone, wherever the tone mark was put."""
    return tuple(map(_word, clean(text).lower().split()))


def normal_phone(text: str) -> str | None:
    """The number in +84 form (or +country for one abroad), or None where the text is no phone number.

    A spreadsheet that took the number for a figure has eaten its leading zero: nine digits are understood.
    """
    if re.search(r"[^\d\s.()+\-/–]", clean(text)):
        return None
    digits = re.sub(r"[^\d+]", "", clean(text))
    number = re.sub(r"^(?:\+84|0084|84(?=\d{9})|0(?!0)|(?=[35789]\d{8}$))0?", "+84", digits)
    return number if _PHONE.fullmatch(number) or _FOREIGN.fullmatch(number) else None


def _without_marks(text: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFD", text) if unicodedata.category(c) != "Mn")


@lru_cache(maxsize=4096)  # names are made of few words
def _word(word: str) -> Word:
    parts = unicodedata.normalize("NFD", word)
    tone = max((TONES.find(c) + 1 for c in parts), default=0)
    letters = unicodedata.normalize("NFC", "".join(c for c in parts if c not in TONES))
    return tuple(map(_place, letters)), tone


def _place(letter: str) -> int:
    found = ALPHABET.find(letter)
    return found if found >= 0 else len(ALPHABET) + ord(letter)
