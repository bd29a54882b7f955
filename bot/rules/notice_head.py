"""What document a text is, read from its head as Party offices write it: title, issuing body, number and day.

    ĐẢNG BỘ TỈNH LÀO CAI               ĐẢNG CỘNG SẢN VIỆT NAM
    ĐẢNG ỦY XÃ TẢ VAN                  Tả Van, ngày 03 tháng 02 năm 2026
    *
    Số 05-KH/ĐU
                           KẾ HOẠCH
              về nâng cao chất lượng sinh hoạt chi bộ

Sure or nothing: what the head does not plainly say stays empty, and is asked. The columns may stand side by side,
one under the other, or all in one line, as a pasted text has them.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from bot.rules.names import clean, fold


@dataclass(frozen=True)
class Head:
    """What is known of a document; empty where it is not."""

    title: str = ""
    body: str = ""
    number: str = ""
    issued_on: date | None = None

    def or_else(self, other: "Head") -> "Head":
        """The same, with what is not known here as the other has it."""
        return Head(
            self.title or other.title,
            self.body or other.body,
            self.number or other.number,
            self.issued_on or other.issued_on,
        )


KINDS = {
    "CT": "Chỉ thị",
    "NQ": "Nghị quyết",
    "KH": "Kế hoạch",
    "HD": "Hướng dẫn",
    "CV": "Công văn",
    "TB": "Thông báo",
    "KL": "Kết luận",
    "QĐ": "Quyết định",
}
"""The kinds of documents, by what their numbers bear."""

_FIRST_LINES = 30
_FIRST_CHARACTERS = 2_500
"""How far a head reaches."""
_TITLE, _BODY = 300, 120
"""Characters of a title and of a body that can still be one."""
_CODE = r"[A-ZĐ][A-ZĐa-zđ]*(?:[-/][A-ZĐ][A-ZĐa-zđ]*)*"
_BARE_NUMBER = rf"\d{{1,5}}(?:/\d{{4}})?\s?[-–/]\s?{_CODE}"
_NUMBER = re.compile(rf"\bSố\s*[:.]?\s*({_BARE_NUMBER})(?![\w/-])")
_NUMBERED = re.compile(r"Số\s*[:.]?(?:\s|\d|-|$)")
_NUMBER_ALONE = re.compile(rf"({_BARE_NUMBER})\s*$")
_DAY = r"ngày\s+(\d{1,2})\s+tháng\s+(\d{1,2})\s+năm\s+(\d{4})"
_SHORT_DAY = r"ngày\s+(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})"
_DATED = re.compile(
    rf"(?:^|(?<=[*|])|(?<=NAM)|(?<=Nam)|(?<=phúc))\s*(?!Tại\b)[A-ZĐÀ-Ỹ][^,;:.]{{1,40}},\s*(?:{_DAY}|{_SHORT_DAY})(?=\s*(?:$|[A-ZĐÀ-Ỹ*|]))"
)
_NATION = re.compile(
    r"ĐẢNG CỘNG SẢN VIỆT NAM|CỘNG H[ÒO][AÀ] XÃ HỘI CHỦ NGHĨA VIỆT NAM|Độc lập\s*[-–]\s*Tự do\s*[-–]\s*Hạnh phúc",
    re.IGNORECASE,
)
_COLUMNS = re.compile(r"\t+|\s{2,}|\|")
_RULE = re.compile(r"[\s*_=–—.\-⁎∗★☆o]*")
_BODIES = (
    "TỈNH ỦY|THÀNH ỦY|HUYỆN ỦY|THỊ ỦY|QUẬN ỦY|ĐẢNG ỦY|ĐẢNG BỘ|CHI BỘ|CHI ỦY|BAN|VĂN PHÒNG|ỦY BAN|BỘ CHÍNH TRỊ|"
    "BỘ|HỘI|LIÊN ĐOÀN|ĐOÀN|TỈNH ĐOÀN|MẶT TRẬN|QUÂN ỦY|TRƯỜNG|TRUNG TÂM|CÔNG AN|SỞ|ĐẢNG ĐOÀN"
)
_BODY_BEGINS = re.compile(rf"(?:{_BODIES})(?!\w)", re.IGNORECASE)
_HALF_A_BODY = ("BAN CHẤP HÀNH", "BAN THƯỜNG VỤ")
_KIND_NAMES = "|".join(name.upper() for name in KINDS.values())
_KIND_IN_LINE = re.compile(rf"(?<!\w)({_KIND_NAMES})(?!\w)")
_KIND_FIRST = re.compile(rf"({'|'.join(KINDS.values())})(?!\w)", re.IGNORECASE)
_OF = re.compile(r"của\s.+", re.IGNORECASE)
_ABOUT = re.compile(r"(?:về(?: việc)?|v/v|thực hiện|triển khai|tổ chức|tổng kết|sơ kết)(?!\w)", re.IGNORECASE)
_BEGINS = re.compile(
    r"(?:kính gửi|căn cứ|nơi nhận|điều \d|phần \w+\b|[IVX]+[.\s-]|\d+[.)]|[-+•]\s)", re.IGNORECASE
)
_END = re.compile(r"\s(?:[-–—_=*]{1,}|Kính gửi|Căn cứ|Thực hiện|Nhằm|Để|I\.)(?=\s|$|:)")
_SELF_NAMED = re.compile(
    rf"({'|'.join(KINDS.values())})\s+(?:số\s*[:.]?\s*)?({_BARE_NUMBER})"
    rf"(?:,?\s+(?:{_DAY}|{_SHORT_DAY}))?"
    r"(?:,?\s+của\s+(.{3,120}?))?(?:,?\s+((?:về|v/v)\s.+))?[.:]?$",
    re.IGNORECASE,
)
_IN_NAME = re.compile(
    rf"(?<![\w])(\d{{1,4}})\s?[-_ ]\s?({'|'.join(KINDS)})\s?[-_.]\s?([A-ZĐ]{{2,12}})(?![\w])"
)


def read_head(text: str) -> Head:
    """What the head of a text says of it."""
    seen = unicodedata.normalize("NFC", text)[:_FIRST_CHARACTERS]
    lines = [line.strip() for line in seen.splitlines()]
    while lines and not lines[0]:
        lines.pop(0)
    lines = lines[:_FIRST_LINES]
    if not lines:
        return Head()
    if named := _self_named(lines[0]):
        return named
    found = _one_line(lines[0]) if _is_one_line(lines[0]) else _many_lines(lines)
    return found if found.number or found.issued_on or found.title else Head()


def read_name(name: str) -> Head:
    """What a file's name says: `39-CT-TW.pdf`, `05-KH_ĐU ve sinh hoat.docx`; a name has no slash."""
    found = _IN_NAME.search(unicodedata.normalize("NFC", name).rpartition(".")[0])
    return Head(number=f"{found[1]}-{found[2]}/{found[3]}") if found else Head()


