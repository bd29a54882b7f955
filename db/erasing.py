"""Taking a person out of the tables: what belongs to them alone is deleted or emptied, the numbers stay.

Rows that others count on (roll marks, memberships, audit entries) keep the member's number, which then leads to
nobody. What was said about them is emptied or loses their name.
"""

import json
import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from markupsafe import escape
from sqlalchemy import ColumnElement, String, and_, cast, delete, exists, false, func, or_, update
from sqlalchemy import select as select_rows
from sqlalchemy.orm import aliased
from sqlmodel import col, select

from db import caring, data_requests, outbox
from db.models import (
    Account,
    Assignment,
    Care,
    CareNote,
    DataRequest,
    Delivery,
    Evidence,
    Invite,
    JoinRequest,
    Link,
    LiveMessage,
    Media,
    MediaCopy,
    Meeting,
    MeetingGuest,
    MeetingMinutes,
    MeetingState,
    Member,
    Membership,
    Message,
    Progress,
    Reply,
    Role,
    RollCorrection,
    RollMark,
    SeenInGroup,
    Snooze,
    StatusPeriod,
    Task,
    TaskChange,
    Transfer,
    Update,
    UpdateState,
    Wizard,
)
from db.purging import WITHOUT_CHAT, WITHOUT_TEXT
from db.session import Session

AT_ONCE = 500
"""Messages read and rewritten together."""


@dataclass(frozen=True)
class Traces:
    """What leads to a person: their chats that speak for nobody else, and what they wrote."""

    account_ids: Sequence[int]
    reply_ids: Sequence[int]
    request_ids: Sequence[int]
    care_ids: Sequence[int]
    words: Collection[str]
    unsettled: Sequence[int] = ()
    """Files they sent and were asked about when they had not yet answered."""


async def find_traces(session: Session, member_id: int) -> Traces:
    """What leads to a member, before anything of it is gone."""
    replies = (await session.exec(select(Reply.id, Reply.words).where(Reply.member_id == member_id))).all()
    reported = select(Assignment.words).where(Assignment.member_id == member_id)
    monthly = select(Progress.words).where(col(Progress.assignment_id).in_(_assigned(member_id)))
    evaluated = select(Progress.note).where(col(Progress.assignment_id).in_(_assigned(member_id)))
    own = await list_own_accounts(session, member_id)
    begun = (await session.exec(select(Wizard.data).where(col(Wizard.account_id).in_(own)))).all()
    cares = list((await session.exec(select(Care.id).where(Care.member_id == member_id))).all())
    noted = select(CareNote.words).where(
        or_(col(CareNote.care_id).in_(cares), col(CareNote.by_id) == member_id)
    )
    said = {words for _, words in replies} | set((await session.exec(reported)).all())
    for query in (monthly, evaluated, noted):
        said |= set((await session.exec(query)).all())
    requests = select(DataRequest.id).where(DataRequest.member_id == member_id)
    return Traces(
        own,
        [number for number, _ in replies if number is not None],
        [number for number in (await session.exec(requests)).all() if number is not None],
        [number for number in cares if number is not None],
        said - {""},
        [number for data in begun for number in data.get("media", ())],
    )


async def list_own_accounts(session: Session, member_id: int) -> list[int]:
    """The chats that speak or spoke for a member and now speak for nobody else."""
    theirs, others = aliased(Link), aliased(Link)
    shared = exists().where(
        col(others.account_id) == Account.id, col(others.until).is_(None), col(others.member_id) != member_id
    )
    query = (
        select_rows(col(Account.id))
        .join(theirs, col(theirs.account_id) == Account.id)
        .where(col(theirs.member_id) == member_id, ~shared)
        .distinct()
    )
    return list((await session.execute(query)).scalars())


