"""What the months came to: read from the database, and for the text of the notice from what Telegram accepted."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from io import BytesIO

from sqlalchemy import and_
from sqlmodel import col, select

from bot.actions.caring import list_skipping
from bot.actions.importing import Imported
from bot.demo.cast import Cast, Month, Season
from bot.demo.expectation import MARKED, by_month, judged, length
from bot.demo.month import REGULAR, RESIDENTIAL, Town
from bot.demo.script import Script
from bot.demo.summary import Counts
from bot.rules.attendance import Standing, count
from bot.rules.words import Answer, AuditVerb, MeetingKind
from bot.sandbox.objects import Call
from bot.sandbox.people import Person
from db import caring, chats, meetings, notices, organisations, people, tasks
from db.meetings import Expected
from db.models import AuditEntry, Meeting, MeetingState, Organisation
from db.session import Session


async def actual(
    session: Session, town: Town, season: Season, script: Script, done: Imported, notice: str
) -> Counts:
    """The numbers as the bot has them at the end."""
    on = season[-1][0].last
    cells = await organisations.list_cells(session, town.committee.id or 0)
    months = {
        f"{month.first:%Y-%m}": await _of_meetings(session, cells, month, cast)
        | (_heard(town, month, cast) if len(season) > 1 else {})
        for month, cast in season
    }
    return {
        **by_month(months),
        **({"skipping": await _skipping(session, town, cells, on)} if len(season) > 1 else {}),
        "tasks": await _tasks(session, cells, on),
        "notice": await _notice(session, town, notice),
        "import": await _import(session, script, done),
        "registration": await _registration(session, town, cells, on),
    }


async def _of_meetings(session: Session, cells: Iterable[Organisation], month: Month, cast: Cast) -> Counts:
    regular = {c.code: await _list(session, c, REGULAR, month) for c in cells}
    residential = {c.code: await _list(session, c, RESIDENTIAL, month) for c in cells}
    return {
        "cells": {code: _roll(roll) for code, roll in regular.items()},
        "residential": {code: _roll(roll) for code, roll in residential.items() if roll is not None},
        "answers": _answers([roll or [] for roll in regular.values()], cast),
    }


def _heard(town: Town, month: Month, cast: Cast) -> Counts:
    """What came to people's telephones."""
    actors = [town.actors[p.code] for p in cast.people if p.code in town.actors and judged(p, cast)]
    return {
        "heard": {
            "chased": sum(month.first in actor.chased for actor in actors),
            "asked_of_task": sum(month.first in actor.asked_of_task for actor in town.actors.values()),
        }
    }


async def _skipping(session: Session, town: Town, cells: Iterable[Organisation], on: date) -> Counts:
    """As each cell sees it by name, and as the committee sees all of them in numbers."""
    counted: Counts = {}
    for cell in cells:
        bands = Counter(s.band for s in await list_skipping(session, cell.id or 0, on=on))
        counted[cell.code] = {"amber": bands["amber"], "red": bands["red"]}
    branches = await caring.count_branches(session, town.committee.id or 0, on=on)
    together = caring.total(branches, town.committee.id or 0)
    return counted | {"together": {"amber": together.amber, "red": together.red}}


async def _list(
    session: Session, cell: Organisation, kind: MeetingKind, month: Month
) -> list[Expected] | None:
    """The closed roll of the cell's meeting of a kind in a month; None when there is none."""
    query = select(Meeting).where(
        Meeting.cell_id == cell.id, Meeting.kind == kind, Meeting.month == month.first
    )
    meeting = (await session.exec(query.where(Meeting.state == MeetingState.CLOSED))).first()
    return await meetings.list_expected(session, meeting, on=month.last) if meeting else None


def _roll(roll: list[Expected] | None) -> dict[str, int | None]:
    counted = count((e.standing, e.state) for e in roll) if roll is not None else None
    names = ("must_attend", *(state.value for state in MARKED), "silent", "exempt")
    return {name: getattr(counted, name, None) for name in names}


def _answers(rolls: Iterable[list[Expected]], cast: Cast) -> dict[str, int]:
    asked = {p.code for p in cast.people if judged(p, cast)}
    said = Counter(
        e.reply.answer if e.reply else None
        for roll in rolls
        for e in roll
        if e.standing is Standing.MUST_ATTEND and e.member.code in asked
    )
    return {answer.value: said[answer] for answer in Answer} | {"none": said[None]}


async def _tasks(session: Session, cells: Iterable[Organisation], on: date) -> dict[str, int]:
    given = [g for cell in cells for g in await tasks.list_of_cell(session, cell.id or 0, on=on)]
    return {"assigned": len(given), "reported": sum(g.assignment.reported_at is not None for g in given)}


async def _notice(session: Session, town: Town, text: str) -> dict[str, int]:
    issued = await notices.list_issued(session, [town.committee.id or 0], limit=1)
    if not issued:
        return {"recipients": 0, "delivered": 0, "confirmed": 0, "text_units": 0}
    total = notices.total(await notices.count_recipients(session, issued[0].id or 0))
    log, people_of = town.stage.telegram.log, {a.person.id: a.person for a in town.actors.values()}
    return {
        "recipients": total.recipients,
        "delivered": total.delivered,
        "confirmed": total.confirmed,
        "text_units": _arrived(text, log, issued[0].sent_at, people_of),
    }


def _arrived(text: str, log: Iterable[Call], sent_at: datetime | None, chats: Mapping[int, Person]) -> int:
    """How much of a text, in order, is in what each chat got when it was sent: that of the chat with the least."""
    got: dict[int, list[str]] = defaultdict(list)
    for call in log:
        if call.at == sent_at and call.chat in chats and call.method.startswith("send"):
            got[call.chat] += _words_of(call, chats[call.chat])
    return min((_in_order(text.split(), words) for words in got.values()), default=0)


def _words_of(call: Call, person: Person) -> list[str]:
    """The words of a message, or of the document it brought."""
    from docx import Document  # here, because it takes a while and few notices are that long

    if call.document is None:
        return (call.text or "").split()
    brought = next(m.document for m in person.messages if m.id == call.message_id)
    assert brought is not None
    return " ".join(p.text for p in Document(BytesIO(brought.data)).paragraphs).split()


def _in_order(wanted: Iterable[str], words: Iterable[str]) -> int:
    left = iter(words)
    return sum(length(word) for word in wanted if word in left)


async def _import(session: Session, script: Script, done: Imported) -> dict[str, int]:
    unknown = [c for c in script.ignored if await people.find_member_by_code(session, c) is None]
    sizes = await organisations.list_sizes(session)
    return {
        "rows": done.rows,
        "kept": sum(size for _, _, size in sizes),
        "refused": done.refused,
        "script_ignored": len(unknown),
    }


async def _registration(
    session: Session, town: Town, cells: Iterable[Organisation], on: date
) -> dict[str, int]:
    registered, bot = 0, town.stage.app.house.bot
    for cell in cells:
        registered += len(await people.list_counted(session, cell.id or 0, on=on))
        registered -= len(await people.list_unjoined(session, cell.id or 0, on=on))
    refused = [a for a in town.actors.values() if a.part.refuses]
    left = [await chats.find_account(session, bot=bot, address=a.person.id) for a in refused]
    let_in = and_(col(AuditEntry.verb) == AuditVerb.JOINED, col(AuditEntry.actor_id) != AuditEntry.member_id)
    approved = await session.exec(
        select(AuditEntry.id).where(let_in)
    )  # the request itself is not kept for long
    return {
        "registered": registered,
        "refused": left.count(None),
        "approved": len(approved.all()),
    }
