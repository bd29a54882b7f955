"""Migrations: one history for SQLite and PostgreSQL, run from code: no configuration file is needed.

Alembic is imported where it is used: a bot that starts only asks whether it stands at the newest revision, and
Alembic would be a tenth of its start and of its memory.
"""

from __future__ import annotations

import asyncio
import re
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from sqlalchemy import Connection, inspect, text

from db.models import SQLModel
from db.session import Database

if TYPE_CHECKING:
    from alembic.config import Config

NEWER = (
    "The database is of a newer chibo (revision {revision}; this one knows {newest}). Install the newer one: "
    "this one would not understand it."
)
MIGRATIONS = Path(__file__).parent / "migrations"


def config(connection: Connection | None = None) -> Config:
    """Alembic's configuration, for code and for `alembic revision` by hand."""
    from alembic.config import Config

    made = Config()
    made.set_main_option("script_location", str(MIGRATIONS))
    made.set_main_option("path_separator", "os")
    made.attributes["connection"] = connection
    return made


async def upgrade(database: Database, revision: str = "head") -> None:
    """Bring the database to `revision`."""
    async with database.engine.begin() as connection:
        await connection.run_sync(upgrade_on, revision)


def upgrade_on(connection: Connection, revision: str) -> None:
    """The same within a transaction of somebody else's."""
    from alembic import command

    command.upgrade(config(connection), revision)


async def downgrade(database: Database, revision: str) -> None:
    """Take the database back to `revision` (`base`: nothing is left)."""
    from alembic import command

    async with database.engine.begin() as connection:
        await connection.run_sync(lambda c: command.downgrade(config(c), revision))


def revisions() -> list[str]:
    """All revisions, oldest first: the files of the history are named after theirs."""
    return sorted(path.name.partition("_")[0] for path in (MIGRATIONS / "versions").glob("[0-9]*.py"))


def newest() -> str:
    """The newest revision."""
    return revisions()[-1]


def what_going_back_loses(revision: str) -> str:
    """What its file says is lost by going back behind a revision."""
    (path,) = (MIGRATIONS / "versions").glob(f"{revision}_*.py")
    words = path.read_text(encoding="utf-8").split('"""')[1]
    found = re.search(r"^Going back loses \S.*", words, re.MULTILINE | re.DOTALL)
    if found is None:
        raise LookupError(f"{path.name} does not say what going back loses")
    return " ".join(found[0].split())


async def is_current(database: Database) -> bool:
    """Whether the database stands at the newest revision."""
    return await find_revision(database) == newest()


def fits(revision: str | None) -> bool:
    """Whether this version can work with a database that stands there: a newer one has all it knows of."""
    return revision is not None and revision >= newest()


async def find_revision(database: Database) -> str | None:
    """The revision the database stands at; None for one without tables."""
    async with database.reader.connect() as connection:
        return await connection.run_sync(revision_on)


def revision_on(connection: Connection) -> str | None:
    """The same within a transaction of somebody else's."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()


async def differences(database: Database) -> list[object]:
    """What the tables lack or have too much beside the models; empty when they agree."""
    from alembic.autogenerate import compare_metadata
    from alembic.runtime.migration import MigrationContext

    def compare(connection: Connection) -> list[object]:
        return list(compare_metadata(MigrationContext.configure(connection), SQLModel.metadata))

    async with database.reader.connect() as connection:
        return await connection.run_sync(compare)


def revision(connection: Connection, message: str, number: str) -> None:
    """Write a new migration from the difference between the tables and the models (for developers)."""
    from alembic import command

    command.revision(config(connection), message, autogenerate=True, rev_id=number)


async def write_next(message: str) -> None:
    """Write the next migration by comparing the models with a database built from the history so far."""
    with TemporaryDirectory() as folder:
        database = Database(f"sqlite+aiosqlite:///{folder}/history.db")
        await upgrade(database)
        number = f"{int(newest()) + 1:04d}"
        async with database.engine.begin() as connection:
            await connection.run_sync(lambda c: revision(c, message, number))
        await database.dispose()


if __name__ == "__main__":
    asyncio.run(write_next(sys.argv[1]))
