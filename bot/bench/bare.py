"""The other side: what a bot does that is written straight on python-telegram-bot, as its manual shows it.

python -m bot.bench.bare URL answer                  polls, keeps answers in memory, answers each press
python -m bot.bench.bare URL send FIRST COUNT …      sends to the chats from FIRST on; see `send`
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Iterator

from telegram import InlineKeyboardButton, InlineKeyboardMarkup, Update
from telegram.constants import ParseMode
from telegram.ext import Application, ApplicationBuilder, CallbackQueryHandler, ContextTypes, ExtBot

from bot.bench import words
from bot.bench.server import TOKEN

Context = ContextTypes.DEFAULT_TYPE
answers: dict[int, str] = {}


def bot_at(url: str) -> ExtBot[None]:
    """A bot with the transport it has by itself."""
    return ExtBot(TOKEN, base_url=f"{url}/bot")


def answering(url: str) -> ApplicationBuilder:  # type: ignore[type-arg]
    """An application as it is by itself: one update after the other."""
    return Application.builder().token(TOKEN).base_url(f"{url}/bot")


async def on_press(update: Update, context: Context) -> None:
    """Keep the answer in memory, acknowledge the press, say the answer back."""
    query = update.callback_query
    assert query is not None
    answers[query.from_user.id] = query.data or ""
    await query.answer(words.TOAST)
    meeting = int((query.data or "").split(":")[1])
    await query.edit_message_text(
        words.NOTED, parse_mode=ParseMode.HTML, reply_markup=keyboard(words.invitation_rows(meeting))
    )


def keyboard(rows: list[list[dict[str, str]]]) -> InlineKeyboardMarkup:
    """Buttons from plain values."""
    return InlineKeyboardMarkup(
        [[InlineKeyboardButton(b["text"], callback_data=b["callback_data"]) for b in row] for row in rows]
    )


def answer(url: str) -> None:
    """Poll until the process is asked to end."""
    application = answering(url).build()
    application.add_handler(CallbackQueryHandler(on_press))
    application.run_polling()


async def send(url: str, first: int, warm: int, count: int, flights: int) -> None:
    """Send to `warm` chats, wait for a word, then to the next `count`, so many at a time; then wait for the end."""
    async with bot_at(url) as bot:
        await _fly(bot, iter(range(first, first + warm)), flights)
        print("warm", flush=True)  # noqa: T201
        await asyncio.to_thread(sys.stdin.readline)
        await _fly(bot, iter(range(first + warm, first + warm + count)), flights)
        await asyncio.to_thread(sys.stdin.readline)


async def _fly(bot: ExtBot[None], chats: Iterator[int], flights: int) -> None:
    buttons = keyboard([[{"text": words.CONFIRM, "callback_data": "confirm:1"}]])

    async def one_after_the_other() -> None:
        for chat in chats:
            await bot.send_message(chat, words.NOTICE, parse_mode=ParseMode.HTML, reply_markup=buttons)

    await asyncio.gather(*(one_after_the_other() for _ in range(flights)))


def main() -> None:
    """Do what the command line says."""
    url, what, *numbers = sys.argv[1:]
    if what == "answer":
        answer(url)
        return
    first, warm, count, flights = map(int, numbers)
    asyncio.run(send(url, first, warm, count, flights))


if __name__ == "__main__":
    main()
