"""How a study notice leaves: asked for, approved where it is for many, and released by the clock a minute later.

ask_to_leave → (approve | give_back) → take_back | release_due

Everything asks again who may: who has lost the right in between releases nothing.
"""

from dataclasses import replace
from datetime import date, datetime, timedelta

from bot.actions import auditing, notice_drafts
from bot.actions.authority import authorise
from bot.actions.notice_messages import messages_of
from bot.actions.telling import Buttons, Say, tell
from bot.buttons import Rows, tap
from bot.errors import BadInput, NotAllowed, Refusal, TooLate
from bot.lanes import Lane
from bot.rules.notice_stages import Move, may
from bot.rules.notices import title_of
from bot.rules.permissions import ALLOWED, Right
from bot.rules.words import AuditVerb, RoleName
from bot.texts import LANGUAGES, Texts
from db import chats, live, organisations, people, spreading
from db import notices as reads
from db.models import LiveKind, LiveMessage, Member, Notice, NoticeState
from db.notices import Counts
from db.posting import When
from db.session import Session

TO_TAKE_BACK = timedelta(seconds=60)
"""So long a notice waits at least, that its author can take it back."""
SHOWN_FOR = timedelta(days=7)
"""So long after its moment it is shown how far a notice is."""
RETURN = "notice_return"
"""The form in which an approver says why."""


async def get(
    session: Session, notice_id: int, move: Move, *, by: Member, today: date
) -> tuple[Notice, RoleName]:
    """A notice that `by` may do this with, and from which role: officers of its issuer.

    TooLate where it does not stand so any more.
    """
    notice = await reads.get(session, notice_id, for_update=True)
    role = await authorise(session, by, Right.SEND_NOTICE, notice.issuer_id, on=today)
    refuse_unless(notice, move)
    return notice, role


def refuse_unless(notice: Notice, move: Move) -> None:
    """TooLate, in words about where it stands, where this cannot be done with a notice."""
    if not may(notice, move):
        raise notice_drafts.too_late(notice)


def note_done(
    session: Session,
    verb: AuditVerb,
    notice: Notice,
    *,
    by: Member,
    role: RoleName,
    now: datetime,
    count: int | None = None,
) -> None:
    """What was done with a notice is an entry of the audit log: which notice, never what it says."""
    place = {"organisation_id": notice.issuer_id, "object_id": notice.id}
    auditing.note(session, verb, now=now, by=by, role=role, **place, count=count)


async def ask_to_leave(
    session: Session, *, notice_id: int, by: Member, at: datetime | None = None, now: datetime, texts: Texts
) -> Notice:
    """Let the author's notice leave in a minute, or at the chosen moment `at` (aware); for many it is approved first.

    NotAllowed for who may not, BadInput for what cannot leave as it is, or where nobody is there to approve it.
    """
    today = texts.day_of(now)
    notice = await notice_drafts.get_draft(session, notice_id=notice_id, by=by)
    await authorise(session, by, Right.SEND_NOTICE, notice.issuer_id, on=today)
    total = await notice_drafts.check(session, notice, today=today)
    notice.title = notice.title or title_of(await notice_drafts.own_title(session, notice))
    notice.leaves_at = max(now + TO_TAKE_BACK, at or now)
    notice.approval_asked_at = notice.approved_at = notice.approved_by = None
    notice.returned = ""
    session.add(notice)
    if total.recipients > texts.approve_above:
        await _ask_approvers(session, notice, total, now=now, texts=texts)
    return notice


async def approve(
    session: Session, *, notice_id: int, by: Member, seen: str, now: datetime, texts: Texts
) -> Notice:
    """Let a notice leave in a minute, or at its moment. `seen` is the fingerprint of what the approver was shown.

    NotAllowed for who does not approve there, and for its author; TooLate when it has changed or is decided.
    """
    notice, role = await _awaiting(session, notice_id, Move.APPROVE, by=by, today=texts.day_of(now))
    if seen != await notice_drafts.fingerprint(session, notice, notice.leaves_at):
        raise TooLate("notice_changed")
    notice.approved_at, notice.approved_by = now, by.id
    notice.leaves_at = max(now + TO_TAKE_BACK, notice.leaves_at or now)
    session.add(notice)
    note_done(session, AuditVerb.NOTICE_APPROVED, notice, by=by, role=role, now=now)
    await keep_shown(session, notice, now=now)
    return notice


async def give_back(
    session: Session, *, notice_id: int, by: Member, words: str, now: datetime, texts: Texts
) -> Notice:
    """Return a notice to its author with words. NotAllowed and TooLate as for `approve`."""
    notice, _ = await _awaiting(session, notice_id, Move.GIVE_BACK, by=by, today=texts.day_of(now))
    await _give_back(session, notice, words, by=by, now=now, texts=texts)
    return notice


async def get_awaiting(session: Session, notice_id: int, *, by: Member, today: date) -> Notice:
    """A notice that waits for an approver, for one who may return it; refused as for `approve`."""
    return (await _awaiting(session, notice_id, Move.GIVE_BACK, by=by, today=today))[0]


async def take_back(session: Session, *, notice_id: int, by: Member, today: date) -> Notice:
    """Make a draft of it again, before it has left. NotAllowed for who is no officer there, TooLate afterwards."""
    notice, _ = await get(session, notice_id, Move.TAKE_BACK, by=by, today=today)
    _unask(notice)
    session.add(notice)
    return notice


