"""Two communes under a province, and something of every kind in each of their cells, to be reached or not.

province ─ commune X ─ cell A      the actor is of A, or an officer of X
         │           └ cell B
         └ commune Y ─ cell C
"""

from dataclasses import dataclass, field
from datetime import timedelta

from bot.actions import registration
from bot.rules.words import (
    Answer,
    DataRequestKind,
    MeetingKind,
    MembershipKind,
    OrganisationKind,
    RoleName,
    RollState,
    Status,
    TransferKind,
)
from db.models import (
    Account,
    Assignment,
    Care,
    DataRequest,
    JoinRequest,
    Media,
    Meeting,
    MeetingDocument,
    MeetingGuest,
    MeetingState,
    Member,
    Membership,
    Notice,
    NoticeQuestion,
    NoticeState,
    Recipient,
    Reply,
    Role,
    RollMark,
    StatusPeriod,
    Task,
    Transfer,
)
from db.session import Session
from tests.people import JOINED, START, Actor, Town, consent, found

PLACES = ("own", "sibling", "parent", "foreign")
CELL_ROLES = (RoleName.ROLL_TAKER, RoleName.SECRETARY, RoleName.DEPUTY, RoleName.FOLLOWER)


@dataclass
class Things:
    """The numbers of what is in one place; for the committee itself only those a committee has."""

    organisation: int
    cell: int
    member: int = 0
    meeting: int = 0
    begun: int = 0
    """A meeting that has begun, with its roll open."""
    closed: int = 0
    mark: int = 0
    """A mark on the roll of the closed one."""
    not_held: int = 0
    guest: int = 0
    follower: int = 0
    joined: int = 0
    """A member who has a chat."""
    assignment: int = 0
    task: int = 0
    request: int = 0
    transfer: int = 0
    role: int = 0
    notice: int = 0
    newer: int = 0
    """A later one of the same organisation."""
    question: int = 0
    """A question of the notice."""
    draft: int = 0
    """A notice that somebody else of the committee is writing."""
    awaiting: int = 0
    """A notice of the committee that waits for an approver."""
    care: int = 0
    """A follow-up of the cell with the member; nobody was asked to talk to them."""
    mistake: int = 0
    """A request to put right a mistake in one's data."""
    erasure: int = 0
    """A request to be erased."""
    document: int = 0
    """A document of the meeting."""


@dataclass
class World:
    """The tree, what is in it, and one person for each role."""

    town: Town
    things: dict[str, Things] = field(default_factory=dict)
    lines: dict[str, list[int]] = field(default_factory=dict)
    """Of each place: the organisation and what is above it."""
    actors: dict[str, Actor] = field(default_factory=dict)
    given_at: dict[str, int] = field(default_factory=dict)
    """Where each role was given."""


async def make(town: Town) -> World:
    """The world as it stands at the start of every case."""
    world = World(town)
    async with town.app.database.write() as session:
        province = await found(session, "tinh", "Đảng bộ tỉnh", OrganisationKind.PROVINCE)
        x = await found(session, "x", "Đảng bộ xã X", OrganisationKind.COMMUNE, province)
        y = await found(session, "y", "Đảng bộ xã Y", OrganisationKind.COMMUNE, province)
        cells = {
            "own": await found(session, "a", "Chi bộ A", OrganisationKind.CELL, x),
            "sibling": await found(session, "b", "Chi bộ B", OrganisationKind.CELL, x),
            "foreign": await found(session, "c", "Chi bộ C", OrganisationKind.CELL, y),
        }
        above = {"own": x, "sibling": x, "foreign": y}
        for place, cell in cells.items():
            world.things[place] = await _fill(session, cell, above[place])
            world.lines[place] = [cell, above[place], province]
        world.things["parent"] = await _fill_committee(session, province, cells["own"])
        world.lines["parent"] = [province]
        for name in (None, *RoleName):
            await _add_actor(session, world, name, cells["own"], x)
    await town.app.settle()
    return world


async def _add_actor(session: Session, world: World, name: RoleName | None, cell: int, commune: int) -> None:
    of_cell = name is None or name in CELL_ROLES
    at = cell if of_cell else commune if name is not RoleName.ADMIN else None
    key = str(name or "member")
    actor = await world.town._settle_in(session, f"Người {key}", cell if of_cell else None)
    if name is not None:
        session.add(Role(member_id=actor.member_id, organisation_id=at, name=name, since=JOINED))
    world.actors[key] = actor
    world.given_at[key] = at or 0


