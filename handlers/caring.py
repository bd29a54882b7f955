"""Who has been missing, and looking after them: numbers first, names for who leads the cell, a card for each.

`ai vắng?` or the menu's button opens the cell one leads, or the numbers of what one follows or is an officer of;
names behind such numbers leave an entry in the audit log.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from telegram import Update

from bot.actions import auditing, authority, roll
from bot.actions import caring as acting
from bot.actions.caring import Card
from bot.buttons import Button, Rows, tap
from bot.errors import BadInput, NotAllowed, NotFound
from bot.retention import Kind
from bot.rules.caring import Following
from bot.rules.names import clean
from bot.rules.permissions import SECRETARIES, Right, allows
from bot.rules.words import AuditVerb, OrganisationKind
from db import caring, organisations, people
from db.caring import Branch
from db.models import Member, Organisation
from handlers import forms
from handlers.common import Context, Visit, tapped, visit
from handlers.forms import NOTHING, Answers, Field, Form, Offer, optional_words, words
from handlers.paging import page_of, turned_to, turns
from handlers.places import open_place

SIGNS = {"red": "🔴", "amber": "🟠", "none": "▫️"}
TALKER, NOTE, TALKED = "care_talker", "care_note", "care_talked"
"""The forms: who talks to a member, a note about them, and what came of the talk."""


async def on_skipped(update: Update, context: Context) -> None:
    """The menu's button: who has been missing where one leads, follows or is an officer."""
    async with visit(update, context) as v:
        await say_skipped(v, "")


async def say_skipped(v: Visit, text: str) -> None:
    """`ai vắng?`: the same."""
    await open_place(v, Right.SEE_TOTALS, "skipped", show, otherwise=NotAllowed("only_secretary"))


async def on_list(update: Update, context: Context) -> None:
    """A cell or a part of the tree, or another page of it."""
    pressed = tapped(update)
    async with visit(update, context) as v:
        await show(v, pressed.number(0), turned_to(pressed, 1))


async def on_names(update: Update, context: Context) -> None:
    """The names behind a cell's numbers, for who does not lead it: without cards or notes, and audited."""
    pressed = tapped(update)
    cell_id, page = pressed.number(0), turned_to(pressed, 1)
    async with visit(update, context) as v:
        role = await authority.authorise(v.session, v.member, Right.SEE_NAMES, cell_id, on=v.today)
        cell = await organisations.get(v.session, cell_id)
        skipping = await acting.list_concerning(v.session, cell_id, on=v.today)
        if role not in SECRETARIES:
            auditing.note(
                v.session,
                AuditVerb.READ_NAMES,
                now=v.now,
                by=v.member,
                role=role,
                organisation_id=cell_id,
                count=len(skipping),
            )
        rows = [
            *turns(v, "skippednames", cell_id, page=page, total=len(skipping)),
            [v.button("caring.back", "skipped", cell_id)],
        ]
        shown: dict[str, Any] = {"skipping": page_of(skipping, page), "total": len(skipping)}
        v.edit("skipped_names", rows, protect=True, cell=cell, year=v.today.year, **shown)


async def on_card(update: Update, context: Context) -> None:
    """What is known of somebody who has been missing, and what can be done."""
    member_id = tapped(update).number(0)
    async with visit(update, context) as v:
        await show_card(v, member_id)


async def on_back(update: Update, context: Context) -> None:
    """They came back (1), or did not after all (0)."""
    pressed = tapped(update)
    member_id, back = pressed.number(0), pressed.number(1) == 1
    async with visit(update, context) as v:
        await acting.set_back(v.session, member_id=member_id, back=back, by=v.member, now=v.now, on=v.today)
        await show_card(v, member_id)


async def on_talked(update: Update, context: Context) -> None:
    """Who was asked to has talked to somebody; they may write something down."""
    care_id = tapped(update).number(0)
    async with visit(update, context) as v:
        await _talked(v, care_id)


