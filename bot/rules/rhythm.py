"""How often a member is asked about a task, by its rhythm; months are given by their first day."""

from datetime import date

from bot.rules.words import Rhythm


def is_asked(rhythm: Rhythm, deadline: date | None, *, month: date) -> bool:
    """Whether a report is expected for the regular meeting of a month.

    Whatever its rhythm, a task is asked for in the month of its deadline (a local date) and from then on.
    """
    if deadline is not None and deadline.replace(day=1) <= month:
        return True
    return rhythm is Rhythm.MONTHLY or (rhythm is Rhythm.QUARTERLY and month.month % 3 == 0)
