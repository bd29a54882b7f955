"""The live headcount: coming, asking leave, silent; kept up to date in the hands of who leads the cell."""

from datetime import datetime

from bot.actions.attendance import headcount
from bot.actions.authority import authorise_meeting
from bot.actions.reminding import leader_buttons
from bot.actions.telling import Say
from bot.errors import NotFound
from bot.rules.permissions import Right
from bot.texts import Texts
from db import meetings, organisations, people
from db.models import LiveMessage, Meeting, MeetingState, Member
from db.session import Session


async def show(session: Session, live: LiveMessage, *, now: datetime, texts: Texts) -> Say | None:
    """The headcount as it is now, for whom it is kept; None when the meeting is over or called off."""
    if live.member_id is None:
        raise NotFound
    meeting = await meetings.get(session, live.about_id)
    if meeting.state is not MeetingState.PLANNED:
        return None
    member = await people.get_member(session, live.member_id)
    return await say(session, meeting, by=member, now=now, texts=texts)


async def say(session: Session, meeting: Meeting, *, by: Member, now: datetime, texts: Texts) -> Say:
    """The numbers first, then the names. NotAllowed unless `by` leads the cell."""
    await authorise_meeting(session, by, meeting, Right.LEAD, on=texts.day_of(now))
    counted = await headcount(session, meeting, on=texts.day_of(meeting.starts_at))
    undecided = len(counted.undecided)
    return Say(
        "headcount",
        {
            "meeting": meeting,
            "cell": await organisations.get(session, meeting.cell_id),
            "count": counted,
            "now": now,
        },
        buttons=lambda t, language: leader_buttons(meeting, t, language, undecided=undecided),
        protect=True,
    )
