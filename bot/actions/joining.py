"""Those who come by a cell's link: they ask, and the cell's secretary or deputy decides about each."""

from datetime import date, datetime

from bot.actions import belonging
from bot.actions.auditing import note
from bot.actions.authority import authorise
from bot.actions.registration import attach_consents, link
from bot.actions.telling import Say, tell, tell_chats
from bot.buttons import Rows, tap
from bot.errors import NotFound, Refusal, TooLate
from bot.lanes import Lane
from bot.rules.names import clean, same_name
from bot.rules.permissions import Right
from bot.rules.words import AuditVerb, RoleName
from bot.texts import Texts
from db import chats, organisations, people
from db.models import Account, JoinRequest, Member
from db.posting import Address, When
from db.session import Session


async def ask_to_join(
    session: Session,
    *,
    account: Account,
    cell_id: int,
    name: str,
    texts: Texts,
    now: datetime,
    today: date,
) -> JoinRequest:
    """Put a request before the cell's secretaries, who alone decide."""
    assert account.id is not None
    if await chats.find_open_request(session, account.id) is not None:
        raise Refusal("join_waiting")
    request = JoinRequest(account_id=account.id, cell_id=cell_id, name=clean(name)[:200], asked_at=now)
    session.add(request)
    await session.flush()
    alike = await list_alike(session, request, today=today)
    say = Say(
        "join_asked",
        {"request": request, "cell": await organisations.get(session, cell_id), "alike": alike},
        buttons=lambda t, language: join_buttons(request, alike, t, language),
    )
    deciders = await people.list_leaders(session, cell_id, on=today)
    await tell(session, deciders, say, texts=texts, lane=Lane.REMINDER, when=When(now))
    return request


def join_buttons(request: JoinRequest, alike: list[Member], texts: Texts, language: str) -> Rows:
    """One button for each member it may be, then "a new member" and "no"."""
    known = [
        [tap(texts.label("join.as", language, name=m.name), "join", "as", request.id, m.id)]
        for m in alike[:8]
    ]
    new = tap(texts.label("join.new", language), "join", "new", request.id)
    no = tap(texts.label("join.no", language), "join", "no", request.id)
    return [*known, [new, no]]


async def decide_request(
    session: Session,
    *,
    request_id: int,
    by: Member,
    approve: bool,
    member_id: int | None = None,
    texts: Texts,
    now: datetime,
    today: date,
) -> tuple[JoinRequest, Member | None]:
    """Let somebody into the cell, as a member of the register or as a new one, or decline.

    NotAllowed unless `by` may approve members of that cell; TooLate when it was decided before.
    """
    request = await session.get(JoinRequest, request_id, with_for_update=True)
    if request is None:
        raise NotFound
    role = await authorise(session, by, Right.KEEP_MEMBERS, request.cell_id, on=today)
    if request.decided_at is not None:
        raise TooLate("join_decided")
    request.approved, request.decided_at, request.decided_by = approve, now, by.id
    session.add(request)
    account = await session.get(Account, request.account_id)
    assert account is not None
    member = await _join(session, request, account, member_id, now=now, today=today) if approve else None
    if member is not None:
        _note_joined(session, request, member, is_new=member_id is None, by=by, role=role, now=now)
    await _tell_joiner(session, request, account, texts=texts, now=now)
    return request, member


def _note_joined(
    session: Session,
    request: JoinRequest,
    member: Member,
    *,
    is_new: bool,
    by: Member,
    role: RoleName,
    now: datetime,
) -> None:
    for verb in (AuditVerb.MEMBER_ADDED, AuditVerb.JOINED)[not is_new :]:
        note(
            session,
            verb,
            now=now,
            by=by,
            role=role,
            about=member,
            organisation_id=request.cell_id,
            object_id=request.account_id,
        )


async def decide_all(
    session: Session, *, cell_id: int, by: Member, texts: Texts, now: datetime, today: date
) -> list[tuple[JoinRequest, Member]]:
    """Let in everybody who waits: as the member of that name who has no chat, or as a new member.

    Who may be one of several members is left to be decided by itself.
    """
    await authorise(session, by, Right.KEEP_MEMBERS, cell_id, on=today)
    decided = []
    for request in await chats.list_requests(session, cell_id):
        alike = await list_alike(session, request, today=today)
        if len(alike) <= 1:
            decision = await decide_request(
                session,
                request_id=request.id or 0,
                by=by,
                approve=True,
                member_id=alike[0].id if alike else None,
                texts=texts,
                now=now,
                today=today,
            )
            assert decision[1] is not None
            decided.append((decision[0], decision[1]))
    return decided


async def list_alike(session: Session, request: JoinRequest, *, today: date) -> list[Member]:
    """The members of the cell without a chat whose name the one who waits has given."""
    unjoined = await people.list_unjoined(session, request.cell_id, on=today)
    return [member for member in unjoined if same_name(member.name, request.name)]


async def _join(
    session: Session,
    request: JoinRequest,
    account: Account,
    member_id: int | None,
    *,
    now: datetime,
    today: date,
) -> Member:
    if member_id is None:
        member = await belonging.enter(
            session, name=clean(request.name), cell_id=request.cell_id, since=today
        )
    else:
        unjoined = await people.list_unjoined(session, request.cell_id, on=today)
        if member_id not in {each.id for each in unjoined}:
            raise NotFound("join_not_free")
        member = await people.get_member(session, member_id)
    await link(session, account, member, now=now)
    await attach_consents(session, account, member)
    return member


async def _tell_joiner(
    session: Session, request: JoinRequest, account: Account, *, texts: Texts, now: datetime
) -> None:
    assert account.id is not None
    cell = await organisations.get(session, request.cell_id)
    template = "join_approved" if request.approved else "join_declined"
    address = Address(account.bot, account.address, account.language, account.id)
    say = Say(template, {"cell": cell, "request": request})
    await tell_chats(session, [address], say, texts=texts, lane=Lane.REPLY, when=When(now))
