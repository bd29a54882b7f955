"""A cell's people on the screen of who keeps them: the list, a person's card, and what can be done with each.

`/danhsach` opens the list of the cell one leads; an officer comes to it from the tree (`handlers.organisations`).
Whoever looks without leading the cell leaves an entry in the audit log.
"""

import asyncio
from datetime import timedelta

from telegram import Update

from bot.actions import auditing, authority, keeping, linking, transferring
from bot.actions.bots import link
from bot.actions.registration import PERSONAL_DAYS
from bot.buttons import Button, Rows, tap
from bot.errors import NotAllowed
from bot.reports.invitations import Invited, invitation_sheet
from bot.rules.permissions import SECRETARIES, Right
from bot.rules.words import AuditVerb, RoleName
from db import chats, media, organisations, people
from db.models import Member
from db.people import Listed
from handlers import bots, forms, lists, person_forms
from handlers.common import Context, Visit, tapped, visit
from handlers.paging import page_of, turned_to, turns
from handlers.places import open_place


async def on_people(update: Update, context: Context) -> None:
    """`/danhsach`: the people of the cell one leads."""
    async with visit(update, context) as v:
        await open_place(v, Right.LEAD, "people", show, otherwise=NotAllowed("only_secretary"))


async def on_list(update: Update, context: Context) -> None:
    """The list of a cell, or another page of it."""
    pressed = tapped(update)
    async with visit(update, context) as v:
        await show(v, pressed.number(0), turned_to(pressed, 1))


async def on_person(update: Update, context: Context) -> None:
    """A person's card."""
    pressed = tapped(update)
    async with visit(update, context) as v:
        await show_person(v, pressed.number(0))


async def on_sheet(update: Update, context: Context) -> None:
    """The sheet of invitations of a cell, to be printed: a QR code for everybody who has not joined."""
    cell_id = tapped(update).number(0)
    async with visit(update, context) as v:
        made = await linking.invite_unjoined(
            v.session, by=v.member, cell_id=cell_id, now=v.now, today=v.today
        )
        cell = await organisations.get(v.session, cell_id)
        counted = await people.list_cell(v.session, cell_id, on=v.today)
        joined = [e.member.name for e in counted if e.joined and not e.resident]
        username = await bots.username_above(v, cell_id)
        content = await asyncio.to_thread(
            invitation_sheet,
            [Invited(m.name, link(username, token)) for m, token in made],
            joined,
            cell=cell.name,
            day=v.today,
            until=v.today + timedelta(days=PERSONAL_DAYS),
            language=v.language,
        )
        name = f"{v.texts.label('people.sheet_file', v.language)}-{cell.code}.docx"
        file = await media.keep(v.session, media.document(name, content, mime=media.DOCX, now=v.now))
        about = (media.LIST, v.member_id)
        v.say("invitation_sheet", about=about, cell=cell, made=made, joined=joined, media_id=file)


async def on_transfers(update: Update, context: Context) -> None:
    """The transfers under way from and to a cell, with what can be said about each."""
    cell_id = tapped(update).number(0)
    async with visit(update, context) as v:
        await authority.authorise(v.session, v.member, Right.KEEP_MEMBERS, cell_id, on=v.today)
        going = await transferring.list_open(v.session, cell_id, texts=v.texts)
        rows = [row for each in going for row in person_forms.transfer_buttons(v, each, cell_id)]
        back = [[v.button("people.back", "people", cell_id)]]
        v.edit(
            "transfers",
            [*rows, *back],
            protect=True,
            going=going,
            cell=await organisations.get(v.session, cell_id),
        )


async def show(v: Visit, cell_id: int, page: int = 0) -> None:
    """The people of a cell, by name: how many, how many have joined, and a button for each."""
    role = await authority.authorise(v.session, v.member, Right.KEEP_MEMBERS, cell_id, on=v.today)
    cell = await organisations.get(v.session, cell_id)
    listed = await people.list_cell(v.session, cell_id, on=v.today)
    _note_reading(v, role, AuditVerb.READ_NAMES, cell_id, count=len(listed))
    requests = await chats.count_requests(v.session, cell_id)
    going = await transferring.list_open(v.session, cell_id, texts=v.texts)
    rows: Rows = [
        *([tap(_line(each), "person", each.member.id)] for each in page_of(listed, page)),
        *turns(v, "people", cell_id, page=page, total=len(listed)),
        [v.button("people.add", "do", "add", cell_id), v.button("people.sheet", "qr", cell_id)],
        *lists.buttons(v.texts, v.language, cell_id),
        *([[v.button("people.requests", "requests", cell_id, count=requests)]] if requests else []),
        *([[v.button("people.transfers", "transfers", cell_id, count=len(going))]] if going else []),
    ]
    v.edit("people", rows, cell=cell, listed=listed, requests=requests, going=going)


async def show_person(v: Visit, member_id: int) -> None:
    """What is known of somebody, for who keeps them, and what can be done."""
    member, cell, role = await keeping.kept_by(v.session, v.member, member_id, today=v.today)
    _note_reading(v, role, AuditVerb.READ_MEMBER, cell.id or 0, about=member)
    v.edit(
        "person",
        _card_buttons(v, member, cell.id or 0),
        member=member,
        cell=cell,
        counted_in=await people.find_cell(v.session, member_id, on=v.today),
        residential=await people.find_residence(v.session, member_id, on=v.today),
        status=await people.find_status_period(v.session, member_id, on=v.today),
        roles=await people.list_roles(v.session, member_id, on=v.today),
        chats=len(await chats.list_links(v.session, member_id)),
    )


def _note_reading(
    v: Visit,
    role: RoleName,
    verb: AuditVerb,
    cell_id: int,
    *,
    about: Member | None = None,
    count: int | None = None,
) -> None:
    """Who looks at names without leading the cell leaves an entry."""
    if role not in SECRETARIES:
        auditing.note(
            v.session,
            verb,
            now=v.now,
            by=v.member,
            role=role,
            about=about,
            organisation_id=cell_id,
            count=count,
        )


def _card_buttons(v: Visit, member: Member, cell_id: int) -> Rows:
    def form(name: str) -> Button:
        return v.button(f"person.{name}", "do", name, member.id)

    return [
        [form("rename"), form("phone")],
        [form("status"), form("residence")],
        [form("transfer"), form("relink")],
        [form("leave"), v.button("people.back", "people", cell_id)],
    ]


def _line(listed: Listed) -> str:
    """A name, whether a chat speaks for it, and whether they only live here."""
    return f"{'📱' if listed.joined else '▫️'} {listed.member.name}{' 🏠' if listed.resident else ''}"


TAPS = {
    "people": on_list,
    "person": on_person,
    "do": forms.on_begin,
    "transfers": on_transfers,
    "qr": on_sheet,
    **forms.TAPS,
    **person_forms.TAPS,
}
WIZARDS = forms.WIZARDS
