"""An answer in a member's own words: coming, leave, late, or honestly not understood.

Nothing is guessed. What hedges, asks, speaks of another person or another day, or says two things at once
has no answer, and the member is asked back.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from bot.rules import answer_doubts as doubts
from bot.rules import answer_phrases as phrases
from bot.rules.answer_others import BUT_I, VOCATIVE, of_another
from bot.rules.answer_reasons import reason_of
from bot.rules.typed import blank, clauses, read
from bot.rules.words import Answer


@dataclass(frozen=True)
class Reading:
    """What one message says about coming."""

    answer: Answer | None
    """None where it is not sure."""
    reason: str | None
    """The member's own words for not coming or coming late, as typed."""
    sure: bool
    """Whether the answer may be recorded without asking back."""
    digit: int | None
    """A bare 1, 2 or 3, which answers the newest open question, whatever that asked."""
    question: bool
    """Whether the message asks something."""
    only_yes: bool = False
    """Whether it is nothing but a yes (`ok`, `vâng ạ`), which answers the newest open question only."""


BY_DIGIT = {1: Answer.COMING, 2: Answer.LEAVE, 3: Answer.LATE}
"""What a digit means where the newest open question is about a meeting."""

LONGEST = 1000
"""Characters beyond which a message is no answer to an invitation, whatever words are in it."""

UNSURE = Reading(answer=None, reason=None, sure=False, digit=None, question=False)


def read_answer(text: str) -> Reading:
    """Read one message as an answer to an invitation; `answer` is None unless it is sure."""
    if len(text) > LONGEST:
        return UNSURE
    typed = read(text)
    digit = phrases.DIGIT.fullmatch(typed.said)
    if digit:
        return Reading(None, None, sure=False, digit=int(digit[1]), question=False)
    said = _plainer(typed.said)
    if doubts.QUESTION.search(said):
        return Reading(None, None, sure=False, digit=None, question=True)
    if any(doubt.search(said) for doubt in doubts.DOUBTS) or of_another(typed, said):
        return UNSURE
    answer, core = _answer(said)
    if answer is None:
        return UNSURE
    said = blank(said.replace("~", "#"), phrases.NOT_LEAVE)
    reason = None if answer is Answer.COMING else reason_of(typed, said, core)
    return Reading(answer, reason, sure=True, digit=None, question=False, only_yes=_only_yes(said))


EXCUSED = re.compile(
    r"(?:(?<=v[ắa]ng )|(?<=ngh[ỉi] )|(?<=m[ặa]t ))(?:có|co) (?:l[ýíyi] do|phép|phep)(?! (?:không|ko|hay|gì))"
)
"""What absence is called on paper (`vắng có lý do`), which is no reason and no doubt."""
Core = tuple[int, int] | None


def _plainer(said: str) -> str:
    """Without what only sounds like doubt, and without the particles a sentence ends in."""
    said = doubts.POLITE_END.sub("", said)
    for pattern in (doubts.FIRST_THOUGHT, BUT_I, VOCATIVE, doubts.NO_DOUBT, EXCUSED):
        said = blank(said, pattern, "~")
    return _here_and_now(_polite(said))


def _polite(said: str) -> str:
    """`cho em xin nghỉ được không ạ` asks for leave and not for information: the asking tail goes."""
    return doubts.POLITE_ASKING.sub(lambda m: m[1] + "#" * (len(m[0]) - len(m[1])), said)


def _here_and_now(said: str) -> str:
    """Without the clauses that speak of another meeting."""
    for start, end in clauses(said):
        if doubts.OTHER_DAY.search(said, start, end):
            said = said[:start] + "#" * (end - start) + said[end:]
    return said


def _answer(said: str) -> tuple[Answer | None, Core]:
    """The one answer in the text and where it stands; None where there are none or several."""
    said = blank(said, phrases.SETTLED)
    stays = bool(phrases.NOT_LEAVE.search(said))
    said = blank(blank(said, phrases.NOT_LEAVE), phrases.NOT_BUSY)
    leave = _first(phrases.LEAVE, said) or _leave_alone(said)
    for pattern in phrases.LEAVE:
        said = blank(said, pattern)
    late, coming = _first(phrases.LATE, said), _coming(said)
    if leave:
        return (None, None) if late or coming or stays else (Answer.LEAVE, leave)
    if late:
        return Answer.LATE, late
    if coming or stays:
        return (None, None) if _turned_round(said, coming) else (Answer.COMING, coming)
    return _implied(said)


def _turned_round(said: str, coming: Core) -> bool:
    """Whether a `no` that nothing explains stands before the promise, or a `vang` that may be either word."""
    before = said[: coming[0]] if coming else ""
    return bool(phrases.VANG_OR_VANG.search(said) or phrases.NO_BEFORE.search(before))


def _implied(said: str) -> tuple[Answer | None, Core]:
    """Busy on that day, or nothing but a yes."""
    if phrases.BUSY.search(said) or phrases.CANNOT.fullmatch(said):
        return Answer.LEAVE, None
    return (Answer.COMING, None) if _only_yes(said) else (None, None)


def _only_yes(said: str) -> bool:
    rest, found = phrases.YES_CLAUSE.subn(" ", said)
    return found > 0 and not phrases.LEFT_OVER.search(rest)


def _first(patterns: Iterable[re.Pattern[str]], said: str) -> Core:
    return next((m.span() for m in (p.search(said) for p in patterns) if m), None)


def _leave_alone(said: str) -> Core:
    found = (phrases.LEAVE_ALONE.fullmatch(said[a:b].strip()) for a, b in clauses(said))
    return next(((0, len(said)) for match in found if match), None)


def _coming(said: str) -> Core:
    strong = _first(phrases.COMING, said)
    if strong:
        return strong
    return next(
        ((a, b) for a, b in clauses(said) if phrases.COMING_CLAUSE.fullmatch(said[a:b].strip())), None
    )
