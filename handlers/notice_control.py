"""A study notice on its way: leave, approve, take back, pause, resume, cancel, delete, correct."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime

from telegram import Update

from bot.actions import notice_control as acting
from bot.actions import notice_progress, notice_releasing
from bot.actions.notice_releasing import RETURN, SHOWN_FOR
from bot.buttons import Button, Rows
from bot.rules.notice_stages import Move
from bot.rules.notices import BUTTON, shorten
from db import live, notices, organisations, spreading
from db.models import LiveKind, Notice, Organisation
from handlers import forms
from handlers.common import Context, Visit, tapped, visit
from handlers.forms import Answers, Form, words
from handlers.notice_wizard import go

LISTED = 3
"""How many notices on their way the list shows."""


async def ask_to_leave(v: Visit, notice_id: int, at: datetime | None = None) -> None:
    """Let the author's draft leave in a minute, or at the chosen moment, and keep showing how far it is."""
    notice = await notice_releasing.ask_to_leave(
        v.session, notice_id=notice_id, by=v.member, at=at, now=v.now, texts=v.texts
    )
    await show(v, notice)


async def show(v: Visit, notice: Notice, *, edit: bool = True) -> None:
    """How far it is, kept up to date from now on, in place of the tapped message or as a new one."""
    said, changes_at = await notice_progress.say(v.session, notice, by=v.member, now=v.now, texts=v.texts)
    until = max(v.now, notice.leaves_at or v.now) + SHOWN_FOR
    shown = v.show(said, LiveKind.NOTICE, notice.id or 0, until=until, edit=edit)
    shown.changed_at = changes_at
    await live.start(v.session, shown)
    await notice_releasing.note_changed(v.session, notice, now=v.now, but=shown.id)


async def buttons(v: Visit, issuers: Sequence[Organisation]) -> Rows:
    """The ways to what these are sending, or sent so lately that it can still be deleted."""
    ids, since = [issuer.id or 0 for issuer in issuers], v.now - acting.DELETABLE
    found = await spreading.list_on_way(v.session, ids, since=since, limit=LISTED)
    return [[_way(v, notice)] for notice in found]


def _way(v: Visit, notice: Notice) -> Button:
    return v.button("notice_control.way", "notice_way", notice.id, title=shorten(notice.title, BUTTON))


async def on_progress(update: Update, context: Context) -> None:
    """How far a notice is, from now on in this message."""
    pressed = tapped(update)
    async with visit(update, context) as v:
        notice = await notices.get(v.session, pressed.number(0))
        await show(v, notice, edit=len(pressed.args) > 1)


async def on_take_back(update: Update, context: Context) -> None:
    """It is a draft again."""
    number = tapped(update).number(0)
    async with visit(update, context) as v:
        notice = await notice_releasing.take_back(v.session, notice_id=number, by=v.member, today=v.today)
        v.toast("done")
        await show(v, notice)


async def on_pause(update: Update, context: Context) -> None:
    """Nothing more of it leaves until it is resumed."""
    await _do(update, context, acting.pause)


async def on_resume(update: Update, context: Context) -> None:
    """It goes on."""
    await _do(update, context, acting.resume)


async def on_cancel(update: Update, context: Context) -> None:
    """It stops for good."""
    await _do(update, context, acting.cancel)


async def _do(update: Update, context: Context, act: Callable[..., Awaitable[Notice]]) -> None:
    number = tapped(update).number(0)
    async with visit(update, context) as v:
        notice = await act(v.session, notice_id=number, by=v.member, now=v.now, texts=v.texts)
        v.toast("done")
        await show(v, notice)


async def on_approve(update: Update, context: Context) -> None:
    """An approver lets it go."""
    pressed = tapped(update)
    async with visit(update, context) as v:
        notice = await notice_releasing.approve(
            v.session,
            notice_id=pressed.number(0),
            by=v.member,
            seen=pressed.word(1),
            now=v.now,
            texts=v.texts,
        )
        v.edit("notice_approved", notice=notice)


async def on_delete(update: Update, context: Context) -> None:
    """Ask once more, and then delete it where it arrived."""
    pressed = tapped(update)
    number, sure = pressed.number(0), len(pressed.args) > 1
    async with visit(update, context) as v:
        if sure:
            notice = await acting.delete(v.session, notice_id=number, by=v.member, now=v.now, texts=v.texts)
            await show(v, notice)
            return
        notice, _ = await notice_releasing.get(v.session, number, Move.DELETE, by=v.member, today=v.today)
        buttons = [
            [v.button("notice_control.delete_sure", "notice_gone", number, "yes")],
            [v.button("notice_control.back", "notice_way", number, "back")],
        ]
        v.edit("notice_delete_asked", buttons, notice=notice)


async def on_correct(update: Update, context: Context) -> None:
    """Write another one to exactly those who got this one."""
    number = tapped(update).number(0)
    async with visit(update, context) as v:
        draft = await acting.begin_correction(
            v.session, notice_id=number, by=v.member, now=v.now, today=v.today
        )
        await go(v, draft, "text", taken=[])
        issuer = await organisations.get(v.session, draft.issuer_id)
        v.say("notice_text_asked", [[v.button("notices.cancel", "notice_stop")]], issuer=issuer)


async def _may_return(v: Visit, number: int) -> None:
    await notice_releasing.get_awaiting(v.session, number, by=v.member, today=v.today)


async def _subject(v: Visit, number: int) -> dict[str, str]:
    return {"title": (await notices.get(v.session, number)).title}


async def _give_back(v: Visit, number: int, answers: Answers) -> None:
    notice = await notice_releasing.give_back(
        v.session, notice_id=number, by=v.member, words=answers["why"], now=v.now, texts=v.texts
    )
    v.edit("notice_given_back", notice=notice)


forms.add(Form(RETURN, [words("why")], _give_back, _may_return, _subject, confirms=False))

TAPS = {
    "notice_way": on_progress,
    "notice_undo": on_take_back,
    "notice_ok": on_approve,
    "notice_pause": on_pause,
    "notice_resume": on_resume,
    "notice_cancel": on_cancel,
    "notice_gone": on_delete,
    "notice_fix": on_correct,
}