async def say_talked(v: Visit, text: str) -> None:
    """`đã trao đổi`: the same, typed; of several it is asked whom."""
    asked = await caring.list_asked_of(v.session, v.member_id)
    if not asked:
        raise NotFound("care_none_asked")
    if len(asked) > 1:
        v.say("care_which", [[tap(member.name, "talked", care.id)] for care, member in asked], protect=True)
    else:
        await _talked(v, asked[0][0].id or 0)


async def _talked(v: Visit, care_id: int) -> None:
    await acting.note_talked(v.session, care_id=care_id, by=v.member, now=v.now, texts=v.texts)
    await forms.start(v, TALKED, care_id)


# ── screens ─────────────────────────────────────────────────────────────────────────────────────────


async def show(v: Visit, number: int, page: int = 0) -> None:
    """Who has been missing in a cell one leads; the numbers of any other, or of a part of the tree."""
    role = await authority.authorise(v.session, v.member, Right.SEE_TOTALS, number, on=v.today)
    shown = await organisations.get(v.session, number)
    if shown.kind is OrganisationKind.CELL and role in SECRETARIES:
        await _show_cell(v, shown, page)
    else:
        names = shown.kind is OrganisationKind.CELL and allows(role, Right.SEE_NAMES, at_the_place=True)
        await _show_numbers(v, shown, page, names=names)


async def _show_cell(v: Visit, cell: Organisation, page: int) -> None:
    cell_id = cell.id or 0
    skipping = await acting.list_skipping(v.session, cell_id, on=v.today)
    concerning = [s for s in skipping if s.band != "none"]
    v.edit(
        "skipped",
        [
            *(
                [tap(f"{SIGNS[s.band]} {s.member.name}", "care", s.member.id)]
                for s in page_of(concerning, page)
            ),
            *turns(v, "skipped", cell_id, page=page, total=len(concerning)),
            [v.button("skip.filters", "skip", cell_id)],
            [v.button("pictures.see_grid", "picgrid", cell_id)],
        ],
        protect=True,
        cell=cell,
        last=await roll.find_last_sheet(v.session, cell_id, texts=v.texts),
        skipping=page_of(concerning, page),
        once=len(skipping) - len(concerning),
        numbers=acting.numbers(cell_id, concerning),
        year=v.today.year,
    )


async def _show_numbers(v: Visit, shown: Organisation, page: int, *, names: bool) -> None:
    number = shown.id or 0
    branches = await caring.count_branches(v.session, number, on=v.today)
    below = [] if shown.kind is OrganisationKind.CELL else sorted(branches, key=lambda b: (-b.red, -b.amber))
    rows: Rows = [
        *[[await _branch_button(v, each)] for each in page_of(below, page)],
        *turns(v, "skipped", number, page=page, total=len(below)),
        *([[v.button("caring.names", "skippednames", number)]] if names and branches else []),
        [v.button("skip.filters", "skip", number)],
    ]
    numbers = caring.total(branches, number)
    v.edit("skipped_numbers", rows, organisation=shown, numbers=numbers, year=v.today.year)


async def _branch_button(v: Visit, branch: Branch) -> Button:
    below = await organisations.get(v.session, branch.organisation_id)
    return tap(f"{below.name}: 🔴 {branch.red} 🟠 {branch.amber}", "skipped", below.id)


async def show_card(v: Visit, member_id: int) -> None:
    """A member's card, for who leads the cell that counts them."""
    card = await acting.card(v.session, member_id=member_id, by=v.member, on=v.today)
    v.edit("care", _card_buttons(v, card), protect=True, card=card, year=v.today.year)


