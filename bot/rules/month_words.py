"""In which months a meeting is held, as a secretary types it: every month, each quarter, `tháng 6 và 12`."""

import re
from dataclasses import dataclass

from bot.rules.number_words import NUMBER, number
from bot.rules.typed_line import Line

_ONCE = r"(?:hop )?(?:1|mot) (?:lan|buoi|ky)"
_EACH = r"(?:hang|moi|mot|1)"
CADENCE = re.compile(
    rf"(?:\b(?:dinh ky|cu|theo|hop) )*\b(?:(?P<monthly>(?:{_EACH} )?thang {_ONCE})"
    rf"|(?P<quarterly>(?:{_EACH} |(?<=theo ))quy(?: {_ONCE})?|quy {_ONCE})"
    rf"|(?P<half>nua nam {_ONCE})|(?P<step>{NUMBER}) thang {_ONCE}"
    rf"|(?:{_EACH} )?nam (?:hop )?(?P<times>{NUMBER}) (?:lan|buoi|ky)|(?P<yearly>(?:hang|moi) nam))\b"
)
"""How often."""
QUARTER = re.compile(
    r"\b(?:vao )?thang (?P<nth>dau(?: tien)?|giua|cuoi(?: cung)?|thu (?:nhat|nhi|hai|ba|[123]))"
    r"(?: (?:cua|trong))?(?: (?:moi|hang|cac))? quy\b"
)
_MONTH = rf"(?:{NUMBER}|tu)"
_LIST = rf"{_MONTH}(?:(?:[ ,;/]|\b(?:va|cung)\b)+(?:cac )?(?:thang )?{_MONTH})*"
MONTHS = re.compile(
    rf"\b(?:vao )?(?:cac |nhung )?(?:thang (?P<parity>chan|le)\b"
    rf"|(?P<start>(?:bat dau |ke )?tu thang) (?P<first>{_MONTH})\b(?! thang)"
    rf"|(?<!hang )(?<!moi )(?P<named>thang {_LIST})\b(?! thang))"
)
IN_QUARTER = {"dau": 1, "nhat": 1, "1": 1, "giua": 2, "nhi": 2, "hai": 2, "2": 2, "cuoi": 3, "ba": 3, "3": 3}


@dataclass(frozen=True)
class Months:
    """The months a line names; none are all. `clear` is False where it does not say which, or contradicts itself."""

    months: tuple[int, ...] = ()
    clear: bool = True


UNCLEAR = Months(clear=False)


def take_months(line: Line) -> Months:
    """Take what is said about months and how often out of a line; `hàng tháng` beside a day may stay."""
    quarter, cadence, named = line.take(QUARTER), line.take(CADENCE), line.take(MONTHS)
    named += quarter
    if len(named) > 1 or len({_how_often(each) for each in cadence}) > 1:
        return UNCLEAR
    if not cadence:
        return _unasked(named[0]) if named else Months()
    return _agreed(cadence[0], named[0]) if named else _BY_THEMSELVES.get(_how_often(cadence[0]), UNCLEAR)


_BY_THEMSELVES = {12: Months(), 4: Months((1, 4, 7, 10))}
"""How often a year says enough: each month, or the first month of each quarter; otherwise months must be named."""


def _unasked(named: re.Match[str]) -> Months:
    """Months named without saying how often: one alone may be a single date."""
    months = _named(named)
    return Months(months) if len(months) > 1 else UNCLEAR


def _agreed(cadence: re.Match[str], named: re.Match[str]) -> Months:
    """Months that agree with how often a year the meeting is held."""
    months, times = _named(named), _how_often(cadence)
    if not months or times in (12, -1):
        return UNCLEAR
    if named.groupdict().get("start"):
        if cadence["times"] or cadence["yearly"]:
            return UNCLEAR
        months = tuple(sorted((months[0] - 1 + n * 12 // times) % 12 + 1 for n in range(times)))
    if times and (len(months) != times or (not cadence["times"] and not _is_even(months))):
        return UNCLEAR
    return Months(months)


def _how_often(cadence: re.Match[str]) -> int:
    """Times a year; 0 where it is open, -1 where it does not fit into years."""
    if cadence["monthly"]:
        return 12
    if cadence["quarterly"] or cadence["half"]:
        return 4 if cadence["quarterly"] else 2
    if cadence["yearly"]:
        return 0
    if cadence["times"]:
        return number(cadence["times"]) or -1
    step = number(cadence["step"])
    return 12 // step if step and 12 % step == 0 else -1


def _is_even(months: tuple[int, ...]) -> bool:
    apart = {(b - a) % 12 for a, b in zip(months, (*months[1:], months[0]), strict=True)}
    return len(apart) == 1


def _named(match: re.Match[str]) -> tuple[int, ...]:
    """The months themselves, in order; none where one of them is none of the calendar, or is named twice."""
    said = match.groupdict()
    if "nth" in said:
        return tuple(range(IN_QUARTER[said["nth"].removeprefix("thu ").split()[0]], 13, 3))
    if said["parity"]:
        return tuple(range(2 if said["parity"] == "chan" else 1, 13, 2))
    listed = re.sub(r"\bthang\b", " ", said["named"] or said["first"])
    found = [4 if word == "tu" else number(word) for word in re.findall(rf"\b(?:{NUMBER}|tu\b)", listed)]
    fits = all(1 <= month <= 12 for month in found) and len(set(found)) == len(found)
    return tuple(sorted(found)) if fits else ()
