"""A member puts a question about a meeting off, or wants fewer reminders: by button and in plain words."""

from datetime import datetime

from telegram import Update

from bot.actions import snoozing
from bot.actions.reminding import answer_buttons
from bot.buttons import Button
from bot.errors import TooLate
from bot.rules.reminder_wishes import ReminderWish, read_reminder_wish
from bot.rules.snooze_words import read_snooze
from db import meetings, questions, told
from db.models import Snooze
from handlers import notice_reading
from handlers.common import Context, Visit, tapped, visit


async def on_snooze(update: Update, context: Context) -> None:
    """`⏰ Nhắc lại tối` under a chase: asked again this evening."""
    meeting_id = tapped(update).number(0)

    async with visit(update, context) as v:
        await _say_put_off(v, await _put_off(v, meeting_id), edit=True)


async def on_fewer(update: Update, context: Context) -> None:
    """Fewer reminders from now on (1), or as many as the cell has chosen (0)."""
    fewer = bool(tapped(update).number(0))

    async with visit(update, context) as v:
        await _want(v, fewer=fewer)


async def in_words(v: Visit, text: str) -> bool:
    """`nhắc lại tối nay`, `nhắc ít thôi` and the like; False when it is nothing of the kind.

    It is about a notice where the chat was asked about one last.
    """
    wish = read_reminder_wish(text)
    if wish is not None:
        await _want(v, fewer=wish is ReminderWish.FEWER)
        return True
    at = read_snooze(text, v.texts.local(v.now))
    if at is not None and (notice := await _newest_notice(v)) is not None:
        await notice_reading.put_off_in_words(v, notice, at)
        return True
    snooze = await _put_off_newest(v, at) if at is not None else None
    if snooze is not None:
        await _say_put_off(v, snooze)
    return snooze is not None


async def _newest_notice(v: Visit) -> int | None:
    """The notice the chat was asked about last, where its last question was about one."""
    newest = (await questions.list_newest(v.session, v.known.id or 0, limit=1))[:1]
    return next((each.about_id for each in newest if each.about in notice_reading.NOTICES), None)


async def _put_off_newest(v: Visit, at: datetime) -> Snooze | None:
    """Put off the newest question about a meeting that can be; TooLate when none of them can, None without any."""
    refused: TooLate | None = None
    for question in await questions.list_newest(v.session, v.known.id or 0):
        if question.about == told.ABOUT:
            try:
                return await _put_off(v, question.about_id, at)
            except TooLate as why:  # an answered or past meeting: the question before it may be meant
                refused = refused or why
    if refused is not None:
        raise refused
    return None


async def _put_off(v: Visit, meeting_id: int, at: datetime | None = None) -> Snooze:
    return await snoozing.put_off(
        v.session, meeting_id=meeting_id, member=v.member, at=at, now=v.now, texts=v.texts
    )


async def _say_put_off(v: Visit, snooze: Snooze, *, edit: bool = False) -> None:
    """When one is asked again; an answer is welcome at once all the same."""
    buttons, about = answer_buttons(snooze.meeting_id), (told.ABOUT, snooze.meeting_id)
    meeting = await meetings.get(v.session, snooze.meeting_id)
    (v.edit if edit else v.say)("snoozed", buttons, about=about, asks=True, at=snooze.due_at, meeting=meeting)


async def _want(v: Visit, *, fewer: bool) -> None:
    await snoozing.want_reminders(v.session, v.member, fewer=fewer)
    v.edit("reminders_wanted", [[wish_button(v)]], fewer=fewer)


def wish_button(v: Visit) -> Button:
    """The other choice than the member has made."""
    key, wanted = ("reminding.usual", 0) if v.member.fewer_reminders else ("reminding.fewer", 1)
    return v.button(key, "fewer", wanted)


TAPS = {"snooze": on_snooze, "fewer": on_fewer}
