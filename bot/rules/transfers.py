"""The days a transfer may take, as the Party's rules have them; counted in working days.

Regulation 24-QĐ/TW on carrying out the Party's statutes and its guide 01-HD/TW: a member whose work or home has
moved begins the transfer within 60 working days, and presents the letter of introduction within 30. A transfer
for a time lasts from three months to less than twelve, and up to two years for study.
"""

from datetime import date, timedelta

from bot.rules.words import TransferKind
from bot.rules.workdays import DayOff, working_day_after

BEGIN_WITHIN = 60
PRESENT_WITHIN = 30
FIRST_REMINDER = 10
"""So many working days before the end of a term both secretaries are reminded, and once more on its last day."""
SHORTEST, LONGEST, LONGEST_STUDY = timedelta(days=89), timedelta(days=365), timedelta(days=731)


def due_on(
    kind: TransferKind, moved_on: date, letter_on: date | None, until: date | None, is_day_off: DayOff
) -> date:
    """The day by which the next step is to be done: beginning, presenting the letter, or coming back."""
    if kind is TransferKind.TEMPORARY and until is not None:
        return until
    if letter_on is None:
        return working_day_after(moved_on, BEGIN_WITHIN, is_day_off)
    return working_day_after(letter_on, PRESENT_WITHIN, is_day_off)


def reminder_days(due: date, is_day_off: DayOff) -> tuple[date, date]:
    """The two days on which both secretaries are reminded of a term."""
    return working_day_after(due, -FIRST_REMINDER, is_day_off), due


def fits_temporary(since: date, until: date, *, study: bool) -> bool:
    """Whether a transfer for a time is as long as the rules allow."""
    return SHORTEST <= until - since <= (LONGEST_STUDY if study else LONGEST)
