"""What each kind of message that is kept up to date shows."""

from collections.abc import Mapping
from datetime import datetime

from bot.actions import check_ins, group_news, headcounts, living, notice_progress, roll_screens
from bot.actions.living import Show
from bot.texts import Texts
from db.models import LiveKind
from db.session import Session

SHOWS: Mapping[LiveKind, Show] = {
    LiveKind.HEADCOUNT: headcounts.show,
    LiveKind.ROLL: roll_screens.show,
    LiveKind.CHECK_IN: check_ins.show,
    LiveKind.GROUP: group_news.show,
    LiveKind.NOTICE: notice_progress.show,
}


async def show_changes(session: Session, *, now: datetime, texts: Texts) -> int:
    """Bring messages up to date; how many were looked at."""
    return await living.show_changes(session, SHOWS, now=now, texts=texts)