async def release_due(session: Session, *, now: datetime, texts: Texts) -> int:
    """Release what is due, to the audience of this day; how many notices were looked at.

    Who may and for how many it is are asked again: it goes back, or to an approver, where that is so now.
    """
    due = await spreading.list_due(session, now=now)
    for notice in due:
        try:
            await _release(session, notice, now=now, texts=texts)
        except Refusal as refusal:
            words = texts.label(f"refusals.{refusal.key}", LANGUAGES[0], **refusal.values)
            await _give_back(session, notice, words, by=None, now=now, texts=texts)
        await note_changed(session, notice, now=now)
    return len(due)


async def list_approvers(session: Session, notice: Notice, *, on: date) -> list[Member]:
    """Who may approve a notice and can be asked: of the issuer, or else of the nearest above; not its author."""
    for organisation_id in await organisations.list_lineage(session, notice.issuer_id):
        holders = await people.list_holders(session, organisation_id, ALLOWED[Right.APPROVE_NOTICE], on=on)
        others = {holder.id: holder for holder in holders if holder.id not in (None, notice.author_id)}
        addresses = await chats.list_addresses(session, [each for each in others if each])
        if reached := sorted({a.member_id for a in addresses if a.member_id is not None}):
            return [others[each] for each in reached]
    return []


async def keep_shown(session: Session, notice: Notice, *, now: datetime) -> None:
    """Show its author from now on how far it is, as a new message in each of their chats."""
    until = (notice.leaves_at or now) + SHOWN_FOR
    for address in await chats.list_addresses(session, [notice.author_id]):
        where = {"bot": address.bot, "chat": address.chat, "language": address.language}
        shown = LiveMessage(kind=LiveKind.NOTICE, about_id=notice.id, member_id=notice.author_id, **where)  # type: ignore[arg-type]
        shown.changed_at, shown.until = now, until
        await live.start(session, shown)


async def note_changed(session: Session, notice: Notice, *, now: datetime, but: int | None = None) -> None:
    """What shows how far a notice is, is not as it was."""
    await live.note_changed(session, [LiveKind.NOTICE], notice.id or 0, now=now, but=but)


async def _awaiting(
    session: Session, notice_id: int, move: Move, *, by: Member, today: date
) -> tuple[Notice, RoleName]:
    notice = await reads.get(session, notice_id, for_update=True)
    role = await authorise(session, by, Right.APPROVE_NOTICE, notice.issuer_id, on=today)
    if notice.author_id == by.id:
        raise NotAllowed("notice_own")
    refuse_unless(notice, move)
    return notice, role


async def _release(session: Session, notice: Notice, *, now: datetime, texts: Texts) -> None:
    today = texts.day_of(now)
    author = await people.get_member(session, notice.author_id)
    role = await authorise(session, author, Right.SEND_NOTICE, notice.issuer_id, on=today)
    total = await notice_drafts.check(session, notice, today=today)
    if notice.approved_at is None and total.recipients > texts.approve_above:
        await _ask_approvers(session, notice, total, now=now, texts=texts)
        return
    notice.state, notice.sent_at = NoticeState.SENDING, now
    session.add(notice)
    verb = AuditVerb.NOTICE_CORRECTED if notice.corrects_id else AuditVerb.NOTICE_RELEASED
    note_done(session, verb, notice, by=author, role=role, now=now, count=total.recipients)


async def _ask_approvers(
    session: Session, notice: Notice, total: Counts, *, now: datetime, texts: Texts
) -> None:
    """Show them what a member will see, and ask. BadInput where there is nobody, with whom to ask for one."""
    today = texts.day_of(now)
    issuer = await organisations.get(session, notice.issuer_id)
    approvers = await list_approvers(session, notice, on=today)
    if not approvers:
        values = {"most": texts.approve_above, "count": total.recipients, "name": issuer.name}
        raise BadInput("notice_no_approver", **values)
    notice.approval_asked_at = now
    session.add(notice)
    asked = Say(
        "notice_approval_asked",
        {
            "notice": notice,
            "issuer": issuer,
            "audience": await organisations.get(session, notice.audience_id),
            "author": await people.get_member(session, notice.author_id),
            "total": total,
            "most": texts.approve_above,
        },
        _approval_buttons(notice, await notice_drafts.fingerprint(session, notice, notice.leaves_at)),
    )
    messages = await messages_of(session, notice, now=now)
    seen = [replace(say, buttons=None, about=None, asks=False) for say in messages]
    for say in (*seen, asked):
        ids = [approver.id for approver in approvers if approver.id is not None]
        await tell(session, ids, say, texts=texts, lane=Lane.REMINDER, when=When(now))


def _approval_buttons(notice: Notice, seen: str) -> Buttons:
    return lambda texts, language: [
        [
            tap(texts.label("notice_control.approve", language), "notice_ok", notice.id, seen),
            tap(texts.label("notice_control.give_back", language), "do", RETURN, notice.id),
        ]
    ]


async def _give_back(
    session: Session, notice: Notice, words: str, *, by: Member | None, now: datetime, texts: Texts
) -> None:
    _unask(notice)
    notice.returned = words[:500]
    session.add(notice)

    def buttons(texts: Texts, language: str) -> Rows:
        return [[tap(texts.label("notice_control.write", language), "notice_open", notice.id)]]

    say = Say("notice_returned", {"notice": notice, "by": by}, buttons)
    await tell(session, [notice.author_id], say, texts=texts, lane=Lane.REMINDER, when=When(now))


def _unask(notice: Notice) -> None:
    notice.leaves_at = notice.approval_asked_at = notice.approved_at = notice.approved_by = None
