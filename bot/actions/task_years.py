"""A year of tasks: one's own, and for who leads a cell that of its members, as the yearly review needs it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from bot.actions import auditing
from bot.actions.authority import authorise
from bot.rules.permissions import Right
from bot.rules.words import AuditVerb, Evaluated
from db import organisations, task_years
from db.models import Member, Organisation
from db.session import Session
from db.task_years import YearRow


@dataclass(frozen=True)
class MemberYear:
    """One member's year: their tasks, and how often they were evaluated how."""

    member: Member
    rows: Sequence[YearRow]

    @property
    def counts(self) -> dict[Evaluated, int]:
        """How often, for each evaluation there was."""
        return _count(self.rows)


@dataclass(frozen=True)
class CellYear:
    """A cell's year, by member and given name."""

    cell: Organisation
    year: int
    members: Sequence[MemberYear]

    @property
    def rows(self) -> list[YearRow]:
        """A row for each task of each member."""
        return [row for each in self.members for row in each.rows]

    @property
    def counts(self) -> dict[Evaluated, int]:
        """How often the cell evaluated how."""
        return _count(self.rows)


async def own(session: Session, member: Member, *, year: int) -> MemberYear:
    """A member's own year, in whichever cell."""
    return MemberYear(member, await task_years.list_year(session, year=year, member_id=member.id))


async def of_cell(session: Session, *, cell_id: int, year: int, by: Member, today: date) -> CellYear:
    """A cell's year. NotAllowed unless `by` leads it."""
    await authorise(session, by, Right.LEAD, cell_id, on=today)
    return await _of_cell(session, cell_id, year)


async def export(
    session: Session, *, cell_id: int, year: int, by: Member, now: datetime, today: date
) -> CellYear:
    """The same, to be written into a file, which leaves an entry in the audit log."""
    role = await authorise(session, by, Right.LEAD, cell_id, on=today)
    found = await _of_cell(session, cell_id, year)
    where = {"organisation_id": cell_id, "count": len(found.members)}
    auditing.note(session, AuditVerb.EXPORTED, now=now, by=by, role=role, **where)
    return found


async def _of_cell(session: Session, cell_id: int, year: int) -> CellYear:
    rows = await task_years.list_year(session, year=year, cell_id=cell_id)
    members = {row.member.id: row.member for row in rows}
    by_member = [
        MemberYear(member, [row for row in rows if row.member.id == number])
        for number, member in members.items()
    ]
    return CellYear(await organisations.get(session, cell_id), year, by_member)


def _count(rows: Sequence[YearRow]) -> dict[Evaluated, int]:
    counted = {each: sum(row.count(each) for row in rows) for each in Evaluated}
    return {each: count for each, count in counted.items() if count}
