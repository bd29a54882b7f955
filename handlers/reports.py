"""What waits for the person who asks: notices to confirm, tasks to report, meetings to answer."""

from telegram import Update

from bot.actions.reminding import answer_buttons
from bot.actions.task_buttons import about, progress_buttons
from db import reports, tasks, told, wizards
from db.models import Meeting, Notice, Organisation
from handlers.common import Context, Visit, visit


async def on_pending(update: Update, context: Context) -> None:
    """`/baocao`."""
    async with visit(update, context) as v:
        await wizards.stop(v.session, v.known)
        await say_pending(v, "")


async def say_pending(v: Visit, text: str) -> None:
    """Everything that waits for the person: the number of each first, then each with its buttons.

    Meetings come last, the nearest at the very end: a bare digit answers the newest question of a chat.
    """
    notices = await reports.list_unconfirmed(v.session, v.member_id)
    unreported = await reports.list_unreported(v.session, v.member_id, today=v.today)
    called = await reports.list_unanswered(v.session, v.member_id, now=v.now, today=v.today)
    if not (notices or unreported or called):
        v.say("report_nothing")
        return
    v.say("report_summary", notices=len(notices), tasks=len(unreported), meetings=len(called))
    for notice in notices:
        _say_notice(v, notice)
    if unreported:
        await _say_tasks(v)
    for meeting, cell in reversed(called):
        _say_meeting(v, meeting, cell)


def _say_notice(v: Visit, notice: Notice) -> None:
    confirm = v.button("notices.confirm", "read", notice.id)
    v.say("report_notice", [[confirm]], notice=notice)


async def _say_tasks(v: Visit) -> None:
    """All open tasks, reported or not: their numbers are the same wherever the member meets them."""
    mine = await tasks.list_of_member(v.session, v.member_id, on=v.today)
    v.say("task_open", progress_buttons(mine), about=about(mine), asks=True, mine=mine, today=v.today)


def _say_meeting(v: Visit, meeting: Meeting, cell: Organisation) -> None:
    assert meeting.id is not None
    buttons = answer_buttons(meeting.id)
    v.say("report_meeting", buttons, about=(told.ABOUT, meeting.id), asks=True, meeting=meeting, cell=cell)
