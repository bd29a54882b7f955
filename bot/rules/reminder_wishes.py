"""How much a member wants to be reminded: `nhắc ít thôi`, `nhắc đầy đủ như cũ`."""

from enum import StrEnum

from bot.rules.answer_doubts import POLITE_END, QUESTION
from bot.rules.answer_words import MANNERS, P
from bot.rules.typed import blank, read, says


class ReminderWish(StrEnum):
    """A member's own choice, for all their meetings; no reminders at all is not among them."""

    FEWER = "fewer"
    """As few as the member can be left with."""
    USUAL = "usual"
    """All that the cell's profile plans."""


LONGEST = 200
"""Characters beyond which a message is no such wish."""

REMIND = rf"(?:nhắc nhở|nhắc)(?: {P})?"
FEWER = says(
    rf"{REMIND} (?:vừa thôi|(?:ít ít|ít)(?: (?:thôi|lại|đi|hơn))?)(?! (?:quá|vậy|thế|nữa))"
    rf"|(?:<đừng>|dung|không cần|không phải|khỏi) {REMIND} (?:nhiều|hoài|mãi|suốt|liên tục)"
    r"(?>(?: (?:quá|nữa|lần|vậy|thế|đâu|như vậy|như thế))*)"
    rf"|{REMIND} (?:nhiều|hoài) quá|(?:giảm bớt|bớt|giảm) {REMIND}(?: (?:lại|đi|nhở))?"
    rf"|(?:chỉ )?(?:cần )?{REMIND} (?:một|1) lần(?: (?:thôi|là đủ))?|chỉ (?:cần )?{REMIND} trước (?:một|1) ngày"
    r"|remind me less|fewer reminders"
)
AS = r"như (?:cũ|trước|bình thường|mọi khi|thường lệ)"
USUAL = says(
    rf"{REMIND}(?: lại)? (?:(?:đầy đủ|đủ|bình thường|thường xuyên|đều đều|đều|nhiều (?:vào|hơn|lên))(?: {AS})?|{AS})"
    r"|usual reminders"
)
BESIDE = says(rf"(?>(?:{MANNERS}|phiền|lắm|quá)(?: |$))*")


def read_reminder_wish(text: str) -> ReminderWish | None:
    """What the member wishes, or None unless the message says that one thing and nothing else."""
    if len(text) > LONGEST:
        return None
    said = POLITE_END.sub("", read(text).said)
    if QUESTION.search(said):
        return None
    fewer, usual = FEWER.search(said), USUAL.search(said)
    if bool(fewer) is bool(usual) or not BESIDE.fullmatch(blank(blank(said, FEWER), USUAL)):
        return None
    return ReminderWish.FEWER if fewer else ReminderWish.USUAL
