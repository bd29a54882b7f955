"""A made-up population of any size, written by the database itself: one statement for each table.

Organisation 1 is the committee above all cells; member n belongs to cell `cell_of(n)` and speaks from the
chat `first_chat` + n - 1. The first member of every cell is its secretary.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import BigInteger, String, cast, insert, literal, select, text
from sqlalchemy import Table as Rows
from sqlalchemy.sql.elements import ColumnElement

from bot.actions.registration import CONSENT_VERSION
from bot.rules.words import (
    MeetingKind,
    MembershipKind,
    OrganisationKind,
    ReminderProfile,
    ReminderStep,
    RoleName,
    Status,
)
from db.models import (
    Account,
    Consent,
    Link,
    Meeting,
    MeetingState,
    Member,
    Membership,
    Organisation,
    Reminder,
    Role,
    StatusPeriod,
)
from db.session import Session

PER_CELL = 22
JOINED = date(2025, 1, 1)
COMMITTEE = 1


@dataclass(frozen=True)
class Population:
    """So many members in cells of `per_cell`, whose chats at `bot` begin at `first_chat`."""

    bot: int
    members: int
    first_chat: int
    per_cell: int = PER_CELL

    @property
    def cells(self) -> int:
        """How many cells there are."""
        return -(-self.members // self.per_cell)

    def cell_of(self, member: int) -> int:
        """The organisation that is the cell of member n, from 1."""
        return COMMITTEE + 1 + (member - 1) // self.per_cell

    def meeting_of(self, member: int) -> int:
        """The meeting that member n is invited to, once `plan_meetings` was called."""
        return 1 + (member - 1) // self.per_cell

    async def settle(self, session: Session, *, now: datetime) -> None:
        """Fill an empty database with them all, everyone registered. `now` is aware."""
        await self._add_organisations(session)
        n, enough = numbers_to(self.members)
        cell = (n - 1) // self.per_cell + COMMITTEE + 1
        since = {"since": JOINED}
        code = literal("M") + cast(n, String)
        await fill(session, Member, enough, id=n, code=code, name=literal("Nguyễn Văn ") + cast(n, String))
        await fill(
            session,
            Membership,
            enough,
            member_id=n,
            cell_id=cell,
            kind=MembershipKind.RECORD,
            exempt=False,
            **since,
        )
        await fill(session, StatusPeriod, enough, member_id=n, status=Status.OFFICIAL, **since)
        chat = {"bot": self.bot, "address": n + literal(self.first_chat - 1, BigInteger)}
        await fill(session, Account, enough, id=n, channel="telegram", language="vi", created_at=now, **chat)
        await fill(session, Link, enough, account_id=n, member_id=n, speaking=True, since=now)
        agreed = {"version": CONSENT_VERSION, "text_sha256": "0" * 64, "given_at": now}
        await fill(session, Consent, enough, account_id=n, member_id=n, **agreed)
        first = enough & (n % self.per_cell == (1 if self.per_cell > 1 else 0))
        await fill(session, Role, first, member_id=n, organisation_id=cell, name=RoleName.SECRETARY, **since)
        await number_on(session, "member", "account")

    async def plan_meetings(self, session: Session, *, starts_at: datetime, call_at: datetime) -> None:
        """One regular meeting for every cell, whose invitation is due at `call_at` (both aware)."""
        n, enough = numbers_to(self.cells)
        await fill(
            session,
            Meeting,
            enough,
            id=n,
            cell_id=n + COMMITTEE,
            kind=MeetingKind.REGULAR,
            month=starts_at.date().replace(day=1),
            starts_at=starts_at,
            minutes=90,
            place="Nhà văn hóa",
            agenda="",
            profile=ReminderProfile.STANDARD,
            state=MeetingState.PLANNED,
            outcome="",
        )
        await fill(session, Reminder, enough, meeting_id=n, step=ReminderStep.CALLED, due_at=call_at)
        await number_on(session, "meeting")

    async def _add_organisations(self, session: Session) -> None:
        committee = {"id": COMMITTEE, "code": "c", "name": "Đảng bộ", "kind": OrganisationKind.COMMUNE}
        await session.execute(insert(rows_of(Organisation)), [committee])
        n, enough = numbers_to(self.cells)
        number = cast(n, String)
        await fill(
            session,
            Organisation,
            enough,
            id=n + COMMITTEE,
            code=literal("c") + number,
            name=literal("Chi bộ ") + number,
            kind=OrganisationKind.CELL,
            parent_id=COMMITTEE,
        )
        await number_on(session, "organisation")


def numbers_to(most: int) -> tuple[ColumnElement[int], ColumnElement[bool]]:
    """The numbers from 1 to `most`, as a column of a query and the condition that it ends there."""
    numbers = select(literal(1, BigInteger).label("n")).cte("numbers", recursive=True)
    numbers = numbers.union_all(select(numbers.c.n + 1).where(numbers.c.n < most))
    return numbers.c.n, numbers.c.n <= most


async def fill(session: Session, table: Any, where: ColumnElement[bool], **values: Any) -> None:
    """One row of a table for every number that fulfils `where`."""
    columns = rows_of(table).c
    chosen = [
        value if isinstance(value, ColumnElement) else literal(value, columns[name].type)
        for name, value in values.items()
    ]
    await session.execute(insert(rows_of(table)).from_select(list(values), select(*chosen).where(where)))


async def number_on(session: Session, *tables: str) -> None:
    """Let PostgreSQL number the next row after those that came with numbers; SQLite does by itself."""
    if session.get_bind().dialect.name == "sqlite":
        return
    for table in tables:
        await session.execute(
            text(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), (SELECT max(id) FROM {table}))")
        )


def rows_of(table: Any) -> Rows:
    found: Rows = table.__table__
    return found


SOON = timedelta(days=3)
"""How far ahead the meetings of a bench are."""
