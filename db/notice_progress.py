"""How far a released notice is: counted by index while it goes out, and exactly, person by person.

Its deliveries are counted as `ix_delivery_progress` has them: by message, state and moment, without looking at
one of them. A chat has the whole notice when it has the last of its parts.
"""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from sqlalchemy import and_, case, func
from sqlalchemy import select as select_rows
from sqlmodel import col

from db.many import is_one_of
from db.models import Delivery, DeliveryState, Link, Message, Notice, NoticeState, Recipient
from db.notice_stopping import DELETES, of_messages
from db.notices import audience
from db.session import Session
from db.spreading import list_parts

LATELY = timedelta(minutes=1)
"""Over which the rate is counted."""
REFUSED_TO_DELETE = "can't be deleted"
"""How Telegram says that a message is too old to be deleted."""

S = DeliveryState
Counts = dict[DeliveryState, int]


@dataclass(frozen=True)
class Progress:
    """Where a notice's messages stand, and where the chats stand with its last part; `lately`: how many went
    in the last minute."""

    messages: Counts = field(default_factory=dict)
    chats: Counts = field(default_factory=dict)
    lately: int = 0

    def of(self, *states: DeliveryState) -> int:
        """Chats whose last part is in one of these states."""
        return sum(self.chats.get(state, 0) for state in states)

    @property
    def sent(self) -> int:
        """Chats that got everything."""
        return self.of(S.SENT)

    @property
    def unknown(self) -> int:
        """Chats that may or may not have it."""
        return self.of(S.UNKNOWN)

    @property
    def failed(self) -> int:
        """Chats that take nothing."""
        return self.of(S.BLOCKED, S.DEAD)

    @property
    def cancelled(self) -> int:
        """Chats it was withdrawn from before it left."""
        return self.of(S.CANCELLED)

    @property
    def waiting(self) -> int:
        """Chats it is still to go to."""
        return self.of(S.QUEUED, S.RETRY, S.SENDING)

    @property
    def open(self) -> int:
        """Messages that are not settled."""
        return sum(self.messages.get(state, 0) for state in (S.QUEUED, S.RETRY, S.SENDING))

    @property
    def got(self) -> int:
        """Messages that arrived."""
        return self.messages.get(S.SENT, 0)


@dataclass(frozen=True)
class Deletion:
    """Messages that are to be deleted, were, and would not let themselves be, as they were too old."""

    open: int = 0
    gone: int = 0
    refused: int = 0


async def count(session: Session, notice_id: int, *, now: datetime) -> Progress:
    """How far a notice is, as quickly as an index tells it."""
    parts = await list_parts(session, notice_id)
    ids = [part.message_id for part in parts]
    last = {part.message_id for part in parts if part.number == max(p.number for p in parts)}
    query = (
        select_rows(col(Delivery.message_id), col(Delivery.state), func.count())
        .where(of_messages(ids))
        .group_by(col(Delivery.message_id), col(Delivery.state))
    )
    messages, chats = dict[DeliveryState, int](), dict[DeliveryState, int]()
    for message_id, state, number in await session.rows(query):
        messages[state] = messages.get(state, 0) + number
        if message_id in last:
            chats[state] = chats.get(state, 0) + number
    lately = select_rows(func.count()).where(
        of_messages(ids), is_one_of(Delivery.state, S.SENT), col(Delivery.settled_at) > now - LATELY
    )
    return Progress(messages, chats, (await session.execute(lately)).scalar_one())


async def count_deletion(session: Session, notice_id: int) -> Deletion:
    """How far the deletion of a notice's messages is."""
    state, reason = col(Delivery.state), func.coalesce(col(Delivery.reason), "")
    refused = reason.contains(REFUSED_TO_DELETE)
    gone, kept = and_(state == S.SENT, ~refused), refused | state.in_((S.DEAD, S.BLOCKED, S.UNKNOWN))
    is_open = is_one_of(Delivery.state, S.QUEUED, S.RETRY, S.SENDING)
    query = (
        select_rows(func.count(case((is_open, 1))), func.count(case((gone, 1))), func.count(case((kept, 1))))
        .join(Message, col(Message.id) == Delivery.message_id)
        .where(col(Message.about) == DELETES, col(Message.about_id) == notice_id)
    )
    return Deletion(*(await session.execute(query)).one())


# ── exactly, person by person ───────────────────────────────────────────────────────────────────────

NOT_SPREAD, NO_CHANNEL = "not spread", "no channel"
_WORST_LAST = (S.SENT, S.UNKNOWN, S.SENDING, S.QUEUED, S.RETRY, S.CANCELLED, S.BLOCKED, S.DEAD)


async def count_states(session: Session, notice: Notice, *, on: date) -> dict[str, int]:
    """Everybody the notice is for by where it stands for them; together they are the audience at every moment.

    - who is not on the list yet, and of a cancelled notice never will be: `NOT_SPREAD`
    - a chat stands where the part stands that is furthest from having arrived
    - a person stands where the chat stands that is nearest; without a chat it was queued to: `NO_CHANNEL`

    `on` is the local date of the release. It reads every delivery: for a look, not for every few seconds.
    """
    ids = [part.message_id for part in await list_parts(session, notice.id or 0)]
    rank = case({state: at for at, state in enumerate(_WORST_LAST)}, value=col(Delivery.state))
    chats = (
        select_rows(col(Delivery.account_id), func.max(rank).label("rank"))
        .where(of_messages(ids))
        .group_by(col(Delivery.account_id))
        .subquery()
    )
    people = (
        select_rows(col(Recipient.member_id), func.min(chats.c.rank).label("rank"))
        .outerjoin(Link, and_(col(Link.member_id) == Recipient.member_id, col(Link.until).is_(None)))
        .outerjoin(chats, chats.c.account_id == Link.account_id)
        .where(col(Recipient.notice_id) == notice.id)
        .group_by(col(Recipient.member_id))
        .subquery()
    )
    query = select_rows(people.c.rank, func.count()).group_by(people.c.rank)
    found = {
        NO_CHANNEL if at is None else str(_WORST_LAST[at]): number
        for at, number in (await session.execute(query)).all()
    }
    if waits := await _count_not_spread(session, notice, on):
        found[NOT_SPREAD] = waits
    return found


async def _count_not_spread(session: Session, notice: Notice, on: date) -> int:
    if notice.state is not NoticeState.SENDING:
        return 0
    listed = select_rows(col(Recipient.member_id)).where(col(Recipient.notice_id) == notice.id)
    everybody = audience(notice, on).subquery()
    query = select_rows(func.count()).select_from(everybody).where(everybody.c.member_id.not_in(listed))
    return int((await session.execute(query)).scalar_one())
