"""What a cell's keeper does with people, as forms: the questions, and the action at the end."""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Any

from bot.actions import authority, keeping, linking, transferring
from bot.actions.bots import link as bot_link
from bot.actions.transferring import Going
from bot.buttons import Button, Rows
from bot.rules.permissions import Right
from bot.rules.words import ExemptReason, OrganisationKind, Status, TransferKind
from db import organisations, people
from handlers import bots, forms
from handlers.common import Visit
from handlers.forms import (
    NOTHING,
    Answers,
    Form,
    choice,
    day,
    day_of,
    optional_words,
    organisation,
    place_of,
    words,
)


class Yes(StrEnum):
    """One of two."""

    YES = "yes"
    NO = "no"


class Attending(StrEnum):
    """Whether somebody must come to the meetings of the cell where they live, and why not."""

    MUST = "must"
    AGE = ExemptReason.AGE
    DUTY = ExemptReason.DUTY
    FAR = ExemptReason.FAR
    OTHER = ExemptReason.OTHER
    NONE = "none"


def _all(kind: type[StrEnum]) -> Any:
    async def among(v: Visit, answers: Answers) -> Sequence[StrEnum]:
        return list(kind)

    return among


def _cells(answers: Answers) -> Sequence[OrganisationKind]:
    return (OrganisationKind.CELL,)


def _for_a_time(answers: Answers) -> bool:
    return answers.get("kind") == TransferKind.TEMPORARY


async def _keeps_cell(v: Visit, cell_id: int) -> None:
    await authority.authorise(v.session, v.member, Right.KEEP_MEMBERS, cell_id, on=v.today)


async def _keeps_person(v: Visit, member_id: int) -> None:
    await keeping.kept_by(v.session, v.member, member_id, today=v.today)


async def _reaches_transfer(v: Visit, transfer_id: int) -> None:
    going = await transferring.get(v.session, transfer_id, texts=v.texts)
    await transferring.check_reach(v.session, v.member, going, today=v.today)


async def _person(v: Visit, member_id: int) -> Mapping[str, Any]:
    return {"name_now": (await people.get_member(v.session, member_id)).name}


async def _cell(v: Visit, cell_id: int) -> Mapping[str, Any]:
    return {"cell": (await organisations.get(v.session, cell_id)).name}


async def _transfer(v: Visit, transfer_id: int) -> Mapping[str, Any]:
    going = await transferring.get(v.session, transfer_id, texts=v.texts)
    return {"name_now": going.member.name, "where": going.where}


# ── what is done at the end ─────────────────────────────────────────────────────────────────────────


async def add(v: Visit, cell_id: int, answers: Answers) -> None:
    """A new member of the cell."""
    member = await keeping.add(
        v.session,
        by=v.member,
        cell_id=cell_id,
        name=answers["name"],
        since=day_of(answers, "since"),
        now=v.now,
        today=v.today,
    )
    await _done(v, "added", member.id or 0)


async def rename(v: Visit, member_id: int, answers: Answers) -> None:
    """Another name."""
    await keeping.correct(
        v.session, by=v.member, member_id=member_id, name=answers["name"], now=v.now, today=v.today
    )
    await _done(v, "corrected", member_id)


async def phone(v: Visit, member_id: int, answers: Answers) -> None:
    """Another telephone number, or none."""
    number = "" if answers["phone"] == NOTHING else answers["phone"]
    await keeping.correct(v.session, by=v.member, member_id=member_id, phone=number, now=v.now, today=v.today)
    await _done(v, "corrected", member_id)


async def status(v: Visit, member_id: int, answers: Answers) -> None:
    """Another standing, from a day on."""
    await keeping.set_status(
        v.session,
        by=v.member,
        member_id=member_id,
        status=Status(answers["status"]),
        since=day_of(answers, "since"),
        until=day_of(answers, "until") if "until" in answers else None,
        now=v.now,
        today=v.today,
    )
    await _done(v, "status_set", member_id)


async def residence(v: Visit, member_id: int, answers: Answers) -> None:
    """Registered where they live, exempt from its meetings, or no more."""
    attending = Attending(answers["attending"])
    cell_id = place_of(answers, "cell")[0] if "cell" in answers else None
    await keeping.set_residence(
        v.session,
        by=v.member,
        member_id=member_id,
        cell_id=cell_id,
        exempt_reason=None if attending in (Attending.MUST, Attending.NONE) else ExemptReason(attending),
        since=day_of(answers, "since"),
        now=v.now,
        today=v.today,
    )
    await _done(v, "residence_set", member_id)


async def transfer(v: Visit, member_id: int, answers: Answers) -> None:
    """A transfer begins."""
    cell_id, place = place_of(answers, "goal")
    going = await transferring.begin(
        v.session,
        by=v.member,
        member_id=member_id,
        kind=TransferKind(answers["kind"]),
        to_cell_id=cell_id,
        place=place,
        since=day_of(answers, "since"),
        until=day_of(answers, "until") if "until" in answers else None,
        study=answers.get("study") == Yes.YES,
        now=v.now,
        texts=v.texts,
    )
    _say_going(v, going, "opened")


