"""Study notices as they are written: begun, filled, thrown away; by their author alone, until they are asked to go.

compose → add_text / add_file / take_back → set_title → set_head → what else belongs to it (`notice_terms`)
"""

import json
import zlib
from datetime import date, datetime

from bot.actions.authority import authorise
from bot.errors import BadInput, NotAllowed, NotFound, TooLate
from bot.rules import notices as rules
from bot.rules.names import clean
from bot.rules.notice_head import Head
from bot.rules.notice_stages import Move, Stage, may, stage
from bot.rules.permissions import Right
from db import drafting, media, notices, organisations
from db.models import Media, Member, Notice
from db.notices import Counts
from db.session import Session

MOST_FILES = 5
"""Documents and pictures of one notice."""
MOST_DRAFTS = 20
"""So many an author may have begun at a time."""
BODY, NUMBER = 200, 60
"""Characters of an issuing body and of a document's number."""


async def compose(session: Session, *, by: Member, issuer_id: int, now: datetime, today: date) -> Notice:
    """Begin a notice of an organisation to everybody in it; what the author began before stays a draft.

    Drafts with nothing in them are forgotten. BadInput for one too many.
    """
    await authorise(session, by, Right.SEND_NOTICE, issuer_id, on=today)
    assert by.id is not None
    drafts = await notices.list_drafts(session, by.id)
    for empty in [draft for draft in drafts if _is_empty(draft)]:
        await drafting.delete_draft(session, empty)
        drafts.remove(empty)
    if len(drafts) >= MOST_DRAFTS:
        raise BadInput("notice_many_drafts", most=MOST_DRAFTS)
    notice = Notice(issuer_id=issuer_id, audience_id=issuer_id, author_id=by.id, title="", created_at=now)
    session.add(notice)
    await session.flush()
    return notice


async def discard(session: Session, *, notice_id: int, by: Member) -> None:
    """Throw a draft away, with its documents and questions."""
    await drafting.delete_draft(session, await get_draft(session, notice_id=notice_id, by=by))


async def get_draft(session: Session, *, notice_id: int, by: Member) -> Notice:
    """The author's own draft; NotFound for everybody else, TooLate once it was asked to leave."""
    notice = await notices.get(session, notice_id, for_update=True)
    if notice.author_id != by.id:
        raise NotFound
    if not may(notice, Move.WRITE):
        raise too_late(notice)
    return notice


async def add_text(session: Session, *, notice_id: int, by: Member, text: str, after: int = 0) -> Notice:
    """Put the next piece to the text; `after` is the length of the piece before it, in UTF-16 units.

    BadInput for a text that bears a secrecy mark, or is too long for messages.
    """
    notice = await get_draft(session, notice_id=notice_id, by=by)
    notice.text = rules.joined(notice.text, text, after=after)
    if len(notice.text) > rules.LARGEST_TEXT:
        raise BadInput("notice_too_long")
    refuse_secret(rules.find_secrecy(text) or rules.find_secrecy(notice.text))
    session.add(notice)
    return notice


async def add_file(session: Session, *, notice_id: int, by: Member, file: Media, words: str = "") -> Notice:
    """Put a document or a picture to the notice; `words` are those of its first page, as far as they can be read.

    BadInput for one too many, and for a secrecy mark in its name or in its words.
    """
    notice = await get_draft(session, notice_id=notice_id, by=by)
    if len(await notices.list_files(session, notice)) >= MOST_FILES:
        raise BadInput("notice_many_files", most=MOST_FILES)
    refuse_secret(rules.find_secrecy_in_name(file.name) or rules.find_secrecy(words))
    await drafting.put_file(session, notice, await media.keep(session, file))
    return notice


async def take_back(session: Session, *, notice_id: int, by: Member, length: int, files: list[int]) -> Notice:
    """Take the last piece out again: the text is as long as before it, and its documents go."""
    notice = await get_draft(session, notice_id=notice_id, by=by)
    notice.text = notice.text[:length]
    session.add(notice)
    for each in files:
        if each in await notices.list_files(session, notice):
            await drafting.drop_file(session, notice, each)
    return notice