async def cut_off(session: Session, member_id: int, *, now: datetime, keep: int | None = None) -> list[int]:
    """Let no chat (but the account `keep`) speak for the member any more, and take back what waits for their own.

    In a chat that is shared the other goes on, and speaks. Returns the chats that were theirs alone.
    """
    own = [number for number in await list_own_accounts(session, member_id) if number != keep]
    open_ = (
        col(Link.member_id) == member_id,
        col(Link.until).is_(None),
        col(Link.account_id).is_distinct_from(keep),
    )
    shared = select_rows(col(Link.account_id)).where(*open_, col(Link.speaking))
    heirs = (col(Link.account_id).in_(shared), col(Link.member_id) != member_id, col(Link.until).is_(None))
    first = select_rows(func.min(Link.id)).where(*heirs).group_by(col(Link.account_id))
    chats = select_rows(col(Link.account_id)).where(*open_)
    await _change(session, delete(Wizard).where(col(Wizard.account_id).in_(chats)))
    await _change(session, update(Link).where(col(Link.id).in_(first)).values(speaking=True))
    await _change(session, update(Link).where(*open_).values(until=now, speaking=False))
    await outbox.take_back(session, account_ids=own, now=now)
    return own


async def forget_person(session: Session, member_id: int, *, name: str, now: datetime, today: date) -> None:
    """Empty the member, what they said and how they could come in; end what they belong to and hold."""
    theirs = {"name": name, "code": None, "phone": None, "fewer_reminders": False, "erased_at": now}
    await _change(session, update(Member).where(col(Member.id) == member_id).values(**theirs))
    await _change(session, delete(Invite).where(col(Invite.member_id) == member_id))
    await _change(session, delete(SeenInGroup).where(col(SeenInGroup.member_id) == member_id))
    await _change(session, delete(Snooze).where(col(Snooze.member_id) == member_id))
    not_closed = select_rows(col(Meeting.id)).where(col(Meeting.state) != MeetingState.CLOSED)
    for table in (Reply, RollMark):
        coming = (col(table.member_id) == member_id, col(table.meeting_id).in_(not_closed))
        await _change(session, delete(table).where(*coming))
    silent = {"reason": None, "words": ""}
    await _change(session, update(Reply).where(col(Reply.member_id) == member_id).values(**silent))
    await _change(session, update(Assignment).where(col(Assignment.member_id) == member_id).values(words=""))
    await _forget_reports(session, member_id)
    corrected = update(RollCorrection).where(col(RollCorrection.member_id) == member_id)
    await _change(session, corrected.values(reason=""))
    await _change(session, delete(LiveMessage).where(col(LiveMessage.member_id) == member_id))
    await _forget_care(session, member_id)
    mine = col(Transfer.member_id) == member_id
    await _change(session, update(Transfer).where(mine).values(place=""))
    await _change(
        session, update(Transfer).where(mine, col(Transfer.ended_on).is_(None)).values(ended_on=today)
    )
    for period in (Membership, StatusPeriod, Role, Assignment):
        await _end(session, period, member_id, today)


async def _forget_reports(session: Session, member_id: int) -> None:
    """What they reported stays as numbers; the files they sent go."""
    theirs = col(Progress.assignment_id).in_(_assigned(member_id))
    sent = select_rows(col(Evidence.media_id)).join(Progress, col(Progress.id) == Evidence.progress_id)
    media = list((await session.execute(sent.where(theirs))).scalars())
    rows = select_rows(col(Progress.id)).where(theirs)
    await _change(session, delete(Evidence).where(col(Evidence.progress_id).in_(rows)))
    await _change(session, update(Progress).where(theirs).values(words="", note=""))
    await _forget_files(session, media)


async def _forget_files(session: Session, media: Collection[int]) -> None:
    """Delete files, but those that go with other people's reports, too."""
    shared = list((await session.execute(_still_used(media))).scalars())
    alone = [number for number in media if number not in shared]
    shown = update(Message).where(col(Message.media_id).in_(alone))
    await _change(session, shown.values(media_id=None))
    await _change(session, delete(MediaCopy).where(col(MediaCopy.media_id).in_(alone)))
    await _change(session, delete(Media).where(col(Media.id).in_(alone)))


