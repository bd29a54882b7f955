"""Members check in by themselves: opened by who takes the roll, with a code in the room that rotates."""

import secrets
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import select

from bot.actions import living, roll
from bot.actions.attendance import SHOWING_ANSWERS
from bot.actions.roll import Sheet
from bot.actions.telling import Say
from bot.buttons import Rows, tap
from bot.errors import NotAllowed, NotFound, TooLate
from bot.rules import check_in as rules
from bot.rules.attendance import Standing
from bot.rules.words import RollState
from bot.texts import Texts
from db import meetings, people, rolls
from db.models import CheckIn, LiveKind, LiveMessage, Meeting, MeetingState, Member
from db.session import Session

SECRET_BYTES = 24


@dataclass(frozen=True)
class CheckedIn:
    """A member's own mark on the roll of a meeting."""

    sheet: Sheet
    state: RollState


async def open_(session: Session, *, meeting_id: int, by: Member, now: datetime, texts: Texts) -> Sheet:
    """Let members check in from now on, or see that they still may. NotAllowed, or TooLate outside its time."""
    sheet = await roll.open_for_marks(session, meeting_id=meeting_id, by=by, now=now, texts=texts)
    opens, closes = rules.window(sheet.meeting.starts_at, sheet.meeting.minutes)
    if now < opens:
        raise TooLate("check_in_too_early", at=f"{texts.local(opens):%H:%M}")
    if now > closes:
        raise TooLate("check_in_over")
    found = await _find(session, meeting_id)
    if found is None:
        found = CheckIn(meeting_id=meeting_id, secret="", opened_by=by.id or 0, opened_at=now)
    if found.closed_at is not None or not found.secret:
        found.secret, found.opened_by, found.opened_at = secrets.token_urlsafe(SECRET_BYTES), by.id or 0, now
        found.closed_at = None
    session.add(found)
    await session.flush()
    return sheet


async def close(session: Session, *, meeting_id: int, by: Member, now: datetime, texts: Texts) -> Sheet:
    """No further check-ins. NotAllowed unless `by` takes the roll."""
    sheet = await roll.open_for_marks(session, meeting_id=meeting_id, by=by, now=now, texts=texts)
    await end(session, sheet.meeting, now=now)
    return sheet


async def end(session: Session, meeting: Meeting, *, now: datetime) -> None:
    """Take no further check-ins to a meeting; what shows its code says so."""
    found = await rolls.find_open_check_in(session, meeting.id or 0)
    if found is not None:
        found.closed_at = now
        session.add(found)
        await living.note_changed(session, meeting, LiveKind.CHECK_IN, now=now)


async def check_in(
    session: Session, *, meeting_id: int, member: Member, now: datetime, texts: Texts
) -> CheckedIn:
    """Mark oneself present, or late; the code or link was looked at before.

    Who asked leave and is there all the same is there. NotAllowed when not on the list, TooLate when it is over.
    """
    meeting = await meetings.get(session, meeting_id, for_update=True)
    if await find_open(session, meeting, now=now) is None:
        raise TooLate("check_in_over")
    sheet = await roll.read(session, meeting, texts=texts)
    mine = next((e for e in sheet.people if e.member_id == member.id), None)
    if mine is None or mine.standing is Standing.NOT_EXPECTED:
        raise NotAllowed("not_on_list")
    state = rules.marked(mine.mark, rules.state_at(meeting.starts_at, now))
    if state is not mine.mark:
        sheet = await roll.record(session, sheet, {mine.member_id: state}, by=member, now=now)
        await living.note_changed(session, meeting, *SHOWING_ANSWERS, now=now)
    return CheckedIn(sheet, state)


async def find_open(session: Session, meeting: Meeting, *, now: datetime) -> CheckIn | None:
    """How members check in to a meeting at a moment; None when they cannot."""
    if meeting.state is not MeetingState.PLANNED or not _in_window(meeting, now):
        return None
    return await rolls.find_open_check_in(session, meeting.id or 0)


async def list_open(session: Session, member: Member, *, now: datetime, texts: Texts) -> list[CheckIn]:
    """The check-ins that are open of the meetings that concern a member."""
    member_id = member.id or 0
    cells = await people.list_own_cells(session, member_id, on=texts.day_of(now))
    found = await rolls.list_open_check_ins(session, member_id, [cell.id or 0 for cell in cells])
    return [check_in for check_in, meeting in found if _in_window(meeting, now)]


def _in_window(meeting: Meeting, now: datetime) -> bool:
    opens, closes = rules.window(meeting.starts_at, meeting.minutes)
    return opens <= now <= closes


async def show(session: Session, live: LiveMessage, *, now: datetime, texts: Texts) -> Say | None:
    """The code of the moment and how many are there, for whom it is kept; other digits are due at `changed_at`."""
    if live.member_id is None:
        raise NotFound
    by = await people.get_member(session, live.member_id)
    sheet = await roll.look(session, meeting_id=live.about_id, by=by, now=now, texts=texts)
    check_in = await find_open(session, sheet.meeting, now=now)
    if check_in is not None and not is_over(sheet):
        live.changed_at = rules.code_until(now)
    return screen(sheet, check_in, now=now)


def is_over(sheet: Sheet) -> bool:
    """Whether everybody who has to be there is: no further digits are needed then."""
    return bool(sheet.called) and all(e.mark in (RollState.PRESENT, RollState.LATE) for e in sheet.called)


def screen(sheet: Sheet, check_in: CheckIn | None, *, now: datetime) -> Say:
    """The code of the moment with its buttons; without a check-in: that it is over."""
    meeting = sheet.meeting
    late_from = meeting.starts_at + rules.ON_TIME
    _, closes = rules.window(meeting.starts_at, meeting.minutes)
    values = {
        "sheet": sheet,
        "code": rules.code(check_in.secret, now) if check_in and not is_over(sheet) else None,
        "late_from": late_from,
        "closes": closes,
    }
    return Say(
        "check_in_shown", values, lambda t, language: _buttons(meeting, check_in, t, language), protect=True
    )


def _buttons(meeting: Meeting, check_in: CheckIn | None, texts: Texts, language: str) -> Rows:
    back = [tap(texts.label("sheet.list", language), "roll", meeting.id)]
    if check_in is None:
        return [back]
    return [
        [
            tap(texts.label("check_in.qr", language), "codeqr", meeting.id),
            tap(texts.label("check_in.end", language), "codeend", meeting.id),
        ],
        back,
    ]


async def _find(session: Session, meeting_id: int) -> CheckIn | None:
    return (await session.exec(select(CheckIn).where(CheckIn.meeting_id == meeting_id))).first()
