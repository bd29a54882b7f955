"""Answers to an invitation: by button, by 1/2/3 and by plain words; leave and its reason; answers on behalf."""

from telegram import Update

from bot.actions import attendance, authority
from bot.actions.attendance import Answered
from bot.actions.reminding import answer_buttons
from bot.actions.telling import Buttons
from bot.buttons import Rows, tap
from bot.errors import NotFound
from bot.rules.permissions import Right
from bot.rules.plain_words import BY_DIGIT, Reading, read_answer
from bot.rules.words import Answer, LeaveReason
from bot.texts import Texts
from db import meetings, organisations, people, told, wizards
from db.models import MeetingState
from handlers.common import Context, Visit, tapped, visit
from handlers.paging import page_of, turned_to, turns

REASON = "leave_reason"
"""The wizard that waits for the reason of a leave in the member's own words."""


async def on_answer(update: Update, context: Context) -> None:
    """A tap on Có mặt, Xin vắng or Đến muộn."""
    tap = tapped(update)
    meeting_id, said = tap.number(0), tap.choice(1, Answer)

    async with visit(update, context, brief=meeting_id) as v:
        answered = await answer_for_oneself(v, meeting_id, said)

        v.toast("noted", answer=v.texts.label(f"answered.{said}", v.language))
        await _say_answered(v, answered, edit=True)


async def on_reason(update: Update, context: Context) -> None:
    """A tap on the category of a reason; it is a request for leave by itself."""
    tap = tapped(update)
    meeting_id, reason = tap.number(0), tap.choice(1, LeaveReason)

    async with visit(update, context, brief=meeting_id) as v:
        answered = await attendance.give_reason(
            v.session, meeting_id=meeting_id, member=v.member, reason=reason, now=v.now, texts=v.texts
        )
        await wizards.stop(v.session, v.known)

        v.toast("done")
        await _say_answered(v, answered, edit=True)


async def on_reason_typed(v: Visit, text: str) -> None:
    """The reason in the member's own words; an answer instead of a reason is a change of mind."""
    wizard = await wizards.get(v.session, v.known, REASON)
    await wizards.stop(v.session, v.known)
    reading = read_answer(text)
    said = BY_DIGIT.get(reading.digit or 0) or reading.answer
    if said is not None and said is not Answer.LEAVE:
        await _say_answered(v, await answer_for_oneself(v, wizard["meeting"], said))
        return
    answered = await attendance.give_reason(
        v.session,
        meeting_id=wizard["meeting"],
        member=v.member,
        reason=None,
        words=text,
        now=v.now,
        texts=v.texts,
    )
    await _say_answered(v, answered)


async def answer_in_words(v: Visit, meeting_id: int, reading: Reading) -> bool:
    """An answer typed to an invitation; False when it is none, and nothing is recorded."""
    said = BY_DIGIT.get(reading.digit) if reading.digit is not None else reading.answer
    if said is None:
        return False
    answered = await answer_for_oneself(v, meeting_id, said, words=reading.reason or "")
    await _say_answered(v, answered)
    return True


async def ask_back(v: Visit, meeting_id: int | None) -> None:
    """Not understood: a question back, with the buttons of the newest open meeting if there is one."""
    meeting = await meetings.get(v.session, meeting_id) if meeting_id else None
    if meeting is None or meeting.state is not MeetingState.PLANNED:
        v.say("not_understood", meeting=None)
        return
    assert meeting.id is not None
    v.say(
        "not_understood",
        answer_buttons(meeting.id),
        about=(told.ABOUT, meeting.id),
        asks=True,
        meeting=meeting,
    )


async def on_leave_command(update: Update, context: Context) -> None:
    """`/vang`: ask leave from the next meeting; choosing the reason is the request."""
    async with visit(update, context) as v:
        meeting = await meetings.find_next(v.session, await cells_of(v), now=v.now)
        if meeting is None or meeting.id is None:
            raise NotFound("no_meeting")
        cell = await organisations.get(v.session, meeting.cell_id)
        await wizards.start(v.session, v.known, REASON, {"meeting": meeting.id}, now=v.now)
        v.say("leave_reason_asked", reason_buttons(meeting.id), meeting=meeting, cell=cell)


