"""Taking back one's consent: everything stops at once, and the cell learns no more than it must."""

from datetime import datetime

from sqlalchemy import update
from sqlmodel import col

from bot.actions import my_data
from bot.actions.auditing import note
from bot.actions.telling import Say, tell
from bot.lanes import Lane
from bot.rules.permissions import Right
from bot.rules.words import AuditVerb, DataRequestKind
from bot.texts import Texts
from db import erasing, people
from db.models import Consent, DataRequest, Member
from db.posting import When
from db.session import Session


async def withdraw(session: Session, *, member: Member, now: datetime, texts: Texts) -> DataRequest:
    """Stop: no chat speaks for the person any more, nothing is sent to them, and what waited is taken back.

    Those who lead the cell hear that they must tell them in person, and no reason. What was recorded stays
    until its time or until the person asks to be erased. A new invitation lets them in again.
    """
    assert member.id is not None
    kind = DataRequestKind.WITHDRAW
    request = await my_data.open_request(session, member=member, kind=kind, now=now, texts=texts)
    request.done_at, request.done_by = now, member.id
    place = await people.find_place(session, member.id, on=texts.day_of(now))
    note(session, AuditVerb.WITHDREW, now=now, by=member, about=member, organisation_id=place)
    await stop(session, member.id, now=now)
    await _tell_leaders(session, member, now=now, texts=texts)
    return request


async def stop(session: Session, member_id: int, *, now: datetime) -> None:
    """No consent holds any more, no chat speaks for the person, and what waited is taken back."""
    given = (col(Consent.member_id) == member_id, col(Consent.withdrawn_at).is_(None))
    await session.exec(update(Consent).where(*given).values(withdrawn_at=now))
    await erasing.cut_off(session, member_id, now=now)


async def _tell_leaders(session: Session, member: Member, *, now: datetime, texts: Texts) -> None:
    """Those who lead the person's cell, or the officers above when nobody else leads it."""
    assert member.id is not None
    today = texts.day_of(now)
    to = await my_data.list_officers(session, member.id, Right.LEAD, on=today)
    to = to or await my_data.list_officers(session, member.id, Right.ANSWER_DATA_REQUESTS, on=today)
    cell = await people.find_cell(session, member.id, on=today)
    say = Say("member_withdrew", {"member": member, "cell": cell}, about=("member", member.id))
    await tell(session, to, say, texts=texts, lane=Lane.REMINDER, when=When(now))
