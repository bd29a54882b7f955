"""A commune month by month: who comes on stage, and what they have in mind from the first day on."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import partial

from bot.actions import registration
from bot.actions.registration import Inviting
from bot.demo.actors import Actor
from bot.demo.cast import Cast, Cell, Month, at, is_exempt
from bot.demo.leaders import Leader
from bot.demo.officer import Officer
from bot.demo.script import Behaviour, part
from bot.demo.stage import Stage
from bot.rules.roster import Person as Listed
from bot.rules.words import MeetingKind, RoleName, RollState
from db import organisations, people
from db.models import Organisation
from db.session import Session

OFFICER = "Lê Quân"
REGULAR, RESIDENTIAL = MeetingKind.REGULAR, MeetingKind.RESIDENTIAL
MINUTE = timedelta(minutes=1)


@dataclass
class Town:
    """A stage with its people: the actors by member code, and the officer of the committee above all cells."""

    stage: Stage
    cast: Cast
    month: Month
    committee: Organisation
    officer: Officer
    actors: dict[str, Actor] = field(default_factory=dict)

    def leader(self, listed: Listed) -> Leader:
        """The actor who leads a cell."""
        actor = self.actors[listed.code]
        assert isinstance(actor, Leader)
        return actor


@dataclass(frozen=True)
class Links:
    """The tokens an operator makes with `chibo invite`."""

    members: dict[str, str]
    """Personal ones, by member code."""
    cell: str | None
    officer: str
    acting: dict[str, str]
    """For those who act as secretary of a cell that has none, by member code."""


def populate(stage: Stage, cast: Cast, month: Month, committee: Organisation) -> Town:
    """Put everybody on stage who has a telephone; who has none is on the list only."""
    officer = Officer(stage, stage.telegram.add_person(OFFICER), part(Behaviour.COMING))
    town = Town(stage, cast, month, committee, officer)
    for turn, listed in enumerate(cast.people):
        if cast.registers(listed) or cast.part(listed).refuses:
            town.actors[listed.code] = _actor(town, listed, turn)
    stage.actors += [officer, *town.actors.values()]
    return town


def _actor(town: Town, listed: Listed, turn: int) -> Actor:
    cast, person = town.cast, town.stage.telegram.add_person(listed.name, phone=listed.phone)
    cell, changes_mind_at = cast.cell(listed.cell), _day_before(town, listed)
    if listed in cell.leaders:
        return Leader(town.stage, person, listed, cast, turn=turn, changes_mind_at=changes_mind_at)
    return Actor(town.stage, person, cast.part(listed), turn=turn, changes_mind_at=changes_mind_at)


def _day_before(town: Town, listed: Listed) -> datetime:
    """The noon before the regular meeting of the person's cell."""
    begins = town.cast.cell(listed.cell).begins(town.month, REGULAR)
    return begins.replace(hour=12, minute=0) - timedelta(days=1)


async def invite(session: Session, town: Town, *, now: datetime) -> Links:
    """Make the links: personal ones, one for a whole cell, and those that give a role."""

    async def link(**whom: object) -> str:
        return await registration.invite(session, Inviting(**whom), now=now)  # type: ignore[arg-type]

    cast, members, acting = town.cast, dict[str, str](), dict[str, str]()
    for code in town.actors:
        found = await people.find_member_by_code(session, code)
        assert found is not None
        members[code] = await link(member_id=found.id)
    by_name = {c.name: c for c in await organisations.list_cells(session, town.committee.id or 0)}
    for cell in cast.cells:
        if cell.acting:
            place = by_name[cell.name].id
            acting[cell.on_duty.code] = await link(role=RoleName.SECRETARY, organisation_id=place)
    linked = by_name[cast.by_cell_link].id if cast.by_cell_link else None
    cell_link = await link(cell_id=linked) if linked else None
    officer = await link(role=RoleName.OFFICER, organisation_id=town.committee.id)
    return Links(members, cell_link, officer, acting)