def _assigned(member_id: int) -> Any:
    return select_rows(col(Assignment.id)).where(col(Assignment.member_id) == member_id)


def _still_used(media: Collection[int]) -> Any:
    """Which of these files other reports show, too: what is sent twice is kept once."""
    return select_rows(col(Evidence.media_id)).where(col(Evidence.media_id).in_(media)).distinct()


async def _forget_care(session: Session, member_id: int) -> None:
    """What was kept to look after them goes; what they noted of others is emptied, and they talk to nobody."""
    theirs = select_rows(col(Care.id)).where(col(Care.member_id) == member_id)
    await _change(session, delete(CareNote).where(col(CareNote.care_id).in_(theirs)))
    await _change(session, delete(Care).where(col(Care.member_id) == member_id))
    await _change(session, update(CareNote).where(col(CareNote.by_id) == member_id).values(words=""))
    await _change(session, update(Care).where(col(Care.talker_id) == member_id).values(talker_id=None))


async def _end(session: Session, period: Any, member_id: int, today: date) -> None:
    """End periods that hold or are still to come; one that begins later never was."""
    mine = col(period.member_id) == member_id
    await _change(session, delete(period).where(mine, col(period.since) > today))
    open_ = or_(col(period.until).is_(None), col(period.until) > today)
    await _change(session, update(period).where(mine, open_).values(until=today))


async def forget_chats(session: Session, account_ids: Sequence[int], name: str, *, now: datetime) -> None:
    """Drop the addresses of chats, where messages went, what came from there, and the name given on arrival.

    What is on its way keeps its chat until it is settled; then the purge drops that too.
    """
    addresses = select_rows(col(Account.address)).where(col(Account.id).in_(account_ids))
    stays = col(Update.state) == UpdateState.QUEUED  # is settled, and emptied, when its turn comes
    raw = update(Update).where(col(Update.sender).in_(addresses), ~stays)
    await _change(session, raw.values(state=UpdateState.DONE, payload=None, sender=None, error=None))
    settled = ~outbox.is_open()
    gone = update(Delivery).where(col(Delivery.account_id).in_(account_ids), settled)
    await _change(session, gone.values(**WITHOUT_CHAT))
    decided = and_(col(JoinRequest.name) == name, col(JoinRequest.decided_at).is_not(None))
    theirs = or_(col(JoinRequest.account_id).in_(account_ids), decided)
    await _change(session, delete(JoinRequest).where(theirs))
    dropped = {"address": -col(Account.id), "unreachable_at": now}
    left = and_(col(Account.address).in_(addresses), _never_spoke())  # at the bots they came from
    for which in (left, col(Account.id).in_(account_ids)):
        await _change(session, update(Account).where(which).values(**dropped))


def _never_spoke() -> Any:
    """That an account never spoke for anybody, and waits for nobody's decision."""
    spoke = select_rows(col(Link.id)).where(col(Link.account_id) == Account.id)
    asks = select_rows(col(JoinRequest.id)).where(col(JoinRequest.account_id) == Account.id)
    return and_(~spoke.exists(), ~asks.exists())


async def empty_messages(session: Session, traces: Traces, member_id: int, *, now: datetime) -> None:
    """Take the text out of what was said to the person alone, and about their leave and their requests."""
    about = or_(
        _about("leave", traces.reply_ids),
        _about(data_requests.ABOUT, traces.request_ids),
        _about("member", [member_id]),
        *(_about(kind, traces.care_ids) for kind in (caring.ABOUT, caring.REPORTED)),
    )
    await outbox.take_back(session, about=about, now=now)
    files = select_rows(col(Message.media_id)).where(_about(data_requests.ABOUT, traces.request_ids))
    media = list((await session.execute(files.where(col(Message.media_id).is_not(None)))).scalars())
    elsewhere = aliased(Delivery)
    to_others = exists().where(
        col(elsewhere.message_id) == Message.id,
        or_(col(elsewhere.account_id).is_(None), col(elsewhere.account_id).not_in(traces.account_ids)),
    )
    to_them = select_rows(col(Delivery.message_id)).where(col(Delivery.account_id).in_(traces.account_ids))
    alone = and_(col(Message.id).in_(to_them), ~to_others)
    emptied = update(Message).where(or_(about, alone))
    await _change(session, emptied.values(**WITHOUT_TEXT, media_id=None))
    await _forget_files(session, [*media, *traces.unsettled])


