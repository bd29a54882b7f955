"""What a person may ask about their own data: to see it, to take it away, to have it put right or erased.

Each request has a number. Seeing and taking away are answered at once; the rest within two working days, of
which those in charge are reminded when half the time is over and when all of it is.
"""

import json
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from bot.actions import authority, erasing
from bot.actions.telling import Buttons, Say, tell
from bot.buttons import tap
from bot.errors import BadInput, Refusal, TooLate
from bot.lanes import Lane
from bot.rules.permissions import ALLOWED, Right
from bot.rules.words import DataRequestKind
from bot.rules.workdays import after_working_days
from bot.texts import Texts
from bot.workdays import VietNam
from db import chats, data_requests, my_data, organisations, people
from db.models import DataRequest, Member
from db.posting import When
from db.session import Session

WORKING_DAYS = 2
"""Within so many a request is answered, as the decree on personal data asks."""
LONGEST = 1000
ANSWERED_BY = {
    DataRequestKind.CORRECT: Right.KEEP_MEMBERS,
    DataRequestKind.ERASE: Right.ANSWER_DATA_REQUESTS,
}
"""What one must be allowed to answer a request: a secretary puts a name right, an officer erases."""


async def take(
    session: Session, *, member: Member, kind: DataRequestKind, now: datetime, texts: Texts
) -> tuple[DataRequest, dict[str, Any]]:
    """Note that the person asked to see or take away what is kept about them, and give it."""
    request = await open_request(session, member=member, kind=kind, now=now, texts=texts)
    request.done_at, request.done_by = now, member.id
    await session.flush()
    return request, await list_kept(session, member)


async def list_kept(session: Session, member: Member) -> dict[str, Any]:
    """All that is kept about a person, by kind."""
    kept: dict[str, Any] = dict(await my_data.list_kept(session, member.id or 0))
    kept["person"] = kept["person"][0]
    return kept


def as_json(kept: dict[str, Any]) -> bytes:
    """The same as a file for a program to read; moments are in UTC."""
    return json.dumps(kept, ensure_ascii=False, indent=2, default=_plain).encode()


def _plain(value: object) -> str:
    return value.isoformat() if isinstance(value, date) else str(value)


async def ask_correction(
    session: Session, *, member: Member, words: str, now: datetime, texts: Texts
) -> DataRequest:
    """Something is wrong: those who may put it right are told the person's words, which are kept nowhere else."""
    if not words:
        raise BadInput("data_without_words")
    if len(words) > LONGEST:
        raise BadInput("data_words_too_long", most=LONGEST)
    kind = DataRequestKind.CORRECT
    request = await open_request(session, member=member, kind=kind, now=now, texts=texts)
    to = await _in_charge(session, request, on=texts.day_of(now))
    await _tell(session, request, member, to, "data_wrong_told", now=now, texts=texts, words=words)
    return request


async def ask_erasure(session: Session, *, member: Member, now: datetime, texts: Texts) -> DataRequest:
    """Forget me: an officer does it within the time, and at once when there is none.

    Refusal when the person waits for that already.
    """
    kind = DataRequestKind.ERASE
    waiting = await data_requests.find_open(session, member.id or 0, kind)
    if waiting is not None:
        raise Refusal("data_waiting", number=waiting.id)
    request = await open_request(session, member=member, kind=kind, now=now, texts=texts)
    to = await _in_charge(session, request, on=texts.day_of(now))
    if to:
        await _tell(session, request, member, to, "data_erase_told", now=now, texts=texts)
    else:
        await erasing.erase(session, member, request=request, now=now, texts=texts)
    return request


