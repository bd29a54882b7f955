"""Who was at a meeting without belonging to its list: guests by name, and the committee member who follows the cell.

They are recorded apart and are in no count of members.
"""

import re
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import select

from bot.actions.authority import authorise_meeting
from bot.errors import BadInput, NotFound, TooLate
from bot.rules.names import clean
from bot.rules.permissions import Right
from bot.rules.words import RoleName
from bot.texts import Texts
from db import meetings, organisations, people, rolls
from db.models import Meeting, MeetingGuest, MeetingState, Member, Organisation
from db.rolls import Present
from db.session import Session

MOST = 30
"""Guests of one meeting."""
LONGEST = 100
"""Characters of a guest's name, with what they are."""
BETWEEN = re.compile(r"[,;\n]+")


@dataclass(frozen=True)
class GuestBook:
    """Who was there beside the members, and who follows the cell: each with whether they were there."""

    meeting: Meeting
    cell: Organisation
    present: list[Present]
    followers: list[Member]

    @property
    def guests(self) -> list[Present]:
        """Those entered by name."""
        return [each for each in self.present if not each.follower]

    def is_there(self, follower: Member) -> bool:
        """Whether a follower was there."""
        return any(each.follower and each.member_id == follower.id for each in self.present)


async def look(
    session: Session, *, meeting_id: int, by: Member, now: datetime, texts: Texts, for_update: bool = False
) -> GuestBook:
    """Who was there, for who takes the roll. TooLate when the meeting was called off or its day has not come."""
    meeting = await meetings.get(session, meeting_id, for_update=for_update)
    await authorise_meeting(session, by, meeting, Right.TAKE_ROLL, on=texts.day_of(now))
    if meeting.state in (MeetingState.CANCELLED, MeetingState.NOT_HELD):
        raise TooLate("meeting_cancelled")
    if texts.day_of(now) < texts.day_of(meeting.starts_at):
        raise TooLate("roll_too_early")
    on = texts.day_of(meeting.starts_at)
    followers = await people.list_holders(session, meeting.cell_id, [RoleName.FOLLOWER], on=on)
    cell = await organisations.get(session, meeting.cell_id)
    return GuestBook(meeting, cell, await rolls.list_guests(session, meeting_id), followers)


async def add(
    session: Session, *, meeting_id: int, text: str, by: Member, now: datetime, texts: Texts
) -> GuestBook:
    """Enter guests by name, several between commas or on lines of their own; one entered already stays one."""
    book = await look(session, meeting_id=meeting_id, by=by, now=now, texts=texts, for_update=True)
    known = {each.name for each in book.guests}
    names = [name for each in BETWEEN.split(text) if (name := clean(each))]
    if not names:
        raise BadInput("form_type_words")
    if any(len(name) > LONGEST for name in names):
        raise BadInput("guest_too_long", most=LONGEST)
    new = [name for name in dict.fromkeys(names) if name not in known]
    if len(known) + len(new) > MOST:
        raise BadInput("guests_too_many", most=MOST)
    session.add_all([MeetingGuest(meeting_id=meeting_id, name=name) for name in new])
    return await _again(session, book)


async def remove(session: Session, *, guest_id: int, by: Member, now: datetime, texts: Texts) -> GuestBook:
    """Strike a guest entered by mistake. NotFound when there is none."""
    guest = await rolls.get_guest(session, guest_id)
    book = await look(session, meeting_id=guest.meeting_id, by=by, now=now, texts=texts, for_update=True)
    await session.delete(guest)
    return await _again(session, book)


async def set_follower(
    session: Session,
    *,
    meeting_id: int,
    member_id: int,
    there: bool,
    by: Member,
    now: datetime,
    texts: Texts,
) -> GuestBook:
    """Whether somebody who follows the cell was there. NotFound for who does not follow it."""
    book = await look(session, meeting_id=meeting_id, by=by, now=now, texts=texts, for_update=True)
    if member_id not in {follower.id for follower in book.followers}:
        raise NotFound
    query = select(MeetingGuest).where(
        MeetingGuest.meeting_id == meeting_id, MeetingGuest.member_id == member_id
    )
    entries = (await session.exec(query)).all()
    if there and not entries:
        session.add(MeetingGuest(meeting_id=meeting_id, name="", member_id=member_id, follower=True))
    for entry in entries if not there else ():
        await session.delete(entry)
    return await _again(session, book)


async def _again(session: Session, book: GuestBook) -> GuestBook:
    await session.flush()
    present = await rolls.list_guests(session, book.meeting.id or 0)
    return GuestBook(book.meeting, book.cell, present, book.followers)