def _about(kind: str, ids: Sequence[int]) -> ColumnElement[bool]:
    return and_(col(Message.about) == kind, col(Message.about_id).in_(ids)) if ids else false()


async def rename_in_messages(session: Session, name: str, words: Collection[str], other: str) -> int:
    """Put another word in place of a name wherever it was said to others; how many messages.

    A message that names the person may also quote them. Only what waits is still read by somebody: there a
    longer name that begins alike is left as it is.
    """
    buttons = cast(Message.buttons, String)
    named = or_(
        col(Message.text).contains(_in_html(name), autoescape=True),
        buttons.contains(_in_json(name), autoescape=True),
    )
    ids = list((await session.execute(select_rows(col(Message.id)).where(named))).scalars())
    gone = [name, *sorted(words, key=len, reverse=True)]
    for start in range(0, len(ids), AT_ONCE):
        step = select(Message).where(col(Message.id).in_(ids[start : start + AT_ONCE]))
        for message in (await session.exec(step)).all():
            message.text = _without(message.text, [_in_html(each) for each in gone], other)
            if message.buttons is not None:
                quoted = json.dumps(message.buttons)
                message.buttons = json.loads(_without(quoted, [_in_json(each) for each in gone], other))
            session.add(message)
    await session.flush()
    return len(ids)


async def rename_where_typed(session: Session, name: str, other: str) -> None:
    """Put another word in place of a name where it was typed about a meeting or a task; a guest of that name goes."""
    await _change(session, delete(MeetingGuest).where(col(MeetingGuest.name) == name))
    for table, column in _TYPED:
        query = select(table).where(column.contains(name, autoescape=True))
        for row in (await session.exec(query)).all():
            text = _without(getattr(row, column.key), [name], other)
            setattr(row, column.key, text[: column.type.length])
            session.add(row)
    await session.flush()


_TYPED: tuple[tuple[Any, Any], ...] = (
    (MeetingMinutes, col(MeetingMinutes.conclusions)),
    (Meeting, col(Meeting.outcome)),
    (RollCorrection, col(RollCorrection.reason)),
    (Task, col(Task.title)),
    (TaskChange, col(TaskChange.before)),
    (TaskChange, col(TaskChange.after)),
    (Assignment, col(Assignment.words)),
    (Progress, col(Progress.words)),
    (Progress, col(Progress.note)),
)
"""What people type about a meeting or a task, which may name somebody."""


async def forget_named_input(session: Session, name: str) -> None:
    """Drop what others sent or began that names the person: a failed update quotes the message it was about."""
    payload = func.coalesce(Update.payload, "")
    quoted = or_(payload.contains(name, autoescape=True), payload.contains(_in_html(name), autoescape=True))
    failed = update(Update).where(col(Update.state) == UpdateState.FAILED, quoted)
    await _change(session, failed.values(state=UpdateState.DONE, payload=None, sender=None, error=None))
    begun = cast(Wizard.data, String).contains(_in_json(name), autoescape=True)
    await _change(session, delete(Wizard).where(begun))


def _without(text: str, words: Sequence[str], other: str) -> str:
    """The text with another word in place of these, as whole words."""
    for each in words:
        text = re.sub(rf"(?<!\w){re.escape(each)}(?!\w)", lambda _: other, text)
    return text


def _in_html(words: str) -> str:
    return str(escape(words))


def _in_json(words: str) -> str:
    return json.dumps(words)[1:-1]


async def _change(session: Session, statement: Any) -> None:
    await session.execute(statement.execution_options(synchronize_session=False))
