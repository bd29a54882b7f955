"""How the sender reads the outbox: by its partial indexes, however many deliveries are settled in it."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import event

from bot.lanes import Lane
from db import outbox
from db.session import Database


async def test_the_sender_reads_what_waits_and_not_the_whole_outbox(database: Database) -> None:
    seen: list[tuple[str, Any]] = []
    event.listen(database.engine.sync_engine, "before_cursor_execute", lambda *a: seen.append((a[2], a[3])))
    async with database.write() as session:
        await outbox.list_candidates(session, bot=1, lane=Lane.BULK, limit=32, now=datetime.now(UTC))
        if not database.sqlite:
            return  # PostgreSQL's planner decides by what is in the table, and there is nothing in it
        statement, values = next(each for each in seen if "EXISTS" in each[0])
        connection = await session.connection()
        plan = (await connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values)).all()
    steps = " ".join(str(row.detail) for row in plan)
    assert (
        "ix_delivery_waiting" in steps and "ix_delivery_open_chat" in steps and "SCAN delivery" not in steps
    )
