"""How long each kind of data is kept: one table, in days. What is past its time is deleted by night and day.

The law asks that personal data be kept no longer than its purpose needs, and leaves the number of days to who
keeps it. Absence reasons go first of what people wrote: they are the most private. What was reported of a task is
kept until the review of its year is over. The roll and the audit log stay: they are numbers.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum


class Kind(StrEnum):
    """A kind of data with a time of its own."""

    REASONS = "reasons"
    """Why somebody asked leave, category and words; from the meeting on."""
    CORRECTIONS = "corrections"
    """Why a closed roll was corrected; from the meeting on. What it was and became stays."""
    GUESTS = "guests"
    """The names of guests of a meeting; that they were there stays."""
    CONCLUSIONS = "conclusions"
    """What was concluded at a meeting; the official record is elsewhere."""
    OUTCOMES = "outcomes"
    """Why a meeting was not held or called off."""
    CARE_NOTES = "care_notes"
    """What was written down about somebody who had been missing; from the writing on."""
    SNOOZES = "snoozes"
    """Wishes to be asked again about a meeting; from the meeting on."""
    DOCUMENTS = "documents"
    """The documents that went with an invitation; from the meeting on."""
    REPORTS = "reports"
    """The words of reports and the notes of their evaluation; that there was one, and how it was evaluated, stays."""
    LAST_REPORTS = "last_reports"
    """The words that were reported last of a task."""
    EVIDENCE = "evidence"
    """Photos, documents and voice messages that went with a report; from the sending on."""
    MESSAGES = "messages"
    """The text of messages that were sent or given up; the text of a study notice stays in the notice."""
    EXPORTS = "exports"
    """Files with people in them that were sent out: one's own data, lists, sheets of invitations."""
    COPIES = "copies"
    """Telegram's own numbers of files that nothing needs any more."""
    LISTS = "lists"
    """Files nothing needs any more: lists that came in and whose sender never said what to do, old evidence."""
    FAILED_UPDATES = "failed_updates"
    """What people sent and the program could not handle."""
    WIZARDS = "wizards"
    """What was begun in a chat and not ended."""
    JOIN_REQUESTS = "join_requests"
    """The names under which people asked to join; from the decision on, or from the day they asked."""
    INVITES = "invites"
    """Invitations that were used or have expired."""
    CHATS = "chats"
    """The address of a chat that speaks for nobody any more."""
    DELIVERIES = "deliveries"
    """Where messages were sent to, once the address of the chat itself is gone."""


DAYS = {
    Kind.REASONS: 90,
    Kind.CORRECTIONS: 90,
    Kind.GUESTS: 90,
    Kind.CONCLUSIONS: 365,
    Kind.OUTCOMES: 365,
    Kind.CARE_NOTES: 90,
    Kind.SNOOZES: 90,
    Kind.DOCUMENTS: 90,
    Kind.REPORTS: 400,
    Kind.LAST_REPORTS: 400,
    Kind.EVIDENCE: 180,
    Kind.MESSAGES: 30,
    Kind.EXPORTS: 7,
    Kind.COPIES: 1,
    Kind.LISTS: 1,
    Kind.FAILED_UPDATES: 30,
    Kind.WIZARDS: 1,
    Kind.JOIN_REQUESTS: 90,
    Kind.INVITES: 30,
    Kind.CHATS: 365,
    Kind.DELIVERIES: 0,
}
"""Days a kind is kept where no setting says otherwise, in the order in which it is deleted."""
SHORTEST, LONGEST = 1, 3650
"""Days a setting may say."""

Retention = Mapping[Kind, int]
"""Days each kind is kept, in the order in which it is deleted."""


def before(kind: Kind, now: datetime, kept: Retention) -> datetime:
    """What of a kind is older than this moment (of the zone of `now`) is past its time."""
    return now - timedelta(days=kept[kind])


def read_retention(text: str) -> Retention:
    """The usual days with those of a setting in their place, such as `reasons=60, reports=200`.

    ValueError, with the piece that is wrong between « and », when it cannot be read.
    """
    said: dict[Kind, int] = {}
    for part in filter(None, map(str.strip, text.split(","))):
        kind, days = _read(part)
        if said.setdefault(kind, days) != days:
            raise ValueError(f"said in two ways: «{part}»")
    return {**DAYS, **said}


def _read(part: str) -> tuple[Kind, int]:
    name, _, days = (piece.strip() for piece in part.partition("="))
    if name not in set(Kind) or not days.isdecimal() or not SHORTEST <= int(days) <= LONGEST:
        raise ValueError(f"no kind of data with its days: «{part}»")
    return Kind(name), int(days)
