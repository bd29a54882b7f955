"""A member reads a study notice: the confirmation, its questions, and later: by button and in plain words."""

import re
from datetime import datetime

from telegram import Update

from bot.actions import notice_reading as reading
from bot.actions.notice_messages import last_text, reading_buttons
from bot.actions.notice_reading import Read
from bot.buttons import Rows, tap
from bot.errors import NotFound
from bot.rules.notice_reading import Later, later, shuffled
from bot.rules.notices import BUTTON, says_studied, shorten
from db import notice_questions as questions
from db.models import Notice, NoticeQuestion
from db.notices import ABOUT, ASKED
from handlers.common import Context, Visit, tapped, visit

NOTICES = (ABOUT, ASKED)
"""What a message is about that asks for the confirmation of a notice."""


async def on_read(update: Update, context: Context) -> None:
    """The button under a notice: studied. The text stays as it is, and the button goes."""
    notice_id = tapped(update).number(0)

    async with visit(update, context, brief=notice_id) as v:
        read = await reading.confirm(v.session, notice_id=notice_id, by=v.member, now=v.now)
        if read.question is not None:
            _ask(v, read)
            return
        v.toast("done" if read.first else "unchanged")
        if read.first:
            await _say_confirmed(v, read.notice)


async def on_quiz(update: Update, context: Context) -> None:
    """A choice of a question; the next one, or the word that all is answered, takes its place."""
    pressed = tapped(update)

    async with visit(update, context) as v:
        await _answer(v, pressed.number(0), pressed.number(1), edit=True)


async def on_later(update: Update, context: Context) -> None:
    """ "Để sau": until when."""
    notice_id = tapped(update).number(0)

    async with visit(update, context) as v:
        read = await reading.look(v.session, notice_id=notice_id, by=v.member)
        when = [v.button(f"notice_times.{each}", "notice_wait", notice_id, each) for each in Later]
        v.say("notice_later_asked", [when], notice=read)


async def on_wait(update: Update, context: Context) -> None:
    """The moment the member chose."""
    pressed = tapped(update)
    at = pressed.choice(1, Later)

    async with visit(update, context) as v:
        await _put_off(v, pressed.number(0), later(at, v.texts.local(v.now)), edit=True)


async def answer_in_words(v: Visit, notice_id: int, text: str) -> bool:
    """Take `đã đọc` or `đã nghiên cứu` as the confirmation; False for anything else, and for a second time."""
    if not says_studied(text):
        return False
    try:
        read = await reading.confirm(v.session, notice_id=notice_id, by=v.member, now=v.now)
    except NotFound:  # the chat got it for somebody else it spoke for
        return False
    if read.question is not None:
        _ask(v, read)
    elif read.first:
        v.say("notice_confirmed", notice=read.notice, right=None)
    return read.first or read.question is not None


async def choose_in_words(v: Visit, question_id: int, text: str, digit: int | None) -> bool:
    """Take `1`, `câu 2 ạ` (`digit`, as it was read) … as the choice of that place; False for anything else."""
    question = await questions.get(v.session, question_id)
    number = digit or (int(text) if re.fullmatch("[1-9]", text) else None)
    order = _order(v, question)
    if number is None or not 1 <= number <= len(order):
        return False
    await _answer(v, question_id, order[number - 1], edit=False)
    return True


async def put_off_in_words(v: Visit, notice_id: int, at: datetime) -> None:
    """Take `để mai`, `nhắc lại tối nay` as the wish to be asked about a notice again."""
    await _put_off(v, notice_id, at, edit=False)


async def _answer(v: Visit, question_id: int, chosen: int, *, edit: bool) -> None:
    read = await reading.answer(v.session, question_id=question_id, chosen=chosen, by=v.member, now=v.now)
    if read.question is not None:
        _ask(v, read, edit=edit)
    elif read.first:
        (v.edit if edit else v.say)("notice_confirmed", notice=read.notice, right=read.right)
    else:
        v.toast("unchanged")


def _ask(v: Visit, read: Read, *, edit: bool = False) -> None:
    question = read.question
    assert question is not None
    order = _order(v, question)
    (v.edit if edit else v.say)(
        "notice_question",
        _choices(question, order),
        about=(questions.ABOUT, question.id or 0),
        asks=True,
        notice=read.notice,
        question=question,
        choices=[question.choices[place] for place in order],
        right=read.right,
    )


def _choices(question: NoticeQuestion, order: list[int]) -> Rows:
    """Each choice with its number; its words stand whole in the message."""
    return [
        [tap(shorten(f"{number}. {question.choices[place]}", BUTTON), "notice_quiz", question.id, place)]
        for number, place in enumerate(order, start=1)
    ]


def _order(v: Visit, question: NoticeQuestion) -> list[int]:
    return shuffled(len(question.choices), question_id=question.id or 0, member_id=v.member_id)


async def _say_confirmed(v: Visit, notice: Notice) -> None:
    """A text is said again with the confirmation under it; a caption cannot be, so a new line says so."""
    last = await last_text(v.session, notice, now=v.now)
    if last is None:
        v.say("notice_confirmed", notice=notice, right=None)
    else:
        v.edit(last.template, **last.values | {"confirmed_at": v.now})


async def _put_off(v: Visit, notice_id: int, at: datetime, *, edit: bool) -> None:
    notice = await reading.put_off(
        v.session, notice_id=notice_id, by=v.member, at=at, now=v.now, texts=v.texts
    )
    buttons = reading_buttons(notice_id, v.texts, v.language)[:1]
    (v.edit if edit else v.say)(
        "notice_put_off", buttons, about=(ASKED, notice_id), asks=True, notice=notice, at=at
    )


TAPS = {"read": on_read, "notice_quiz": on_quiz, "notice_later": on_later, "notice_wait": on_wait}
