"""Study notices, decided without the outside: secrecy marks, how a text is put together and cut, who confirmed."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.rules.names import clean, fold
from bot.rules.parts import split, units

LARGEST_TEXT = 100_000
"""Characters of a notice; anything longer is a document."""
PART = 3_300
"""UTF-16 units of the notice's own text in one message; the rest of Telegram's 4,096 is for heading and close."""
SHORT = 250
"""UTF-16 units up to which a text stands in its document's caption, which may have 1,024 in all."""
LEAD = 200
"""UTF-16 units of a long text that stand in the caption of the document that holds all of it."""
TITLE = 300
BUTTON = 40
"""UTF-16 units of a title, or a choice, on a button."""

_FIRST_LINES = 10
"""Non-empty lines in which a document's marking stands: the head of an official document."""
_CUT_BY_CLIENT = 3_000
"""A pasted piece longer than this was cut by the sender's program (at 4,096), not by the sender."""

_LEVELS = {"mật": "Mật", "tốimật": "Tối mật", "tuyệtmật": "Tuyệt mật"}
_LEVELS |= {"mat": "Mật", "toimat": "Tối mật", "tuyetmat": "Tuyệt mật"}
"""By their letters alone: a stamp may be spaced out, `T Ố I  M Ậ T`."""
_LEVEL = r"(?:tuyệt mật|tối mật|mật|tuyet mat|toi mat|mat)(?!\w)"
_DECLARED = re.compile(
    rf"(?:độ|mức|cấp|do|muc|cap) m[ậa]t\s*[:：=–-]\s*[\"'“«(\[]?\s*({_LEVEL})", re.IGNORECASE
)
_BRACKETED = re.compile(rf"[(\[{{]\s*({_LEVEL})\s*[)\]}}]", re.IGNORECASE)
_CAPITALS = re.compile(r"(?<!\w)(?:TUYỆT MẬT|TỐI MẬT|MẬT)(?!\w)")
_COLUMNS = re.compile(r"\t|\s{2,}|\|")

_BEFORE = {"bí", "bảo", "cơ", "thân", "trăng"}
_AFTER = {"thiết", "ong", "mía", "khẩu", "mã", "độ", "vụ", "thám", "ngữ", "đàm"}
"""Neighbours that make an ordinary word of it: bí mật, bảo mật, mật thiết, mật ong, mật khẩu."""
_BARE_BEFORE = {"bi", "bao", "co", "than", "vang", "ra", "gap", "be", "truoc", "mot", "khuon", "hai", "lam"}
_BARE_AFTER = {"thiet", "ong", "khau", "ma", "do", "tran", "bang", "hang", "dat", "duong", "tien", "nuoc"}
"""The same without marks, where `mat` may as well be mặt (mặt trận, có mặt, vắng mặt) or mát."""


def find_secrecy(text: str) -> str | None:
    """The secrecy mark a text bears: Mật, Tối mật or Tuyệt mật; None when it bears none.

    - declared anywhere: `Độ mật: Tối mật`
    - a line, or a column of one, that consists of it
    - in the first lines: in brackets, or in capitals as a word of its own
    - never the ordinary word: bí mật, mật thiết, BẢO VỆ BÍ MẬT
    """
    whole = _visible(text)
    if declared := _DECLARED.search(whole):
        return _level(declared[1])
    lines = [line for line in whole.splitlines() if line.strip()]
    for line in lines:
        for column in (line, *_COLUMNS.split(line)):
            if (letters := _letters(column)) in _LEVELS:
                return _LEVELS[letters]
    return next((mark for line in lines[:_FIRST_LINES] for mark in _marks_of_head(line)), None)


def find_secrecy_in_name(name: str) -> str | None:
    """The secrecy mark a file's name bears as a word: `05-KH_MẬT.docx`, `(mat) ke hoach.pdf`; None for none."""
    words = [w.casefold() for w in re.findall(r"[^\W\d_]+", _visible(name))]
    for at, word in enumerate(words):
        before = words[at - 1] if at else ""
        after = words[at + 1] if at + 1 < len(words) else ""
        if word in _LEVELS and not _is_ordinary(before, word, after):
            return _LEVELS.get(before + word, _LEVELS[word])
    return None


def title_of(text: str) -> str:
    """The first line with something in it, as the title: one line, shortened at a word."""
    first = next((line for line in text.splitlines() if clean(line)), "")
    return shorten(clean(first), TITLE)


