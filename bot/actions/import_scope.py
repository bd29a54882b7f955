"""Whose list it is, and whom and what it may touch: everything from the machine, one's own from a chat."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date

from sqlmodel import select

from bot.actions import authority
from bot.errors import BadInput
from bot.rules.names import fold
from bot.rules.permissions import Right
from bot.rules.roster import Cell, Listing
from bot.rules.roster_cells import Cells
from bot.rules.words import OrganisationKind, RoleName
from db.models import Member, Organisation
from db.session import Session


@dataclass(frozen=True)
class Scope:
    """What a list may touch. `top` is the organisation it is about; None: one is to be founded as `name`.

    `cells` are those below it, `homes` those somebody may live in; `bounded`: people who belong elsewhere stay.
    """

    top: Organisation | None
    name: str
    cells: tuple[Cell, ...]
    homes: tuple[Cell, ...]
    founds: bool = True
    gives_roles: bool = True
    bounded: bool = False
    by: Member | None = None
    role: RoleName | None = None

    @property
    def top_id(self) -> int | None:
        """The number of the organisation, where it exists."""
        return self.top.id if self.top else None


async def whole(
    session: Session, listing: Listing, *, name: str, on: date, organisation: Organisation | None = None
) -> Scope:
    """For the machine: everything, under the organisation given, or the one the list names, or its cells have.

    A list that says nothing of these is of a new one called `name`. BadInput when it could be any of several.
    """
    tree = await _Tree.load(session, on)
    top = organisation
    if top is None and listing.organisation:
        top = _only([one for one in tree.committees() if fold(one.name) == fold(listing.organisation or "")])
    elif top is None:
        top = tree.above(listing.mentioned)
    name = top.name if top else listing.organisation or name
    founds = top is None or top.kind != OrganisationKind.CELL
    return Scope(top, name, tree.cells(top) if top else (), tree.cells(), founds=founds)


async def own(session: Session, listing: Listing, *, by: Member, organisation_id: int, on: date) -> Scope:
    """For a chat: what lies below an organisation the person keeps the members of; NotAllowed otherwise.

    BadInput when the list says that it is somebody else's.
    """
    role = await authority.authorise(session, by, Right.KEEP_MEMBERS, organisation_id, on=on)
    tree = await _Tree.load(session, on)
    top = tree.named_below(tree.by_id[organisation_id], listing.organisation)
    leads_down = role is RoleName.OFFICER
    return Scope(
        *(top, top.name, tree.cells(top), tree.cells()),
        founds=leads_down and top.kind != OrganisationKind.CELL,
        gives_roles=leads_down,
        bounded=True,
        by=by,
        role=role,
    )


class _Tree:
    """All organisations that are not closed: a province has six thousand."""

    def __init__(self, organisations: Iterable[Organisation]) -> None:
        self.by_id = {one.id: one for one in organisations}

    @classmethod
    async def load(cls, session: Session, on: date) -> "_Tree":
        """As they are today."""
        found = (await session.exec(select(Organisation).order_by(Organisation.id))).all()  # type: ignore[arg-type]
        return cls(one for one in found if one.closed_on is None or one.closed_on > on)

    def committees(self) -> list[Organisation]:
        """All that have cells and are none."""
        lowest = (OrganisationKind.CELL, OrganisationKind.GROUP)
        return [one for one in self.by_id.values() if one.kind not in lowest]

    def cells(self, top: Organisation | None = None) -> tuple[Cell, ...]:
        """The cells at or below an organisation, or all."""
        cells = (one for one in self.by_id.values() if one.kind == OrganisationKind.CELL)
        return tuple(
            Cell(one.name, one.official_code or "", one.code, one.id)
            for one in cells
            if top is None or top in self._line(one)
        )

    def above(self, mentioned: Collection[tuple[str, str]]) -> Organisation | None:
        """The lowest organisation that is above all cells meant; None if none is known. BadInput if unclear."""
        cells = Cells(self.cells())
        found = [cells.fitting(*each) for each in mentioned]
        lines = [self._line(self.by_id[each[0].id])[1:] for each in found if len(each) == 1]
        if not lines and any(found):
            raise BadInput("list_of_several")
        common = [one for one in lines[0] if all(one in line for line in lines)] if lines else []
        return common[0] if common else None

    def named_below(self, top: Organisation, title: str | None) -> Organisation:
        """The organisation a list is about when it is brought for `top`: that one, or what it names below it."""
        if title is None or fold(title) in {fold(one.name) for one in self._line(top)}:
            return top
        named = [one for one in self.committees() if fold(one.name) == fold(title) and top in self._line(one)]
        if not named:
            raise BadInput("list_of_another", theirs=title, ours=top.name)
        return _only(named) or top

    def _line(self, one: Organisation) -> list[Organisation]:
        """It and everything above it, nearest first."""
        line = [one]
        while (above := self.by_id.get(line[-1].parent_id)) is not None:
            line.append(above)
        return line


def _only(found: list[Organisation]) -> Organisation | None:
    if len(found) > 1:
        raise BadInput("list_of_several")
    return found[0] if found else None
