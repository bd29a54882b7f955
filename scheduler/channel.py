"""From stored content to calls of the Bot API: the only place that knows how a message looks to Telegram."""

import asyncio
from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from telegram import InlineKeyboardButton, InlineKeyboardMarkup, ReplyKeyboardMarkup
from telegram.constants import ParseMode
from telegram.ext import ExtBot

from bot.lanes import Lane, LaneArgs
from db import media
from db.models import Media, Message
from db.session import Database

PHOTO = "photo"


class Channel:
    """Sends stored messages through one bot."""

    def __init__(self, telegram: ExtBot[LaneArgs], database: Database, *, bot: int) -> None:
        self._telegram = telegram
        self._database = database
        self._bot = bot
        self._uploads: dict[int, asyncio.Lock] = defaultdict(asyncio.Lock)

    async def send(
        self,
        message: Message,
        chat: int,
        *,
        lane: Lane,
        deadline: datetime | None = None,
        edits: int | None = None,
    ) -> int:
        """Send a message, or put it in place of the message `edits`; the id it has in the chat.

        Raises python-telegram-bot's errors; `scheduler.outcomes` says what they mean.
        """
        common: dict[str, Any] = {
            "parse_mode": ParseMode.HTML,
            "reply_markup": keyboard_of(message.buttons, message.keyboard),
            "rate_limit_args": LaneArgs(lane, deadline),
        }
        if edits is not None:
            await self._telegram.edit_message_text(message.text, chat_id=chat, message_id=edits, **common)
            return edits
        if message.media_id is not None:
            return await self._send_media(message, message.media_id, chat, common)
        common["protect_content"] = message.protect
        return (await self._telegram.send_message(chat, message.text, **common)).message_id

    async def _send_media(self, message: Message, media_id: int, chat: int, common: dict[str, Any]) -> int:
        """The bytes travel once; while they do, other sends of the same media wait for their file id."""
        async with self._database.read() as session:
            file_id = await media.find_file_id(session, media_id, bot=self._bot)
        if file_id is not None:
            found = await self._load(media_id, content=False)
            return await self._post(found, file_id, message.text, chat, common)
        async with self._uploads[media_id]:
            async with self._database.read() as session:
                file_id = await media.find_file_id(session, media_id, bot=self._bot)
            found = await self._load(media_id, content=file_id is None)
            return await self._post(found, file_id or found.content, message.text, chat, common)

    async def _load(self, media_id: int, *, content: bool) -> Media:
        async with self._database.read() as session:
            return await media.get(session, media_id, content=content)

    async def _post(
        self, found: Media, what: str | bytes, caption: str, chat: int, common: dict[str, Any]
    ) -> int:
        if found.kind == PHOTO:
            sent = await self._telegram.send_photo(chat, what, caption=caption, **common)
            file_id = sent.photo[-1].file_id
        else:
            sent = await self._telegram.send_document(
                chat, what, caption=caption, filename=found.name, **common
            )
            assert sent.document is not None
            file_id = sent.document.file_id
        if isinstance(what, bytes):
            async with self._database.write("file") as session:
                await media.remember_file_id(session, found.id or 0, bot=self._bot, file_id=file_id)
        return sent.message_id


def keyboard_of(
    buttons: Any, keyboard: Sequence[Sequence[str]] | None = None
) -> InlineKeyboardMarkup | ReplyKeyboardMarkup | None:
    """Telegram's keyboard from plain buttons as the outbox stores them."""
    if buttons:
        return InlineKeyboardMarkup(
            [
                [InlineKeyboardButton(b["text"], callback_data=b.get("data"), url=b.get("url")) for b in row]
                for row in buttons
            ]
        )
    if keyboard:
        return ReplyKeyboardMarkup([list(row) for row in keyboard], resize_keyboard=True, is_persistent=True)
    return None
