"""The tree of organisations on the screen of a committee's officer: numbers first, names on demand.

`/tochuc` shows what the officer's committee has below it; every change is a form and takes effect from a day on.
"""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Any

from telegram import Update

from bot.actions import auditing, organising
from bot.actions.authority import authorise
from bot.buttons import Button, Rows, tap
from bot.errors import BadInput, NotAllowed, NotFound
from bot.rules.names import fold, is_called
from bot.rules.permissions import Right
from bot.rules.words import AuditVerb, OrganisationKind, RoleName
from db import organisations, people
from db.models import Organisation
from handlers import forms, lists
from handlers.common import Context, Visit, tapped, visit
from handlers.forms import (
    NOTHING,
    Answers,
    Field,
    Form,
    Offer,
    choice,
    day,
    day_of,
    named,
    organisation,
    words,
)
from handlers.paging import page_of, turned_to, turns
from handlers.places import open_place


async def on_tree(update: Update, context: Context) -> None:
    """`/tochuc`: the organisation one is an officer of."""
    async with visit(update, context) as v:
        await open_place(v, Right.CHANGE_ORGANISATION, "org", show, otherwise=NotAllowed("only_officer"))


async def on_organisation(update: Update, context: Context) -> None:
    """One organisation, or another page of what is below it."""
    pressed = tapped(update)
    async with visit(update, context) as v:
        await show(v, pressed.number(0), turned_to(pressed, 1))


async def on_history(update: Update, context: Context) -> None:
    """What an organisation was called and where it stood, and is to be."""
    number = tapped(update).number(0)
    async with visit(update, context) as v:
        await authorise(v.session, v.member, Right.SEE_TOTALS, number, on=v.today)
        periods = await organisations.list_periods(v.session, number)
        above = {p.parent_id: await organisations.get(v.session, p.parent_id) for p in periods if p.parent_id}
        shown = await organisations.get(v.session, number)
        v.edit("organisation_history", [[_up(v, number)]], organisation=shown, periods=periods, above=above)


async def show(v: Visit, number: int, page: int = 0) -> None:
    """An organisation in numbers, what is below it, and what may be changed."""
    await authorise(v.session, v.member, Right.SEE_TOTALS, number, on=v.today)
    shown = await organisations.get(v.session, number)
    below = await organisations.list_children(v.session, number, on=v.today)
    counts = await people.count_subtree(v.session, number, on=v.today)
    rows: Rows = [
        *([tap(each.name, "org", each.id)] for each in page_of(below, page)),
        *turns(v, "org", number, page=page, total=len(below)),
        *await _changes(v, shown),
        [v.button("orgs.history", "orgpast", number), v.button("orgs.roles", "roles", number)],
        [v.button("orgs.skipped", "skipped", number)],
        *([[_up(v, shown.parent_id)]] if await _may_look(v, shown.parent_id) else []),
    ]
    v.edit("organisation", rows, organisation=shown, below=below, counts=counts, kinds=_kinds(below))


def _kinds(below: Sequence[Organisation]) -> dict[OrganisationKind, int]:
    return {kind: n for kind in OrganisationKind if (n := sum(each.kind is kind for each in below))}


async def _changes(v: Visit, shown: Organisation) -> Rows:
    number = shown.id or 0
    if not await _may_change(v, number):
        return []

    def form(name: str) -> Button:
        return v.button(f"orgs.{name}", "orgdo", name, number)

    elsewhere = [[form("move"), form("merge")]] if await _may_change(v, shown.parent_id) else []
    end = [form("close")] if elsewhere else []
    if shown.kind is OrganisationKind.GROUP:
        return [[form("retitle"), *end]]
    if shown.kind is OrganisationKind.CELL:
        return [
            [v.button("orgs.people", "people", number), form("retitle")],
            *elsewhere,
            [form("split"), *end],
            [form("found_group"), form("sort")],
        ]
    return [
        [form("found"), form("retitle")],
        *elsewhere,
        *([end] if end else []),
        *lists.buttons(v.texts, v.language, number),
    ]


async def _may_look(v: Visit, number: int | None) -> bool:
    return await _may(v, Right.SEE_TOTALS, number)


async def _may_change(v: Visit, number: int | None) -> bool:
    return await _may(v, Right.CHANGE_ORGANISATION, number)


async def _may(v: Visit, right: Right, number: int | None) -> bool:
    if number is None:
        return False
    try:
        await authorise(v.session, v.member, right, number, on=v.today)
    except NotAllowed:
        return False
    return True


# ── what is done at the end of a form ───────────────────────────────────────────────────────────────


async def found(v: Visit, parent_id: int, answers: Answers) -> None:
    """A new organisation below this one."""
    role = await _role(v, parent_id)
    made = await organising.found(
        v.session,
        name=answers["name"],
        kind=OrganisationKind(answers["kind"]),
        parent_id=parent_id,
        since=day_of(answers, "since"),
    )
    _done(v, "found", made, role)


async def found_group(v: Visit, cell_id: int, answers: Answers) -> None:
    """A Party group inside a cell."""
    await found(v, cell_id, answers | {"kind": OrganisationKind.GROUP})


async def retitle(v: Visit, number: int, answers: Answers) -> None:
    """Another name."""
    role = await _role(v, number)
    changed = await organisations.get(v.session, number)
    since = day_of(answers, "since")
    await organising.rename(v.session, changed, answers["name"], since=since, today=v.today)
    _done(v, "retitle", changed, role)


async def sort(v: Visit, number: int, answers: Answers) -> None:
    """Another kind of cell, or none."""
    role = await _role(v, number)
    changed = await organisations.get(v.session, number)
    chosen = answers["sort"]
    await organising.sort(v.session, changed, "" if chosen == NOTHING else v.texts.cell_kinds[int(chosen)])
    _done(v, "sort", changed, role)


