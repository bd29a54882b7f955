"""The roll as it is shown: one message with a page of names, kept up to date in the hands of who takes it."""

from datetime import datetime

from bot.actions import papers_buttons, roll
from bot.actions.notice_sessions import ELSEWHERE
from bot.actions.roll import MARKS, Sheet
from bot.actions.telling import Buttons, Say
from bot.buttons import Button, Rows, tap
from bot.errors import NotFound
from bot.paging import page_of, turns
from bot.rules.words import PaperKind, RollState
from bot.texts import Texts
from db import people
from db.meetings import Expected
from db.models import LiveMessage, Meeting, MeetingState
from db.session import Session

SIGNS = {
    RollState.PRESENT: "✅",
    RollState.LATE: "⏰",
    RollState.EXCUSED: "🙏",
    RollState.UNEXCUSED: "❌",
    RollState.EXEMPT: "➖",
    RollState.NOT_EXPECTED: "➖",
}
"""How a state looks on a button, where its words do not fit."""
ASKS_LEAVE, UNMARKED = "❔", "▫️"


async def show(session: Session, live: LiveMessage, *, now: datetime, texts: Texts) -> Say | None:
    """The page that is open of the roll as it is now, for whom it is kept: names to tap until it is closed."""
    if live.member_id is None:
        raise NotFound
    by = await people.get_member(session, live.member_id)
    sheet = await roll.look(session, meeting_id=live.about_id, by=by, now=now, texts=texts)
    return screen(sheet, page=live.page, now=now, texts=texts)


def screen(
    sheet: Sheet, *, page: int, now: datetime, texts: Texts, leads: bool = False, last: int | None = None
) -> Say:
    """The roll: numbers, then names to tap. `leads`: of a closed one, what its leaders may still do about it.

    `last` is the meeting whose roll was settled last, offered before the day of this one.
    """
    too_early = texts.day_of(now) < texts.day_of(sheet.meeting.starts_at)
    values = {"sheet": sheet, "too_early": too_early}
    return Say("roll_sheet", values, _buttons(sheet, page, too_early, leads, last), protect=True)


def _buttons(sheet: Sheet, page: int, too_early: bool, leads: bool, last: int | None) -> Buttons:
    def buttons(texts: Texts, language: str) -> Rows:
        if too_early:
            return [[tap(texts.label("sheet.last", language), "roll", last)]] if last else []
        if sheet.meeting.state is MeetingState.CLOSED:
            return closed_buttons(sheet.meeting, texts, language) if leads else []
        return _open_buttons(sheet, page, texts, language)

    return buttons


def _open_buttons(sheet: Sheet, page: int, texts: Texts, language: str) -> Rows:
    meeting_id = sheet.meeting.id

    def button(key: str, verb: str) -> Button:
        return tap(texts.label(key, language), verb, meeting_id)

    rows = [[_name_button(e, meeting_id, page)] for e in page_of(sheet.called, page)]
    rows += turns(texts, language, "rollpage", meeting_id, page=page, total=len(sheet.called))
    return [
        *rows,
        [button("sheet.all_present", "rollall"), button("sheet.check_in", "code")],
        [button("sheet.more", "rollmore"), button("sheet.close", "rollend")],
    ]


def closed_buttons(meeting: Meeting, texts: Texts, language: str) -> Rows:
    """What those who lead the cell can do about a closed roll, and the papers drafted from it."""

    def button(key: str, verb: str) -> Button:
        return tap(texts.label(key, language), verb, meeting.id)

    studied = [] if meeting.kind in ELSEWHERE else [[button("sheet.studied", "studied")]]
    return [
        [button("sheet.correct", "rollfix")],
        [button("sheet.guests", "guests"), button("sheet.minutes", "minutes")],
        *studied,
        *papers_buttons.rows(meeting, (PaperKind.MINUTES, PaperKind.RESOLUTION), texts, language),
        *papers_buttons.rows(meeting, (PaperKind.ROLL,), texts, language),
        [button("summaries.roll_file", "rollfile")],
    ]


def _name_button(e: Expected, meeting_id: int | None, page: int) -> Button:
    """A member's name with their state; a tap puts the next one. Who asked leave starts at excused."""
    following = {None: 2 if e.asks_leave else 0} | {s: i + 1 for i, s in enumerate(MARKS)}
    sign = SIGNS[e.state] if e.state else (ASKS_LEAVE if e.asks_leave else UNMARKED)
    return tap(f"{sign} {e.member.name}", "mark", meeting_id, e.member_id, following[e.state], page)


def closing(sheet: Sheet, *, left: int = 0, leads: bool = False) -> Say:
    """Before closing: who is unmarked and whose leave is undecided, with what can be chosen for them.

    `left`: so many tasks the meeting has not evaluated; it can be closed all the same. `leads`: who leads the cell
    may also say what was studied.
    """
    meeting_id = sheet.meeting.id

    def buttons(texts: Texts, language: str) -> Rows:
        def button(key: str, verb: str, *args: object) -> list[Button]:
            return [tap(texts.label(key, language), verb, meeting_id, *args)]

        back = button("sheet.back", "rollpage", 0)
        if sheet.undecided:
            return [button("sheet.accept_leave", "rollrest", RollState.EXCUSED), back]
        if sheet.unmarked:
            return [
                button("sheet.rest_unexcused", "rollrest", RollState.UNEXCUSED),
                button("sheet.rest_excused", "rollrest", RollState.EXCUSED),
                back,
            ]
        evaluating = [button("evaluating.open", "evaluate")] if left else []
        studying = [button("sheet.studied", "studied")] if leads else []
        return [*evaluating, *studying, button("sheet.lock", "rollclose"), back]

    return Say("roll_closing", {"sheet": sheet, "left": left}, buttons, protect=True)
