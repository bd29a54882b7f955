"""Notices, from all that is done with a database, that it is away or that its disk is full, and that it is well.

Who uses the database need not say so: every error of it passes here, and every commit.
"""

from datetime import timedelta
from typing import Any

from sqlalchemy import event
from sqlalchemy.engine import ExceptionContext
from sqlalchemy.exc import DBAPIError, IntegrityError, InterfaceError, OperationalError

from bot.clock import Clock
from bot.trouble import Trouble
from db.session import Database

_SQLITE_FULL = 13
_SQLITE_WRONG = 1
"""A wrong statement, in a class with everything else."""
_POSTGRESQL_FULL = "53100"
_POSTGRESQL_AGAIN = "40"
"""Deadlocks and the like: about two transactions, not about the database."""


class Watch:
    """What is wrong with a database: `away` when it cannot be used, `full` when there is no room on its disk.

    `misfit`: it refuses a statement, which no waiting will mend.
    """

    def __init__(self, database: Database, clock: Clock) -> None:
        self.away = Trouble(
            "the database cannot be used: nothing is lost, chibo tries again until it can",
            "the database can be used again",
            clock,
        )
        self.full = Trouble(
            "the disk of the database is full: make room; nothing is lost, chibo tries again until it can write",
            "the disk of the database has room again",
            clock,
        )
        self.misfit = Trouble(
            "a statement does not fit the tables: look whether `chibo migrate` was run with this version",
            "every statement fits the tables again",
            clock,
            calm=timedelta(hours=1),
        )
        for engine in {database.engine, database.reader}:
            event.listen(engine.sync_engine, "handle_error", self._failed)
        event.listen(database.engine.sync_engine, "commit", self._went_well)

    def _failed(self, context: ExceptionContext) -> None:
        if context.is_pre_ping:
            return  # the connection was old; a new one is made at once
        error = context.original_exception
        if (trouble := self._which(context, error)) is not None:
            trouble.met(type(error).__name__)

    def _which(self, context: ExceptionContext, error: BaseException) -> Trouble | None:
        state = getattr(error, "sqlstate", None) or ""
        raised = context.sqlalchemy_exception
        if is_full(error):
            return self.full
        if isinstance(raised, IntegrityError) or state.startswith(_POSTGRESQL_AGAIN):
            return None  # between two transactions: whoever made the statement expects it
        if getattr(error, "sqlite_errorcode", None) == _SQLITE_WRONG:
            return self.misfit
        away = context.is_disconnect or isinstance(raised, OperationalError | InterfaceError)
        return self.away if away else self.misfit

    def _went_well(self, connection: Any) -> None:
        self.away.passed()
        self.full.passed()
        self.misfit.passed()


def is_away(error: BaseException) -> bool:
    """Whether an error says that the database cannot be used now: what failed is to be tried again as it is."""
    if isinstance(error, OSError):
        return True
    if not isinstance(error, DBAPIError):
        return False
    if getattr(error.orig, "sqlite_errorcode", None) == _SQLITE_WRONG:
        return False
    return error.connection_invalidated or isinstance(error, OperationalError | InterfaceError)


def is_full(error: BaseException) -> bool:
    """Whether a driver's error says that the disk is full."""
    return (
        getattr(error, "sqlite_errorcode", None) == _SQLITE_FULL
        or getattr(error, "sqlstate", None) == _POSTGRESQL_FULL
    )
