"""Notices, from all that is done with a database, that it is away or that its disk is full, and that it is well.

Who uses the database need not say so: every error of it passes here, and every commit.
"""

from typing import Any

from sqlalchemy import event
from sqlalchemy.engine import ExceptionContext
from sqlalchemy.exc import InterfaceError, OperationalError

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
    """What is wrong with a database: `away` when it cannot be used, `full` when there is no room on its disk."""

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
        for engine in {database.engine, database.reader}:
            event.listen(engine.sync_engine, "handle_error", self._failed)
        event.listen(database.engine.sync_engine, "commit", self._went_well)

    def _failed(self, context: ExceptionContext) -> None:
        error = context.original_exception
        if context.is_pre_ping or not _is_about_the_database(context):
            return
        (self.full if is_full(error) else self.away).met(type(error).__name__)

    def _went_well(self, connection: Any) -> None:
        self.away.passed()
        self.full.passed()


def is_full(error: BaseException) -> bool:
    """Whether a driver's error says that the disk is full."""
    return (
        getattr(error, "sqlite_errorcode", None) == _SQLITE_FULL
        or getattr(error, "sqlstate", None) == _POSTGRESQL_FULL
    )


def _is_about_the_database(context: ExceptionContext) -> bool:
    error = context.original_exception
    state = getattr(error, "sqlstate", None) or ""
    if getattr(error, "sqlite_errorcode", None) == _SQLITE_WRONG or state.startswith(_POSTGRESQL_AGAIN):
        return False
    return context.is_disconnect or isinstance(
        context.sqlalchemy_exception, OperationalError | InterfaceError
    )
