"""Members on their way to another cell: for good, with a letter and its clocks, or for a time, up to a date.

The program moves nobody: it reminds both secretaries, and writes down what they say has happened.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlmodel import col, select

from bot.actions import auditing, belonging, bots
from bot.actions.authority import authorise
from bot.actions.belonging import Place
from bot.actions.keeping import check_span, get_open_cell, kept_by
from bot.actions.telling import Say, tell
from bot.errors import BadInput, NotAllowed, NotFound, Refusal, TooLate
from bot.lanes import Lane
from bot.rules.names import clean
from bot.rules.permissions import Right
from bot.rules.reminders import is_quiet
from bot.rules.transfers import due_on, fits_temporary, reminder_days
from bot.rules.words import AuditVerb, MembershipKind, RoleName, TransferKind
from bot.texts import Texts
from bot.workdays import VietNam
from db import organisations, people
from db.models import Member, Organisation, Transfer
from db.posting import When
from db.session import Session


@dataclass(frozen=True)
class Going:
    """A transfer with who goes, from where, to where (None: outside of our tree), and what is due when."""

    transfer: Transfer
    member: Member
    origin: Organisation
    goal: Organisation | None
    due: date

    @property
    def where(self) -> str:
        """The name of the place they go to."""
        return self.goal.name if self.goal else self.transfer.place


async def begin(
    session: Session,
    *,
    by: Member,
    member_id: int,
    kind: TransferKind,
    to_cell_id: int | None,
    place: str = "",
    since: date,
    until: date | None = None,
    study: bool = False,
    now: datetime,
    texts: Texts,
) -> Going:
    """Open a transfer. One for a time takes effect by its dates; one for good when the letter is received.

    BadInput for a place without a name, the member's own cell, or a time that the rules do not know; Refusal when
    one of the kind is open already.
    """
    today = texts.day_of(now)
    member, origin, role = await kept_by(session, by, member_id, today=today)
    goal = await get_open_cell(session, to_cell_id, on=since) if to_cell_id is not None else None
    _check(kind, origin, goal, place, since, until, study=study)
    if await _find_open(session, member_id, kind) is not None:
        raise Refusal("transfer_open", name=member.name)
    assert origin.id is not None and by.id is not None
    transfer = Transfer(
        member_id=member_id,
        kind=kind,
        from_cell_id=origin.id,
        to_cell_id=to_cell_id,
        place=clean(place)[:200],
        moved_on=since,
        until=until,
        opened_by=by.id,
    )
    session.add(transfer)
    await session.flush()
    if kind is TransferKind.TEMPORARY:
        await belonging.belong(
            session, member_id, MembershipKind.TEMPORARY, Place(to_cell_id), since=since, until=until
        )
        _note(session, transfer, by, role, now)
    going = _going(transfer, member, origin, goal, texts)
    await _tell(session, going, "opened", by=by, now=now, texts=texts)
    return going


async def letter(
    session: Session, *, by: Member, transfer_id: int, made_out: date, now: datetime, texts: Texts
) -> Going:
    """The letter of introduction was made out: from its day the time to present it is counted."""
    going = await get(session, transfer_id, texts=texts)
    await _authorise(session, by, going.origin, texts.day_of(now))
    _check_open(going.transfer)
    if going.transfer.kind is not TransferKind.OFFICIAL or made_out < going.transfer.moved_on:
        raise BadInput("transfer_letter_day")
    going.transfer.letter_on, going.transfer.reminded_on = made_out, None
    session.add(going.transfer)
    going = _going(going.transfer, going.member, going.origin, going.goal, texts)
    await _tell(session, going, "letter", by=by, now=now, texts=texts)
    return going


async def receive(
    session: Session, *, by: Member, transfer_id: int, on: date, home: int, now: datetime, texts: Texts
) -> Going:
    """The member has arrived for good: the record is kept there from a day on, and the old roles end.

    Said by the secretary who receives; by the one who let go where the goal is outside of our tree. `home` is the bot
    of the settings: who belongs to another one now is asked to go over.
    """
    going = await get(session, transfer_id, texts=texts)
    transfer, member_id = going.transfer, going.transfer.member_id
    role = await _authorise(session, by, going.goal or going.origin, texts.day_of(now))
    _check_open(transfer)
    if transfer.kind is not TransferKind.OFFICIAL:
        raise NotFound
    transfer.ended_on, transfer.received = on, True
    session.add(transfer)
    await belonging.end_roles(session, on=on, member_id=member_id, organisation_id=going.origin.id)
    if going.goal is None:
        await belonging.leave(session, member_id, on=on)
    else:
        await belonging.belong(session, member_id, MembershipKind.RECORD, Place(going.goal.id), since=on)
    _note(session, transfer, by, role, now)
    await _tell(session, going, "received", by=by, now=now, texts=texts)
    if going.goal is not None:
        name = f"transfer:{transfer_id}"
        await bots.ask_received(
            session, member_id, going.goal, name=name, since=on, home=home, now=now, texts=texts
        )
    return going


async def end(
    session: Session, *, by: Member, transfer_id: int, on: date, now: datetime, texts: Texts
) -> Going:
    """Call a transfer off; of one for a time: the member is back, from a day on."""
    going = await get(session, transfer_id, texts=texts)
    role = await _authorise(session, by, going.origin, texts.day_of(now))
    _check_open(going.transfer)
    going.transfer.ended_on, going.transfer.received = on, False
    session.add(going.transfer)
    if going.transfer.kind is TransferKind.TEMPORARY:
        member_id = going.transfer.member_id
        await belonging.belong(session, member_id, MembershipKind.TEMPORARY, None, since=on)
        _note(session, going.transfer, by, role, now)
    await _tell(session, going, "ended", by=by, now=now, texts=texts)
    return going


async def remind_all(session: Session, *, now: datetime, texts: Texts) -> int:
    """Remind both secretaries of terms that come near, and let what ended by its date be ended; how many.

    Not during the quiet hours.
    """
    if is_quiet(now, texts.zone):
        return 0
    today = texts.day_of(now)
    done = 0
    query = select(Transfer).where(col(Transfer.ended_on).is_(None)).with_for_update(skip_locked=True)
    for transfer in (await session.exec(query)).all():
        going = await _load(session, transfer, texts)
        day = max(
            (d for d in reminder_days(going.due, VietNam(texts.ordered).is_day_off) if d <= today),
            default=None,
        )
        is_over = transfer.kind is TransferKind.TEMPORARY and going.due <= today
        if is_over:
            transfer.ended_on = transfer.until
        if is_over or (day is not None and (transfer.reminded_on is None or transfer.reminded_on < day)):
            transfer.reminded_on = today
            session.add(transfer)
            await _tell(session, going, "ended" if is_over else "due", by=None, now=now, texts=texts)
            done += 1
    return done


async def get(session: Session, transfer_id: int, *, texts: Texts) -> Going:
    """A transfer with what belongs to it; NotFound when there is none."""
    transfer = await session.get(Transfer, transfer_id, with_for_update=True)
    if transfer is None:
        raise NotFound
    return await _load(session, transfer, texts)


async def check_reach(session: Session, by: Member, going: Going, *, today: date) -> None:
    """Return when the person keeps the people of one of the two cells; NotAllowed otherwise."""
    try:
        await _authorise(session, by, going.origin, today)
    except NotAllowed:
        if going.goal is None:
            raise
        await _authorise(session, by, going.goal, today)


async def list_open(session: Session, cell_id: int, *, texts: Texts) -> list[Going]:
    """The transfers from or to a cell that are under way, the next term first."""
    theirs = (col(Transfer.from_cell_id) == cell_id) | (col(Transfer.to_cell_id) == cell_id)
    query = select(Transfer).where(theirs, col(Transfer.ended_on).is_(None))
    found = [await _load(session, transfer, texts) for transfer in (await session.exec(query)).all()]
    return sorted(found, key=lambda going: going.due)


async def _load(session: Session, transfer: Transfer, texts: Texts) -> Going:
    member = await people.get_member(session, transfer.member_id)
    origin = await organisations.get(session, transfer.from_cell_id)
    goal = await organisations.get(session, transfer.to_cell_id) if transfer.to_cell_id else None
    return _going(transfer, member, origin, goal, texts)


def _going(
    transfer: Transfer, member: Member, origin: Organisation, goal: Organisation | None, texts: Texts
) -> Going:
    days_off = VietNam(texts.ordered).is_day_off
    due = due_on(transfer.kind, transfer.moved_on, transfer.letter_on, transfer.until, days_off)
    return Going(transfer, member, origin, goal, due)


def _check(
    kind: TransferKind,
    origin: Organisation,
    goal: Organisation | None,
    place: str,
    since: date,
    until: date | None,
    *,
    study: bool,
) -> None:
    if goal is None and not clean(place):
        raise BadInput("transfer_where")
    if goal is not None and goal.id == origin.id:
        raise BadInput("transfer_to_own_cell", cell=origin.name)
    check_span(since, until)
    if kind is TransferKind.TEMPORARY and (until is None or not fits_temporary(since, until, study=study)):
        raise BadInput("transfer_how_long")


def _check_open(transfer: Transfer) -> None:
    if transfer.ended_on is not None:
        raise TooLate("transfer_ended")


async def _authorise(session: Session, by: Member, cell: Organisation, today: date) -> RoleName:
    assert cell.id is not None
    return await authorise(session, by, Right.KEEP_MEMBERS, cell.id, on=today)


async def _find_open(session: Session, member_id: int, kind: TransferKind) -> Transfer | None:
    query = select(Transfer).where(Transfer.member_id == member_id, Transfer.kind == kind)
    return (await session.exec(query.where(col(Transfer.ended_on).is_(None)))).first()


def _note(session: Session, transfer: Transfer, by: Member, role: RoleName, now: datetime) -> None:
    auditing.note(
        session,
        AuditVerb.MOVED,
        now=now,
        by=by,
        role=role,
        about=transfer.member_id,
        organisation_id=transfer.from_cell_id,
        object_id=transfer.id,
    )


async def _tell(
    session: Session, going: Going, event: str, *, by: Member | None, now: datetime, texts: Texts
) -> None:
    """Tell the secretaries of both cells, but not who has just said it; and the member, of what concerns them."""
    values: dict[str, Any] = {"going": going, "event": event}
    today = texts.day_of(now)
    leaders: set[int] = set()
    for cell in (going.origin, going.goal):
        if cell is not None:
            leaders |= await people.list_leaders(session, cell.id or 0, on=today)
    leaders -= {by.id or 0} if by else set()
    say = Say("transfer_news", values, about=("transfer", going.transfer.id or 0))
    await tell(session, leaders, say, texts=texts, lane=Lane.REMINDER, when=When(now))
    if event in ("received", "ended") and going.transfer.member_id not in leaders:
        own = Say("transfer_mine", values, about=("transfer", going.transfer.id or 0))
        await tell(session, [going.transfer.member_id], own, texts=texts, lane=Lane.REPLY, when=When(now))
