"""Somebody else takes the roll: a member of the cell, for this one roll, who sees no reasons."""

from datetime import datetime, timedelta

from bot.actions import auditing, roles, roll
from bot.actions.authority import authorise
from bot.actions.telling import Say
from bot.buttons import tap
from bot.errors import NotFound
from bot.rules.permissions import Right
from bot.rules.words import AuditVerb, RoleName
from bot.texts import Texts
from db import chats, people
from db.models import Meeting, Member
from db.session import Session

LASTS = timedelta(days=2)
"""A delegate whose roll is never closed is none any more after so many days."""


async def list_able(
    session: Session, *, meeting_id: int, by: Member, now: datetime, texts: Texts
) -> tuple[roll.Sheet, list[Member]]:
    """Whom one may ask: those of the meeting's list whom a message reaches and who cannot take the roll yet.

    NotAllowed unless `by` leads the cell, TooLate when the roll is closed.
    """
    sheet = await roll.open_for_marks(session, meeting_id=meeting_id, by=by, now=now, texts=texts)
    today, cell_id = texts.day_of(now), sheet.meeting.cell_id
    await authorise(session, by, Right.LEAD, cell_id, on=today)
    takers = await people.list_holders(session, cell_id, sorted(roll.TAKERS), on=today)
    reached = {a.member_id for a in await chats.list_addresses(session, [e.member_id for e in sheet.people])}
    free = reached - {taker.id for taker in takers}
    return sheet, [e.member for e in sheet.called if e.member_id in free]


async def delegate(
    session: Session, *, meeting_id: int, member_id: int, by: Member, now: datetime, texts: Texts
) -> tuple[roll.Sheet, Member]:
    """Let a member take this roll until it is closed; they are told, with the roll a tap away."""
    sheet, able = await list_able(session, meeting_id=meeting_id, by=by, now=now, texts=texts)
    member = next((each for each in able if each.id == member_id), None)
    if member is None:
        raise NotFound
    news = Say(
        "roll_delegated",
        {"meeting": sheet.meeting, "cell": sheet.cell, "by": by},
        buttons=lambda t, language: [[tap(t.label("menu.roll", language), "roll", meeting_id)]],
        about=("roll", meeting_id),
    )
    await roles.give(
        session,
        by=by,
        member_id=member_id,
        name=RoleName.ROLL_TAKER,
        organisation_id=sheet.meeting.cell_id,
        until=texts.day_of(now) + LASTS,
        now=now,
        texts=texts,
        news=news,
    )
    return sheet, member


async def end(session: Session, meeting: Meeting, *, by: Member, now: datetime, texts: Texts) -> None:
    """The roll is closed: who was asked for it alone takes none any more; a standing roll-taker stays one."""
    today, cell_id = texts.day_of(now), meeting.cell_id
    held = [r for r in await roles.list_held(session, cell_id, on=today) if r.name is RoleName.ROLL_TAKER]
    asked = [role for role in held if role.until is not None and role.until <= today + LASTS]
    own = await authorise(session, by, Right.TAKE_ROLL, cell_id, on=today) if asked else None
    for role in asked:
        role.until = today
        session.add(role)
        where = {"organisation_id": cell_id, "object_id": role.id}
        auditing.note(session, AuditVerb.ROLE_ENDED, now=now, by=by, role=own, about=role.member_id, **where)
