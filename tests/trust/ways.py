"""Ways to say who may reach what is in a place: the words of the table in `tests.trust.rows`."""

from collections.abc import Callable
from dataclasses import dataclass

from bot.rules.permissions import ALLOWED, Right, allows, may_give
from bot.rules.words import RoleName
from tests.trust import world as worlds
from tests.trust.world import Things, World

May = Callable[[World, str, str], bool]
"""Whether who holds a role (or is a plain member) may reach what is in a place."""


@dataclass(frozen=True)
class Row:
    """A press, made of what is in a place, and who may make it there."""

    data: Callable[[Things], str]
    may: May


def right(needed: Right) -> May:
    """Who holds the right there."""

    def may(world: World, role: str, place: str) -> bool:
        if role == "member":
            return False
        at, line = world.given_at[role], world.lines[place]
        return at in line and allows(RoleName(role), needed, at_the_place=at == line[0])

    return may


def gives(name: RoleName | None) -> May:
    """Who may give a role there (None: any at all)."""

    def may(world: World, role: str, place: str) -> bool:
        at, line = world.given_at.get(role), world.lines[place]
        if role == "member" or at not in line:
            return False
        fitting = worlds.CELL_ROLES if place != "parent" else (RoleName.OFFICER, RoleName.APPROVER)
        wanted = fitting if name is None else (name,)
        return any(may_give(RoleName(role), one, at_the_place=at == line[0]) for one in wanted)

    return may


def any_of(*ways: May) -> May:
    return lambda world, role, place: any(way(world, role, place) for way in ways)


def anybody(world: World, role: str, place: str) -> bool:
    """It reaches nothing but what is one's own, wherever the button came from."""
    return True


def nobody(world: World, role: str, place: str) -> bool:
    """What it is about is one person's alone, and that person is none of these."""
    return False


def on_the_list(world: World, role: str, place: str) -> bool:
    """Who is a member of the cell itself."""
    return place == "own" and (role == "member" or role in worlds.CELL_ROLES)


def in_a_cell(may: May) -> May:
    """As `may`, where it is a cell."""
    return lambda world, role, place: place != "parent" and may(world, role, place)


def leads_somewhere(world: World, role: str, place: str) -> bool:
    """Its object is the cell one leads, whichever that is."""
    return role in (RoleName.SECRETARY, RoleName.DEPUTY)


def is_officer(world: World, role: str, place: str) -> bool:
    return role == RoleName.OFFICER


def sees_totals(world: World, role: str, place: str) -> bool:
    """Its object is what one leads, follows or is an officer of, whichever that is."""
    return role in ALLOWED[Right.SEE_TOTALS]


LEAD, ROLL, KEEP = right(Right.LEAD), right(Right.TAKE_ROLL), right(Right.KEEP_MEMBERS)
NAMES, MODELS = right(Right.SEE_NAMES), right(Right.SET_PAPERS)
TOTALS, CHANGE = right(Right.SEE_TOTALS), right(Right.CHANGE_ORGANISATION)
SEND, DATA = right(Right.SEND_NOTICE), right(Right.ANSWER_DATA_REQUESTS)
APPROVE = right(Right.APPROVE_NOTICE)


def LOOKS_UP(world: World, role: str, place: str) -> bool:
    """Who is of a cell below the issuer: what is for everybody there is for them; and the issuer's officers."""
    of_a_cell = role == "member" or role in worlds.CELL_ROLES
    return (of_a_cell and place != "foreign") or SEND(world, role, place)


def of_a_cell(may: May) -> May:
    """A committee has none of it."""
    return lambda world, role, place: place != "parent" and may(world, role, place)


def SCHEDULES(world: World, role: str, place: str) -> bool:
    """A cell's schedules are its leaders', a committee's defaults its officers'."""
    return right(Right.SET_DEFAULTS if place == "parent" else Right.LEAD)(world, role, place)