# ── a title that says it all: `Kế hoạch số 05-KH/ĐU ngày 3/2/2026 của Đảng ủy xã Tả Van về …` ───────────────


def _self_named(line: str) -> Head | None:
    found = _SELF_NAMED.fullmatch(clean(line))
    if found is None:
        return None
    kind, number, *day, body, about = found.groups()
    title = f"{_kind(kind)} {_about(about)}" if about else ""
    body = clean(body or "")
    if not _BODY_BEGINS.match(body):
        body = ""
    return Head(title[:_TITLE], body, _number(number), _day(day))


# ── a head of several lines ─────────────────────────────────────────────────────────────────────────


def _many_lines(lines: Sequence[str]) -> Head:
    at = next((n for n, line in enumerate(lines) if _is_kind(line)), None)
    above = lines[:at] if at is not None else _before_content(lines)
    columns = [clean(each) for line in above for each in _COLUMNS.split(line) if clean(each)]
    number = next(_numbers(columns), "")
    issued_on = next((day for each in columns if (day := _dated(each))), None)
    anchored = bool(number) or any(_NATION.search(each) for each in columns)
    body = _body(columns, capitals=not number) if anchored else ""
    if at is not None:
        title = _title(lines[at], lines[at + 1 :])
    else:
        title = _letter_title(columns, number) if anchored else ""
    return Head(title, body, number, issued_on)


def _before_content(lines: Sequence[str]) -> Sequence[str]:
    """Of a letter, which names no kind: what stands above whom it is to."""
    for at, line in enumerate(lines):
        if fold(line).startswith("kinh gui"):
            return lines[:at]
    return lines[:10]


def _numbers(columns: Sequence[str]) -> Iterator[str]:
    for each in columns:
        if found := _NUMBER.match(each) or _NUMBER_ALONE.match(each):
            yield _number(found[1])


def _body(columns: Sequence[str], *, capitals: bool) -> str:
    """The last of the bodies in the left block; a line that begins none goes on with the one before.

    Without a number only what stands in capitals is sure to be a heading.
    """
    bodies: list[str] = []
    for each in columns:
        if _NUMBERED.match(each) or _NUMBER_ALONE.match(each) or (capitals and bodies and _dated(each)):
            break
        if _NATION.search(each) or _dated(each) or _RULE.fullmatch(each):
            continue
        if (
            each.startswith(("Độc lập", "V/v", "v/v"))
            or len(each) > _BODY
            or (capitals and not each.isupper())
        ):
            continue
        half = bodies and bodies[-1].upper() in _HALF_A_BODY
        if half or (bodies and not _BODY_BEGINS.match(each)):
            bodies[-1] = f"{bodies[-1]} {each}"
        elif _BODY_BEGINS.match(each):
            bodies.append(each)
        else:
            return ""
    return bodies[-1] if bodies and len(bodies[-1]) <= _BODY else ""


