"""Tables as lines of JSON, and back: the same lines on SQLite and on PostgreSQL, so that one can become the other.

What a table looks like is asked of the database and not of the models: a backup may be older than they are. A row is
a JSON array in the order of its columns' names; the kind of each column says what its values are:

    int, float, text, bool     as JSON has them
    moment                     2026-03-02T01:00:00+00:00, always UTC
    day, time                  2026-03-02, 19:30:00
    bytes                      base64
    json                       the JSON as text, letter by letter
"""

import hashlib
import json
from base64 import b64decode, b64encode
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy import types
from sqlalchemy.dialects import postgresql
from sqlalchemy.ext.asyncio import AsyncConnection

from db.session import Database
from db.types import Utc

PAGE = 2000
"""Rows read at a time; of a table that holds files one: each may be 20 MB."""
VERSION = "alembic_version"


class _JsonAsText(types.UserDefinedType[str]):
    """PostgreSQL's JSON as the text it keeps: neither side shall read and write it anew."""

    cache_ok = True

    def get_col_spec(self, **options: Any) -> str:
        return "JSON"

    def bind_expression(self, bindvalue: Any) -> Any:
        return sa.cast(sa.type_coerce(bindvalue, types.Text), postgresql.JSON)

    def column_expression(self, column: Any) -> Any:
        return sa.cast(column, types.Text)


@dataclass(frozen=True)
class Kind:
    """A kind of value: what reflected types are of it, how it is read and bound, and how it stands in a line."""

    reflected: type[types.TypeEngine[Any]]
    type: Any
    written: Callable[[Any], Any] | None = None
    read: Callable[[Any], Any] | None = None


KINDS: dict[str, Kind] = {
    "json": Kind(types.JSON, types.Text().with_variant(_JsonAsText(), "postgresql")),
    "moment": Kind(types.DateTime, Utc(timezone=True), datetime.isoformat, datetime.fromisoformat),
    "day": Kind(types.Date, types.Date(), date.isoformat, date.fromisoformat),
    "time": Kind(types.Time, types.Time(), time.isoformat, time.fromisoformat),
    "bytes": Kind(types.LargeBinary, types.LargeBinary(), lambda value: b64encode(value).decode(), b64decode),
    "bool": Kind(types.Boolean, types.Boolean()),
    "float": Kind(types.Float, types.Double()),
    "int": Kind(types.Integer, types.BigInteger()),
    "text": Kind(types.String, types.Text()),
}
"""In the order in which a reflected type is compared with them."""


class Shape(NamedTuple):
    """A table: its columns with their kinds, in order, and which of them are its key."""

    table: str
    columns: dict[str, str]
    key: tuple[str, ...]

    def where(self, kind: str) -> list[int]:
        """The places of the columns of a kind."""
        return [place for place, its in enumerate(self.columns.values()) if its == kind]


class Tally(NamedTuple):
    """How many rows a table has, and the SHA-256 of their lines, each with its line feed, in the order of the key."""

    rows: int
    sha256: str


class Tallying:
    """Counts lines and hashes them as they go by."""

    def __init__(self) -> None:
        self._rows = 0
        self._hash = hashlib.sha256()

    def add(self, lines: Sequence[bytes]) -> None:
        """These come next."""
        self._rows += len(lines)
        for line in lines:
            self._hash.update(line + b"\n")

    @property
    def tally(self) -> Tally:
        """Of all so far."""
        return Tally(self._rows, self._hash.hexdigest())


@asynccontextmanager
async def frozen(database: Database) -> AsyncIterator[AsyncConnection]:
    """The database as it is at one moment, to be read for as long as it takes, while everybody goes on writing."""
    async with database.reader.connect() as connection:
        if not database.sqlite:
            await connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
            await take_time(connection)
        yield connection


async def take_time(connection: AsyncConnection) -> None:
    """This transaction may wait for its process, on PostgreSQL; until its end."""
    if connection.dialect.name != "sqlite":
        await connection.execute(sa.text("SET LOCAL idle_in_transaction_session_timeout = 0"))


