"""What a database still holds of deleted rows after the commit, and how it is made to let go of it.

SQLite    deleted bytes are overwritten (`secure_delete`), but the write-ahead log keeps the old pages until it
          is written back and cut to nothing.
PostgreSQL  old versions of rows stay in their pages until a VACUUM, and in its log and backups until those are
          recycled, which is the operator's to arrange.
"""

import asyncio
import logging
import sqlite3

from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine

log = logging.getLogger(__name__)

PATIENCE = 5.0
"""Seconds SQLite waits for those who still read the old pages."""
TOUCHED = (
    *(
        "account",
        "assignment",
        "care",
        "care_note",
        "delivery",
        "inbox",
        "invite",
        "join_request",
        "live_message",
        "media",
    ),
    *("meeting", "meeting_guest", "meeting_minutes", "member", "message", "reply", "roll_correction"),
    *("roll_mark", "seen_in_group", "snooze", "transfer", "wizard"),
    *("evidence", "media_copy", "progress", "task", "task_change"),
)
"""Tables in which an erasure leaves old versions of rows."""


async def clear_remains(engine: AsyncEngine) -> None:
    """Let the disk forget what is deleted; what cannot be done now is left to the next time, and logged."""
    try:
        if engine.dialect.name == "sqlite":
            await asyncio.to_thread(_cut_log, engine.url.database or "")
        else:
            await _vacuum(engine)
    except (sqlite3.Error, SQLAlchemyError) as error:
        log.warning("remains of deleted rows are still on the disk: %s", type(error).__name__)


def _cut_log(path: str) -> None:
    connection = sqlite3.connect(path, timeout=PATIENCE)
    try:
        busy, _, _ = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    finally:
        connection.close()
    if busy:
        log.warning("remains of deleted rows are still in the write-ahead log: somebody reads them")


async def _vacuum(engine: AsyncEngine) -> None:
    async with engine.connect() as connection:
        outside = await connection.execution_options(isolation_level="AUTOCOMMIT")
        await outside.execute(text(f"VACUUM {', '.join(TOUCHED)}"))
