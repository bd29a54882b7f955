"""Joins, transfers, exemptions, residences, merges and erasures in any order: every list agrees, on every date."""

import asyncio
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.actions import belonging, erasing, organising
from bot.actions.belonging import Place
from bot.errors import Refusal
from bot.rules.attendance import Standing
from bot.rules.words import (
    DataRequestKind,
    ExemptReason,
    MeetingKind,
    MembershipKind,
    OrganisationKind,
    Status,
)
from bot.texts import Texts
from db import meetings
from db.models import DataRequest, Meeting, Member, Organisation
from db.session import Database, Session

FIRST, DAYS, TODAY = date(2026, 1, 1), 24, date(2026, 1, 12)
NOW = datetime(2026, 1, 12, 3, tzinfo=UTC)
PEOPLE, CELLS = 4, 3
OUTSIDE = -1
TEXTS = Texts(ZoneInfo("Asia/Ho_Chi_Minh"))
CALENDAR = [FIRST + timedelta(days=n) for n in range(DAYS)]

person, cell, day = st.integers(0, PEOPLE - 1), st.integers(0, CELLS - 1), st.sampled_from(CALENDAR)
until = st.none() | day
steps = st.one_of(
    st.tuples(st.just("record"), person, cell, day, st.none()),
    st.tuples(st.just("temporary"), person, cell | st.just(OUTSIDE) | st.none(), day, until),
    st.tuples(st.just("residential"), person, cell | st.none(), day, until),
    st.tuples(st.just("exempt from residence"), person, cell, day, until),
    st.tuples(st.just("status"), person, st.sampled_from(list(Status)), day, until),
    st.tuples(st.just("leave"), person, st.none(), day, st.none()),
    st.tuples(st.just("merge"), cell, cell, day, st.none()),
    st.tuples(st.just("erase"), person, st.none(), st.just(TODAY), st.none()),
)


class Model:
    """What somebody with a wall calendar for each person would have written down."""

    def __init__(self) -> None:
        self.at: dict[str, list[dict[date, Any]]] = {
            kind: [dict.fromkeys(CALENDAR) for _ in range(PEOPLE)]
            for kind in ("record", "temporary", "residential", "status")
        }
        self.spared = [dict.fromkeys(CALENDAR, False) for _ in range(PEOPLE)]
        self.erased: set[int] = set()

    def write(self, kind: str, who: int, value: Any, since: date, until: date | None) -> None:
        for on in span(since, until):
            self.at[kind][who][on] = value
            if kind == "residential":
                self.spared[who][on] = False
        self.tidy()

    def tidy(self) -> None:
        for who in range(PEOPLE):
            for on in CALENDAR:
                for visit in ("residential", "temporary"):
                    if self.at[visit][who][on] == self.at["record"][who][on]:
                        self.at[visit][who][on] = None

    def expected(self, where: int, on: date, *, residential: bool) -> set[int]:
        """Who must come to a meeting of a cell on a day."""
        return {who for who in range(PEOPLE) if self._must_come(who, where, on, residential)}

    def _must_come(self, who: int, where: int, on: date, residential: bool) -> bool:
        record, temporary, home, status = (
            self.at[kind][who][on] for kind in ("record", "temporary", "residential", "status")
        )
        if status in (Status.EXEMPT, Status.TEMPORARILY_EXEMPT):
            return False
        if residential:
            away = temporary is not None and temporary != where
            return bool(home == where and not self.spared[who][on] and not away)
        return bool((temporary if temporary is not None else record) == where)


def span(since: date, until: date | None) -> list[date]:
    return [on for on in CALENDAR if since <= on and (until is None or on < until)]


