"""What an operator may do to the queue while the bot runs: let messages go again, and take them back.

What is being sent and what was sent is never touched. Each change is one statement that looks at the state
again, so a message the sender takes at the same moment is left to it.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, case, func, update
from sqlalchemy import select as columns
from sqlmodel import col, select

from bot.lanes import Lane
from db.many import is_one_of
from db.models import (
    WAITING,
    Delivery,
    DeliveryState,
    Link,
    Message,
    Notice,
    Recipient,
    Update,
    UpdateState,
)
from db.notices import ABOUT
from db.queue import DUE, REFUSED
from db.session import Session

RETRIABLE = (DeliveryState.RETRY, *REFUSED)
BY_OPERATOR = "cancelled by an operator"


@dataclass(frozen=True)
class Which:
    """Which deliveries, or updates of the inbox, are meant: all that is said must hold.

    `before`: due, or received, before that moment (UTC); `reason`: a part of it, whatever the case of letters.
    """

    lane: Lane | None = None
    state: DeliveryState | None = None
    reason: str | None = None
    before: datetime | None = None
    id: int | None = None
    about: tuple[str, int] | None = None

    def says_nothing(self) -> bool:
        """Whether everything would be meant."""
        return self == Which()


@dataclass(frozen=True)
class Found:
    """How many are meant, by state; those whose time is past are counted apart."""

    by_state: dict[str, int]
    expired: int


async def count(
    session: Session, which: Which, *, bot: int, states: tuple[DeliveryState, ...], now: datetime
) -> Found:
    """How many deliveries are meant, of those in one of `states`; `now` in UTC."""
    state, expired = col(Delivery.state), _expired(now)
    query = (
        columns(state, func.count(case((~expired, 1))), func.count(case((expired, 1))))
        .where(_meant(which, bot, states))
        .group_by(state)
    )
    rows = (await session.execute(query)).all()
    return Found({str(state): number for state, number, _ in rows if number}, sum(row[2] for row in rows))


async def retry(session: Session, which: Which, *, bot: int, now: datetime) -> int:
    """Let deliveries go again at once; how many. Those that may have arrived before are marked (`again`)."""
    doubtful = col(Delivery.state) == DeliveryState.UNKNOWN
    changed = await session.exec(
        update(Delivery)
        .where(_meant(which, bot, RETRIABLE), ~_expired(now))
        .values(
            state=DeliveryState.RETRY,
            again=case((doubtful, col(Delivery.again) + 1), else_=col(Delivery.again)),
            not_before=now,
            settled_at=None,
        )
        .execution_options(synchronize_session=False)
    )
    return int(changed.rowcount)


async def retry_unknown(session: Session, notice_id: int, *, not_before: datetime) -> int:
    """Let go again what may or may not have arrived of a study notice; how many messages.

    Each once, marked (`again`), and only where somebody the chat is of has not confirmed: with the first chase.
    A notice that was cancelled goes to nobody any more.
    """
    live = select(Notice.id).where(Notice.id == notice_id, col(Notice.cancelled_at).is_(None))
    waits = (
        columns(col(Link.account_id))
        .join(Recipient, col(Recipient.member_id) == Link.member_id)
        .where(col(Link.until).is_(None), col(Recipient.notice_id).in_(live))
        .where(col(Recipient.confirmed_at).is_(None))
    )
    messages = columns(col(Message.id)).where(col(Message.about) == ABOUT, col(Message.about_id) == notice_id)
    changed = await session.exec(
        update(Delivery)
        .where(col(Delivery.message_id).in_(messages), col(Delivery.account_id).in_(waits))
        .where(is_one_of(Delivery.state, DeliveryState.UNKNOWN), col(Delivery.again) == 0)
        .values(state=DeliveryState.RETRY, again=1, not_before=not_before, settled_at=None)
        .execution_options(synchronize_session=False)
    )
    return int(changed.rowcount)


async def cancel(session: Session, which: Which, *, bot: int, now: datetime) -> int:
    """Take back deliveries that wait; how many."""
    changed = await session.exec(
        update(Delivery)
        .where(_meant(which, bot, WAITING))
        .values(state=DeliveryState.CANCELLED, reason=BY_OPERATOR, settled_at=now)
        .execution_options(synchronize_session=False)
    )
    return int(changed.rowcount)


async def count_failed(session: Session, which: Which, *, bot: int) -> int:
    """How many of the updates set aside are meant."""
    query = select(func.count()).select_from(Update).where(_failed(which, bot))
    return (await session.exec(query)).one()


async def retry_failed(session: Session, which: Which, *, bot: int) -> int:
    """Hand updates that were set aside to their handlers again, with as many tries as new ones; how many."""
    changed = await session.exec(
        update(Update)
        .where(_failed(which, bot))
        .values(state=UpdateState.QUEUED, tries=0)
        .execution_options(synchronize_session=False)
    )
    return int(changed.rowcount)


def _meant(which: Which, bot: int, states: tuple[DeliveryState, ...]) -> ColumnElement[bool]:
    """That a delivery is meant and in one of these states."""
    meant = [col(Delivery.bot) == bot, col(Delivery.state).in_(states)]
    if which.lane is not None:
        meant.append(col(Delivery.lane) == int(which.lane))
    if which.state is not None:
        meant.append(col(Delivery.state) == which.state)
    if which.reason is not None:
        meant.append(col(Delivery.reason).icontains(which.reason, autoescape=True))
    if which.before is not None:
        meant.append(which.before > DUE)
    if which.id is not None:
        meant.append(col(Delivery.id) == which.id)
    if which.about is not None:
        kind, its_id = which.about
        messages = columns(col(Message.id)).where(col(Message.about) == kind, col(Message.about_id) == its_id)
        meant.append(col(Delivery.message_id).in_(messages))
    return and_(*meant)


def _expired(now: datetime) -> ColumnElement[bool]:
    return and_(col(Delivery.expires_at).is_not(None), col(Delivery.expires_at) <= now)


def _failed(which: Which, bot: int) -> ColumnElement[bool]:
    meant = [col(Update.bot) == bot, col(Update.state) == UpdateState.FAILED]
    if which.reason is not None:
        meant.append(col(Update.error).icontains(which.reason, autoescape=True))
    if which.before is not None:
        meant.append(col(Update.received_at) < which.before)
    if which.id is not None:
        meant.append(col(Update.update_id) == which.id)
    return and_(*meant)
