"""Sessions: `write()` commits on success and rolls back otherwise, `read()` never writes.

SQLite has one writer at a time. Writers queue on a lock of this process first, so that they wait in order
instead of polling the file, and take the write lock at BEGIN, so that none can find its snapshot stale.
Readers have an engine of their own and never queue behind writers.
"""

import asyncio
import secrets
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext
from pathlib import Path
from time import monotonic
from typing import Any

from sqlalchemy import event, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import InvalidatePoolError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.ext.asyncio import AsyncSession as SqlAlchemySession
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.failpoints import reach
from db.remains import clear_remains
from db.sqlite import Module

REST_SECONDS = 1.0
"""A connection to PostgreSQL that was used more recently is taken for alive."""
WIDE_MB = 32
"""Memory for one sort or hash table of a question about a province; 4 is usual."""
IDLE_SECONDS = 8
"""How long a transaction may wait for its process, on PostgreSQL."""


DISCREET: dict[str, Any] = {"hide_parameters": True}
"""An error tells its statement and not the values in it: those would be people's words in the log."""
ERASED = "erased"
"""In a session's `info`: what it deletes shall be nowhere on the disk after its commit."""


class Session(AsyncSession):
    """SQLModel's session. `execute` is for what `exec` has no types for: wide rows, inserts of many."""

    async def execute(self, statement: Any, params: Any = None, **options: Any) -> Any:
        """Run a statement and give its rows as SQLAlchemy does."""
        return await SqlAlchemySession.execute(self, statement, params, **options)

    async def rows(self, query: Any, params: Any = None) -> Any:
        """The rows of a query for columns, without what the session does for objects: for thousands of them."""
        await self.flush()
        return (await (await self.connection()).execute(query, params)).all()

    async def widen(self) -> None:
        """Room for what is asked of a whole province until the transaction ends: PostgreSQL would use the disk."""
        if not has_one_writer(self):
            await self.execute(text(f"SET LOCAL work_mem = '{WIDE_MB}MB'"))

    @asynccontextmanager
    async def joining_whole_tables(self) -> AsyncIterator[None]:
        """Around what is asked of most rows of some tables: PostgreSQL takes what a subquery finds for few, and
        would look everything of a province up one by one."""
        await self._look_up_rows("off")
        yield
        await self._look_up_rows("on")

    async def _look_up_rows(self, way: str) -> None:
        if not has_one_writer(self):
            await self.execute(text(f"SET LOCAL enable_nestloop = {way}"))

    async def __aexit__(self, kind: Any, *more: Any) -> None:
        """Give the connection back, in a task that nobody can cancel; nothing is left of it after a commit."""
        if kind is None and not self.in_transaction():
            self.sync_session.close()
        else:
            await super().__aexit__(kind, *more)


class Database:
    """One database, SQLite or PostgreSQL, by its URL.

    `durable=False` lets SQLite commit without waiting for the disk: for a demo that is thrown away.
    """

    def __init__(self, url: str, *, pool: int = 10, durable: bool = True) -> None:
        self.url: URL = make_url(url)
        self.name = secrets.token_hex(4)
        """What PostgreSQL knows the connections of this process by."""
        self.sqlite = self.url.get_backend_name() == "sqlite"
        self._turn = asyncio.Lock()
        self.waiting = 0
        """Writers that wait for their turn, where there is one at a time."""
        self.waited = 0.0
        """Seconds all of them have waited so far."""
        self.commits: Counter[str] = Counter()
        """How many transactions this process has committed, by the name of their failpoints."""
        if self.sqlite:
            Path(self.url.database or "").parent.mkdir(parents=True, exist_ok=True)
            self.engine = _sqlite(self.url, begin="BEGIN IMMEDIATE", pool=2, durable=durable)
            self.reader = _sqlite(self.url, begin="BEGIN", pool=pool, durable=durable)
        else:
            self.engine = self.reader = _postgresql(self.url, pool=pool, name=self.name)

    @asynccontextmanager
    async def write(self, name: str = "work") -> AsyncIterator[Session]:
        """A session whose work is committed whole, or not at all. `name` is that of its failpoints."""
        turn: AbstractAsyncContextManager[Any] = self._in_turn() if self.sqlite else nullcontext()
        async with turn, Session(self.engine, expire_on_commit=False) as session:
            yield session
            reach(f"{name}.ready")
            await session.commit()
            if session.info.get(ERASED):
                await clear_remains(self.engine)
        self.commits[name] += 1
        reach(f"{name}.committed")

    @asynccontextmanager
    async def _in_turn(self) -> AsyncIterator[None]:
        begun = monotonic()
        self.waiting += 1
        try:
            await self._turn.acquire()
        finally:
            self.waiting -= 1
            self.waited += monotonic() - begun
        try:
            yield
        finally:
            self._turn.release()

    @asynccontextmanager
    async def read(self) -> AsyncIterator[Session]:
        """A session that only looks."""
        async with Session(self.reader, expire_on_commit=False) as session:
            yield session

    async def dispose(self) -> None:
        """Close all connections."""
        await self.engine.dispose()
        if self.reader is not self.engine:
            await self.reader.dispose()


