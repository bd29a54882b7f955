"""The library: what a member may look up of the notices, sent to them once more, and what is no longer in force.

Nobody finds a notice that was not for them: what they got, what is for everybody of something their cell is in,
and what an organisation they serve issued.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from bot.actions import authority
from bot.actions.authority import authorise
from bot.errors import BadInput, NotAllowed, NotFound, TooLate
from bot.lanes import Lane
from bot.rules.notice_library import Force, force_of, matches
from bot.rules.permissions import Right
from db import notice_library, notices, organisations, people, posting
from db.models import Member, Notice, NoticeState, Organisation
from db.notice_library import Entry
from db.posting import Address, Post, When
from db.session import Session

OFFERED = 20
"""So many later notices are offered as the one that replaces another."""
COPIED = ("text", "buttons", "media_id", "protect", "asks")


@dataclass(frozen=True)
class Card:
    """One notice of the library; `keeps`: who looks may say that it is no longer in force."""

    entry: Entry
    notice: Notice
    issuer: Organisation
    force: Force
    replaced_by: Notice | None
    keeps: bool


async def browse(session: Session, *, by: Member, words: str = "", today: date) -> list[tuple[Entry, Force]]:
    """What a member may look up and the typed words mean: what is in force first, then the newest."""
    found = [
        (entry, _force(entry, today))
        for entry in await _list_visible(session, by, today)
        if matches(words, entry.title, entry.number, entry.body)
    ]
    return sorted(found, key=lambda each: each[1] is not Force.IN_FORCE)


async def look(session: Session, *, notice_id: int, by: Member, today: date) -> Card:
    """One notice. NotFound where the member may not look it up."""
    found = await _list_visible(session, by, today, notice_id)
    if not found:
        raise NotFound
    entry = found[0]
    notice = await notices.get(session, notice_id)
    newer = await notices.get(session, entry.replaced_by) if entry.replaced_by else None
    issuer = await organisations.get(session, notice.issuer_id)
    keeps = await _keeps(session, by, notice, today)
    return Card(entry, notice, issuer, _force(entry, today), newer, keeps)


async def resend(
    session: Session, *, notice_id: int, by: Member, to: Address, now: datetime, today: date
) -> None:
    """Send a notice to who asks for it, as it was sent: text, document, files. NotFound as for `look`.

    The buttons come with it where it is for them. TooLate where it is only just leaving.
    """
    card = await look(session, notice_id=notice_id, by=by, today=today)
    made = await notice_library.list_messages(session, notice_id, to.language)
    if not made:
        raise TooLate("notice_leaving")
    same = {"about": notices.ASKED, "about_id": notice_id, "keyboard": None, "created_at": now}
    if not card.entry.got:
        same |= {"buttons": None, "asks": False}
    contents = [{name: getattr(each, name) for name in COPIED} | same for each in made]
    posts = [Post(content, [to], When(now)) for content in contents]
    await posting.queue_many(session, posts, lane=Lane.REPLY)


async def end(session: Session, *, notice_id: int, ended: bool, by: Member, today: date) -> None:
    """Say that a notice is no longer in force from today, or that it is after all.

    NotAllowed unless `by` is an officer of who issued it; where it was replaced, that is taken back, too.
    """
    notice = await _open(session, notice_id, by, today)
    notice.in_force_to = today - timedelta(days=1) if ended else None
    session.add(notice)
    if not ended:
        for newer in await notice_library.list_replacing(session, notice_id):
            newer.replaces_id = None
            session.add(newer)


async def list_later(
    session: Session, *, notice_id: int, by: Member, today: date
) -> tuple[Notice, list[Notice]]:
    """What may replace a notice: later ones of the same organisation. NotAllowed as for `end`."""
    notice = await _open(session, notice_id, by, today)
    return notice, await notice_library.list_later(session, notice, limit=OFFERED)


async def replace(session: Session, *, notice_id: int, newer_id: int, by: Member, today: date) -> None:
    """Say that a later notice of the same organisation has taken the place of one.

    NotAllowed as for `end`; BadInput where that one replaces another, or is older.
    """
    notice, offered = await list_later(session, notice_id=notice_id, by=by, today=today)
    newer = next((each for each in offered if each.id == newer_id), None)
    if newer is None or notice.replaces_id == newer_id:
        raise BadInput("notice_not_replacing")
    newer.replaces_id = notice.id
    session.add(newer)


async def _open(session: Session, notice_id: int, by: Member, today: date) -> Notice:
    notice = await notices.get(session, notice_id, for_update=True)
    if notice.state is NoticeState.DRAFT or notice.cancelled_at is not None:
        raise NotFound
    await authorise(session, by, Right.SEND_NOTICE, notice.issuer_id, on=today)
    return notice


async def _keeps(session: Session, by: Member, notice: Notice, today: date) -> bool:
    try:
        await authorise(session, by, Right.SEND_NOTICE, notice.issuer_id, on=today)
    except NotAllowed:
        return False
    return True


async def _list_visible(
    session: Session, by: Member, today: date, notice_id: int | None = None
) -> list[Entry]:
    assert by.id is not None
    cell = await people.find_cell(session, by.id, on=today)
    lineage = await organisations.list_lineage(session, cell.id or 0) if cell else []
    offices: set[int] = set()
    for place in await authority.list_places(session, by, Right.SEND_NOTICE, on=today):
        offices.update(await organisations.list_subtree(session, place.id or 0))
    return await notice_library.list_visible(
        session, by.id, lineage=lineage, offices=offices, notice_id=notice_id
    )


def _force(entry: Entry, today: date) -> Force:
    return force_of(entry.in_force_to, replaced=entry.replaced_by is not None, today=today)
