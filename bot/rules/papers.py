"""Papers: one table of their kinds, how they are numbered through a term, and how days and places are written."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from bot.rules.spans import Span
from bot.rules.words import PaperKind, PaperSigner

FIRST_TERM = date(2025, 1, 1)
"""The term a cell is taken to be in until it says when its own began: that of the congresses of 2025."""
ANOTHER_TERM = 365
"""Days between two beginnings from which the second is a new term; a smaller change corrects the first."""
TAIL = "CB"
"""What a number ends with, unless the cell says otherwise."""
LONGEST_TAIL, LONGEST_PLACE = 20, 60
EARLIEST, LATEST = 2000, 2200
"""The years that are reported on."""
_VILLAGE = re.compile(r"(?:chi bộ)?\s*(?:(?:thôn|bản|xóm|ấp|làng|buôn)\s+)?(.+)", re.IGNORECASE)
_USED = re.compile(r"([A-ZĐ]{2})\s*[:=]?\s*(\d{1,4})")


@dataclass(frozen=True)
class About:
    """What is fixed about a kind of paper.

    `series`: the abbreviation papers are numbered under, several kinds under one; None: it bears no number.
    `groups` name the sections of `templates/vi/papers/papers.toml` with the fields its template may use; of those
    it must use `required`, or the paper would not say what it is for.
    """

    series: str | None
    groups: tuple[str, ...]
    required: tuple[str, ...]


KINDS: Mapping[PaperKind, About] = {
    PaperKind.INVITATION: About(
        "GM", ("common", "meeting", "invitation"), ("issuer", "time", "day", "place")
    ),
    PaperKind.ATTENDANCE: About(
        None, ("common", "meeting", "attendance"), ("issuer", "listed", "listed.name")
    ),
    PaperKind.ROLL: About(
        None, ("common", "meeting", "counts", "roll"), ("issuer", "listed", "listed.name", "listed.state")
    ),
    PaperKind.MINUTES: About("BB", ("common", "meeting", "counts", "minutes"), ("issuer", "conclusions")),
    PaperKind.RESOLUTION: About(
        "NQ", ("common", "meeting", "counts", "resolution"), ("issuer", "conclusions")
    ),
    PaperKind.MONTH: About("BC", ("common", "month"), ("issuer", "meetings")),
    PaperKind.STUDY: About("BC", ("common", "study"), ("issuer", "documents", "rate")),
    PaperKind.YEAR: About(None, ("common", "year"), ("issuer", "listed", "listed.name")),
}
"""The kinds of papers."""

OF_MEETING = (
    PaperKind.INVITATION,
    PaperKind.ATTENDANCE,
    PaperKind.ROLL,
    PaperKind.MINUTES,
    PaperKind.RESOLUTION,
)
WITH_NAMES = (PaperKind.ATTENDANCE, PaperKind.ROLL, PaperKind.MINUTES, PaperKind.YEAR)
"""Papers in which members are named: making one leaves an entry in the audit log."""
AFTER_ROLL = (PaperKind.ROLL, PaperKind.MINUTES, PaperKind.RESOLUTION)
"""Papers that are drafted from a closed roll."""
SERIES = tuple(dict.fromkeys(about.series for about in KINDS.values() if about.series))
"""The abbreviations, each numbered on its own."""


@dataclass(frozen=True)
class Form:
    """How a cell's papers are headed and signed. `used`: the last numbers of this term, by series, from before."""

    term_began: date
    place: str
    tail: str = TAIL
    signer: PaperSigner = PaperSigner.SECRETARY
    used: Mapping[str, int] | None = None


def span_of(kind: PaperKind, year: int, part: int) -> Span | None:
    """What a report is about: a month (1 to 12), a quarter (1 to 4) or a year (0), as its kind has it; else None."""
    if not EARLIEST <= year <= LATEST:
        return None
    if kind is PaperKind.MONTH and 1 <= part <= 12:
        return Span.of("month", date(year, part, 1))
    if kind is PaperKind.STUDY and 1 <= part <= 4:
        return Span.of("quarter", date(year, part * 3, 1))
    return (
        Span.of("year", date(year, 1, 1)) if kind in (PaperKind.STUDY, PaperKind.YEAR) and not part else None
    )


def symbol(number: int, series: str, tail: str) -> str:
    """Number and symbol: `05-NQ/CB`."""
    return f"{number:02d}-{series}/{tail}"


def long_day(day: date) -> str:
    """`03 tháng 02 năm 2027`: a zero before days below 10 and before the months 1 and 2, nowhere else."""
    month = f"{day.month:02d}" if day.month < 3 else str(day.month)
    return f"{day.day:02d} tháng {month} năm {day.year}"


def points(text: str) -> list[str]:
    """The lines of what was typed, each without a mark at its end or a bullet before it: the paper sets its own."""
    lines = (line.strip().lstrip("-–•* ").rstrip(" .;,") for line in text.splitlines())
    return [line for line in lines if line]


def usual_place(cell: str) -> str:
    """The place in the date line, out of the cell's name: `Chi bộ thôn Séo Mý Tỷ` -> `Séo Mý Tỷ`."""
    found = _VILLAGE.fullmatch(cell)
    place = (found[1] if found else cell).strip()
    return place[:1].upper() + place[1:LONGEST_PLACE]


def begins_term(before: date, after: date) -> bool:
    """Whether another beginning of the term is that of a new one, whose numbers run from 1."""
    return abs((after - before).days) >= ANOTHER_TERM


def read_used(text: str) -> dict[str, int] | None:
    """The last numbers that were used, out of `NQ 17, BB 20`; None where it says anything else."""
    found = {series: int(number) for series, number in _USED.findall(text.upper())}
    rest = _USED.sub("", text.upper()).strip(" ,;.")
    return found if found and not re.sub(r"[\s,;.]", "", rest) and set(found) <= set(SERIES) else None
