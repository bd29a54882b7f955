"""Requests for leave, from the side of who leads the cell: decided one by one, or all together."""

from telegram import Update

from bot.actions import leave
from bot.actions.leave import stamp
from bot.buttons import Rows, tap
from bot.rules.words import LeaveDecision
from db.meetings import Expected
from db.models import Meeting, Member, Reply
from handlers.common import Context, Visit, tapped, visit
from handlers.paging import page_of, turned_to, turns


async def on_decision(update: Update, context: Context) -> None:
    """The secretary accepts the request under which the button stands, or does not."""
    async with visit(update, context) as v:
        member, reply = await _decide(v)
        v.edit("leave_decision_noted", member=member, reply=reply)


async def on_list(update: Update, context: Context) -> None:
    """Everybody who asks leave from a meeting and waits for a decision."""
    pressed = tapped(update)
    meeting_id, page = pressed.number(0), turned_to(pressed, 1)

    async with visit(update, context) as v:
        await _show(v, meeting_id, page)


async def on_one(update: Update, context: Context) -> None:
    """A decision on one of the list; the others stay on the screen."""
    async with visit(update, context) as v:
        _, reply = await _decide(v)
        v.toast("done")
        await _show(v, reply.meeting_id, 0)


async def on_all(update: Update, context: Context) -> None:
    """All that were shown are accepted."""
    pressed = tapped(update)
    meeting_id, seen = pressed.number(0), pressed.number(1)

    async with visit(update, context) as v:
        meeting, accepted = await leave.accept_all(
            v.session, meeting_id=meeting_id, by=v.member, seen=seen, now=v.now, texts=v.texts
        )
        v.edit("leave_all_accepted", protect=True, meeting=meeting, accepted=accepted)


async def _decide(v: Visit) -> tuple[Member, Reply]:
    """What the button says of one member's request: `<verb>:<meeting>:<member>:<decision>`."""
    pressed = tapped(v.update)
    return await leave.decide_leave(
        v.session,
        meeting_id=pressed.number(0),
        member_id=pressed.number(1),
        by=v.member,
        decision=pressed.choice(2, LeaveDecision),
        now=v.now,
        texts=v.texts,
    )


async def _show(v: Visit, meeting_id: int, page: int) -> None:
    meeting, waiting = await leave.list_leave(
        v.session, meeting_id=meeting_id, by=v.member, now=v.now, texts=v.texts
    )
    rows = _buttons(v, meeting, waiting, page)
    v.edit("leave_list", rows, protect=True, meeting=meeting, waiting=waiting)


def _buttons(v: Visit, meeting: Meeting, waiting: list[Expected], page: int) -> Rows:
    """A row for each, and one for all when there are several."""
    number = meeting.id or 0
    rows: Rows = [
        [
            tap(f"{sign} {e.name}", "leaveof", number, e.member_id, decision)
            for sign, decision in (("✅", LeaveDecision.ACCEPTED), ("✖️", LeaveDecision.REFUSED))
        ]
        for e in page_of(waiting, page)
    ]
    rows = [*rows, *turns(v, "leaves", number, page=page, total=len(waiting))]
    if len(waiting) > 1:
        all_ = v.button("leave_list.accept_all", "leaveall", number, stamp(waiting), count=len(waiting))
        rows = [*rows, [all_]]
    return [*rows, [v.button("meetings.headcount", "headcount", number)]]


TAPS = {"leave": on_decision, "leaves": on_list, "leaveof": on_one, "leaveall": on_all}
