"""The time a question about absences names: `tháng trước`, `quý 3`, `6 tháng đầu năm`, `buổi vừa rồi`."""

import re
from collections.abc import Callable
from datetime import date
from typing import Literal

from bot.rules.number_words import NUMBER, number
from bot.rules.spans import Span

When = Span | Literal["last"]
Match = re.Match[str]

_YEAR = r"(?: ?(?:[/-] ?|(?:cua |trong )?nam )(?P<year>20\d\d|nay|ngoai|truoc)\b)?"
_BEFORE = r"(?:truoc|vua roi|vua qua|roi|qua)"
_MONTH = rf"(?!nam (?:nay|ngoai|truoc|20))(?:{NUMBER}|tu(?! (?:\d|mot|hai|ba)))"
_UNTIL_NOW = r"(?: (?:den|toi) (?:nay|gio|bay gio|hien tai))"
_QUARTERS = {"mot": 1, "hai": 2, "ba": 3, "bon": 4, "tu": 4, "i": 1, "ii": 2, "iii": 3, "iv": 4}
_FEW = rf"(?:trong |suot )?(?P<n>{NUMBER}) thang"


def take_span(text: str, today: date) -> tuple[When | None, str]:
    """The first time a flat text speaks of, and the text without it; one that is no time of ours stays in it."""
    for pattern, make in _WAYS:
        for found in pattern.finditer(text):
            span = make(found, today)
            if span is not None:
                return span, " ".join(f"{text[: found.start()]} {text[found.end() :]}".split())
    return None, text


def _year(found: Match, today: date) -> int | None:
    said = found["year"]
    if said is None:
        return None
    return {"nay": today.year, "ngoai": today.year - 1, "truoc": today.year - 1}.get(said) or int(said)


def _month_number(text: str) -> int:
    return 4 if text == "tu" else number(text)


def _months(year: int, first: int, last: int) -> Span | None:
    """The months of a year from one to another; None where they are none."""
    if not 1 <= first <= last <= 12:
        return None
    end = Span.of("month", date(year, last, 1))
    return Span(date(year, first, 1), end.until)


def _named_month(found: Match, today: date) -> Span | None:
    """The month of this name that began last, where no year is said."""
    month, year = _month_number(found["m"]), _year(found, today)
    if year is None:
        year = today.year - (month > today.month)
    return _months(year, month, month)


def _between(found: Match, today: date) -> Span | None:
    first, last, year = _month_number(found["a"]), _month_number(found["b"]), _year(found, today)
    if year is None:
        year = today.year - (first > today.month)
    return _months(year, first, last)


def _since(found: Match, today: date) -> Span | None:
    first = _month_number(found["a"])
    year = _year(found, today) or today.year - (first > today.month)
    begins = _months(year, first, first)
    return Span(begins.since, Span.of("month", today).until) if begins and begins.since <= today else None


def _quarter(found: Match, today: date) -> Span | None:
    said, year = found["q"], _year(found, today)
    last = 3 * (_QUARTERS.get(said) or int(said))
    if year is None:
        year = today.year - (last - 2 > today.month)
    return _months(year, last - 2, last)


def _part_of_year(found: Match, today: date) -> Span | None:
    months = 6 if found["half"] else number(found["n"])
    year = _year(found, today) or today.year
    if not 1 <= months <= 11:
        return None
    return _months(year, 1, months) if found["which"] == "dau" else _months(year, 13 - months, 12)


def _last_months(found: Match, today: date) -> Span | None:
    months = number(found["n"])
    return Span.back(months, today) if 1 <= months <= 24 else None


def _this_year(found: Match, today: date) -> Span:
    return Span.of("year", date(_year(found, today) or today.year, 1, 1))


_WAYS: list[tuple[re.Pattern[str], Callable[[Match, date], When | None]]] = [
    (
        re.compile(
            rf"\b(?:trong )?(?:(?P<n>{NUMBER}) thang|(?P<half>nua)(?: nam)?) (?P<which>dau|cuoi)(?: cua)? nam"
            r"(?: (?P<year>20\d\d|nay|ngoai|truoc))?\b"
        ),
        _part_of_year,
    ),
    (
        re.compile(rf"\b{_FEW} (?:qua|gan day(?: nhat)?|gan nhat|vua qua|vua roi|tro lai day)\b"),
        _last_months,
    ),
    (re.compile(rf"\b(?:trong|suot) (?P<n>{NUMBER}) thang nay\b"), _last_months),
    (
        re.compile(
            rf"\b(?:trong )?(?:tu )?thang (?P<a>{_MONTH}) (?:den|toi)(?: het)? thang (?P<b>{_MONTH}){_YEAR}"
        ),
        _between,
    ),
    (re.compile(rf"\btu thang (?P<a>{_MONTH}){_YEAR}{_UNTIL_NOW}"), _since),
    (re.compile(rf"\b(?:trong )?(?:thang|toi) (?P<m>{_MONTH})\b{_YEAR}"), _named_month),
    (re.compile(r"(?<!\d )\b(?:trong )?thang nay\b"), lambda found, today: Span.of("month", today)),
    (re.compile(rf"\b(?:trong )?thang {_BEFORE}\b"), lambda found, today: Span.of("month", today).before()),
    (re.compile(rf"\b(?:trong )?quy (?P<q>[1-4]|mot|hai|ba|bon|tu|iv|i{{1,3}})\b{_YEAR}"), _quarter),
    (re.compile(r"\b(?:trong )?quy nay\b"), lambda found, today: Span.of("quarter", today)),
    (
        re.compile(rf"\b(?:trong )?quy {_BEFORE}\b"),
        lambda found, today: Span.of("quarter", today).before(),
    ),
    (
        re.compile(rf"\b(?:tu )?dau nam(?: (?P<year>nay))?{_UNTIL_NOW}?(?! (?:ngoai|truoc|20))"),
        _this_year,
    ),
    (re.compile(r"\b(?:trong |ca |suot )*nam (?P<year>nay|ngoai|truoc|20\d\d)\b"), _this_year),
    (
        re.compile(
            r"\b(?:trong|ca|suot) (?:ca )?nam(?P<year>)(?= *$| (?!lan|buoi|ky|thang|cuoc|qua|toi|sau))"
        ),
        lambda found, today: Span.of("year", today),
    ),
    (
        re.compile(
            r"(?<!\d )\b(?:buoi|ky|cuoc|lan|phien)(?: (?:hop|sinh hoat))* (?:nay|vua (?:roi|qua|xong)|roi|truoc|qua"
            r"|gan (?:day )?nhat|gan day(?: nhat)?|cuoi(?: cung)?|moi nhat|moi roi)\b"
        ),
        lambda found, today: "last",
    ),
]
"""How times are said; the first that is understood is the one."""
