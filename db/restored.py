"""Putting a database in the place of another, in one transaction, and what must be settled before it is served."""

from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlmodel import col, select

from db import migrate
from db.models import BotState, Delivery, DeliveryState, Update, UpdateState
from db.outbox import is_open
from db.session import Database, Session
from db.snapshot import VERSION, Shape, take_time

MAYBE_SENT = "was waiting when the backup was made, or fell due since: it may have been sent"
MAYBE_HANDLED = "had come in when the backup was made: it may have been handled since"
LEAP = 1000
"""By how much the epoch of a lease grows: by more than it can have grown since the backup."""


class DoesNotFit(Exception):
    """What was loaded breaks a rule of the database; the text names it."""


async def clear(connection: AsyncConnection) -> None:
    """Take everything out of a database, its tables, too. What is open there waits or makes this wait."""
    await take_time(connection)
    on_sqlite = connection.dialect.name == "sqlite"
    if on_sqlite:
        await connection.execute(sa.text("PRAGMA defer_foreign_keys=ON"))
    for name in await connection.run_sync(_children_first):
        await connection.exec_driver_sql(f'DROP TABLE "{name}"' + ("" if on_sqlite else " CASCADE"))
    if not on_sqlite:
        await connection.execute(sa.text("DROP FUNCTION IF EXISTS audit_entry_refuse()"))


def _children_first(connection: sa.Connection) -> list[str]:
    ordered = sa.inspect(connection).get_sorted_table_and_fkc_names()
    return [name for name, _ in reversed(ordered) if name is not None]


async def build(connection: AsyncConnection, revision: str) -> None:
    """Make the tables as they were at a revision, or bring those there are to it."""
    await connection.run_sync(migrate.upgrade_on, revision)


async def suspend_references(connection: AsyncConnection) -> list[str]:
    """Let tables be filled in any order; returns what puts the references back, which then checks them all."""
    if connection.dialect.name == "sqlite":
        return []
    found = (await connection.execute(sa.text(_REFERENCES))).all()
    for drop, _ in found:
        await connection.exec_driver_sql(drop)
    return [add for _, add in found]


_REFERENCES = """
    SELECT format('ALTER TABLE %s DROP CONSTRAINT %I', conrelid::regclass, conname),
           format('ALTER TABLE %s ADD CONSTRAINT %I %s', conrelid::regclass, conname, pg_get_constraintdef(oid))
    FROM pg_constraint
    WHERE contype = 'f' AND connamespace = current_schema()::regnamespace
    ORDER BY conname
"""


async def check_references(connection: AsyncConnection, put_back: list[str]) -> None:
    """Put references back and check them; DoesNotFit, or the database's own error, when one leads nowhere."""
    for statement in put_back:
        await connection.exec_driver_sql(statement)
    if connection.dialect.name == "sqlite":
        broken = (await connection.execute(sa.text("PRAGMA foreign_key_check"))).first()
        if broken is not None:
            raise DoesNotFit(f"a row of {broken[0]} refers to one of {broken[2]} that is not there")


async def number_on(connection: AsyncConnection, shapes: list[Shape]) -> None:
    """Let PostgreSQL give new rows numbers above those that are taken; SQLite does so by itself."""
    if connection.dialect.name == "sqlite":
        return
    for shape in shapes:
        if shape.key != ("id",):
            continue
        highest = sa.select(sa.func.max(sa.column("id"))).select_from(sa.table(shape.table)).scalar_subquery()
        counter = sa.func.pg_get_serial_sequence(shape.table, "id")
        set_ = sa.func.setval(sa.cast(counter, sa.Text), sa.func.coalesce(highest, 0) + 1, False)
        await connection.execute(sa.select(set_).where(counter.is_not(None)))


async def raise_epochs(session: Session, present: Mapping[int, int]) -> None:
    """Nobody holds a bot, and no process from before can settle what a later one takes; `present`: epochs so far."""
    for state in (await session.exec(select(BotState))).all():
        state.holder, state.beat = None, 0
        state.epoch = max(state.epoch, present.get(state.bot, 0)) + LEAP
        session.add(state)
    await session.flush()


async def set_aside_updates(session: Session) -> int:
    """Updates whose effect was still to come: an operator may have them handled; how many."""
    waiting = update(Update).where(col(Update.state) == UpdateState.QUEUED)
    done = await session.exec(waiting.values(state=UpdateState.FAILED, error=MAYBE_HANDLED))
    return int(done.rowcount)


async def doubt_messages(session: Session, *, now: datetime) -> int:
    """What was on its way or whose moment has come is sent no more by itself: it is *unknown*; how many messages."""
    sending = col(Delivery.state) == DeliveryState.SENDING
    doubted = await session.exec(
        update(Delivery)
        .where(is_open(), sending | (col(Delivery.not_before) <= now))
        .values(state=DeliveryState.UNKNOWN, reason=MAYBE_SENT, settled_at=now)
        .execution_options(synchronize_session=False)
    )
    return int(doubted.rowcount)


class Lease(NamedTuple):
    """The lease of a bot as it stands."""

    epoch: int
    holder: str | None
    beat: int


async def find_leases(connection: AsyncConnection) -> dict[int, Lease]:
    """The lease of each bot, in a database of whatever revision."""
    if "bot_state" not in await list_tables(connection):
        return {}
    rows = await connection.execute(sa.text("SELECT bot, epoch, holder, beat FROM bot_state"))
    return {bot: Lease(*lease) for bot, *lease in rows}


async def list_tables(connection: AsyncConnection) -> list[str]:
    """The tables there are, but Alembic's."""
    names = await connection.run_sync(lambda c: sa.inspect(c).get_table_names())
    return sorted(set(names) - {VERSION})


async def is_used(connection: AsyncConnection) -> bool:
    """Whether there is a row in any table."""
    for name in await list_tables(connection):
        some = sa.select(sa.literal(1)).select_from(sa.table(name)).limit(1)
        if (await connection.execute(some)).first() is not None:
            return True
    return False


async def count_others(database: Database, connection: AsyncConnection) -> int:
    """How many connections other processes of chibo have to this database, on PostgreSQL."""
    if database.sqlite:
        return 0
    others = sa.text(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() "
        "AND application_name LIKE 'chibo %' AND application_name <> :ours"
    )
    return int((await connection.execute(others, {"ours": f"chibo {database.name}"})).scalar_one())
