"""Why somebody does not come, or comes late: their own words, without the courtesies around them."""

import re

from bot.rules.answer_phrases import LATE, LEAVE
from bot.rules.answer_words import ADVERB, DAY, SO, P
from bot.rules.typed import Typed, loose, says

BECAUSE = says(
    r"(?:bởi vì|vì|<do>(?! (?:đó|ấy))|(?<!hom )(?<!bua )(?<!ngay )(?<!buoi )do|bởi|tại|lý do(?: là)?)"
)
COURTESY = (
    rf"(?:dạ|ok|<vâng>|thưa|ạ|a|nha|nghe|phó bí thư|bí thư|chi bộ|chi ủy|kính gửi|kính báo|báo cáo"
    rf"|báo|chào|xin chào|đồng chí|xin phép"
    rf"|xin lỗi|xin|mong|thông cảm|cảm ơn|cám ơn|{DAY}|buổi họp|buổi|cuộc họp|sinh hoạt|này|tới|rồi"
    rf"|mất|{SO}|là|<thì>|được|{P} ơi|nhưng mà|nhưng|mà|cũng|nữa|\d+|yes|but|sorry|hai|mặt|thôi|đâu"
    r"|sẽ|chắc chắn|:|,|\.|!|;|\n|#+)"
)
SO_AFTER = says(SO)
LEADING = re.compile(loose(rf"(?>{COURTESY} )+"))
TRAILING = re.compile(
    loose(rf"(?>(?: (?:,|;|{SO})(?>(?: (?:{P}|{ADVERB}|{DAY}|xin|phép)(?!\w))*)| {COURTESY})(?!\w))+$")
)
NOTHING = says(rf"(?>{COURTESY}|{P}|họp| )*")
ONLY_A_NAME = re.compile(
    r"(?:(?i:em|tôi|mình|cháu|tớ)(?: là)? )?(?:[A-ZĐÀ-Ý]\w*+ ?"
    r"|[ẠẢẤẦẨẪẬẮẰẲẴẶẸẺẼẾỀỂỄỆỊỌỎỐỒỔỖỘỚỜỞỠỢỤỦỨỪỬỮỰỲỴỶỸƠƯ]\w*+ ?)+(?:đây)?"
)


def reason_of(typed: Typed, said: str, core: tuple[int, int] | None) -> str | None:
    """The member's own words for it: after *vì* or *do*, else what stands around the answer at `core`."""
    because = BECAUSE.search(said)
    start, end = core or (0, 0)
    if because:
        rest = re.split(r" [;.!\n]", said[because.end() :])[0]
        stop = min((m.start() for m in (SO_AFTER.search(rest), _core_after(rest)) if m), default=len(rest))
        return _kept(typed, said, because.end(), because.end() + stop)
    return _kept(typed, said, 0, start) or _kept(typed, said, end, len(said)) or None


def _core_after(rest: str) -> re.Match[str] | None:
    return next((m for m in (p.search(rest) for p in (*LEAVE, *LATE)) if m), None)


def _kept(typed: Typed, said: str, start: int, end: int) -> str | None:
    """What was typed there, without courtesies at either end; None if nothing else is left."""
    part = said[start:end]
    start += len(part) - len(part.lstrip())
    part = part.strip()
    if NOTHING.fullmatch(part):
        return None
    lead = LEADING.match(part)
    part, start = (part[lead.end() :], start + lead.end()) if lead else (part, start)
    tail = TRAILING.search(part)
    words = typed.written(start, start + (tail.start() if tail else len(part)))
    return None if not words or ONLY_A_NAME.fullmatch(words) else words
