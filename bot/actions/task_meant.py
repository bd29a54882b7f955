"""Which of a member's tasks something typed or sent is about."""

from collections.abc import Sequence

from bot.rules.progress_words import read_progress
from bot.rules.tasks import speaks_of, split_number
from db.tasks import Given


def meant_in_words(mine: Sequence[Given], about_id: int, text: str) -> tuple[list[Given], str]:
    """The tasks a sentence may be a report of, and the sentence without a number in front; none: it is no report.

    `about_id` is the task the chat was asked about, 0 for whichever it is. The one whose measure is counted in
    goes before the others.
    """
    asked, words = _asked(mine, about_id, text)
    understood = [given for given in asked if read_progress(words, given.task.target).sure]
    counted = [given for given in understood if speaks_of(words, given.task.unit)]
    return (counted or understood), words


def meant_by_file(mine: Sequence[Given], about_id: int, caption: str) -> tuple[list[Given], str]:
    """The tasks a file may go with: those its caption is a report of, else all it may have been asked for."""
    understood, words = meant_in_words(mine, about_id, caption)
    return (understood or _asked(mine, about_id, caption)[0] or list(mine)), words


def _asked(mine: Sequence[Given], about_id: int, text: str) -> tuple[list[Given], str]:
    """The task named by its number or asked about; when asked about all, those still to be done, or all."""
    number, words = split_number(text)
    if number is not None:
        return list(mine[number - 1 : number]), words
    if about_id:
        return [given for given in mine if given.id == about_id], words
    return [given for given in mine if not given.finished] or list(mine), words