def _postgresql(url: URL, *, pool: int, name: str) -> AsyncEngine:
    known_as = {"application_name": application_name(name)}
    engine = create_async_engine(
        url, pool_size=pool, max_overflow=pool, pool_use_lifo=True, connect_args=known_as, **DISCREET
    )
    _ask_the_rested(engine)

    @event.listens_for(engine.sync_engine, "connect")
    def _prepare(connection: Any, record: object) -> None:
        """A process that is paused in the middle of a transaction must not keep its locks from the others."""
        cursor = connection.cursor()
        cursor.execute(f"SET idle_in_transaction_session_timeout = '{IDLE_SECONDS}s'")
        cursor.close()
        connection.commit()

    return engine


def _ask_the_rested(engine: AsyncEngine) -> None:
    """Ask a connection whether it is alive when it has not been used for a moment.

    Asking each time would be a tenth of what a press costs. If one that was used just now is dead after all,
    its transaction fails, all connections are made anew, and whoever asked tries again.
    """

    @event.listens_for(engine.sync_engine, "connect")
    @event.listens_for(engine.sync_engine, "checkin")
    def _rest(connection: object, record: Any) -> None:
        record.info["since"] = monotonic()

    @event.listens_for(engine.sync_engine, "checkout")
    def _ask(connection: Any, record: Any, proxy: object) -> None:
        if monotonic() - record.info["since"] < REST_SECONDS:
            return
        try:
            engine.dialect.do_ping(connection)
        except engine.dialect.loaded_dbapi.Error as error:
            raise InvalidatePoolError from error


def _sqlite(url: URL, *, begin: str, pool: int, durable: bool) -> AsyncEngine:
    engine = create_async_engine(url, module=Module(), pool_size=pool, max_overflow=0, **DISCREET)

    @event.listens_for(engine.sync_engine, "connect")
    def _prepare(connection: Any, record: object) -> None:
        cursor = connection.cursor()
        synchronous = "synchronous=FULL" if durable else "synchronous=OFF"
        for pragma in ("journal_mode=WAL", synchronous, "foreign_keys=ON", "secure_delete=ON"):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine.sync_engine, "begin")
    def _begin(connection: Any) -> None:
        connection.connection.dbapi_connection.begin(begin)

    return engine


def application_name(name: str) -> str:
    """What `pg_stat_activity` shows for the connections of the `Database` of this name."""
    return f"chibo {name}"


def insert(session: Session, table: Any) -> Any:
    """An INSERT with `on_conflict_do_…`, in the dialect of the session's database."""
    return insertion(session)(table)


def insertion(session: Session) -> Any:
    """What makes such an INSERT: for statements that are built once for each dialect."""
    return sqlite.insert if has_one_writer(session) else postgresql.insert


def has_one_writer(session: Session) -> bool:
    """Whether all other writing waits for this session's, as on SQLite: it should then be short."""
    return session.get_bind().dialect.name == "sqlite"
