"""Holding a bot's lease: exactly one process polls and sends for a token.

    the holder    beats every few seconds, and calls nobody when its last beat is too old
    who waits     takes the lease when no beat was seen for ten seconds of its own, or at once when the holder
                  was a process of this machine that is gone

A beat that was not seen is the only proof needed, so no two clocks are ever compared. A holder that was paused
is cut off from the database, finds its lease too old as soon as it goes on, and its epoch no longer the
present one.
"""

import os
import secrets
import socket
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

from db import leases
from db.leases import Held
from db.session import Database

PATIENCE: Final = 10.0
"""Seconds without a beat after which a holder counts as gone."""
SURE: Final = 8.0
"""Seconds after its last beat during which a holder may still call somebody."""
BEAT: Final = 2.5

_here: set[str] = set()
"""Holders that live in this process: tests run several."""


def elapsed() -> float:
    """Seconds that passed, those asleep included; no clock's change touches them."""
    clock = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)
    return time.clock_gettime(clock)


class Lease:
    """The lease of one bot, as this process stands to it. `seconds` is what measures how long it holds."""

    def __init__(self, database: Database, *, bot: int, seconds: Callable[[], float] = elapsed) -> None:
        self._database = database
        self._bot = bot
        self._seconds = seconds
        self._sure_until = float("-inf")
        self._watched: tuple[Held, float] | None = None
        self.holder = f"{_machine()}:{os.getpid()}:{database.name}.{secrets.token_hex(2)}"
        self.epoch = 0

    def is_held(self) -> bool:
        """Whether nobody else can have taken the lease yet."""
        return self._seconds() < self._sure_until

    async def try_take(self) -> bool:
        """Take the lease if nobody holds it, or who did is gone."""
        begun = self._seconds()
        async with self._database.read() as session:
            seen = await leases.get(session, bot=self._bot)
        if not self._is_free(seen, begun):
            return False
        async with self._database.write("lease") as session:
            if seen.holder is not None and seen.holder not in _here:
                await leases.cut_off(session, _database_of(seen.holder))
            epoch = await leases.take(session, bot=self._bot, holder=self.holder, seen=seen)
        if epoch is None:
            return False
        self.epoch, self._sure_until = epoch, begun + SURE
        _here.add(self.holder)
        return True

    async def renew(self) -> bool:
        """Beat once; False when the lease went to somebody else."""
        async with self._database.write("lease") as session:
            begun = self._seconds()  # others see this beat later, and wait longer from then on
            held = await leases.renew(session, bot=self._bot, epoch=self.epoch)
        self._sure_until = begun + SURE if held else float("-inf")
        return held

    def is_alone(self) -> None:
        """Nobody else will ever want this bot (tests and the fast demo): the lease holds without a beat."""
        self._sure_until = float("inf")

    async def release(self) -> None:
        """Give it up, so that the next process need not wait."""
        self._sure_until = float("-inf")
        _here.discard(self.holder)
        async with self._database.write("lease") as session:
            await leases.release(session, bot=self._bot, epoch=self.epoch)

    def _is_free(self, seen: Held, now: float) -> bool:
        if seen.holder is None or _is_gone(seen.holder):
            return True
        if self._watched is None or self._watched[0] != seen:
            self._watched = (seen, now)
        return now - self._watched[1] >= PATIENCE


def _machine() -> str:
    """This machine and its numbering of processes: in each container another one has the number 1."""
    try:
        numbering = Path("/proc/self/ns/pid").stat().st_ino
        boot = Path("/proc/sys/kernel/random/boot_id").read_text().strip()[:8]
    except OSError:
        return ""
    return f"{socket.gethostname()[:60]}:{boot}:{numbering}"


def _database_of(holder: str) -> str:
    """The name of the holder's `Database`."""
    return holder.rsplit(":", 1)[1].partition(".")[0]


def _is_gone(holder: str) -> bool:
    """Whether the holder was a process of this machine and is there no more; False when nobody can know."""
    machine, pid, _ = holder.rsplit(":", 2)
    if not machine or machine != _machine() or holder in _here:
        return False
    if int(pid) == os.getpid():
        return True  # an earlier process that had our number
    try:
        os.kill(int(pid), 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        return False
    return False
