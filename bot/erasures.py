"""What must stay erased, outside the database: a file that is only added to, for the day a backup is restored.

A line for each erasure and withdrawal: the member's number, the kind, the moment. No name, nothing of what there was.
A tick compares it with the database and adds what it lacks, so it makes no difference where a process ends in
between, and every replica keeps a whole file of its own; two that share one may write a line twice, which changes
nothing.
"""

import json
import os
from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import Path

from bot.clock import Clock
from bot.rules.words import DataRequestKind
from bot.texts import Texts
from bot.trouble import Trouble
from db import data_requests
from db.data_requests import Erasure
from db.session import Session

SECONDS = 5.0
"""How soon an erasure is written down."""
OVERLAP = timedelta(days=7)
"""How far back the database is asked once all of it was compared: no transaction and no clock is later than that."""


class Erasures:
    """The file. What it lacks is asked of the database whole at first, and then only what is recent."""

    def __init__(self, path: Path, clock: Clock) -> None:
        self.path = path
        self._known: set[Erasure] | None = None
        self._trouble = Trouble(
            f"erasures cannot be written down in {path}: a restored backup would not know of them",
            f"erasures are written down in {path} again",
            clock,
        )

    def read(self) -> set[Erasure]:
        """All of the file; nothing where there is none. A line a crash has cut off was written again after it."""
        if not self.path.exists():
            return set()
        lines = self.path.read_text(encoding="utf-8", errors="replace").splitlines()
        return {erasure for line in lines if (erasure := _read(line)) is not None}

    def append(self, erasures: Iterable[Erasure]) -> None:
        """Add lines, on the disk when this returns. OSError."""
        lines = "".join(map(_written, erasures))
        if not lines:
            return
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with self.path.open("a+b") as file:
            if file.tell():
                file.seek(-1, os.SEEK_END)
                lines = lines if file.read(1) == b"\n" else "\n" + lines
            file.write(lines.encode())
            file.flush()
            os.fsync(file.fileno())

    async def write_down(self, session: Session, *, now: datetime, texts: Texts) -> int:
        """Add what the database knows and the file does not; how many lines. A tick."""
        since = None if self._known is None else now - OVERLAP
        found = await data_requests.list_erasures(session, since=since)
        try:
            known = self.read() if self._known is None else self._known
            new = [each for each in found if each not in known]
            self.append(new)
        except OSError as error:
            self._trouble.met(type(error).__name__)
            return 0
        self._trouble.passed()
        self._known = known.union(new)
        return len(new)


def _written(erasure: Erasure) -> str:
    values = {"member": erasure.member_id, "kind": erasure.kind, "at": erasure.at.isoformat()}
    return json.dumps(values) + "\n"


def _read(line: str) -> Erasure | None:
    try:
        values = json.loads(line)
        kind, at = DataRequestKind(values["kind"]), datetime.fromisoformat(values["at"])
        return Erasure(int(values["member"]), kind, at)
    except (ValueError, KeyError, TypeError):
        return None
