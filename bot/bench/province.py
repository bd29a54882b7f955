"""A made-up province to measure on: committees, cells of every size, members with names, years of closed rolls.

The same seed gives the same province. The cells are thought out here, everything about people is written by the
database itself: a statement for each table, and for the rolls one for each month.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    Integer,
    MetaData,
    String,
    Table,
    case,
    cast,
    func,
    insert,
    literal,
    select,
)
from sqlalchemy.sql.elements import ColumnElement

from bot.bench.population import fill, number_on, numbers_to, rows_of
from bot.bench.province_tasks import add_progress, add_reports, add_tasks
from bot.config import ZONE
from bot.rules.words import MeetingKind, MembershipKind, OrganisationKind, RoleName, RollState, Status
from db.models import (
    Meeting,
    MeetingState,
    Member,
    Membership,
    Organisation,
    Progress,
    Role,
    RollMark,
    RollTally,
    StatusPeriod,
    Task,
)
from db.session import Database, Session

SMALLEST, MEDIAN, LARGEST = 3, 20, 60
"""Members of a cell."""
CELLS_PER_COMMITTEE = 53
RESIDENTS = 41
"""Of a hundred: members who are registered where they live, in another cell of their committee."""
LENGTH = timedelta(minutes=90)
PROVINCE = 1

SURNAMES = tuple(
    surname
    for surname, share in {
        **{"Nguyễn": 30, "Trần": 11, "Lê": 9, "Phạm": 7, "Hoàng": 6, "Vũ": 4, "Đặng": 4, "Bùi": 4, "Đỗ": 3},
        **{"Giàng": 4, "Vàng": 3, "Thào": 3, "Lý": 3, "Sùng": 2, "Tẩn": 2, "Ngô": 2, "Dương": 2, "Lù": 1},
    }.items()
    for _ in range(share)
)
GIVEN_BY_MIDDLE = {
    "Thị": "Hoa Lan Mai Hương Thủy Hạnh Yến Nga Phượng Thảo Hồng Oanh Sao Mỷ Dung",
    "Văn": "Minh Dũng Quân Hùng Sơn Tuấn Thắng Long Páo Chính Đạt Hải Nam Út Bình",
    "Đức": "Anh Thành Mạnh Trung Kiên Toàn Hiếu Lộc",
    "Thu": "Hà Trang Hiền Ngân Phương Giang Liên",
}
MIDDLE_AND_GIVEN = tuple(
    f"{middle} {given}" for middle, names in GIVEN_BY_MIDDLE.items() for given in names.split()
)
PRIME = 2_147_483_647


@dataclass(frozen=True)
class Cell:
    """One cell: its number, its members by number, and the cells of its committee, by number and how many."""

    id: int
    first: int
    size: int
    committee: int
    base: int
    many: int


@dataclass(frozen=True)
class Province:
    """So many members, and years of monthly meetings up to `until`."""

    members: int
    years: int
    until: date
    seed: int = 1

    @property
    def steps(self) -> int:
        """How often `settle` reports that something is done."""
        return 4 + 12 * self.years

    @property
    def began(self) -> date:
        """When everybody joined: before the first meeting."""
        return date(self.until.year - self.years - 1, 1, 1)

    async def settle(self, database: Database, step: Callable[[], None]) -> None:
        """Fill an empty database; `step` is called after each part, which is committed then."""
        cells = self.cells()
        async with database.write() as session:
            await self._add_organisations(session, cells)
        step()
        async with database.write() as session:
            await self._add_people(session, await temporary(session, cells))
        step()
        tasks: dict[str, Any] = {"dice": self._dice, "most": LARGEST}
        async with database.write() as session:
            cells_there = await temporary(session, cells)
            await add_tasks(session, cells_there, **tasks, since=self.began, until=self.until)
        step()
        for number, month in enumerate(self._months()):
            async with database.write() as session:
                cells_there = await temporary(session, cells)
                before = 2 * number * len(cells)
                await self._meet(session, cells_there, before, month)
                await self._meet_residents(session, cells_there, before + len(cells), month)
                await _tally(session, after=before)
                meeting = cells_there.c.number + before
                await add_progress(session, cells_there, **tasks, meeting=meeting, salt=number, month=month)
            step()
        async with database.write() as session:
            await add_reports(session, await temporary(session, cells), **tasks, month=self.until)
        step()

    def cells(self) -> list[Cell]:
        """All cells, by committee; their sizes are spread about the median."""
        dice = random.Random(self.seed)
        sizes, left = [], self.members
        while left > 0:
            size = min(left, LARGEST, max(SMALLEST, round(dice.lognormvariate(2.995, 0.5))))
            sizes.append(size)
            left -= size
        committees = max(1, round(len(sizes) / CELLS_PER_COMMITTEE))
        return list(_placed(sizes, committees))

    def _months(self) -> Iterator[date]:
        """The first days of the months there was a meeting in, oldest first."""
        last = self.until.year * 12 + self.until.month - 1
        for month in range(last - 12 * self.years, last):
            yield date(month // 12, month % 12 + 1, 1)

    def _dice(self, n: ColumnElement[int], salt: int, sides: int) -> ColumnElement[int]:
        """A number from 0 to below `sides` for each n, the same every time."""
        thrown = (n * 48_271 + (self.seed * 7_919 + salt * 104_729)) % PRIME
        mixed = (thrown % 46_337) * (thrown % 46_327 + 1) + thrown  # else one month's follows from the last's
        return ((mixed * 16_807) % PRIME) % sides

    async def _add_organisations(self, session: Session, cells: Sequence[Cell]) -> None:
        committees = sorted({cell.committee for cell in cells})
        top = _organisation(PROVINCE, "Đảng bộ tỉnh", OrganisationKind.PROVINCE, None)
        rows = [
            _organisation(n, f"Đảng bộ xã số {n - 1}", OrganisationKind.COMMUNE, PROVINCE) for n in committees
        ]
        rows += [
            _organisation(c.id, f"Chi bộ thôn {c.id - c.base + 1}", OrganisationKind.CELL, c.committee)
            for c in cells
        ]
        await session.execute(insert(rows_of(Organisation)), [top, *rows])
        await number_on(session, "organisation")

    async def _add_people(self, session: Session, cells: Table) -> None:
        k, enough = numbers_to(LARGEST)
        here = enough & (k <= cells.c.size)
        n = cells.c.first + k - 1
        since = {"since": self.began}
        await fill(
            session,
            Member,
            here,
            id=n,
            code=literal("38.") + cast(n, String),
            name=self._name(n),
            phone=self._phone(n),
        )
        belongs = {"member_id": n, "exempt": False, **since}
        await fill(session, Membership, here, cell_id=cells.c.id, kind=MembershipKind.RECORD, **belongs)
        resident, lives, home = self._residents(cells)
        at_home = {"cell_id": home, "kind": MembershipKind.RESIDENTIAL, **belongs, "member_id": resident}
        await fill(session, Membership, lives, **at_home)
        await fill(session, StatusPeriod, here, member_id=n, status=self._status(n), **since)
        role = case((k == 1, RoleName.SECRETARY.value), else_=RoleName.DEPUTY.value)
        leads = here & ((k == 1) | ((k == 2) & (cells.c.size >= 9)))
        await fill(session, Role, leads, member_id=n, organisation_id=cells.c.id, name=role, **since)
        await number_on(session, "member")

    async def _meet(self, session: Session, cells: Table, before: int, month: date) -> None:
        """Every cell's regular meeting of a month, with its closed roll; so many meetings were `before`."""
        k, enough = numbers_to(LARGEST)
        n = cells.c.first + k - 1
        meeting = cells.c.number + before
        await self._hold(session, cells, MeetingKind.REGULAR, meeting, month)
        here = enough & (k <= cells.c.size)
        await self._mark(session, n, here, meeting, salt=100 + before, closed=_ends(month))

    async def _meet_residents(self, session: Session, cells: Table, before: int, month: date) -> None:
        """Every cell's meeting of those who live there, the same way."""
        await self._hold(session, cells, MeetingKind.RESIDENTIAL, cells.c.number + before, month)
        n, lives, home = self._residents(cells)
        meeting = home - cells.c.id + cells.c.number + before
        await self._mark(session, n, lives, meeting, salt=200 + before, closed=_ends(month))

    async def _hold(
        self, session: Session, cells: Table, kind: MeetingKind, meeting: ColumnElement[int], month: date
    ) -> None:
        await fill(
            session,
            Meeting,
            cells.c.number > 0,
            id=meeting,
            cell_id=cells.c.id,
            kind=kind,
            month=month,
            starts_at=_ends(month) - LENGTH,
            minutes=LENGTH // timedelta(minutes=1),
            place="Nhà văn hóa",
            agenda="",
            profile="standard",
            state=MeetingState.CLOSED,
            outcome="",
            closed_at=_ends(month),
        )
        await number_on(session, "meeting")

    async def _mark(
        self,
        session: Session,
        n: ColumnElement[int],
        here: ColumnElement[bool],
        meeting: ColumnElement[int],
        *,
        salt: int,
        closed: datetime,
    ) -> None:
        state = self._roll(n, self._dice(n, salt, 100))
        await fill(session, RollMark, here, meeting_id=meeting, member_id=n, state=state, marked_at=closed)

    def _residents(self, cells: Table) -> tuple[ColumnElement[int], ColumnElement[bool], ColumnElement[int]]:
        """Who lives in another cell of the committee: their numbers, that it is so, and that cell."""
        k, enough = numbers_to(LARGEST)
        n = cells.c.first + k - 1
        home = cells.c.base + self._dice(n, 3, PRIME) % cells.c.many
        elsewhere = (self._dice(n, 4, 100) < RESIDENTS) & (home != cells.c.id)
        return n, enough & (k <= cells.c.size) & elsewhere, home

    def _name(self, n: ColumnElement[int]) -> ColumnElement[str]:
        surname = _chosen(self._dice(n, 1, len(SURNAMES)), SURNAMES)
        return surname + literal(" ") + _chosen(self._dice(n, 2, len(MIDDLE_AND_GIVEN)), MIDDLE_AND_GIVEN)

    def _phone(self, n: ColumnElement[int]) -> ColumnElement[str]:
        return literal("+849") + cast(10_000_000 + self._dice(n, 5, 89_999_999), String)

    def _status(self, n: ColumnElement[int]) -> ColumnElement[str]:
        thrown = self._dice(n, 6, 100)
        return case(
            (thrown < 6, Status.EXEMPT.value),
            (thrown < 8, Status.TEMPORARILY_EXEMPT.value),
            (thrown < 12, Status.PROBATIONARY.value),
            else_=Status.OFFICIAL.value,
        )

    def _roll(self, n: ColumnElement[int], thrown: ColumnElement[int]) -> ColumnElement[str]:
        return case(
            (self._dice(n, 6, 100) < 8, RollState.EXEMPT.value),
            (thrown < 82, RollState.PRESENT.value),
            (thrown < 86, RollState.LATE.value),
            (thrown < 96, RollState.EXCUSED.value),
            else_=RollState.UNEXCUSED.value,
        )


