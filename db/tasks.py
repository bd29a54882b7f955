"""Named reads about tasks: who was given what and what they reported, and whom a cell can give a task."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Select, func
from sqlalchemy import select as select_rows
from sqlalchemy.orm import aliased
from sqlmodel import col, select

from bot.errors import NotFound
from bot.rules.names import given_name_key
from bot.rules.rhythm import is_asked
from bot.rules.tasks import is_finished, is_overdue
from bot.rules.words import MeetingKind, MembershipKind, Status
from db import meetings
from db.dated import holds
from db.models import Assignment, Meeting, MeetingState, Member, Membership, Progress, StatusPeriod, Task
from db.session import Session


@dataclass(frozen=True)
class Given:
    """A task as given to one member; `reporter` is who reported last, when somebody did.

    `progress`: what was reported and evaluated since the cell's last regular meeting, where anything was.
    """

    task: Task
    assignment: Assignment
    member: Member
    reporter: Member | None = None
    progress: Progress | None = None

    @property
    def id(self) -> int:
        """The assignment's number."""
        assert self.assignment.id is not None
        return self.assignment.id

    @property
    def finished(self) -> bool:
        """Whether the member reported all of it as done."""
        return is_finished(self.assignment.percent)

    @property
    def on_behalf(self) -> bool:
        """Whether somebody else reported for the member."""
        return self.reporter is not None and self.reporter.id != self.member.id

    @property
    def reported(self) -> bool:
        """Whether something was reported since the cell's last regular meeting."""
        return self.progress is not None and self.progress.reported_at is not None

    def is_silent(self, month: date) -> bool:
        """Whether a report is missing for the regular meeting of a month (its first day)."""
        asked = is_asked(self.task.rhythm, self.task.deadline, month=month)
        return asked and not self.finished and not self.reported

    def is_overdue(self, today: date) -> bool:
        """Whether its deadline has passed, unfinished, on a local date."""
        return is_overdue(self.assignment.percent, self.task.deadline, today=today)


async def get_given(session: Session, assignment_id: int) -> Given:
    """The task behind an assignment, closed or not; NotFound when there is none."""
    found = (await session.execute(_given().where(col(Assignment.id) == assignment_id))).first()
    if found is None:
        raise NotFound
    return Given(*found)


async def lock_assignment(session: Session, assignment_id: int) -> None:
    """Let nobody else change an assignment until the end of the transaction."""
    await session.exec(select(Assignment.id).where(Assignment.id == assignment_id).with_for_update())


async def list_of_member(session: Session, member_id: int, *, on: date) -> list[Given]:
    """A member's open tasks on a day: the nearest deadline first, then in the order they were given."""
    return await _list(session, _open(on).where(col(Assignment.member_id) == member_id))


async def list_of_cell(session: Session, cell_id: int, *, on: date) -> list[Given]:
    """The open tasks of a cell on a day, whoever has them."""
    return await list_of_cells(session, [cell_id], on=on)


async def list_of_cells(session: Session, cell_ids: Collection[int], *, on: date) -> list[Given]:
    """The same of many cells."""
    return await _list(session, _open(on).where(col(Task.cell_id).in_(cell_ids)))


async def list_workers(session: Session, cell_id: int, *, on: date) -> list[Member]:
    """Whom a cell can give tasks on a day, by given name.

    - its members of record and those transferred in
    - not those transferred elsewhere for a time, who get theirs there
    - not those exempt from work, for good or until a date
    """
    return (await list_workers_of_cells(session, [cell_id], on=on)).get(cell_id, [])


async def list_workers_of_cells(
    session: Session, cell_ids: Collection[int], *, on: date
) -> dict[int, list[Member]]:
    """The same of many cells, by cell; one without anybody is left out."""
    exempt = (
        select(StatusPeriod.id)
        .where(col(StatusPeriod.member_id) == Member.id, holds(StatusPeriod, on))
        .where(col(StatusPeriod.status).in_((Status.EXEMPT, Status.TEMPORARILY_EXEMPT)))
    )
    stays = ~meetings.is_away(col(Membership.cell_id), on)
    query = (
        select(col(Membership.cell_id), Member)
        .join(Membership, col(Membership.member_id) == Member.id)
        .where(col(Membership.cell_id).in_(cell_ids), holds(Membership, on))
        .where(col(Membership.kind).in_(meetings.kinds_of_list(residential=False)))
        .where(~exempt.exists())
        .where((col(Membership.kind) == MembershipKind.TEMPORARY) | stays)
        .distinct()
    )
    workers: dict[int, list[Member]] = defaultdict(list)
    for cell_id, member in (await session.exec(query)).all():
        assert cell_id is not None
        workers[cell_id].append(member)
    return {cell: sorted(some, key=lambda m: given_name_key(m.name)) for cell, some in workers.items()}


async def find_open(session: Session, assignment_id: int) -> Progress | None:
    """What was reported and evaluated of an assignment since the cell's last regular meeting."""
    query = select(Progress).where(
        Progress.assignment_id == assignment_id, col(Progress.meeting_id).is_(None)
    )
    return (await session.exec(query)).first()


async def find_months(session: Session, cell_ids: Collection[int], *, on: date) -> dict[int, date]:
    """For which month's regular meeting each cell reports on a day: the next one's, or the day's own month."""
    first = on.replace(day=1)
    query = (
        select_rows(col(Meeting.cell_id), func.min(Meeting.month))
        .where(col(Meeting.cell_id).in_(cell_ids), col(Meeting.kind) == MeetingKind.REGULAR)
        .where(col(Meeting.state) == MeetingState.PLANNED, col(Meeting.month) >= first)
        .group_by(col(Meeting.cell_id))
    )
    coming = {row[0]: row[1] for row in (await session.execute(query)).all()}
    return {cell: coming.get(cell) or first for cell in cell_ids}


def _given() -> Select[Task, Assignment, Member, Member, Progress]:
    reporter = aliased(Member)
    since_then = (col(Progress.assignment_id) == Assignment.id) & col(Progress.meeting_id).is_(None)
    return (
        select_rows(Task, Assignment, Member, reporter, Progress)
        .join(Assignment, col(Assignment.task_id) == Task.id)
        .join(Member, col(Member.id) == Assignment.member_id)
        .outerjoin(reporter, col(reporter.id) == Assignment.reported_by)
        .outerjoin(Progress, since_then)
        .order_by(col(Task.deadline).is_(None), col(Task.deadline), col(Assignment.id))
    )


def _open(on: date) -> Select[Task, Assignment, Member, Member, Progress]:
    return _given().where(col(Task.closed_at).is_(None), holds(Assignment, on))


async def _list(session: Session, query: Select[Task, Assignment, Member, Member, Progress]) -> list[Given]:
    return [Given(*row) for row in (await session.execute(query)).all()]