def plan_arrivals(town: Town, links: Links) -> None:
    """The eve, from eight o'clock: who leads comes first, the others after them; some block the bot at once."""
    stage, cast, start = town.stage, town.cast, at(town.month.eve, 8)
    stage.plan(start, town.officer, partial(town.officer.registers, links.officer))
    for listed in cast.people:
        actor = town.actors.get(listed.code)
        if actor is None:
            continue
        leads = listed in cast.cell(listed.cell).leaders
        if links.cell and cast.joins_by_cell(listed):
            stage.plan(start + 10 * MINUTE, actor, partial(actor.registers, links.cell, gives_name=True))
        else:
            token = links.members[listed.code]
            when = start if leads else start + 10 * MINUTE
            stage.plan(when, actor, partial(actor.registers, token))
        if role := links.acting.get(listed.code):
            stage.plan(start + 20 * MINUTE, actor, partial(actor.registers, role))
        if cast.part(listed).behaviour is Behaviour.BLOCKED and not cast.borrows(listed):
            stage.plan(start + 40 * MINUTE, actor, actor.leaves)


def plan_setup(town: Town) -> None:
    """The eve, from nine o'clock: each cell's schedules and one task for everybody."""
    start = at(town.month.eve, 9)
    for cell in town.cast.cells:
        leader = town.leader(cell.on_duty)
        for turn, kind in enumerate((REGULAR, RESIDENTIAL)):
            if kind is REGULAR or cell.residents:
                plan_schedule(town, leader, kind, start + 5 * turn * MINUTE)
        if any(not is_exempt(p) for p in cell.members):
            town.stage.plan(start + 15 * MINUTE, leader, leader.gives_task)
        if cell.borrows:
            town.stage.plan(start + 40 * MINUTE, leader, leader.leaves)


def plan_schedule(town: Town, leader: Leader, kind: MeetingKind, when: datetime) -> None:
    """Let a leader set the schedule of a kind of meeting."""
    town.stage.plan(when, leader, partial(leader.sets_schedule, town.month, kind))


def plan_notice(town: Town, text: str, *, last: date) -> None:
    """The notice leaves on the first morning; on the evening of the `last` day the officer looks at the numbers."""
    officer = town.officer
    morning = at(town.month.first, 9)
    town.stage.plan(morning, officer, partial(officer.sends_notice, text, town.committee.name))
    town.stage.plan(at(last, 19), officer, officer.looks_at_numbers)


def plan_next_month(town: Town, cast: Cast, month: Month) -> None:
    """What changes on the eve of a further month, and its meetings."""
    town.cast, town.month = cast, month
    by_code = {listed.code: listed for listed in cast.people}
    for code, actor in town.actors.items():
        listed = by_code[code]
        begins = partial(actor.begins_month, cast, listed, _day_before(town, listed))
        town.stage.plan(at(month.eve, 12), actor, begins)
    plan_evenings(town)


def plan_evenings(town: Town) -> None:
    """Every meeting of the month, and what happens at it."""
    for cell in town.cast.cells:
        _plan_evening(town, cell, REGULAR)
        if cell.residents:
            _plan_evening(town, cell, RESIDENTIAL)


def _plan_evening(town: Town, cell: Cell, kind: MeetingKind) -> None:
    stage, begins = town.stage, cell.begins(town.month, kind)
    on_duty, taker = town.leader(cell.on_duty), town.leader(_taker(town.cast, cell))
    if cell.borrows:
        stage.plan(begins - 30 * MINUTE, on_duty, on_duty.takes_phone)
    if kind is REGULAR:
        stage.plan(begins + 5 * MINUTE, on_duty, on_duty.reports_for_others)
        stage.plan(begins + 75 * MINUTE, taker, taker.asks_who_skipped)
        stage.plan(begins + 80 * MINUTE, on_duty, on_duty.looks_at_tasks)
    wanted = _wanted(town.cast, cell, kind)
    stage.plan(begins + 15 * MINUTE, taker, partial(taker.takes_roll, kind, wanted))
    if cell.borrows:
        stage.plan(begins + 90 * MINUTE, on_duty, on_duty.leaves)


def _taker(cast: Cast, cell: Cell) -> Listed:
    """Who takes the roll: the first leader with a telephone who is there, else who is on duty."""
    there = (RollState.PRESENT, RollState.LATE)
    able = [p for p in cell.leaders if cast.part(p).reachable and cast.part(p).roll in there]
    return (able or [cell.on_duty])[0]


def _wanted(cast: Cast, cell: Cell, kind: MeetingKind) -> list[tuple[str, RollState]]:
    if kind is RESIDENTIAL:
        return [(p.name, RollState.PRESENT) for p in cell.residents]
    return [(p.name, cast.part(p).roll) for p in cell.members]
