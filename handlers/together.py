"""Visits at the same time share a transaction: what they say and their done-marks are written once for all.

    body       one after another, in one session, as long as another one waits
    end        of the last one, or of the sixteenth: what was said, the done-marks, and COMMIT
    failure    of one body: nothing of any is kept, and those that had ended come again, each by itself

A press alone is committed at once. Under load the visits of a transaction share seven of its statements.
"""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field

from sqlalchemy.exc import SQLAlchemyError

from bot.lanes import Lane
from db import inbox, posting
from db.posting import Post
from db.session import Database, Session
from db.watching import is_away

log = logging.getLogger(__name__)

MOST = 16
"""Visits in one transaction: none waits longer than for the bodies of so many."""
SIDE_BY_SIDE = 4
"""Transactions at the same time, where the database can have several: the way to it takes longer than it takes."""


class AlreadyDone(Exception):
    """Another process was quicker to handle this update: nothing of this try is kept."""


class ComeAgain(Exception):
    """Somebody else's visit failed, and with it the transaction it shared with this one: try again, alone."""


@dataclass
class Shared:
    """A transaction of one visit or more, and what is written at its end. `posts` is what is said."""

    session: Session
    posts: list[Post] = field(default_factory=list)
    updates: list[int] = field(default_factory=list)
    transaction: AsyncExitStack = field(default_factory=AsyncExitStack)
    committed: "asyncio.Future[None]" = field(
        default_factory=lambda: asyncio.get_running_loop().create_future()
    )

    def __post_init__(self) -> None:
        self.committed.add_done_callback(lambda done: done.cancelled() or done.exception())


class Together:
    """The transactions of one bot's visits."""

    def __init__(self, database: Database, *, bot: int) -> None:
        self._database = database
        self._bot = bot
        self._groups = [_Group(self) for _ in range(1 if database.sqlite else SIDE_BY_SIDE)]

    @asynccontextmanager
    async def alone(self, update_id: int) -> AsyncIterator[Shared]:
        """A transaction of one's own, committed at the end of the block."""
        async with self._database.write("visit") as session:
            shared = Shared(session, updates=[update_id])
            yield shared
            await self._write(shared)

    @asynccontextmanager
    async def shared(self, update_id: int, *, about: int) -> AsyncIterator[Shared]:
        """A transaction others may be in; after the block it is committed. For what takes a moment only.

        Visits about the same thing (its number) come one after another, and each sees what the one before did.
        ComeAgain when another one's failure took it back.
        """
        group = self._groups[about % len(self._groups)]
        async with group.body(update_id) as shared:
            yield shared
        await asyncio.shield(shared.committed)

    async def begin(self) -> Shared:
        """A new transaction."""
        transaction = AsyncExitStack()
        session = await transaction.enter_async_context(self._database.write("visit"))
        return Shared(session, transaction=transaction)

    async def commit(self, shared: Shared) -> None:
        """End it; how it ended is in `committed`."""
        try:
            async with shared.transaction:
                await self._write(shared)
        except BaseException as error:
            _tell(shared, error, whose=len(shared.updates))
            if not isinstance(error, Exception):
                raise
        else:
            shared.committed.set_result(None)

    async def _write(self, shared: Shared) -> None:
        """What was said, and that the updates are done; with somebody else's done already nothing is."""
        await posting.queue_many(shared.session, shared.posts, lane=Lane.REPLY)
        done = await inbox.settle(shared.session, bot=self._bot, update_ids=shared.updates)
        if done < len(shared.updates):
            raise AlreadyDone if len(shared.updates) == 1 else ComeAgain


class _Group:
    """Visits one after another, in one transaction as long as another one waits."""

    def __init__(self, together: Together) -> None:
        self._together = together
        self._turn = asyncio.Lock()
        self._open: Shared | None = None
        self._waiting = 0

    @asynccontextmanager
    async def body(self, update_id: int) -> AsyncIterator[Shared]:
        """One visit's part. Whoever leaves with nobody behind commits for all."""
        self._waiting += 1
        try:
            await self._get_in()
            try:
                shared = self._open = self._open or await self._together.begin()
                try:
                    yield shared
                    await _leave(shared.session)
                except BaseException as error:
                    self._open = None
                    await _roll_back(shared, error)
                    raise
                shared.updates.append(update_id)
                if self._waiting == 1 or len(shared.updates) >= MOST:
                    self._open = None
                    await self._together.commit(shared)
            finally:
                self._turn.release()
        finally:
            self._waiting -= 1

    async def _get_in(self) -> None:
        try:
            await self._turn.acquire()
        except asyncio.CancelledError:
            if self._waiting == 1 and self._open is not None:
                left, self._open = self._open, None  # nobody comes any more who would end it
                await _roll_back(left, ComeAgain())
            raise


async def _leave(session: Session) -> None:
    """Write what the body changed; the next one finds nothing of what this one has read."""
    if session.new or session.dirty or session.deleted:
        await session.flush()
    session.expunge_all()


async def _roll_back(shared: Shared, error: BaseException) -> None:
    _tell(shared, error, whose=0)
    try:
        await shared.transaction.__aexit__(type(error), error, error.__traceback__)
    except SQLAlchemyError as also:  # a database that is away takes nothing back either: it does so by itself
        log.debug("not rolled back: %s", type(also).__name__)


def _tell(shared: Shared, error: BaseException, *, whose: int) -> None:
    """Those that had ended hear of an error of their own, or that it was not their fault.

    `whose`: among how many it may lie. A database that is away is the same for all.
    """
    own = isinstance(error, Exception) and (whose == 1 or is_away(error))
    shared.committed.set_exception(error if own else ComeAgain())
