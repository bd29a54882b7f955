"""A study notice as its author tries it: the very messages members will get, marked, and to nobody else."""

from dataclasses import replace

from telegram import Update

from bot.actions.notice_messages import messages_of
from bot.actions.telling import Say
from bot.buttons import Rows, tap
from bot.rules.notices import BUTTON, shorten
from bot.texts import Texts
from db import drafting
from db.models import Notice, NoticeQuestion
from handlers.common import Context, tapped, visit
from handlers.notice_release import preview
from handlers.notice_wizard import current


async def on_try(update: Update, context: Context) -> None:
    """The messages in their order, then the questions, then the preview again with its buttons."""
    async with visit(update, context) as v:
        notice = await current(v)
        for part in await messages_of(v.session, notice, now=v.now):
            v.speak(tried(part))
        for question in await drafting.list_questions(v.session, notice.id or 0):
            v.speak(tried(_asking(notice, question)))
        await preview(v, notice)
        v.spoken[-1].edits = None


async def on_tried(update: Update, context: Context) -> None:
    """A button under what was only tried does nothing, and says so."""
    tapped(update)
    async with visit(update, context) as v:
        _ = v.member
        v.toast("notice_tried")


def _asking(notice: Notice, question: NoticeQuestion) -> Say:
    """A question as it is put first; each member gets the choices in an order of their own."""
    values = {"notice": notice, "question": question, "choices": question.choices, "right": None}
    rows = [
        [tap(shorten(f"{n}. {choice}", BUTTON), "-")] for n, choice in enumerate(question.choices, start=1)
    ]
    return Say("notice_question", values, lambda texts, language: rows)


def tried(part: Say) -> Say:
    """A message as members will get it, marked; it counts for nothing, and its buttons do nothing."""

    def buttons(texts: Texts, language: str) -> Rows:
        rows = part.buttons(texts, language) if part.buttons else []
        return [[tap(button.text, "notice_tried") for button in row] for row in rows]

    values = {**part.values, "shown": f"{part.template}.html.j2"}
    return replace(part, template="notice_trial", values=values, buttons=buttons, about=None, asks=False)


TAPS = {"notice_try": on_try, "notice_tried": on_tried}