def _placed(sizes: Sequence[int], committees: int) -> Iterator[Cell]:
    """The cells, numbered on behind the committees, each committee's one after the other."""
    first = 1
    for number, size in enumerate(sizes):
        committee = number * committees // len(sizes)
        begins = -(-committee * len(sizes) // committees)
        ends = -(-(committee + 1) * len(sizes) // committees)
        above = PROVINCE + committees + 1
        yield Cell(above + number, first, size, PROVINCE + 1 + committee, above + begins, ends - begins)
        first += size


def _organisation(number: int, name: str, kind: OrganisationKind, parent: int | None) -> dict[str, Any]:
    code = {"code": f"o{number}", "official_code": f"38.{number:06}"}
    return {"id": number, **code, "name": name, "kind": kind, "parent_id": parent}


async def temporary(session: Session, cells: Sequence[Cell]) -> Table:
    """The cells as a table of this connection, to join what is written with."""
    names = ("number", "id", "first", "size", "base", "many")
    columns = [Column(name, BigInteger, primary_key=name == "number", autoincrement=False) for name in names]
    table = Table("bench_cell", MetaData(), *columns, prefixes=["TEMPORARY"])
    connection = await session.connection()
    await connection.run_sync(lambda sync: table.drop(sync, checkfirst=True))
    await connection.run_sync(table.create)
    rows = [
        {name: getattr(cell, name) for name in names[1:]} | {"number": i} for i, cell in enumerate(cells, 1)
    ]
    await session.execute(insert(table), rows)
    return table


async def _tally(session: Session, *, after: int) -> None:
    """What the rolls of the meetings past a number add up to."""
    marks, tally = rows_of(RollMark).c, rows_of(RollTally)
    states = [func.sum(case((marks.state == state, 1), else_=0)) for state in RollState]
    summed = select(marks.meeting_id, *states).where(marks.meeting_id > after).group_by(marks.meeting_id)
    names = ["meeting_id", *(state.value for state in RollState)]
    await session.execute(insert(tally).from_select(names, summed))


def _ends(month: date) -> datetime:
    """When the meetings of a month end."""
    return datetime.combine(month + timedelta(days=2), time(21), ZONE).astimezone(UTC)


def _chosen(number: ColumnElement[int], words: Sequence[str]) -> ColumnElement[str]:
    """The word of that number, from 0, cut out of one text in which all are equally long."""
    width = max(map(len, words))
    whole = "".join(word.ljust(width) for word in words)
    return func.trim(func.substr(literal(whole), cast(number * width + 1, Integer), width))


async def count(session: Session) -> dict[str, int]:
    """How much there is, by table."""
    tables = {"organisations": Organisation, "members": Member, "memberships": Membership}
    tables |= {"meetings": Meeting, "marks": RollMark, "tasks": Task, "progress": Progress}
    return {
        name: int((await session.execute(select(func.count()).select_from(rows_of(table)))).scalar_one())
        for name, table in tables.items()
    }
