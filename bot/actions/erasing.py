"""Erasing a person: from every table, and from what was said about them. Closed rolls keep their number."""

from datetime import datetime

from bot.actions.auditing import note
from bot.actions.authority import authorise
from bot.actions.telling import Say, once_each, tell_chats
from bot.lanes import Lane
from bot.rules.permissions import Right
from bot.rules.words import AuditVerb
from bot.texts import Texts
from db import chats, data_requests, erasing, people
from db.models import DataRequest, Member
from db.posting import When
from db.session import ERASED, Session

LANGUAGE = "vi"
"""Of the word that stands where a name stood: the register is kept in it, like the names themselves."""


async def erase(
    session: Session,
    member: Member,
    *,
    request: DataRequest,
    by: Member | None = None,
    now: datetime,
    texts: Texts,
) -> None:
    """Forget a person for good, and tell them; `by` did it, an officer, and nobody when there is none.

    - what is theirs alone is deleted or emptied; what waits for their chats is taken back
    - of messages about them their name goes, and all of those about their leave
    - marks of closed rolls and past memberships stay, as numbers of nobody; so does the proof of consent
    - after the commit the database clears what it still holds of it on the disk

    NotAllowed when `by` may not answer requests about data there.
    """
    assert member.id is not None
    today = texts.day_of(now)
    place = await people.find_place(session, member.id, on=today)
    right = Right.ANSWER_DATA_REQUESTS
    role = await authorise(session, by, right, place or 0, on=today) if by else None
    theirs = once_each(await chats.list_addresses(session, [member.id]))
    await forget(session, member.id, member.name, now=now, texts=texts)
    for each in await data_requests.list_open(session, member.id):
        each.done_at, each.done_by = now, by.id if by else None
        session.add(each)
    place_of = {"about": member.id, "organisation_id": place, "object_id": request.id}
    note(session, AuditVerb.ERASED, now=now, by=by, role=role, **place_of)
    say = Say("data_gone", {"request": request})
    await tell_chats(session, theirs, say, texts=texts, lane=Lane.REPLY, when=When(now))
    session.info[ERASED] = True


async def forget(session: Session, member_id: int, name: str, *, now: datetime, texts: Texts) -> None:
    """Take the person out of every table; what leads to them is found before any of it is gone."""
    nameless, today = texts.label("data.erased_name", LANGUAGE), texts.day_of(now)
    traces = await erasing.find_traces(session, member_id)
    await erasing.cut_off(session, member_id, now=now)
    await erasing.forget_person(session, member_id, name=nameless, now=now, today=today)
    await erasing.empty_messages(session, traces, member_id, now=now)
    await erasing.forget_chats(session, traces.account_ids, name, now=now)
    await erasing.rename_in_messages(session, name, traces.words, nameless)
    await erasing.rename_where_typed(session, name, nameless)
    await erasing.forget_named_input(session, name)
