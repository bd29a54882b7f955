"""What came in and is not done.

An update is stored before it is acknowledged, and marked done in the transaction of its effect. A done update
keeps its number, so that a repetition is harmless, and nothing of its content.
"""

import json
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import Table, bindparam, case, delete, func, tuple_, update
from sqlalchemy import select as select_rows
from sqlmodel import col, select

from db.many import is_among, is_one_of
from db.models import Update, UpdateState
from db.session import Session, has_one_writer, insert

MAX_TRIES = 3
STEP = 5000
"""Rows deleted in one transaction."""


async def store(session: Session, *, bot: int, updates: Sequence[Mapping[str, Any]], now: datetime) -> None:
    """Keep raw updates; one that is already known is left as it is."""
    rows = [
        {
            "bot": bot,
            "update_id": raw["update_id"],
            "sender": sender(raw),
            "payload": json.dumps(raw, ensure_ascii=False, separators=(",", ":")),
            "state": UpdateState.QUEUED,
            "tries": 0,
            "received_at": now,
        }
        for raw in updates
    ]
    if rows:
        await session.execute(insert(session, Update).on_conflict_do_nothing(), rows)


def sender(raw: Mapping[str, Any]) -> int | None:
    """The person an update comes from: updates of one person are handled in their order."""
    for value in raw.values():
        if isinstance(value, Mapping) and isinstance(value.get("from"), Mapping):
            found = value["from"].get("id")
            return found if is_number(found) else None
    return None


def is_number(value: object) -> bool:
    """Whether this is a number a column takes: a whole one of 64 bits."""
    return type(value) is int and -(2**63) <= value < 2**63


class Waiting(NamedTuple):
    """An update whose effect is still to come, in its own words."""

    bot: int
    update_id: int
    sender: int | None
    payload: str | None
    tries: int
    received_at: datetime


async def list_waiting(
    session: Session, *, bot: int, limit: int, not_from: Collection[int] = ()
) -> list[Waiting]:
    """Updates whose effect is still to come, oldest first, leaving out people being served right now."""
    values = {"its_bot": bot, "numbers": list(not_from), "most": limit}
    return [Waiting(*row) for row in await session.rows(_waiting(has_one_writer(session)), values)]


@cache
def _waiting(one_writer: bool) -> Any:
    return (
        select_rows(*(col(getattr(Update, name)) for name in Waiting._fields))
        .where(col(Update.bot) == bindparam("its_bot"), is_one_of(Update.state, UpdateState.QUEUED))
        .where(~is_among(func.coalesce(Update.sender, 0), one_writer=one_writer))
        .order_by(col(Update.update_id))
        .limit(bindparam("most"))
    )


async def settle(session: Session, *, bot: int, update_ids: Sequence[int]) -> int:
    """Mark updates done, in the transaction of their effect; how many: fewer when somebody was quicker."""
    statement = _settling(has_one_writer(session))
    return int((await session.execute(statement, {"its_bot": bot, "numbers": update_ids})).rowcount)


@cache
def _settling(one_writer: bool) -> Any:
    """Of plain columns, which spares the session's part: every update ends with it."""
    table: Table = Update.__table__  # type: ignore[attr-defined]
    return (
        update(table)
        .where(table.c.bot == bindparam("its_bot"), is_among(table.c.update_id, one_writer=one_writer))
        .where(table.c.state == UpdateState.QUEUED)
        .values(state=UpdateState.DONE, payload=None, sender=None, error=None)
    )


async def record_failure(session: Session, *, bot: int, update_id: int, error: str) -> None:
    """Count a try that failed; after the last one the update is set aside, so that the next ones go on."""
    await session.exec(
        update(Update)
        .where(col(Update.bot) == bot, col(Update.update_id) == update_id)
        .where(col(Update.state) == UpdateState.QUEUED)
        .values(
            tries=Update.tries + 1,
            error=error[:500],
            state=case((col(Update.tries) + 1 >= MAX_TRIES, UpdateState.FAILED), else_=UpdateState.QUEUED),
        )
    )


async def forget(session: Session, *, before: datetime) -> int:
    """Delete the numbers of updates done so long ago that Telegram repeats none of them; how many, at most a step.

    Telegram keeps an update for a day and may start its numbers anew after a quiet week: a number kept for
    ever would one day make a new update look like an old one.
    """
    old = (
        select(Update.bot, Update.update_id)
        .where(Update.state == UpdateState.DONE, Update.received_at < before)
        .limit(STEP)
        .cte("old")
    )
    gone = await session.exec(
        delete(Update).where(
            tuple_(col(Update.bot), col(Update.update_id)).in_(select(old.c.bot, old.c.update_id))
        )
    )
    return int(gone.rowcount)


async def count_waiting(session: Session, *, bot: int) -> int:
    """How many updates still wait for their effect."""
    query = select(func.count()).select_from(Update)
    return (await session.exec(query.where(Update.bot == bot, Update.state == UpdateState.QUEUED))).one()


async def count_tries(session: Session, *, bot: int, update_id: int) -> int:
    """How often handling this update has failed so far."""
    found = await session.get(Update, (bot, update_id))
    return found.tries if found else 0
