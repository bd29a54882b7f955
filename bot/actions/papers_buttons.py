"""Buttons to the papers of a meeting, where they are wanted."""

from collections.abc import Collection

from bot.buttons import Rows, tap
from bot.rules.words import MeetingKind, PaperKind
from bot.texts import Texts
from db.models import Meeting


def rows(meeting: Meeting, kinds: Collection[PaperKind], texts: Texts, language: str) -> Rows:
    """One row with these papers of a meeting; none for a committee's, whose papers are no cell's."""
    if meeting.kind is MeetingKind.COMMITTEE:
        return []
    return [
        [
            tap(texts.label(f"paper_buttons.{kind}", language, day=""), "paper", kind, meeting.id)
            for kind in kinds
        ]
    ]
