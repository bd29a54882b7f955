"""SQLite for SQLAlchemy without a thread's round trip for each step of a statement.

A small statement costs SQLite 5 to 50 µs. aiosqlite's connection lives in a thread, and a call to a thread
costs 60 to 250 µs of processor time; SQLAlchemy's adapter makes four of them for a statement (open a cursor,
execute, fetch, close), one for every BEGIN and one for every ROLLBACK. Here

- a statement runs at once, where it was asked for, and is fetched and closed before anything else can happen:
  a cancelled task leaves no half-read cursor behind;
- what waits for the disk or works through many rows goes to the thread: COMMIT and the inserts of many;
- BEGIN goes along with the first statement of its transaction. Before that there is nothing to commit;
- a lock another process holds is tried for with pauses, in which everything else goes on.
"""

import asyncio
import sqlite3
from collections import deque
from collections.abc import Callable
from typing import Any, NamedTuple

import aiosqlite
from sqlalchemy.dialects.sqlite.aiosqlite import (
    AsyncAdapt_aiosqlite_connection,
    AsyncAdapt_aiosqlite_cursor,
    AsyncAdapt_aiosqlite_dbapi,
)
from sqlalchemy.util import EMPTY_DICT
from sqlalchemy.util.concurrency import await_

BUSY_SECONDS = 30.0
"""How long a lock of another process is waited for."""
FEW = 50
"""Rows that are inserted at once."""
PAUSES = (0.001, 0.005, 0.02, 0.05)
"""Seconds between two tries; the last one repeats."""


class _Executed(NamedTuple):
    """What remains of a cursor when its rows are fetched; SQLAlchemy's cursor reads it from here."""

    description: Any = None
    rowcount: int = -1
    lastrowid: int | None = None


class _Cursor(AsyncAdapt_aiosqlite_cursor):
    __slots__ = ()
    _awaitable_cursor_close = False
    _adapt_connection: "Connection"

    def __init__(self, connection: "Connection") -> None:
        self._adapt_connection = connection
        self._connection = connection._connection
        self._cursor = _Executed()  # type: ignore[assignment]
        self._rows = deque()
        self._soft_closed_memoized = EMPTY_DICT

    def execute(self, operation: Any, parameters: Any = None) -> Any:
        self._keep(self._adapt_connection.call(_execute, operation, parameters or ()))

    def executemany(self, operation: Any, seq_of_parameters: Any) -> Any:
        self._keep(
            self._adapt_connection.call(
                _execute_many, operation, seq_of_parameters, slow=len(seq_of_parameters) > FEW
            )
        )

    def close(self) -> None:
        self._rows.clear()

    def _keep(self, done: tuple[_Executed, list[Any]]) -> None:
        self._cursor, self._rows = done[0], deque(done[1])  # type: ignore[assignment]


class Connection(AsyncAdapt_aiosqlite_connection):
    """One connection and its thread. A transaction is begun by its first statement."""

    __slots__ = ("_adrift", "_begin", "_open")
    _cursor_cls = _Cursor  # type: ignore[assignment]

    def __init__(self, dbapi: Any, connection: Any) -> None:
        super().__init__(dbapi, connection)
        self._begin: str | None = None
        self._open = False
        self._adrift = False

    def begin(self, statement: str) -> None:
        """Let the next statement begin a transaction, with `BEGIN` or `BEGIN IMMEDIATE`."""
        self._begin = statement

    def commit(self) -> None:
        """Commit what was begun; an error when SQLite has rolled it back by itself since (a full disk)."""
        self._end(_commit, slow=True)

    def rollback(self) -> None:
        """Take back what was begun."""
        self._end(_roll_back, slow=False)

    def _end(self, how: Callable[[sqlite3.Connection], None], *, slow: bool) -> None:
        self._begin = None
        connection: Any = self._connection
        if self._open and connection._connection is not None:
            self.call(how, slow=slow)
            self._open = False

    def call(self, work: Callable[..., Any], *arguments: Any, slow: bool = False) -> Any:
        """Do it after the BEGIN that is due; in the thread when it is slow.

        A task cancelled meanwhile leaves the thread at work: whatever follows then queues behind it.
        """
        connection: Any = self._connection
        begin, self._begin = self._begin, None
        self._open = self._open or begin is not None
        try:
            if not (slow or self._adrift):
                return await_(_at_once(begin, work, connection._conn, arguments))
            self._adrift = True
            done = await_(connection._execute(_after, begin, work, connection._conn, arguments))
        except Exception as error:
            self._adrift = False
            self._handle_exception(error)
        self._adrift = False
        return done


class Module(AsyncAdapt_aiosqlite_dbapi):
    """The driver as SQLAlchemy wants to be given it: `create_async_engine(url, module=Module())`."""

    def __init__(self) -> None:
        super().__init__(aiosqlite, sqlite3)

    def connect(self, *arguments: Any, **options: Any) -> Connection:
        """A new connection, which may be used from the thread and from where it was opened."""
        ours = {"isolation_level": None, "check_same_thread": False, "timeout": 0}
        plain = super().connect(*arguments, **options | ours)
        return Connection(self, plain._connection)


async def _at_once(
    begin: str | None, work: Callable[..., Any], connection: sqlite3.Connection, arguments: Any
) -> Any:
    waited, tries = 0.0, 0
    while True:
        try:
            return _after(begin, work, connection, arguments)
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or waited >= BUSY_SECONDS:
                raise
        pause = PAUSES[min(tries, len(PAUSES) - 1)]
        await asyncio.sleep(pause)
        waited, tries = waited + pause, tries + 1


def _after(
    begin: str | None, work: Callable[..., Any], connection: sqlite3.Connection, arguments: Any
) -> Any:
    if begin is not None and not connection.in_transaction:
        connection.execute(begin).close()
    return work(connection, *arguments)


def _execute(connection: sqlite3.Connection, operation: str, parameters: Any) -> tuple[_Executed, list[Any]]:
    return _drain(connection.execute(operation, parameters))


def _execute_many(connection: sqlite3.Connection, operation: str, rows: Any) -> tuple[_Executed, list[Any]]:
    return _drain(connection.executemany(operation, rows))


def _drain(cursor: sqlite3.Cursor) -> tuple[_Executed, list[Any]]:
    rows = cursor.fetchall()  # first: the count of changed rows is known only when all are fetched
    done = _Executed(cursor.description, cursor.rowcount, cursor.lastrowid)
    cursor.close()
    return done, rows


def _commit(connection: sqlite3.Connection) -> None:
    connection.execute("COMMIT").close()


def _roll_back(connection: sqlite3.Connection) -> None:
    if connection.in_transaction:
        connection.execute("ROLLBACK").close()
