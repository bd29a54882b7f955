"""Roles at an organisation on the screen of who may give them: who holds which, given by form, ended by a tap."""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Any

from telegram import Update

from bot.actions import linking, registration, roles
from bot.actions.registration import Inviting
from bot.buttons import Rows, tap
from bot.errors import BadInput, NotAllowed, NotFound
from bot.rules.names import clean
from bot.rules.permissions import FOR_CELLS
from bot.rules.words import RoleName
from db import chats, organisations, people
from db.models import Member
from handlers import bots, forms, menu
from handlers.common import Context, Visit, tapped, visit
from handlers.forms import NOTHING, OFFERED, Answers, Field, Form, Offer, choice, day_of, optional_day

LINK = "link"
"""In place of a person: a link for somebody who is in no cell of ours."""


async def on_roles(update: Update, context: Context) -> None:
    """Who holds which role for an organisation."""
    number = tapped(update).number(0)
    async with visit(update, context) as v:
        await show(v, number)


async def on_give(update: Update, context: Context) -> None:
    """Give a role here: which one, to whom, until when."""
    number = tapped(update).number(0)
    async with visit(update, context) as v:
        await forms.start(v, "role", number)


async def on_end(update: Update, context: Context) -> None:
    """End a role now."""
    number = tapped(update).number(0)
    async with visit(update, context) as v:
        ended = await roles.end(v.session, by=v.member, role_id=number, now=v.now, texts=v.texts)
        await show(v, ended.organisation_id or 0)


async def on_as(update: Update, context: Context) -> None:
    """`/doinguoi`: which of the people who share this telephone is speaking; and the tap that says so."""
    number = tapped(update).number(0) if update.callback_query else None
    async with visit(update, context) as v:
        sharing = await chats.list_spoken_for(v.session, v.known.id or 0)
        if number is not None:
            v.speaker = await linking.speak_as(v.session, v.known, number)
            await menu.publish_to(v)
            v.say("speaking_as", keyboard=await menu.keyboard(v), member=v.member, sharing=sharing)
            return
        rows = [[tap(each.name, "as", each.id)] for each in sharing] if len(sharing) > 1 else []
        v.say("speaking_as", rows, member=v.member, sharing=sharing)


async def show(v: Visit, number: int) -> None:
    """The roles held for an organisation; what one may end has a button."""
    givable = await _givable(v, number)
    held = await roles.list_held(v.session, number, on=v.today)
    holders = [(role, await people.get_member(v.session, role.member_id)) for role in held]
    rows: Rows = [
        *(
            [v.button("roles_screen.end", "roleend", r.id, name=m.name, role=_named(v, r.name))]
            for r, m in holders
            if r.name in givable
        ),
        [v.button("roles_screen.give", "rolegive", number)],
        [v.button("orgs.show", "org", number)],
    ]
    shown = await organisations.get(v.session, number)
    v.edit("roles", rows, protect=True, organisation=shown, holders=holders)


async def give(v: Visit, number: int, answers: Answers) -> None:
    """The role is given, or the link that brings it."""
    name = RoleName(answers["role"])
    until = None if answers["until"] == NOTHING else day_of(answers, "until")
    if answers["person"] == LINK:
        await _invite(v, number, name)
        return
    await roles.give(
        v.session,
        by=v.member,
        member_id=int(answers["person"]),
        name=name,
        organisation_id=number,
        until=until,
        now=v.now,
        texts=v.texts,
    )
    await show(v, number)


async def _invite(v: Visit, number: int, name: RoleName) -> None:
    if name in FOR_CELLS or name not in await _givable(v, number):
        raise BadInput("role_needs_member")
    whom = Inviting(role=name, organisation_id=number)
    token = await registration.invite(v.session, whom, by=v.member, now=v.now)
    link = await bots.link_above(v, token, number)
    v.edit("role_link", link=link, role=name, organisation=await organisations.get(v.session, number))


async def _givable(v: Visit, number: int) -> list[RoleName]:
    found = await roles.list_givable(
        v.session, v.member, await organisations.get(v.session, number), today=v.today
    )
    if not found:
        raise NotAllowed
    return found


def _named(v: Visit, name: RoleName) -> str:
    return v.texts.label(f"roles.{name}", v.language)


# ── the form ────────────────────────────────────────────────────────────────────────────────────────


async def _roles(v: Visit, answers: Answers) -> Sequence[StrEnum]:
    about = (await forms.current(v))["about"]
    return await _givable(v, about)


async def _read_person(v: Visit, answers: Answers, text: str) -> str | list[str]:
    """Somebody of the organisation or below it, by the whole name or the given one."""
    about = (await forms.current(v))["about"]
    found = await people.search(v.session, about, text, on=v.today)
    if not found:
        raise BadInput("member_not_found", name=clean(text)[: forms.LONGEST])
    return [str(member.id) for member in found[:OFFERED]]


async def _offer_people(v: Visit, answers: Answers) -> Sequence[Offer]:
    meant = [await _with_cell(v, int(number)) for number in answers.get(f"{forms.MAYBE}person", ())]
    link = v.texts.label("roles_screen.link", v.language)
    return [*meant, *([(link, LINK)] if RoleName(answers["role"]) not in FOR_CELLS else [])]


async def _with_cell(v: Visit, member_id: int) -> Offer:
    member: Member = await people.get_member(v.session, member_id)
    cell = await people.find_cell_of_record(v.session, member_id, on=v.today)
    if cell is None:
        raise NotFound
    return f"{member.name} – {cell.name}", str(member.id)


async def _subject(v: Visit, number: int) -> Mapping[str, Any]:
    return {"organisation": (await organisations.get(v.session, number)).name}


forms.add(
    Form(
        "role",
        [
            choice("role", _roles, "roles"),
            Field("person", _read_person, _offer_people),
            optional_day("until"),
        ],
        give,
        _givable,
        _subject,
        confirms=False,
    )
)

TAPS = {"roles": on_roles, "rolegive": on_give, "roleend": on_end, "as": on_as}
