"""How people write the words of a membership list: statuses, offices, names."""

import re
from functools import lru_cache

from bot.rules.names import clean, fold
from bot.rules.words import RoleName, Status

_SPREADSHEET_ERROR = re.compile(r"#(N/A|REF!|VALUE!|NAME\?|DIV/0!|NULL!|NUM!)")


def text_of(value: object) -> str:
    """The value as a person sees it in the sheet; dashes and spreadsheet errors stand for nothing."""
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return _visible(str(value))


@lru_cache(maxsize=4096)  # a list repeats its cells and statuses thousands of times
def _visible(raw: str) -> str:
    text = clean(raw)
    nothing = not text.strip("-–—._ ") or _SPREADSHEET_ERROR.fullmatch(text)
    return "" if nothing else text


@lru_cache(maxsize=4096)
def key(text: str) -> str:
    """Letters and digits only, folded: how headings, statuses and offices are compared."""
    return " ".join(re.sub(r"[\W_]+", " ", fold(text)).split())


_EXEMPT = r"mien( cong tac| ct)?( va)?( sinh hoat| sh|sh)?( dang)?|mien ctsh"
_STATUSES = (
    (re.compile(r"(dang vien )?chinh thuc|official|full member"), Status.OFFICIAL),
    (re.compile(r"(dang vien )?du bi|probationary( member)?"), Status.PROBATIONARY),
    (re.compile(rf"(duoc )?({_EXEMPT})|exempt( from work and meetings)?"), Status.EXEMPT),
    (re.compile(rf"(duoc )?tam ({_EXEMPT})|temporarily exempt"), Status.TEMPORARILY_EXEMPT),
)


def status_of(text: str) -> Status | None:
    """The status these words name, diacritics and case aside; None if they name none we know."""
    return next((status for words, status in _STATUSES if words.fullmatch(key(text))), None)


_ROLES = (
    (re.compile(r"bi thu( chi bo( .*)?)?|(cell )?secretary"), RoleName.SECRETARY),
    (re.compile(r"pho bi thu( chi bo( .*)?)?|deputy( secretary)?"), RoleName.DEPUTY),
)
_BETWEEN_OFFICES = re.compile(r"[,;/\n–-]|\bkiêm\b", re.IGNORECASE)


def role_of(text: str) -> RoleName | None:
    """Secretary or deputy of a cell; None for every other office, also of the youth union or a committee.

    People hold several: "Bí thư kiêm Trưởng thôn" is the secretary.
    """
    offices = [key(part) for part in _BETWEEN_OFFICES.split(text)]
    return next((role for words, role in _ROLES if any(map(words.fullmatch, offices))), None)


def looks_like_formula(text: str) -> bool:
    """Whether a spreadsheet that opens this text again could take it for a formula."""
    return re.match(r"[=@]|[+-]\S", text) is not None


def guarded(text: str) -> str:
    """The text for a field of a .csv: with an apostrophe before it where a spreadsheet could calculate it.

    A text that begins with an apostrophe gets another, so that `unguarded` gives back every text as it was.
    """
    return f"'{text}" if text[:1] in _GUARDED and text else text


def unguarded(text: str) -> str:
    """What `guarded` was given; a name that only begins with an apostrophe stays as it is."""
    return text[1:] if text[:1] == "'" and text[1:2] in _GUARDED and text[1:] else text


_GUARDED = frozenset("=+-@\t\r\n'＝＋－＠")


def natural_name(text: str) -> str:
    """'LÊ MINH HOA' is 'Lê Minh Hoa'; whatever is not a name in capitals stays as it was written."""
    shouted = text.isupper() and all(letter.isalpha() or letter in " '’.-" for letter in text)
    return text.title() if shouted else text
