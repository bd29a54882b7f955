"""Numbers from 1 to 31 as people type them in a date: digits, or Vietnamese words without their marks."""

_UNITS = ["mot", "hai", "ba", "bon", "nam", "sau", "bay", "tam", "chin"]
_OTHERS = {"tu": 4, "lam": 5, "nham": 5}
"""What 4 and 5 are called after a ten."""


def _words() -> dict[str, int]:
    units = {word: n for n, word in enumerate(_UNITS, 1)}
    after_ten = units | _OTHERS
    found = units | {"muoi": 10} | {f"muoi {word}": 10 + n for word, n in after_ten.items()}
    for tens, ten in (("hai", 20), ("ba", 30)):
        found |= {f"{tens} muoi": ten} | {
            f"{tens} {way}{w}": ten + n for w, n in after_ten.items() for way in ("", "muoi ")
        }
    return {word: n for word, n in found.items() if n <= 31}


WORDS = _words()
NUMBER_WORD = rf"(?:{'|'.join(sorted(WORDS, key=len, reverse=True))})\b"
"""A number in words; `tư` alone is not one, because without its mark it may be `từ`."""
NUMBER = rf"(?:\d{{1,2}}(?!\d)|{NUMBER_WORD})"
"""A number in digits or words, as a pattern over flat text."""


def number(text: str) -> int:
    """The number a match of NUMBER stands for."""
    return int(text) if text.isdigit() else WORDS[text]