async def set_title(session: Session, *, notice_id: int, by: Member, title: str | None = None) -> Notice:
    """Give the notice a title; without one it is the first line of the text, or the first document's name.

    BadInput for a notice with nothing in it, or a title that bears a secrecy mark.
    """
    notice = await get_draft(session, notice_id=notice_id, by=by)
    refuse_empty(notice)
    notice.title = rules.title_of(title or await own_title(session, notice))
    refuse_secret(rules.find_secrecy(notice.title))
    session.add(notice)
    return notice


async def set_head(session: Session, *, notice_id: int, by: Member, head: Head) -> Notice:
    """Say what document it is: who issued it, its number and its day; what is empty is not known."""
    notice = await get_draft(session, notice_id=notice_id, by=by)
    refuse_secret(rules.find_secrecy(f"{head.body}\n{head.number}"))
    notice.body, notice.number = clean(head.body)[:BODY], clean(head.number)[:NUMBER]
    notice.issued_on = head.issued_on
    session.add(notice)
    return notice


async def check(session: Session, notice: Notice, *, today: date) -> Counts:
    """How many a notice is for, where it can leave.

    NotAllowed out of its issuer's reach, BadInput when empty, secret or for nobody.
    """
    await refuse_out_of_reach(session, notice)
    refuse_empty(notice)
    said = [notice.title, notice.text, notice.body, notice.number]
    for question in await drafting.list_questions(session, notice.id or 0):
        said += [question.text, *question.choices]
    for words in said:
        refuse_secret(rules.find_secrecy(words))
    total = notices.total(await notices.count_audience(session, notice, on=today))
    if not total.recipients:
        raise BadInput("notice_nobody")
    return total


async def own_title(session: Session, notice: Notice) -> str:
    """The title a notice has of itself: the first line of its text, or its first document's name."""
    if notice.text or notice.media_id is None:
        return notice.text
    return clean((await media.get(session, notice.media_id, content=False)).name)


async def fingerprint(session: Session, notice: Notice, leaves_at: datetime | None = None) -> str:
    """Changes with what members will see, who they are and when it leaves: a preview's button sends that only."""
    asked = await drafting.list_questions(session, notice.id or 0)
    seen = (
        *(notice.title, notice.text, notice.body, notice.number, notice.issued_on, notice.study_by),
        *(notice.as_parts, notice.repeats, notice.issuer_id, notice.audience_id),
        *(notice.cell_kinds, notice.roles, notice.statuses, notice.replaces_id, notice.in_force_to),
        await notices.list_files(session, notice),
        [(each.text, each.choices, each.right) for each in asked],
        leaves_at,
    )
    return f"{zlib.crc32(json.dumps(seen, default=str).encode()):08x}"


def too_late(notice: Notice) -> TooLate:
    """What cannot be done with a notice any more, in words about where it stands."""
    return TooLate(
        {
            Stage.DRAFT: "notice_is_draft",
            Stage.RETURNED: "notice_is_returned",
            Stage.AWAITING: "notice_is_awaiting",
            Stage.WAITING: "notice_is_waiting",
            Stage.SENDING: "notice_is_sending",
            Stage.PAUSED: "notice_is_paused",
            Stage.SENT: "notice_is_sent",
            Stage.CANCELLED: "notice_is_cancelled",
        }[stage(notice)]
    )


async def refuse_out_of_reach(session: Session, notice: Notice) -> None:
    """NotAllowed where the audience is not the issuer or below it."""
    if notice.issuer_id not in await organisations.list_lineage(session, notice.audience_id):
        raise NotAllowed


def refuse_empty(notice: Notice) -> None:
    """BadInput where there is nothing to read."""
    if _is_empty(notice):
        raise BadInput("notice_empty")


def refuse_secret(mark: str | None) -> None:
    """BadInput where a secrecy mark was found."""
    if mark is not None:
        raise BadInput("notice_secret", mark=mark)


def _is_empty(notice: Notice) -> bool:
    return not notice.text and notice.media_id is None