async def leave(v: Visit, member_id: int, answers: Answers) -> None:
    """Gone."""
    since = day_of(answers, "since")
    await keeping.leave(v.session, by=v.member, member_id=member_id, since=since, now=v.now, today=v.today)
    member = await people.get_member(v.session, member_id)
    if since <= v.today:
        await linking.cut_off_all(v.session, member, by=v.member, now=v.now)
    v.edit("person_done", what="left", member=member, link=None)


async def relink(v: Visit, member_id: int, answers: Answers) -> None:
    """A new personal link: for a second telephone, or instead of all others."""
    member, _, _ = await keeping.kept_by(v.session, v.member, member_id, today=v.today)
    token = await linking.invite_again(
        v.session,
        by=v.member,
        member_id=member_id,
        replaces=answers["which"] == "instead",
        now=v.now,
        today=v.today,
    )
    link = bot_link((await bots.find_right(v, member_id)).username or v.house.username, token)
    v.edit("person_done", [[_back(v, member_id)]], what="relinked", member=member, link=link)


async def letter(v: Visit, transfer_id: int, answers: Answers) -> None:
    """The letter of introduction was made out."""
    made_out = day_of(answers, "since")
    going = await transferring.letter(
        v.session, by=v.member, transfer_id=transfer_id, made_out=made_out, now=v.now, texts=v.texts
    )
    _say_going(v, going, "letter")


async def receive(v: Visit, transfer_id: int, answers: Answers) -> None:
    """Somebody has arrived for good."""
    going = await transferring.receive(
        v.session,
        by=v.member,
        transfer_id=transfer_id,
        on=day_of(answers, "since"),
        home=v.house.home,
        now=v.now,
        texts=v.texts,
    )
    _say_going(v, going, "received")


async def come_back(v: Visit, transfer_id: int, answers: Answers) -> None:
    """A transfer is called off, or somebody is back."""
    going = await transferring.end(
        v.session, by=v.member, transfer_id=transfer_id, on=day_of(answers, "since"), now=v.now, texts=v.texts
    )
    _say_going(v, going, "ended")


async def _done(v: Visit, what: str, member_id: int) -> None:
    member = await people.get_member(v.session, member_id)
    rows: Rows = [[_back(v, member_id)]]
    v.edit("person_done", rows, what=what, member=member, link=None)


def _back(v: Visit, member_id: int) -> Button:
    return v.button("person.card", "person", member_id)


def _say_going(v: Visit, going: Going, event: str) -> None:
    v.edit("transfer_news", going=going, event=event)


# ── the forms ───────────────────────────────────────────────────────────────────────────────────────


class Which(StrEnum):
    """Whether a new chat comes beside the others, or instead of them."""

    BESIDE = "beside"
    INSTEAD = "instead"


forms.add(
    Form("add", [words("name"), day("since")], add, _keeps_cell, _cell),
    Form("rename", [words("name")], rename, _keeps_person, _person),
    Form("phone", [optional_words("phone")], phone, _keeps_person, _person, confirms=False),
    Form(
        "status",
        [
            choice("status", _all(Status), "statuses"),
            day("since"),
            day("until", today=False, asked=lambda a: a.get("status") == Status.TEMPORARILY_EXEMPT),
        ],
        status,
        _keeps_person,
        _person,
    ),
    Form(
        "residence",
        [
            choice("attending", _all(Attending), "attending"),
            organisation("cell", _cells, asked=lambda a: a.get("attending") != Attending.NONE),
            day("since"),
        ],
        residence,
        _keeps_person,
        _person,
    ),
    Form(
        "transfer",
        [
            choice("kind", _all(TransferKind), "transfers"),
            organisation("goal", _cells, outside=True),
            day("since"),
            choice("study", _all(Yes), "yesno", asked=_for_a_time),
            day("until", today=False, asked=_for_a_time),
        ],
        transfer,
        _keeps_person,
        _person,
    ),
    Form("leave", [day("since")], leave, _keeps_person, _person),
    Form("relink", [choice("which", _all(Which), "relink")], relink, _keeps_person, _person, confirms=False),
    Form("letter", [day("since")], letter, _reaches_transfer, _transfer, confirms=False),
    Form("receive", [day("since")], receive, _reaches_transfer, _transfer),
    Form("come_back", [day("since")], come_back, _reaches_transfer, _transfer),
)


def transfer_buttons(v: Visit, going: Going, cell_id: int) -> Rows:
    """What the secretary of a cell may say of a transfer from or to it."""
    transfer = going.transfer
    official = transfer.kind is TransferKind.OFFICIAL
    receives = cell_id == (transfer.to_cell_id or transfer.from_cell_id)
    lets_go = cell_id == transfer.from_cell_id
    can = [
        *(["letter"] if official and lets_go and transfer.letter_on is None else []),
        *(["receive"] if official and receives else []),
        *(["come_back"] if lets_go else []),
    ]
    name = going.member.name
    return [[v.button(f"going.{each}", "transfer", each, transfer.id, name=name)] for each in can]


TAPS = {"transfer": forms.on_begin}
