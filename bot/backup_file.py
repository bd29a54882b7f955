"""What stands in a sealed backup: lines of JSON, table after table, each followed by what it adds up to.

    {"revision": "0011", "created_at": "2026-03-02T01:00:00+00:00"}
    {"table": "member", "columns": {"id": "int", "name": "text", …}, "key": ["id"]}
    [1, "Sùng Thị Hoa", …]                                               a row; see `db.snapshot`
    {"rows": 1, "sha256": "…"}                                           of the table: its lines with their line feeds
    …
    {"tables": 62, "rows": 51234}                                        the end

The sums stand behind what they are of, so that a backup is written in one go however large it is.
"""

import json
import os
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.sealed import CHANGED, Sealing, Unreadable, unseal
from db import snapshot
from db.snapshot import KINDS, Shape, Tally, Tallying

BATCH = 500
HEAVY = 2**22
"""Bytes of rows after which a batch of them is full."""
Advance = Callable[[int], None]


class Head(NamedTuple):
    """Which revision the tables stood at, and when they were looked at (UTC)."""

    revision: str
    created_at: datetime


class End(NamedTuple):
    """How many tables and rows there were."""

    tables: int
    rows: int


class Summary(NamedTuple):
    """What a backup holds."""

    head: Head
    tables: dict[str, Tally]

    @property
    def rows(self) -> int:
        """Of all tables."""
        return sum(tally.rows for tally in self.tables.values())


Part = Head | Shape | list[bytes] | Tally | End
"""What a backup is read in."""


async def write(
    file: BinaryIO, passphrase: str, connection: AsyncConnection, head: Head, advance: Advance
) -> Summary:
    """Write all tables of a frozen database; `advance` hears of rows as they are written."""
    sealing = Sealing(file, passphrase)
    sealing.write(_line(head._asdict() | {"created_at": head.created_at.isoformat()}))
    tables = {}
    for shape in await snapshot.list_shapes(connection):
        tallying = Tallying()
        sealing.write(_line(shape._asdict()))
        async for lines in snapshot.read(connection, shape):
            tallying.add(lines)
            sealing.write(b"".join(line + b"\n" for line in lines))
            advance(len(lines))
        sealing.write(_line(tallying.tally._asdict()))
        tables[shape.table] = tallying.tally
    summary = Summary(head, tables)
    sealing.write(_line(End(len(tables), summary.rows)._asdict()))
    sealing.close()
    return summary


def _line(values: dict[str, Any]) -> bytes:
    return json.dumps(values, separators=(",", ":")).encode() + b"\n"


def read(path: Path, passphrase: str) -> Iterator[Part]:
    """The head; then of each table its shape, its rows in batches of lines, and what they add up to; the end.

    Unreadable as soon as something is wrong, at the very end at the latest.
    """
    with path.open("rb") as file:
        reading = _Reading()
        for lines in _batches(unseal(file, passphrase)):
            try:
                yield reading.take(lines)
            except (ValueError, KeyError, TypeError, AttributeError):
                raise Unreadable(CHANGED) from None
        if not reading.ended:
            raise Unreadable(CHANGED)


def check(path: Path, passphrase: str, advance: Advance) -> Summary:
    """Read a backup to its end and compare its sums; Unreadable when anything is wrong with it."""
    head, table, tables = None, "", {}
    for part in read(path, passphrase):
        match part:
            case Head():
                head = part
            case Shape():
                table = part.table
            case Tally():
                tables[table] = part
            case list():
                advance(len(part))
    if head is None:
        raise Unreadable(CHANGED)
    return Summary(head, tables)


class _Reading:
    """Where in a backup one is, and what the present table has added up to."""

    def __init__(self) -> None:
        self.ended = False
        self._tables = self._rows = 0
        self._head: Head | None = None
        self._tallying: Tallying | None = None

    def take(self, lines: list[bytes]) -> Part:
        """What these lines are: rows, or one line that is none. Anything out of place is an error."""
        if self.ended:
            raise ValueError
        if lines[0].startswith(b"["):
            if self._tallying is None:
                raise ValueError
            self._tallying.add(lines)
            return lines
        values = json.loads(lines[0])
        return self._between(values) if self._tallying is None else self._sum(values)

    def _between(self, values: dict[str, Any]) -> Part:
        if self._head is None:
            self._head = Head(values["revision"], datetime.fromisoformat(values["created_at"]))
            return self._head
        if "table" not in values:
            return self._end(values)
        self._tallying = Tallying()
        if not set(values["columns"].values()) <= KINDS.keys():
            raise ValueError
        return Shape(values["table"], values["columns"], tuple(values["key"]))

    def _sum(self, values: dict[str, Any]) -> Tally:
        assert self._tallying is not None
        tally = Tally(**values)
        if tally != self._tallying.tally:
            raise ValueError
        self._tables, self._rows, self._tallying = self._tables + 1, self._rows + tally.rows, None
        return tally

    def _end(self, values: dict[str, Any]) -> End:
        if End(**values) != (self._tables, self._rows):
            raise ValueError
        self.ended = True
        return End(**values)


def _batches(pieces: Iterator[bytes]) -> Iterator[list[bytes]]:
    """Lines: rows that follow each other together, up to a number or a size; anything else alone."""
    batch: list[bytes] = []
    size = 0
    for line in _lines(pieces):
        if not line.startswith(b"["):
            if batch:
                yield batch
            yield [line]
            batch, size = [], 0
            continue
        batch.append(line)
        size += len(line)
        if len(batch) >= BATCH or size >= HEAVY:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


def _lines(pieces: Iterator[bytes]) -> Iterator[bytes]:
    begun = bytearray()
    for piece in pieces:
        first, *others = piece.split(b"\n")
        begun += first
        for other in others:
            yield bytes(begun)
            begun = bytearray(other)
    if begun:
        raise Unreadable(CHANGED)


def finish(file: BinaryIO, temporary: Path, path: Path) -> None:
    """Let a file that is written and verified have its name; after this it is on the disk."""
    file.flush()
    os.fsync(file.fileno())
    temporary.rename(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
