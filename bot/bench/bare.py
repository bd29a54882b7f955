"""The other side: what a bot does that is written straight on python-telegram-bot, as its manual shows it.

python -m bot.bench.bare URL answer                  polls, keeps answers in memory, answers each press
python -m bot.bench.bare URL send FIRST COUNT …      sends to the chats from FIRST on; see `send`
"""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import Awaitable, Callable, Iterator

from telegram import InlineKeyboardButton, InlineKeyboardMarkup, Update
from telegram.constants import ParseMode
from telegram.error import RetryAfter
from telegram.ext import Application, CallbackQueryHandler, ContextTypes, ExtBot, JobQueue

from bot.bench import words
from bot.bench.server import TOKEN

Context = ContextTypes.DEFAULT_TYPE
answers: dict[int, str] = {}


def bot_at(url: str) -> ExtBot[None]:
    """A bot with the transport it has by itself."""
    return ExtBot(TOKEN, base_url=f"{url}/bot")


async def on_press(update: Update, context: Context) -> None:
    """Keep the answer in memory, acknowledge the press, say the answer back."""
    query = update.callback_query
    assert query is not None
    answers[query.from_user.id] = query.data or ""
    await query.answer(words.TOAST)
    meeting = int((query.data or "").split(":")[1])
    buttons = keyboard(words.invitation_rows(meeting))
    await patiently(
        lambda: query.edit_message_text(words.NOTED, parse_mode=ParseMode.HTML, reply_markup=buttons)
    )


def keyboard(rows: list[list[dict[str, str]]]) -> InlineKeyboardMarkup:
    """Buttons from plain values."""
    return InlineKeyboardMarkup(
        [[InlineKeyboardButton(b["text"], callback_data=b["callback_data"]) for b in row] for row in rows]
    )


def answering(url: str) -> Application:  # type: ignore[type-arg]
    """An application as it is by itself, one update after the other, with the handler of presses."""
    application = Application.builder().token(TOKEN).base_url(f"{url}/bot").build()
    application.add_handler(CallbackQueryHandler(on_press))
    return application


def answer(url: str) -> None:
    """Poll until the process is asked to end."""
    answering(url).run_polling()


async def broadcast(url: str, first: int, count: int, rate: int) -> None:
    """Poll and answer, and after a word send to everybody meanwhile."""
    application = answering(url)
    async with application:
        assert application.updater is not None
        await application.start()
        await application.updater.start_polling()
        await told("ready")
        await _pace(application.bot, first, count, rate)
        await told("done")


async def pace(url: str, first: int, count: int, rate: int) -> None:
    """After a word send to everybody."""
    async with bot_at(url) as bot:
        await told("ready")
        await _pace(bot, first, count, rate)
        await told("done")


async def _pace(bot: ExtBot[None], first: int, count: int, rate: int) -> None:
    for chat in range(first, first + count):
        await patiently(lambda chat=chat: say(bot, chat))  # type: ignore[misc]
        await asyncio.sleep(1 / rate)


async def patiently(call: Callable[[], Awaitable[object]]) -> None:
    """Make a call again when Telegram has said how long to wait, and waited."""
    while True:
        try:
            await call()
            return
        except RetryAfter as refusal:
            await asyncio.sleep(refusal.retry_after)  # type: ignore[arg-type]


async def jobs(count: int) -> None:
    """After a word put a job for each of so many messages into the running job queue; the seconds it took."""
    queue = JobQueue[Context]()
    application = Application.builder().token(TOKEN).job_queue(queue).build()
    await queue.start()
    await told("ready")
    begun = time.monotonic()
    for number in range(count):
        queue.run_once(one_job, when=3600, chat_id=number)
    await told(str(time.monotonic() - begun))
    assert application.job_queue is queue


async def one_job(context: Context) -> None:
    """What a job would send."""
    assert context.job is not None and context.job.chat_id is not None
    await say(context.bot, context.job.chat_id)


async def told(what: str) -> None:
    """Print a line, and wait for one."""
    print(what, flush=True)  # noqa: T201
    await asyncio.to_thread(sys.stdin.readline)


async def say(bot: ExtBot[None], chat: int) -> None:
    """The notice with its button."""
    buttons = keyboard([[{"text": words.CONFIRM, "callback_data": "confirm:1"}]])
    await bot.send_message(chat, words.NOTICE, parse_mode=ParseMode.HTML, reply_markup=buttons)


async def send(url: str, first: int, warm: int, count: int, flights: int) -> None:
    """Send to `warm` chats, after a word to the next `count`, so many at a time."""
    async with bot_at(url) as bot:
        await _fly(bot, iter(range(first, first + warm)), flights)
        await told("warm")
        await _fly(bot, iter(range(first + warm, first + warm + count)), flights)
        await told("done")


async def _fly(bot: ExtBot[None], chats: Iterator[int], flights: int) -> None:
    async def one_after_the_other() -> None:
        for chat in chats:
            await say(bot, chat)

    await asyncio.gather(*(one_after_the_other() for _ in range(flights)))


def main() -> None:
    """Do what the command line says."""
    url, what, *given = sys.argv[1:]
    numbers = [int(number) for number in given]
    match what:
        case "answer":
            answer(url)
        case "send":
            asyncio.run(send(url, *numbers))
        case "pace":
            asyncio.run(pace(url, *numbers))
        case "broadcast":
            asyncio.run(broadcast(url, *numbers))
        case "jobs":
            asyncio.run(jobs(*numbers))


if __name__ == "__main__":
    main()