async def move(v: Visit, number: int, answers: Answers) -> None:
    """Another place in the tree; the officer must reach both ends."""
    role, goal = await _role_above(v, number), await _goal(v, answers)
    changed = await organisations.get(v.session, number)
    since = day_of(answers, "since")
    await organising.move(v.session, changed, goal.id or 0, since=since, today=v.today)
    _done(v, "move", changed, role)


async def merge(v: Visit, number: int, answers: Answers) -> None:
    """Part of another organisation from now on; the officer must reach both."""
    role, goal = await _role_above(v, number), await _goal(v, answers)
    gone = await organisations.get(v.session, number)
    since = day_of(answers, "since")
    carried = await organising.merge(v.session, gone, goal, since=since, now=v.now, today=v.today)
    _done(v, "merge", goal, role, count=len(carried))


async def split(v: Visit, number: int, answers: Answers) -> None:
    """A new cell beside this one, of the members named."""
    role = await _role(v, number)
    organisation_ = await organisations.get(v.session, number)
    members = await _named_members(v, number, answers["members"])
    made, carried = await organising.split(
        v.session,
        organisation_,
        name=answers["name"],
        members=members,
        since=day_of(answers, "since"),
        today=v.today,
    )
    _done(v, "split", made, role, count=len(carried))


async def close(v: Visit, number: int, answers: Answers) -> None:
    """The end of an organisation nobody belongs to."""
    role = await _role_above(v, number)
    changed = await organisations.get(v.session, number)
    await organising.close(v.session, changed, since=day_of(answers, "since"), now=v.now, today=v.today)
    _done(v, "close", changed, role)


async def _role(v: Visit, number: int) -> RoleName:
    return await authorise(v.session, v.member, Right.CHANGE_ORGANISATION, number, on=v.today)


async def _role_above(v: Visit, number: int) -> RoleName:
    """Where an organisation stands, and whether it goes on, is for the officers of what is above it."""
    above = (await organisations.get(v.session, number)).parent_id
    if above is None:
        raise NotAllowed("organisation_own")
    return await _role(v, above)


async def _goal(v: Visit, answers: Answers) -> Organisation:
    goal = await named(v, answers, "goal")
    if goal is None or goal.id is None:
        raise NotFound
    await _role(v, goal.id)
    return goal


async def _named_members(v: Visit, cell_id: int, text: str) -> list[int]:
    """The members of a cell whose names were typed, with commas between; BadInput for one that fits none or two."""
    listed = await people.list_counted(v.session, cell_id, on=v.today)
    found = []
    for name in filter(None, (part.strip() for part in text.split(","))):
        fitting = [m.id for m in listed if m.id is not None and is_called(m.name, name)]
        if len(fitting) != 1:
            raise BadInput("member_name_unclear", name=name, count=len(fitting))
        found += fitting
    return found


def _done(
    v: Visit, what: str, organisation_: Organisation, role: RoleName, *, count: int | None = None
) -> None:
    auditing.note(
        v.session,
        AuditVerb.ORGANISATION_CHANGED,
        now=v.now,
        by=v.member,
        role=role,
        organisation_id=organisation_.id,
        count=count,
    )
    rows = [[_up(v, organisation_.id or 0)]]
    v.edit("organisation_done", rows, what=what, organisation=organisation_, count=count)


def _up(v: Visit, number: int | None) -> Button:
    return v.button("orgs.show", "org", number)


# ── the forms ───────────────────────────────────────────────────────────────────────────────────────


async def _subject(v: Visit, number: int) -> Mapping[str, Any]:
    return {"organisation": (await organisations.get(v.session, number)).name}


async def _kinds_below(v: Visit, answers: Answers) -> Sequence[StrEnum]:
    return [k for k in OrganisationKind if k not in (OrganisationKind.PROVINCE, OrganisationKind.GROUP)]


def _sort() -> Field:
    """One of the kinds of cells by its place in the setting, or none."""

    async def offers(v: Visit, answers: Answers) -> Sequence[Offer]:
        none = (v.texts.label("orgs.no_sort", v.language), NOTHING)
        return [*((kind, str(number)) for number, kind in enumerate(v.texts.cell_kinds)), none]

    async def read(v: Visit, answers: Answers, text: str) -> str:
        for shown, value in await offers(v, answers):
            if fold(text) == fold(shown):
                return value
        raise BadInput("form_press_button")

    return Field("sort", read, offers)


def _above_cells(answers: Answers) -> Sequence[OrganisationKind]:
    return (OrganisationKind.PROVINCE, OrganisationKind.COMMUNE, OrganisationKind.BASE)


def _any(answers: Answers) -> Sequence[OrganisationKind]:
    return tuple(OrganisationKind)


forms.add(
    Form(
        "found",
        [choice("kind", _kinds_below, "organisation_kinds"), words("name"), day("since")],
        found,
        _role,
        _subject,
    ),
    Form("found_group", [words("name"), day("since")], found_group, _role, _subject),
    Form("retitle", [words("name"), day("since")], retitle, _role, _subject),
    Form("sort", [_sort()], sort, _role, _subject, confirms=False),
    Form("move", [organisation("goal", _above_cells), day("since")], move, _role_above, _subject),
    Form("merge", [organisation("goal", _any), day("since")], merge, _role_above, _subject),
    Form("split", [words("members"), words("name"), day("since")], split, _role, _subject),
    Form("close", [day("since")], close, _role_above, _subject),
)

TAPS = {"org": on_organisation, "orgdo": forms.on_begin, "orgpast": on_history}
