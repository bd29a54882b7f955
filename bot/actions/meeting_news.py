"""What those who lead a cell, or follow it for the committee, are told about a meeting: as it is to be said.

Followers hear numbers only.
"""

from collections.abc import Sequence

from bot.actions.telling import Buttons, Say
from bot.buttons import Rows, tap
from bot.rules.words import ReminderStep
from bot.texts import Texts
from db import told
from db.models import Meeting, Organisation
from db.preparing import Document
from db.reminding import Guest

PREPARING = "prepare"
"""What questions about a meeting are about that nobody was invited to yet; who reads them was told of no meeting."""


def silent(meeting: Meeting, cell: Organisation, guests: Sequence[Guest]) -> Say:
    """Who is still silent, for somebody to ask in person."""
    return Say(
        "meeting_silent",
        {"meeting": meeting, "cell": cell, "silent": guests},
        about=(told.ABOUT, meeting.id or 0),
        protect=True,
        dedupe=f"meeting:{meeting.id}:{ReminderStep.CHASE_DEPUTY}",
    )


def prepare(meeting: Meeting, cell: Organisation, agenda: str, *, owes: bool, due_id: int) -> Say:
    """To be confirmed before the invitation leaves: time, place, and the agenda as it is proposed."""
    return Say(
        "meeting_prepare",
        {"meeting": meeting, "cell": cell, "agenda": agenda, "owes": owes},
        buttons=prepare_buttons(meeting.id or 0),
        about=(PREPARING, meeting.id or 0),
        asks=True,
        dedupe=f"prepare:{due_id}",
    )


def documents(meeting: Meeting, cell: Organisation, *, due_id: int) -> Say:
    """The documents are due on the official app."""
    return Say(
        "meeting_documents_due",
        {"meeting": meeting, "cell": cell},
        about=(PREPARING, meeting.id or 0),
        dedupe=f"documents:{due_id}",
    )


def document(meeting: Meeting, cell: Organisation, sent: Document) -> Say:
    """A document of a meeting, with what it belongs to."""
    return Say(
        "meeting_document",
        {"meeting": meeting, "cell": cell, "document": sent},
        about=(told.ABOUT, meeting.id or 0),
        media_id=sent.media_id,
        dedupe=f"meeting:{meeting.id}:document:{sent.id}",
    )


def roll_open(meeting: Meeting, cell: Organisation, *, due_id: int) -> Say:
    """The roll is still open after the meeting."""
    return Say(
        "roll_open",
        {"meeting": meeting, "cell": cell},
        buttons=lambda t, language: [
            [tap(t.label("menu.roll", language), "roll", meeting.id)],
            [tap(t.label("sheet.not_held", language), "nomeet", meeting.id)],
        ],
        about=("roll", meeting.id or 0),
        dedupe=f"roll_open:{due_id}",
    )


def called(meeting: Meeting, cell: Organisation, *, invited: int, owes: bool) -> Say:
    """To who follows the cell: it was invited to a meeting."""
    return Say(
        "meeting_called_follower",
        {"meeting": meeting, "cell": cell, "invited": invited, "owes": owes},
        about=(told.ABOUT, meeting.id or 0),
        dedupe=f"meeting:{meeting.id}:follower",
    )


def roll_stays_open(meeting: Meeting, cell: Organisation) -> Say:
    """To who follows the cell: its secretary was asked for the roll in vain."""
    return Say(
        "roll_open_follower",
        {"meeting": meeting, "cell": cell},
        about=("roll", meeting.id or 0),
        dedupe=f"roll_open:{meeting.id}:follower",
    )


def prepare_buttons(meeting_id: int) -> Buttons:
    """What the secretary may say about a meeting that is to be confirmed."""

    def buttons(texts: Texts, language: str) -> Rows:
        rows = [
            [tap(texts.label("meetings.confirm", language), "confirm", meeting_id)],
            [tap(texts.label("meetings.edit_agenda", language), "changing", "agenda", meeting_id)],
            [tap(texts.label("meetings.move", language), "change", meeting_id)],
        ]
        if texts.documents_in_chat:
            rows.append([tap(texts.label("meetings.documents", language), "papers", meeting_id)])
        return rows

    return buttons