class World:
    """The real thing: one database for all examples, new people and cells in each."""

    def __init__(self, database: Database) -> None:
        self.database = database

    async def begin(self) -> None:
        async with self.database.write() as session:
            made = [
                await organising.found(
                    session, name=f"Chi bộ {n}", kind=OrganisationKind.CELL, parent_id=None, since=FIRST
                )
                for n in range(CELLS)
            ]
            people = [Member(name=f"Người {n}") for n in range(PEOPLE)]
            session.add_all(people)
            await session.flush()
            self.cells = [each.id or 0 for each in made]
            self.people = [each.id or 0 for each in people]

    async def does(self, model: Model, step: Any) -> None:
        what, who, value, since, until = step
        if what != "merge" and who in model.erased:
            return  # nobody's screen leads to them any more
        try:
            async with self.database.write() as session:
                await DOES[what](self, session, who, value, since, until)
        except Refusal:
            return
        REMEMBERS[what](model, who, value, since, until)

    def place(self, number: int | None) -> Place | None:
        return None if number is None else Place(None if number == OUTSIDE else self.cells[number])

    async def belongs(
        self, session: Session, kind: MembershipKind, who: int, where: Place | None, *days: Any
    ) -> None:
        since, until = days
        await belonging.belong(session, self.people[who], kind, where, since=since, until=until)

    async def spares(self, session: Session, who: int, where: int, since: date, until: date | None) -> None:
        place = Place(self.cells[where], ExemptReason.AGE)
        await self.belongs(session, MembershipKind.RESIDENTIAL, who, place, since, until)

    async def merges(self, session: Session, gone: int, into: int, since: date, _: object) -> None:
        one, other = [await session.get_one(Organisation, self.cells[n]) for n in (gone, into)]
        await organising.merge(session, one, other, since=since, now=NOW, today=TODAY)

    async def erases(self, session: Session, who: int, *_: object) -> None:
        member = await session.get_one(Member, self.people[who])
        request = DataRequest(member_id=member.id or 0, kind=DataRequestKind.ERASE, asked_at=NOW, due_at=NOW)
        session.add(request)
        await session.flush()
        await erasing.erase(session, member, request=request, now=NOW, texts=TEXTS)

    async def expected(self, where: int, on: date, *, residential: bool) -> set[int]:
        kind = MeetingKind.RESIDENTIAL if residential else MeetingKind.REGULAR
        meeting = Meeting(id=0, cell_id=self.cells[where], kind=kind, month=FIRST, starts_at=NOW)
        async with self.database.read() as session:
            listed = await meetings.list_expected(session, meeting, on=on)
        must = [e.member_id for e in listed if e.standing is Standing.MUST_ATTEND]
        assert len(must) == len(set(must))
        return {self.people.index(number) for number in must}


def merge_in_model(model: Model, gone: int, into: int, since: date, _: object) -> None:
    for kind in ("record", "temporary", "residential"):
        for who in range(PEOPLE):
            for on in span(since, None):
                if model.at[kind][who][on] == gone:
                    model.at[kind][who][on] = into
    model.tidy()


def spare_in_model(model: Model, who: int, where: int, since: date, until: date | None) -> None:
    model.write("residential", who, where, since, until)
    for on in span(since, until):
        model.spared[who][on] = True


def give_status_in_model(model: Model, who: int, status: Status, since: date, until: date | None) -> None:
    if until is not None and until <= since:
        return
    before = dict(model.at["status"][who])
    model.write("status", who, status, since, until)
    if until in before and before[until] is None:
        for on in span(until, None):
            if before[on] is not None:
                break
            model.at["status"][who][on] = before[since] or Status.OFFICIAL


def leave_in_model(model: Model, who: int, _: object, since: date, until: None) -> None:
    for kind in ("record", "temporary", "residential", "status"):
        model.write(kind, who, None, since, None)


def erase_in_model(model: Model, who: int, *_: object) -> None:
    """What was stays counted, as a number of nobody; from today on they are nowhere."""
    leave_in_model(model, who, None, TODAY, None)
    model.erased.add(who)


DOES: dict[str, Callable[..., Any]] = {
    **{
        kind.value: lambda w, s, who, value, *days, kind=kind: w.belongs(s, kind, who, w.place(value), *days)
        for kind in MembershipKind
    },
    "exempt from residence": World.spares,
    "status": lambda w, s, who, value, since, until: belonging.set_status(
        s, w.people[who], value, since=since, until=until
    ),
    "leave": lambda w, s, who, _, since, until: belonging.leave(s, w.people[who], on=since),
    "merge": World.merges,
    "erase": World.erases,
}
REMEMBERS: dict[str, Callable[..., None]] = {
    **{kind.value: lambda model, *args, kind=kind: model.write(kind.value, *args) for kind in MembershipKind},
    "exempt from residence": spare_in_model,
    "status": give_status_in_model,
    "leave": leave_in_model,
    "merge": merge_in_model,
    "erase": erase_in_model,
}


@pytest.fixture
def world(sqlite_template: Path, tmp_path: Path) -> Iterator[tuple[asyncio.Runner, World]]:
    path = tmp_path / "belonging.db"
    path.write_bytes(sqlite_template.read_bytes())
    with asyncio.Runner() as runner:
        database = Database(f"sqlite+aiosqlite:///{path}", durable=False)
        yield runner, World(database)
        runner.run(database.dispose())


async def agree(world: World, taken: list[Any]) -> None:
    model = Model()
    await world.begin()
    for step in taken:
        await world.does(model, step)
    for where in range(CELLS):
        for on in CALENDAR[::3]:
            for residential in (False, True):
                found = await world.expected(where, on, residential=residential)
                assert found == model.expected(where, on, residential=residential), (where, on, residential)


def test_every_list_agrees_with_a_wall_calendar(world: tuple[asyncio.Runner, World], share: float) -> None:
    runner, town = world

    @settings(
        max_examples=max(1, round(5000 * share)),
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(st.lists(steps, max_size=8))
    def run(taken: list[Any]) -> None:
        runner.run(agree(town, taken))

    run()