async def on_behalf(update: Update, context: Context) -> None:
    """Whom to answer for: the cell's list, those without an answer first."""
    pressed = tapped(update)
    meeting_id, page = pressed.number(0), turned_to(pressed, 1)

    async with visit(update, context) as v:
        meeting = await attendance.get_open(v.session, meeting_id)
        await authority.authorise_meeting(v.session, v.member, meeting, Right.LEAD, on=v.today)
        counted = await attendance.headcount(v.session, meeting, on=v.texts.day_of(meeting.starts_at))
        listed = counted.silent + [e for e in counted.must_attend if e.reply]
        rows = [[tap(e.member.name, "for", meeting_id, e.member_id)] for e in page_of(listed, page)]
        more = turns(v, "behalf", meeting_id, page=page, total=len(listed))
        v.edit("behalf_asked", [*rows, *more], meeting=meeting)


async def on_behalf_of(update: Update, context: Context) -> None:
    """What a member said in person: asked first, recorded with the second tap."""
    pressed = tapped(update)
    meeting_id, member_id = pressed.number(0), pressed.number(1)

    async with visit(update, context) as v:
        member = await people.get_member(v.session, member_id)
        if len(pressed.args) == 2:
            meeting = await attendance.get_open(v.session, meeting_id)
            await authority.authorise_meeting(v.session, v.member, meeting, Right.LEAD, on=v.today)
            buttons = [[v.button(f"answers.{a}", "for", meeting_id, member_id, a)] for a in Answer]
            v.edit("behalf_answer_asked", buttons, member=member, meeting=meeting)
            return
        answered = await attendance.answer(
            v.session,
            meeting_id=meeting_id,
            member_id=member_id,
            by=v.member,
            answer=pressed.choice(2, Answer),
            now=v.now,
            texts=v.texts,
        )
        more = [[v.button("meetings.behalf_more", "behalf", meeting_id)]]
        v.edit("behalf_noted", more, member=member, reply=answered.reply, meeting=answered.meeting)


async def cells_of(v: Visit) -> list[int]:
    """The cells whose meetings concern the person: their own, and that of the area they live in."""
    cells = await people.list_own_cells(v.session, v.member_id, on=v.today)
    return [cell.id for cell in cells if cell.id is not None]


def reason_buttons(meeting_id: int) -> Buttons:
    """The categories of a reason."""

    def buttons(texts: Texts, language: str) -> Rows:
        made = [tap(texts.label(f"reasons.{r}", language), "reason", meeting_id, r) for r in LeaveReason]
        return [made[:2], made[2:4], made[4:]]

    return buttons


async def answer_for_oneself(v: Visit, meeting_id: int, said: Answer, words: str = "") -> Answered:
    """Record an answer of who speaks; see `attendance.answer`."""
    return await attendance.answer(
        v.session,
        meeting_id=meeting_id,
        member_id=v.member_id,
        by=v.member,
        answer=said,
        reason=LeaveReason.OTHER if words and said is Answer.LEAVE else None,
        words=words,
        now=v.now,
        texts=v.texts,
    )


async def _say_answered(v: Visit, answered: Answered, *, edit: bool = False) -> None:
    """Say the answer back, with the buttons to change it; ask for the reason of a leave without one."""
    meeting, cell, reply = answered.meeting, answered.cell, answered.reply
    assert meeting.id is not None
    say = v.edit if edit else v.say
    say(
        "meeting_answered",
        answer_buttons(meeting.id),
        about=(told.ABOUT, meeting.id),
        asks=True,
        meeting=meeting,
        cell=cell,
        reply=reply,
    )
    await ask_reason(v, answered)


async def ask_reason(v: Visit, answered: Answered) -> bool:
    """Ask for the reason of a leave without one, in the member's own chat; whether there was anything to ask."""
    meeting, reply = answered.meeting, answered.reply
    if reply.answer is not Answer.LEAVE or reply.reason is not None:
        return False
    await wizards.start(v.session, v.known, REASON, {"meeting": meeting.id}, now=v.now)
    v.say("leave_reason_asked", reason_buttons(meeting.id or 0), meeting=meeting, cell=answered.cell)
    return True


TAPS = {
    "answer": on_answer,
    "reason": on_reason,
    "behalf": on_behalf,
    "for": on_behalf_of,
}
WIZARDS = {REASON: on_reason_typed}