def _title(kind: str, below: Sequence[str]) -> str:
    """What stands under the kind, as far as a rule, an empty line or the first words of the content."""
    taken: list[str] = []
    ended = False
    for line in below:
        if not line and not taken:
            continue
        if ended := not line or bool(_RULE.fullmatch(line)) or bool(_BEGINS.match(line)):
            break
        if taken and not line[0].islower() and not _OF.match(taken[-1]):
            break
        taken.append(clean(line))
    if taken and _OF.match(taken[0]) and taken[0].isupper():  # `CỦA BAN BÍ THƯ`, in a line of its own
        taken = taken[1:]
    about = " ".join(taken)
    if not taken or len(about) > _TITLE or about.endswith((".", ";")) or not (ended or _ABOUT.match(about)):
        return ""
    return f"{_kind(kind)} {_about(about)}"


def _letter_title(columns: Sequence[str], number: str) -> str:
    """Of an official letter: the line `V/v …` under its number."""
    at = next(
        (n for n, each in enumerate(columns) if re.match(r"v/v\s|về việc\s", each, re.IGNORECASE)), None
    )
    if at is None:
        return ""
    taken = [columns[at]]
    for each in columns[at + 1 :]:
        if not each[0].islower():
            break
        taken.append(each)
    kind = KINDS["CV"] if _kind_of(number) in ("", KINDS["CV"]) else _kind_of(number)
    return f"{kind} {_about(' '.join(taken))}"


# ── a head that was pasted as one line ──────────────────────────────────────────────────────────────


def _is_one_line(line: str) -> bool:
    nation = _NATION.search(line)
    return (
        nation is not None and (_NUMBER.search(line) or _KIND_IN_LINE.search(line, nation.end())) is not None
    )


def _one_line(line: str) -> Head:
    line = clean(line)
    nation = _NATION.search(line)
    assert nation is not None
    numbered = _NUMBER.search(line)
    kind = _KIND_IN_LINE.search(line, numbered.end() if numbered else nation.end())
    head = line[: kind.start()] if kind else line[: _FIRST_CHARACTERS // 5]
    left = min(each.start() for each in (nation, numbered) if each)
    issued_on = next((day for part in _pieces(head) if (day := _dated(part))), None)
    number = _number(numbered[1]) if numbered and numbered.start() < len(head) else ""
    found = Head("", _left_body(line[:left]), number, issued_on)
    return replace(found, title=_title_in_line(kind, line)) if kind else found


def _pieces(head: str) -> Iterator[str]:
    """A head in one line, cut where columns met."""
    yield from (clean(each) for each in re.split(r"\*|\||(?=\bSố\s*[:.]?\s*\d)|" + _NATION.pattern, head))


def _left_body(text: str) -> str:
    """The body that is named last before the nation; one that begins with a committee has another above it."""
    text = clean(text.replace("*", " "))
    if not text.isupper():
        return ""
    begun = [found.start() for found in _BODY_BEGINS.finditer(text) if _at_word(text, found.start())]
    if not begun or begun[0] != 0:
        return ""
    if text.startswith(_HALF_A_BODY) or not text.startswith(("ĐẢNG BỘ", "TỈNH ỦY", "THÀNH ỦY", "ĐẢNG ỦY")):
        return text if len(text) <= _BODY else ""
    return text[begun[-1] :]


def _at_word(text: str, at: int) -> bool:
    return at == 0 or text[at - 1] == " "


def _title_in_line(kind: re.Match[str], line: str) -> str:
    rest = line[kind.end() :].strip()
    end = _END.search(rest)
    about = rest[: end.start()] if end else rest
    sure = _ABOUT.match(about) and (end or len(about) < _TITLE // 2) and not about.endswith(".")
    return f"{_kind(kind[1])} {_about(about)}" if sure and len(about) <= _TITLE else ""


# ── the pieces ──────────────────────────────────────────────────────────────────────────────────────


def _is_kind(line: str) -> bool:
    """A line of its own that names a kind, maybe spaced out: `K Ế  H O Ạ C H`."""
    bare = re.sub(r"[\s*]+", "", line)
    return bare.isupper() and bare in {name.upper().replace(" ", "") for name in KINDS.values()}


def _kind(words: str) -> str:
    bare = re.sub(r"[\s*]+", "", words).casefold()
    return next(name for name in KINDS.values() if name.replace(" ", "").casefold() == bare)


def _kind_of(number: str) -> str:
    """The kind a document's number tells."""
    return next((KINDS[code] for code in re.findall(r"[A-ZĐ]+", number) if code in KINDS), "")


def _about(words: str) -> str:
    """`V/v …` and `Về việc …` as they stand in a sentence."""
    said = re.sub(r"^v/v", "về việc", clean(words), flags=re.IGNORECASE).rstrip(".:")
    return said[0].lower() + said[1:] if _ABOUT.match(said) else said


def _number(text: str) -> str:
    return re.sub(r"\s*([-–/])\s*", lambda found: found[1].replace("–", "-"), text)


def _dated(column: str) -> date | None:
    found = _DATED.search(column)
    return _day(list(found.groups())) if found else None


def _day(numbers: Sequence[str | None]) -> date | None:
    """The day of the calendar three numbers say, of which there may be two sets."""
    said = [int(each) for each in numbers if each]
    if len(said) != 3:
        return None
    try:
        return date(said[2], said[1], said[0])
    except ValueError:
        return None