def _card_buttons(v: Visit, card: Card) -> Rows:
    number, care = card.member.id, card.care
    back = card.skipping.following is Following.BACK
    mine = care is not None and care.talker_id == v.member_id and care.talked_at is None
    talked = [[v.button("caring.talked", "talked", care.id)]] if care and mine else []
    return [
        [v.button("caring.talker", "do", TALKER, number), v.button("caring.note", "do", NOTE, number)],
        *talked,
        [
            v.button("caring.not_back", "careback", number, 0)
            if back
            else v.button("caring.came_back", "careback", number, 1)
        ],
        [v.button("caring.back", "skipped", card.cell.id)],
    ]


# ── forms ───────────────────────────────────────────────────────────────────────────────────────────


async def _leads(v: Visit, member_id: int) -> object:
    return await acting.get_led(v.session, member_id=member_id, by=v.member, on=v.today)


async def _is_asked(v: Visit, care_id: int) -> object:
    return await acting.get_asked(v.session, care_id=care_id, by=v.member)


async def _member(v: Visit, member_id: int) -> Mapping[str, Any]:
    name = (await people.get_member(v.session, member_id)).name
    return {"name": name, "days": v.texts.retention[Kind.CARE_NOTES]}


async def _talked_to(v: Visit, care_id: int) -> Mapping[str, Any]:
    return await _member(v, (await caring.get(v.session, care_id)).member_id)


async def _able(v: Visit) -> list[Member]:
    about = (await forms.current(v))["about"]
    return await acting.list_talkers(v.session, member_id=about, by=v.member, on=v.today)


async def _read_talker(v: Visit, answers: Answers, text: str) -> str | list[str]:
    found = acting.find_talkers(await _able(v), text)
    if not found:
        raise BadInput("member_not_found", name=clean(text)[: forms.LONGEST])
    numbers = [str(member.id) for member in found]
    return numbers[0] if len(numbers) == 1 else numbers[: forms.OFFERED]


async def _offer_talkers(v: Visit, answers: Answers) -> Sequence[Offer]:
    """Those whose name was typed where several have it; else the first of all. The others are typed."""
    able, meant = await _able(v), answers.get(f"{forms.MAYBE}talker")
    shown = [m for m in able if str(m.id) in meant] if meant else able[: forms.OFFERED]
    return [(member.name, str(member.id)) for member in shown]


async def choose_talker(v: Visit, member_id: int, answers: Answers) -> None:
    """Somebody is asked to talk to the member; it is said when no message reaches them."""
    talker_id = int(answers["talker"])
    reached = await acting.choose_talker(
        v.session, member_id=member_id, talker_id=talker_id, by=v.member, now=v.now, texts=v.texts
    )
    await show_card(v, member_id)
    if not reached:
        v.say("care_unreached", protect=True, talker=await people.get_member(v.session, talker_id))


async def add_note(v: Visit, member_id: int, answers: Answers) -> None:
    """A note of who leads the cell."""
    said = answers["words"]
    await acting.add_note(v.session, member_id=member_id, words=said, by=v.member, now=v.now, on=v.today)
    await show_card(v, member_id)


async def add_talk_note(v: Visit, care_id: int, answers: Answers) -> None:
    """What whoever talked to the member wrote down, if anything."""
    said = answers["words"]
    if said != NOTHING:
        await acting.add_talk_note(
            v.session, care_id=care_id, words=said, by=v.member, now=v.now, texts=v.texts
        )
    v.edit(
        "care_thanks",
        member=await people.get_member(v.session, (await caring.get(v.session, care_id)).member_id),
    )


forms.add(
    Form(
        TALKER,
        [Field("talker", _read_talker, _offer_talkers)],
        choose_talker,
        _leads,
        _member,
        confirms=False,
    ),
    Form(NOTE, [words("words")], add_note, _leads, _member, confirms=False),
    Form(TALKED, [optional_words("words")], add_talk_note, _is_asked, _talked_to, confirms=False),
)

TAPS = {
    "skipped": on_list,
    "skippednames": on_names,
    "care": on_card,
    "careback": on_back,
    "talked": on_talked,
}