async def answer(
    session: Session, *, request_id: int, by: Member, now: datetime, texts: Texts
) -> DataRequest:
    """Put right what was asked to be, or erase the person. NotAllowed, or TooLate when it was answered before."""
    request = await get_to_answer(session, request_id=request_id, by=by, on=texts.day_of(now))
    member = await people.get_member(session, request.member_id)
    if request.kind is DataRequestKind.ERASE:
        await erasing.erase(session, member, request=request, by=by, now=now, texts=texts)
        return request
    request.done_at, request.done_by = now, by.id
    session.add(request)
    say = Say("data_answered", {"request": request})
    await tell(session, [request.member_id], say, texts=texts, lane=Lane.REPLY, when=When(now))
    return request


async def get_to_answer(session: Session, *, request_id: int, by: Member, on: date) -> DataRequest:
    """A request that `by` may answer; NotAllowed otherwise, TooLate when it was answered before."""
    request = await data_requests.get(session, request_id)
    if request.done_at is not None:
        raise TooLate("data_answered")
    place = await people.find_place(session, request.member_id, on=on)
    await authority.authorise(session, by, ANSWERED_BY[request.kind], place or 0, on=on)
    return request


async def remind_due(session: Session, *, now: datetime, texts: Texts) -> int:
    """Remind those in charge when half of a request's time is over, and when it is overdue; how many times."""
    reminded = 0
    for request in await data_requests.list_to_remind_of(session, now=now):
        half = after_working_days(
            texts.local(request.asked_at), WORKING_DAYS // 2, VietNam(texts.ordered).is_day_off
        )
        if now < half:
            continue
        request.reminded_at = now
        session.add(request)
        member = await people.get_member(session, request.member_id)
        to = await _in_charge(session, request, on=texts.day_of(now))
        overdue = {"overdue": now >= request.due_at}
        await _tell(session, request, member, to, "data_due", now=now, texts=texts, **overdue)
        reminded += 1
    return reminded


async def open_request(
    session: Session, *, member: Member, kind: DataRequestKind, now: datetime, texts: Texts
) -> DataRequest:
    """Give a request its number and its time."""
    assert member.id is not None
    due = after_working_days(texts.local(now), WORKING_DAYS, VietNam(texts.ordered).is_day_off)
    request = DataRequest(member_id=member.id, kind=kind, asked_at=now, due_at=due)
    session.add(request)
    await session.flush()
    return request


async def list_officers(session: Session, member_id: int, right: Right, *, on: date) -> list[int]:
    """Who has a right for a person and can be told: those of the nearest organisation where there is one."""
    place = await people.find_place(session, member_id, on=on)
    for organisation_id in await organisations.list_lineage(session, place) if place else ():
        holders = await people.list_holders(session, organisation_id, sorted(ALLOWED[right]), on=on)
        ids = [holder.id for holder in holders if holder.id not in (None, member_id)]
        reached = {a.member_id for a in await chats.list_addresses(session, [i for i in ids if i])}
        if reached:
            return sorted(i for i in reached if i is not None)
    return []


async def _in_charge(session: Session, request: DataRequest, *, on: date) -> list[int]:
    """Who answers a request: an officer always, and for what is wrong the person's secretaries too."""
    rights = {Right.ANSWER_DATA_REQUESTS, ANSWERED_BY[request.kind]}
    found = [await list_officers(session, request.member_id, right, on=on) for right in rights]
    return sorted({member_id for ids in found for member_id in ids})


async def _tell(
    session: Session,
    request: DataRequest,
    member: Member,
    to: Sequence[int],
    template: str,
    *,
    now: datetime,
    texts: Texts,
    **values: Any,
) -> None:
    cell = await people.find_cell(session, request.member_id, on=texts.day_of(now))
    say = Say(
        template,
        {"request": request, "member": member, "cell": cell, **values},
        buttons=_settle_button(request),
        about=(data_requests.ABOUT, request.id or 0),
        protect=True,
    )
    await tell(session, to, say, texts=texts, lane=Lane.REMINDER, when=When(now))


def _settle_button(request: DataRequest) -> Buttons:
    key = "data.erase_now" if request.kind is DataRequestKind.ERASE else "data.settled"
    return lambda texts, language: [[tap(texts.label(key, language), "dataok", request.id)]]