async def _fill(session: Session, cell: int, committee: int) -> Things:
    made = Things(cell, cell)
    made.member = await _member(session, cell)
    session.add(Account(id=900_000 + cell, bot=1, address=900_000 + cell, created_at=START))
    await session.flush()
    meeting = Meeting(
        cell_id=cell,
        kind=MeetingKind.REGULAR,
        month=START.date().replace(day=1),
        starts_at=START + timedelta(hours=2),
    )
    task = Task(cell_id=cell, title="Vận động 5 hộ", year=2026, created_by=made.member, created_at=START)
    rows = (
        meeting,
        task,
        JoinRequest(account_id=900_000 + cell, cell_id=cell, name="Người xin vào", asked_at=START),
        Transfer(
            member_id=made.member,
            kind=TransferKind.OFFICIAL,
            from_cell_id=cell,
            place="Nơi khác",
            moved_on=START.date(),
            opened_by=made.member,
        ),
        Role(member_id=made.member, organisation_id=cell, name=RoleName.ROLL_TAKER, since=JOINED),
    )
    session.add_all(rows)
    await session.flush()
    made.meeting, made.request, made.transfer, made.role = (
        meeting.id or 0,
        rows[2].id or 0,
        rows[3].id or 0,
        rows[4].id or 0,
    )
    made.task = task.id or 0
    given = Assignment(task_id=task.id or 0, member_id=made.member, since=JOINED)
    reply = Reply(
        meeting_id=made.meeting,
        member_id=made.member,
        answer=Answer.LEAVE,
        by_id=made.member,
        answered_at=START,
    )
    paper = Media(kind="document", name="x.pdf", mime="application/pdf", content=b"%", created_at=START)
    session.add(paper)
    await session.flush()
    document = MeetingDocument(meeting_id=made.meeting, media_id=paper.id or 0, added_by=made.member)
    mistake, erasure = [
        DataRequest(member_id=made.member, kind=kind, asked_at=START, due_at=START + timedelta(days=2))
        for kind in (DataRequestKind.CORRECT, DataRequestKind.ERASE)
    ]
    care = Care(cell_id=cell, member_id=made.member, year=START.year, opened_at=START)
    session.add_all([given, reply, mistake, erasure, care, document])
    await session.flush()
    made.document = document.id or 0
    made.assignment, made.mistake, made.erasure = given.id or 0, mistake.id or 0, erasure.id or 0
    made.care = care.id or 0
    made.notice = await _notice(session, committee, made)
    await _add_to_notice(session, made, committee)
    made.draft = await _notice(session, committee, None, state=NoticeState.DRAFT)
    made.awaiting = await _notice(session, committee, None, state=NoticeState.DRAFT, asked=True)
    await _fill_rolls(session, made)
    return made


async def _fill_rolls(session: Session, made: Things) -> None:
    """Meetings in every state, a guest, somebody who follows the cell, and a member whom a message reaches."""
    month = START.date().replace(day=1)
    states = (MeetingState.PLANNED, MeetingState.CLOSED, MeetingState.NOT_HELD)
    begun, closed, not_held = [
        Meeting(
            cell_id=made.cell,
            kind=MeetingKind.EXTRAORDINARY,
            month=month,
            starts_at=START - timedelta(minutes=10 * number),
            state=state,
            closed_at=None if state is MeetingState.PLANNED else START,
        )
        for number, state in enumerate(states, 1)
    ]
    made.follower, made.joined = await _member(session, None), await _member(session, made.cell)
    role = Role(member_id=made.follower, organisation_id=made.cell, name=RoleName.FOLLOWER, since=JOINED)
    account = Account(id=800_000 + made.cell, bot=1, address=800_000 + made.cell, created_at=START)
    session.add_all([begun, closed, not_held, role, account])
    await session.flush()
    member = await session.get_one(Member, made.joined)
    await registration.link(session, account, member, now=START)
    session.add(consent(account.id, made.joined))
    mark = RollMark(
        meeting_id=closed.id or 0, member_id=made.member, state=RollState.PRESENT, marked_at=START
    )
    guest = MeetingGuest(meeting_id=made.meeting, name="Khách")
    session.add_all([mark, guest])
    await session.flush()
    made.begun, made.closed, made.not_held = begun.id or 0, closed.id or 0, not_held.id or 0
    made.mark, made.guest = mark.id or 0, guest.id or 0


async def _fill_committee(session: Session, organisation: int, cell: int) -> Things:
    made = Things(organisation, organisation)
    made.member = await _member(session, None)
    role = Role(member_id=made.member, organisation_id=organisation, name=RoleName.OFFICER, since=JOINED)
    session.add(role)
    await session.flush()
    made.role = role.id or 0
    made.notice = await _notice(session, organisation, None)
    await _add_to_notice(session, made, organisation)
    made.awaiting = await _notice(session, organisation, None, state=NoticeState.DRAFT, asked=True)
    return made


async def _member(session: Session, cell: int | None) -> int:
    member = Member(name=f"Người của {cell}")
    session.add(member)
    await session.flush()
    assert member.id is not None
    if cell is not None:
        session.add(Membership(member_id=member.id, cell_id=cell, kind=MembershipKind.RECORD, since=JOINED))
        session.add(StatusPeriod(member_id=member.id, status=Status.OFFICIAL, since=JOINED))
    await session.flush()
    return member.id


async def _notice(
    session: Session,
    issuer: int,
    to: Things | None,
    *,
    state: NoticeState = NoticeState.SENT,
    asked: bool = False,
) -> int:
    notice = Notice(
        issuer_id=issuer,
        audience_id=issuer,
        author_id=1,
        title="Thông báo",
        text="Nội dung",
        state=state,
        created_at=START,
        sent_at=None if state is NoticeState.DRAFT else START,
        approval_asked_at=START if asked else None,
    )
    session.add(notice)
    await session.flush()
    if to is not None:
        session.add(Recipient(notice_id=notice.id or 0, member_id=to.member, cell_id=to.cell))
        await session.flush()
    return notice.id or 0


async def _add_to_notice(session: Session, made: Things, issuer: int) -> None:
    """A question of the notice, and a notice that came after it and is for nobody."""
    question = NoticeQuestion(notice_id=made.notice, number=1, text="Ai?", choices=["Có", "Không"], right=0)
    session.add(question)
    await session.flush()
    made.question, made.newer = question.id or 0, await _notice(session, issuer, None)
