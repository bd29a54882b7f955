"""Deleting what is past its time: what would go, and letting it go."""

from dataclasses import dataclass
from datetime import datetime

from bot.actions.auditing import note
from bot.retention import Kind, Retention, before
from bot.rules.words import AuditVerb
from db import purging
from db.session import ERASED, Session, has_one_writer


@dataclass(frozen=True)
class Due:
    """How many things of a kind are from before a moment (UTC), and so past their time."""

    kind: Kind
    count: int
    before: datetime


async def look(session: Session, *, now: datetime, kept: Retention) -> list[Due]:
    """What would go now, of every kind, by the days it is `kept`. `now` is in UTC."""
    moments = {kind: before(kind, now, kept) for kind in kept}
    return [
        Due(kind, await purging.count(session, kind, before=moment), moment)
        for kind, moment in moments.items()
    ]


async def purge(session: Session, *, now: datetime, kept: Retention) -> int:
    """Delete what is past its time, at most a step of each kind; how many things. It is one audit entry."""
    gone = sum([await purging.purge(session, kind, before=before(kind, now, kept)) for kind in kept])
    if gone:
        note(session, AuditVerb.PURGED, now=now, count=gone)
        session.info[ERASED] = has_one_writer(session)  # PostgreSQL clears up after itself, in its own time
    return gone
