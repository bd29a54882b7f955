"""Who is who in a demo: cells, who leads them, when they meet; all from the list and the script alone."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from bot.config import ZONE
from bot.demo.script import UNNAMED, Behaviour, Part
from bot.rules.roster import Person, Roster
from bot.rules.words import MeetingKind, RoleName, Status

EXEMPT = (Status.EXEMPT, Status.TEMPORARILY_EXEMPT)


@dataclass(frozen=True)
class Month:
    """A month that is played, in local days. What it begins with happens on its eve, and it ends on its last day."""

    eve: date = date(2026, 11, 30)
    last: date = date(2026, 12, 31)
    opens_on: int = 8
    """The day of the month on which the first cell meets; the others on that day and the two after it, in turn."""
    residents_on: int = 18
    """The day of the first residential meeting."""

    @property
    def first(self) -> date:
        """Its first day."""
        return self.last.replace(day=1)

    def meets(self, kind: MeetingKind, turn: int) -> date:
        """The day the cell whose turn it is (from 0) holds its meeting of a kind."""
        regular = kind is MeetingKind.REGULAR
        day = self.opens_on + turn % 3 if regular else self.residents_on + turn % 3
        return self.last.replace(day=day)


def last_months(count: int) -> list[Month]:
    """So many months in a row, up to the one a demo of one month plays."""
    months = [Month()]
    while len(months) < count:
        eve = months[0].eve
        months.insert(0, Month(eve=eve.replace(day=1) - timedelta(days=1), last=eve))
    return months


EVENING = time(19, 30)
"""When every meeting begins."""
PLACES = ("nhà văn hóa thôn", "hội trường ủy ban xã", "phòng họp nhà trường")


def at(day: date, hour: int, minute: int = 0) -> datetime:
    """A moment of a local day."""
    return datetime.combine(day, time(hour, minute), ZONE)


@dataclass(frozen=True)
class Cell:
    """A cell: its own members, those registered where they live, and who leads it."""

    name: str
    turn: int
    members: tuple[Person, ...]
    residents: tuple[Person, ...]
    leaders: tuple[Person, ...]
    """The secretary first, then the deputies; without either, the first member acts for them."""
    acting: bool
    on_duty: Person
    """Who does what a secretary does: the first leader whom messages reach, else the first leader."""
    borrows: bool
    """Whether who is on duty has no telephone but for the eve and the evenings of meetings."""

    def begins(self, month: Month, kind: MeetingKind) -> datetime:
        """When it meets in a month."""
        return datetime.combine(month.meets(kind, self.turn), EVENING, ZONE)

    def line(self, month: Month, kind: MeetingKind) -> str:
        """Its schedule as its secretary types it: each in a way of their own."""
        day, place = month.meets(kind, self.turn).day, PLACES[self.turn % len(PLACES)]
        ways = (
            f"ngày {day} hằng tháng, 19 giờ 30, {place}",
            f"ngay {day} 19h30 {place}",
            f"họp ngày {day} hàng tháng lúc 7 giờ 30 tối tại {place}",
        )
        return ways[self.turn % len(ways)]


@dataclass(frozen=True)
class Cast:
    """Everybody on the list with the part they play."""

    people: tuple[Person, ...]
    cells: tuple[Cell, ...]
    parts: Mapping[str, Part]
    by_cell_link: str | None
    """The cell whose members come by its link, each approved by a tap; None when nobody could approve them."""

    @classmethod
    def of(cls, roster: Roster, parts: Mapping[str, Part]) -> "Cast":
        """The cast of a list and a script; who is not in the script is silent and absent."""
        whole = {person.code: parts.get(person.code, UNNAMED) for person in roster.people}
        with_members = {person.cell for person in roster.people}
        names = [name for name in roster.cells if name in with_members]
        cells = tuple(_cell(name, turn, roster.people, whole) for turn, name in enumerate(names))
        linked = [cell.name for cell in cells if not cell.borrows and not cell.acting]
        return cls(roster.people, cells, whole, linked[-1] if linked else None)

    def part(self, person: Person) -> Part:
        """What a person does."""
        return self.parts[person.code]

    def cell(self, name: str) -> Cell:
        """The cell of that name."""
        return next(cell for cell in self.cells if cell.name == name)

    def borrows(self, person: Person) -> bool:
        """Whether the person takes somebody's telephone for what only a secretary can do."""
        cell = self.cell(person.cell)
        return cell.borrows and cell.on_duty is person

    def registers(self, person: Person) -> bool:
        """Whether the person agrees and is registered."""
        return self.part(person).behaviour is not Behaviour.NO_PHONE or self.borrows(person)

    def joins_by_cell(self, person: Person) -> bool:
        """Whether the person comes by the cell's link; those whom the secretary might confuse do not."""
        if person.cell != self.by_cell_link or person in self.cell(person.cell).leaders:
            return False
        return Counter(p.name for p in self.people if p.cell == person.cell)[person.name] == 1


Season = Sequence[tuple[Month, Cast]]
"""The months that are played, each with what people do in it."""


def is_exempt(person: Person) -> bool:
    """Whether the person need not come and is given no task."""
    return person.status in EXEMPT


def _cell(name: str, turn: int, people: tuple[Person, ...], parts: Mapping[str, Part]) -> Cell:
    members = tuple(p for p in people if p.cell == name)
    secretaries = [p for p in members if p.role is RoleName.SECRETARY]
    deputies = [p for p in members if p.role is RoleName.DEPUTY]
    acting = not (secretaries or deputies)
    leaders = tuple(secretaries + deputies) or members[:1]
    reached = [leader for leader in leaders if parts[leader.code].reachable]
    return Cell(
        name,
        turn,
        members,
        tuple(p for p in people if p.residential_cell == name),
        leaders,
        acting,
        on_duty=(reached or list(leaders))[0],
        borrows=not reached,
    )