def shorten(text: str, limit: int) -> str:
    """The text, or as much of it as fits into `limit` UTF-16 units with an ellipsis."""
    return text if units(text) <= limit else split(text, limit - 1)[0] + "…"


def joined(text: str, piece: str, *, after: int) -> str:
    """A text and the next piece pasted to it; `after` is the length in UTF-16 units of the piece before.

    - a program cuts what is pasted at 4,096: after so long a piece the same paragraph may go on
    - otherwise each piece begins a paragraph of its own
    """
    if not text or not piece:
        return text + piece
    if after < _CUT_BY_CLIENT:
        return f"{text}\n\n{piece}"
    return f"{text}\n{piece}" if text[-1] in ".!?…:;" else f"{text} {piece}"


@dataclass(frozen=True)
class Piece:
    """What one message of a notice carries: so much of its text, and a file (its number as media).

    `lead`: the text is only the beginning, all of it is in the file.
    """

    text: str = ""
    media_id: int | None = None
    lead: bool = False


def needs_document(text: str, *, as_parts: bool) -> bool:
    """Whether a text goes as one document: it does not fit into a message, and was not to go in parts."""
    return not as_parts and units(text.strip()) > PART


def pieces_of(
    text: str, files: Sequence[int], *, document: int | None = None, title: str = ""
) -> list[Piece]:
    """What each message of a notice carries, in order; the files come last, each in a message of its own.

    - with a `document` made of the text: one message with that document and the text's beginning
    - otherwise the text, in as many messages as it takes
    - a short text stands in the caption of the first file
    """
    whole = text.strip()
    if document is not None:
        said = [Piece(lead_of(whole, title), document, lead=True)]
    elif files and units(whole) <= SHORT:
        return [Piece(whole, files[0]), *(Piece("", each) for each in files[1:])]
    else:
        said = [Piece(part) for part in split(whole, PART)]
    return [*said, *(Piece("", each) for each in files)]


def count_messages(text: str, files: int, *, as_parts: bool) -> int:
    """How many messages a notice of a text and so many files is."""
    document = 0 if needs_document(text, as_parts=as_parts) else None
    return len(pieces_of(text, range(files), document=document))


def lead_of(text: str, title: str = "") -> str:
    """The beginning of a text, for the caption of its document, without the title it may begin with."""
    return shorten(text.strip().removeprefix(title).strip(), LEAD)


_WHO = r"(?:(?:toi|em|minh|chau|con|bac|chu|co|anh|chi|dong chi|vang|da|thua|bao cao) )*"
_VERB = "(?:doc|xem|hoc|hoc tap|nghien cuu|quan triet)"
_WHAT = "(?: (?:thong bao|van ban|tai lieu|chi thi|nghi quyet|ke hoach|noi dung|nay|toan bo|ky|het|xong|roi|a|nhe))*"
_STUDIED = re.compile(
    rf"{_WHO}(?:da {_VERB}{_WHAT}|{_VERB}{_WHAT} (?:xong|roi){_WHAT})"
    r"|(?:i have |i've |i )?(?:read|studied)(?: it| this| the notice)?|done reading"
)


def says_studied(text: str) -> bool:
    """Whether what was typed says that a notice was studied: `đã đọc`, `em đã nghiên cứu rồi ạ`.

    `chưa đọc` and `đã đọc chưa?` do not.
    """
    return _STUDIED.fullmatch(fold(re.sub(r"[.,!…~]+", " ", text))) is not None


def _marks_of_head(line: str) -> Iterator[str]:
    if bracketed := _BRACKETED.search(line):
        yield _level(bracketed[1])
    for found in _CAPITALS.finditer(line):
        before = re.findall(r"\w+", line[: found.start()])[-1:]
        after = re.findall(r"\w+", line[found.end() :])[:1]
        neighbours = [w.casefold() for w in (*(before or [""]), *(after or [""]))]
        if found[0] != "MẬT" or not _is_ordinary(neighbours[0], "mật", neighbours[1]):
            yield _level(found[0])


def _is_ordinary(before: str, word: str, after: str) -> bool:
    if word == "mat":
        return fold(before) in _BARE_BEFORE or fold(after) in _BARE_AFTER
    return before in _BEFORE or after in _AFTER


def _level(words: str) -> str:
    return _LEVELS[_letters(words)]


def _letters(text: str) -> str:
    return re.sub(r"[\W_]+", "", text).casefold()


def _visible(text: str) -> str:
    """The text in one spelling, without characters nobody sees: they must not hide a mark."""
    return "".join(c for c in unicodedata.normalize("NFC", text) if unicodedata.category(c) != "Cf")
