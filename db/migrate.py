"""Migrations: one history for SQLite and PostgreSQL, run from code: no configuration file is needed."""

import asyncio
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from db.models import SQLModel
from db.session import Database


def config(connection: Connection | None = None) -> Config:
    """Alembic's configuration, for code and for `alembic revision` by hand."""
    made = Config()
    made.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    made.set_main_option("path_separator", "os")
    made.attributes["connection"] = connection
    return made


async def upgrade(database: Database, revision: str = "head") -> None:
    """Bring the database to `revision`."""
    async with database.engine.begin() as connection:
        await connection.run_sync(lambda c: command.upgrade(config(c), revision))


async def downgrade(database: Database, revision: str) -> None:
    """Take the database back to `revision` (`base`: nothing is left)."""
    async with database.engine.begin() as connection:
        await connection.run_sync(lambda c: command.downgrade(config(c), revision))


async def is_current(database: Database) -> bool:
    """Whether the database stands at the newest revision."""
    async with database.reader.connect() as connection:
        revision = await connection.run_sync(lambda c: MigrationContext.configure(c).get_current_revision())
    return revision == ScriptDirectory.from_config(config()).get_current_head()


async def differences(database: Database) -> list[object]:
    """What the tables lack or have too much beside the models; empty when they agree."""

    def compare(connection: Connection) -> list[object]:
        return list(compare_metadata(MigrationContext.configure(connection), SQLModel.metadata))

    async with database.reader.connect() as connection:
        return await connection.run_sync(compare)


def revision(connection: Connection, message: str, number: str) -> None:
    """Write a new migration from the difference between the tables and the models (for developers)."""
    command.revision(config(connection), message, autogenerate=True, rev_id=number)


async def write_next(message: str) -> None:
    """Write the next migration by comparing the models with a database built from the history so far."""
    with TemporaryDirectory() as folder:
        database = Database(f"sqlite+aiosqlite:///{folder}/history.db")
        await upgrade(database)
        number = f"{len(list(ScriptDirectory.from_config(config()).walk_revisions())) + 1:04d}"
        async with database.engine.begin() as connection:
            await connection.run_sync(lambda c: revision(c, message, number))
        await database.dispose()


if __name__ == "__main__":
    asyncio.run(write_next(sys.argv[1]))
