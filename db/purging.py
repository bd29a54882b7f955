"""What is past its time: found, counted and deleted, a step at a time.

Of some things the row stays, because others count on it, and only what speaks of people is taken out.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import JSON, ColumnElement, and_, bindparam, delete, func, literal_column, or_, tuple_, update
from sqlalchemy import select as select_rows
from sqlmodel import col

from bot.retention import Kind
from db import data_requests, notices, outbox
from db.media import CHECK_IN, LIST
from db.models import (
    Account,
    Assignment,
    CareNote,
    Delivery,
    Evidence,
    Invite,
    JoinRequest,
    Link,
    Media,
    MediaCopy,
    Meeting,
    MeetingDocument,
    MeetingGuest,
    MeetingMinutes,
    MeetingState,
    Message,
    Notice,
    NoticeFile,
    Progress,
    Reply,
    RollCorrection,
    Snooze,
    Update,
    UpdateState,
    Wizard,
)
from db.session import Session
from db.types import Utc

STEP = 5000
"""Rows changed in one transaction."""


@dataclass(frozen=True)
class Stale:
    """Rows past their time: deleted, or with these values in place of what they hold."""

    table: Any
    where: ColumnElement[bool]
    values: Mapping[str, Any] = field(default_factory=dict)


async def count(session: Session, kind: Kind, *, before: datetime) -> int:
    """How many rows of a kind are from before a moment."""
    return int((await session.execute(_counting(kind), {"moment": before})).scalar_one())


async def purge(session: Session, kind: Kind, *, before: datetime) -> int:
    """Take out what is from before a moment, at most a step of it; how many rows."""
    done = await session.execute(_purging(kind), {"moment": before, "most": STEP})
    return int(done.rowcount)


@cache
def _counting(kind: Kind) -> Any:
    stale = STALE[kind]()
    return select_rows(func.count()).select_from(stale.table).where(stale.where)


@cache
def _purging(kind: Kind) -> Any:
    """Built once: a tick asks all of them, and finds nothing most of the time."""
    stale = STALE[kind]()
    rows = stale.table.__table__
    keys = list(rows.primary_key)
    old = select_rows(*keys).where(stale.where).limit(bindparam("most"))
    among = keys[0].in_(old) if len(keys) == 1 else tuple_(*keys).in_(old)
    return update(rows).where(among).values(**stale.values) if stale.values else delete(rows).where(among)


EMPTY: Any = literal_column("''")
"""As a partial index has it: with a parameter in its place SQLite would not use the index."""
_BEFORE: Any = bindparam("moment", type_=Utc)
WITHOUT_TEXT = {"text": "", "buttons": JSON.NULL, "keyboard": JSON.NULL}
"""What is left of a message whose content is taken out."""
WITHOUT_CHAT = {"chat": -col(Delivery.account_id), "dedupe": None, "reason": None}
"""What is left of a delivery whose chat is forgotten; a channel's own numbers of people are positive."""


def _reasons() -> Stale:
    told = or_(col(Reply.reason).is_not(None), col(Reply.words) != EMPTY)
    return Stale(Reply, and_(told, col(Reply.meeting_id).in_(_past())), {"reason": None, "words": ""})


def _past() -> Any:
    return select_rows(col(Meeting.id)).where(col(Meeting.starts_at) < _BEFORE)


def _corrections() -> Stale:
    told = col(RollCorrection.reason) != EMPTY
    return Stale(RollCorrection, and_(told, col(RollCorrection.meeting_id).in_(_past())), {"reason": ""})


def _guests() -> Stale:
    named = col(MeetingGuest.name) != EMPTY
    return Stale(MeetingGuest, and_(named, col(MeetingGuest.meeting_id).in_(_past())), {"name": ""})


def _conclusions() -> Stale:
    noted = col(MeetingMinutes.conclusions) != EMPTY
    return Stale(
        MeetingMinutes, and_(noted, col(MeetingMinutes.meeting_id).in_(_past())), {"conclusions": ""}
    )


def _outcomes() -> Stale:
    off = col(Meeting.state).in_((MeetingState.NOT_HELD, MeetingState.CANCELLED))
    return Stale(
        Meeting, and_(off, col(Meeting.starts_at) < _BEFORE, col(Meeting.outcome) != EMPTY), {"outcome": ""}
    )


def _care_notes() -> Stale:
    return Stale(CareNote, col(CareNote.noted_at) < _BEFORE)


def _snoozes() -> Stale:
    over = select_rows(col(Meeting.id)).where(col(Meeting.starts_at) < _BEFORE)
    return Stale(Snooze, col(Snooze.meeting_id).in_(over))


def _documents() -> Stale:
    over = (
        select_rows(col(MeetingDocument.media_id))
        .join(Meeting, col(Meeting.id) == MeetingDocument.meeting_id)
        .where(col(Meeting.starts_at) < _BEFORE)
    )
    kept = and_(col(Media.id).in_(over), func.length(Media.content) > 0)
    return Stale(Media, kept, {"content": b"", "name": ""})


