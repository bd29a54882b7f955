"""Erasures and withdrawals that a restored database knows nothing of, carried out once more. Nobody is told again."""

from collections.abc import Iterable
from datetime import datetime

from bot.actions import leaving
from bot.actions.auditing import note
from bot.actions.erasing import LANGUAGE, forget
from bot.rules.words import AuditVerb, DataRequestKind
from bot.texts import Texts
from db import data_requests
from db.data_requests import Erasure
from db.models import DataRequest, Member
from db.session import ERASED, Session


async def repeat(session: Session, erasures: Iterable[Erasure], *, now: datetime, texts: Texts) -> int:
    """Carry out what the database does not know to be done, in its order; how many. Repeating it changes nothing.

    The number of somebody erased of whom the database never heard is taken, so that nobody else is given it:
    the next restore would erase them.
    """
    new = set(erasures) - set(await data_requests.list_erasures(session))
    for each in sorted(new, key=lambda erasure: erasure.at):
        member = await session.get(Member, each.member_id)
        if each.kind is DataRequestKind.ERASE:
            await _erase(session, each, member, now=now, texts=texts)
        elif member is not None:
            await leaving.stop(session, each.member_id, now=now)
            note(session, AuditVerb.WITHDREW, now=now, about=each.member_id)
        if member is not None or each.kind is DataRequestKind.ERASE:
            await _answer(session, each)
    session.info[ERASED] = bool(new)
    return len(new)


async def _erase(
    session: Session, erasure: Erasure, member: Member | None, *, now: datetime, texts: Texts
) -> None:
    if member is None:
        nameless = texts.label("data.erased_name", LANGUAGE)
        session.add(Member(id=erasure.member_id, name=nameless, erased_at=erasure.at))
        await session.flush()
    elif member.erased_at is None:
        await forget(session, erasure.member_id, member.name, now=now, texts=texts)
        note(session, AuditVerb.ERASED, now=now, about=erasure.member_id)


async def _answer(session: Session, erasure: Erasure) -> None:
    """The request stands as it stood: answered then."""
    open_ = await data_requests.list_open(session, erasure.member_id)
    if erasure.kind not in {each.kind for each in open_}:
        member_id, kind, at = erasure
        open_.append(DataRequest(member_id=member_id, kind=kind, asked_at=at, due_at=at))
    for each in open_:
        if erasure.kind in (each.kind, DataRequestKind.ERASE):
            each.done_at = erasure.at
            session.add(each)
    await session.flush()
