"""Everything typed that is no command and no menu button.

- the digits of a meeting that members check in to now;
- a chat in the middle of something: the next answer of its wizard;
- a word that stands for a command (`báo cáo`, `ai vắng?`);
- a question about absences (`ai vắng 2 tháng liền`), of who may ask it;
- a wish about reminders (`nhắc lại tối nay`, `nhắc ít thôi`);
- an answer to a question the chat was asked: about a meeting (`1`, `em bận, xin vắng`) or a task (`xong 70%`);
- a photo, document or voice message of who has tasks: evidence of one of them;
- otherwise a question back, about tasks where the chat was asked about them last. Never a guess.
"""

from collections.abc import Awaitable, Callable

from telegram import Update

from bot.actions.meeting_news import PREPARING
from bot.errors import NotAllowed, NotFound
from bot.rules.check_in import read_code
from bot.rules.names import fold
from bot.rules.plain_words import Reading, read_answer
from db import notice_questions, questions, told, wizards
from db.questions import Question
from handlers import (
    attendance,
    caring,
    check_in,
    evidence,
    lists,
    notice_drafts,
    notice_reading,
    paper_templates,
    planning,
    preparing,
    reports,
    scorecards,
    skipping,
    snoozing,
    summaries,
    tasks,
)
from handlers.common import Context, Visit, typed, visit

Answering = Callable[[Visit, str], Awaitable[None]]
"""Takes what was typed (or sent: the text is empty then) in the middle of something."""

WORDS: dict[str, Answering] = {
    "bao cao": reports.say_pending,
    "ai vang": caring.say_skipped,
    "ai vang hop": caring.say_skipped,
    "da trao doi": caring.say_talked,
    "tong hop": summaries.say_summary,
    "diem danh cua toi": summaries.say_own,
    "diem danh cua minh": summaries.say_own,
    "bang diem": scorecards.say_scorecard,
}
"""Folded words that stand for a command."""


async def on_typed(update: Update, context: Context) -> None:
    """Find out what was meant, and let whoever understands it answer."""
    text = typed(update)
    for takes in (
        notice_drafts.on_file,
        lists.on_file,
        paper_templates.on_file,
        preparing.on_file,
        planning.on_file,
        evidence.on_file,
    ):
        if await takes(update, context):
            return

    async with visit(update, context) as v:
        wizard = await wizards.find(v.session, v.known, now=v.now)
        if await check_in.take_code(v, text, wizard.name if wizard else None):
            return
        if wizard is not None:
            await context.application.bot_data["wizards"][wizard.name](v, text)
        elif word := WORDS.get(fold(text).rstrip(" ?!.")):
            await word(v, text)
        elif not (await skipping.in_words(v, text) or await snoozing.in_words(v, text)):
            await _answer_question(v, text)


async def on_unknown_tap(update: Update, context: Context) -> None:
    """A button of no handler: damaged, forged, or older than anything we still know."""
    raise NotAllowed("button_unknown")


async def _answer_question(v: Visit, text: str) -> None:
    assert v.known.id is not None
    _ = v.member
    is_code = read_code(text) is not None
    asked = await questions.list_newest(v.session, v.known.id)
    reading = read_answer(text)
    for question in _candidates(asked, reading):
        if (
            question.about == told.ABOUT
            and not is_code
            and await attendance.answer_in_words(v, question.about_id, reading)
        ):
            return
        if question.about == "task" and await tasks.answer_in_words(v, question.about_id, text):
            return
        if question.about in notice_reading.NOTICES and await notice_reading.answer_in_words(
            v, question.about_id, text
        ):
            return
        if question.about == notice_questions.ABOUT and await notice_reading.choose_in_words(
            v, question.about_id, text, reading.digit
        ):
            return
        if question.about == PREPARING and await preparing.answer_in_words(v, question.about_id, text):
            return
    if is_code:
        raise NotFound("check_in_none")
    if asked and asked[0].about == "task" and await tasks.ask_back(v, asked[0].about_id):
        return
    await attendance.ask_back(v, next((q.about_id for q in asked if q.about == told.ABOUT), None))


def _candidates(asked: list[Question], reading: Reading) -> list[Question]:
    """The questions an answer may be meant for, newest first; a digit or a mere yes is for the newest alone.

    What offers no digits never takes one away from the meeting asked about before.
    """
    if reading.only_yes:
        return asked[:1]
    if reading.digit is None:
        return asked
    return [question for question in asked if question.about not in (*notice_reading.NOTICES, PREPARING)][:1]