def _reports() -> Stale:
    said = or_(col(Progress.words) != EMPTY, col(Progress.note) != EMPTY)
    old = func.coalesce(Progress.evaluated_at, Progress.reported_at) < _BEFORE
    return Stale(Progress, and_(said, old), {"words": "", "note": ""})


def _last_reports() -> Stale:
    said = col(Assignment.words) != EMPTY
    return Stale(Assignment, and_(said, col(Assignment.reported_at) < _BEFORE), {"words": ""})


def _evidence() -> Stale:
    return Stale(Evidence, col(Evidence.added_at) < _BEFORE)


def _messages() -> Stale:
    waits = (
        select_rows(col(Delivery.id)).where(col(Delivery.message_id) == Message.id, outbox.is_open()).exists()
    )
    notice = func.coalesce(col(Message.about), "") == notices.ABOUT
    old = and_(col(Message.text) != EMPTY, col(Message.created_at) < _BEFORE)
    return Stale(Message, and_(old, ~notice, ~waits), {**WITHOUT_TEXT, "media_id": None})


def _exports() -> Stale:
    sent = select_rows(col(Message.media_id)).where(
        col(Message.about).in_((data_requests.ABOUT, LIST, CHECK_IN)), col(Message.media_id).is_not(None)
    )
    old = and_(col(Media.created_at) < _BEFORE, col(Media.id).in_(sent), func.length(Media.content) > 0)
    return Stale(Media, old, {"content": b"", "name": ""})


def _copies() -> Stale:
    """File ids go before their media, which they refer to."""
    return Stale(MediaCopy, col(MediaCopy.media_id).in_(select_rows(col(Media.id)).where(_needless())))


def _lists() -> Stale:
    held = select_rows(col(MediaCopy.media_id)).where(col(MediaCopy.media_id) == Media.id)
    return Stale(Media, and_(_needless(), ~held.exists()))


def _needless() -> ColumnElement[bool]:
    """Media from before the moment that nothing refers to."""
    used = [
        select_rows(col(table.media_id)).where(col(table.media_id) == Media.id)
        for table in (Evidence, Message, Notice, NoticeFile, MeetingDocument)
    ]
    return and_(col(Media.created_at) < _BEFORE, *(~each.exists() for each in used))


def _failed_updates() -> Stale:
    return Stale(Update, and_(col(Update.state) == UpdateState.FAILED, col(Update.received_at) < _BEFORE))


def _wizards() -> Stale:
    return Stale(Wizard, col(Wizard.updated_at) < _BEFORE)


def _join_requests() -> Stale:
    return Stale(JoinRequest, func.coalesce(JoinRequest.decided_at, JoinRequest.asked_at) < _BEFORE)


def _invites() -> Stale:
    return Stale(Invite, func.coalesce(Invite.used_at, Invite.expires_at) < _BEFORE)


def _chats() -> Stale:
    speaks = (
        select_rows(col(Link.id))
        .where(col(Link.account_id) == Account.id)
        .where(or_(col(Link.until).is_(None), col(Link.until) >= _BEFORE))
        .exists()
    )
    asks = select_rows(col(JoinRequest.id)).where(col(JoinRequest.account_id) == Account.id).exists()
    silent = and_(col(Account.address) > 0, col(Account.created_at) < _BEFORE, ~speaks, ~asks)
    return Stale(Account, silent, {"address": -col(Account.id), "unreachable_at": _BEFORE})


def _deliveries() -> Stale:
    """Of chats that are forgotten; what is on its way keeps its chat until it is settled."""
    forgotten = select_rows(col(Account.id)).where(col(Account.address) == -col(Account.id))
    settled = and_(col(Delivery.chat) > 0, ~outbox.is_open(), col(Delivery.settled_at) <= _BEFORE)
    return Stale(Delivery, and_(settled, col(Delivery.account_id).in_(forgotten)), WITHOUT_CHAT)


STALE: dict[Kind, Callable[[], Stale]] = {
    Kind.REASONS: _reasons,
    Kind.CORRECTIONS: _corrections,
    Kind.GUESTS: _guests,
    Kind.CONCLUSIONS: _conclusions,
    Kind.OUTCOMES: _outcomes,
    Kind.CARE_NOTES: _care_notes,
    Kind.SNOOZES: _snoozes,
    Kind.DOCUMENTS: _documents,
    Kind.REPORTS: _reports,
    Kind.LAST_REPORTS: _last_reports,
    Kind.EVIDENCE: _evidence,
    Kind.MESSAGES: _messages,
    Kind.EXPORTS: _exports,
    Kind.COPIES: _copies,
    Kind.LISTS: _lists,
    Kind.FAILED_UPDATES: _failed_updates,
    Kind.WIZARDS: _wizards,
    Kind.JOIN_REQUESTS: _join_requests,
    Kind.INVITES: _invites,
    Kind.CHATS: _chats,
    Kind.DELIVERIES: _deliveries,
}