async def list_shapes(connection: AsyncConnection) -> list[Shape]:
    """All tables but Alembic's, by name."""
    return await connection.run_sync(_reflect)


def _reflect(connection: sa.Connection) -> list[Shape]:
    inspector = sa.inspect(connection)
    return [
        Shape(
            name,
            {
                each["name"]: _kind_of(each["type"])
                for each in sorted(inspector.get_columns(name), key=_named)
            },
            tuple(inspector.get_pk_constraint(name)["constrained_columns"]),
        )
        for name in sorted(inspector.get_table_names())
        if name != VERSION
    ]


def _named(column: Any) -> str:
    """Columns go by name: where a table was altered the two databases keep them in another order."""
    return str(column["name"])


def _kind_of(reflected: types.TypeEngine[Any]) -> str:
    return next(name for name, kind in KINDS.items() if isinstance(reflected, kind.reflected))


async def count(connection: AsyncConnection, shape: Shape) -> int:
    """How many rows a table has."""
    query = sa.select(sa.func.count()).select_from(_table(shape))
    return int((await connection.execute(query)).scalar_one())


async def read(connection: AsyncConnection, shape: Shape) -> AsyncIterator[list[bytes]]:
    """The rows of a table as lines without their line feeds, in the order of its key, a page at a time."""
    query, key = _paging(connection, shape)
    size = 1 if shape.where("bytes") else PAGE
    places = [list(shape.columns).index(name) for name in shape.key]
    after: list[Any] | None = None
    while True:
        page = query.limit(size)
        if after is not None:
            page = page.where(sa.tuple_(*key) > sa.tuple_(*map(_bound, key, after)))
        rows = (await connection.execute(page)).all()
        if rows:
            yield _written(shape, rows)
        if len(rows) < size:
            return
        after = [rows[-1][place] for place in places]


def _bound(column: Any, value: Any) -> Any:
    return sa.bindparam(None, value, type_=column.type)


def _paging(connection: AsyncConnection, shape: Shape) -> tuple[Any, list[Any]]:
    """The query for all rows, and the key as both databases sort it: text by its bytes."""
    table = _table(shape)
    key: list[Any] = [table.c[name] for name in shape.key]
    if connection.dialect.name != "sqlite":
        key = [sa.collate(each, "C") if isinstance(each.type, types.Text) else each for each in key]
    return sa.select(*table.c).order_by(*key), key


def _table(shape: Shape) -> Any:
    return sa.table(shape.table, *(sa.column(name, KINDS[kind].type) for name, kind in shape.columns.items()))


def _written(shape: Shape, rows: Sequence[Any]) -> list[bytes]:
    ways = [
        (place, kind.written) for name, kind in KINDS.items() if kind.written for place in shape.where(name)
    ]
    lines = []
    for row in rows:
        values = list(row)
        for place, written in ways:
            if values[place] is not None:
                values[place] = written(values[place])
        lines.append(json.dumps(values, ensure_ascii=False, separators=(",", ":")).encode())
    return lines


async def load(connection: AsyncConnection, shape: Shape, lines: Sequence[bytes]) -> None:
    """Insert rows that were written as lines. ValueError for a line that does not fit the columns."""
    names = list(shape.columns)
    ways = [(place, kind.read) for name, kind in KINDS.items() if kind.read for place in shape.where(name)]
    rows = []
    for line in lines:
        values = json.loads(line)
        for place, read in ways:
            if values[place] is not None:
                values[place] = read(values[place])
        rows.append(dict(zip(names, values, strict=True)))
    if rows:
        await connection.execute(sa.insert(_table(shape)), rows)


async def tally(connection: AsyncConnection, shape: Shape) -> Tally:
    """What is in a table now."""
    tallying = Tallying()
    async for lines in read(connection, shape):
        tallying.add(lines)
    return tallying.tally
