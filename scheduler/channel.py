"""From stored content to calls of the Bot API: the only place that knows how a message looks to Telegram."""

import asyncio
import logging
from collections import defaultdict
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.exc import SQLAlchemyError
from telegram import InlineKeyboardButton, InlineKeyboardMarkup, ReplyKeyboardMarkup
from telegram.constants import ParseMode
from telegram.error import BadRequest
from telegram.ext import ExtBot

from bot.lanes import Lane, LaneArgs
from db import media
from db.models import Message
from db.session import Database

log = logging.getLogger(__name__)

PHOTO = "photo"
WRONG_FILE = "wrong file"
"""How Telegram begins to say that a file id is not, or no longer, one of this bot's."""


@dataclass(frozen=True)
class _File:
    """Media that the channel has already: its kind, its name, and the file id it has for this bot."""

    kind: str
    name: str
    file_id: str


class Channel:
    """Sends stored messages through one bot. `paid`: what is for many may go above the free limit, for Stars."""

    def __init__(
        self, telegram: ExtBot[LaneArgs], database: Database, *, bot: int, paid: bool = False
    ) -> None:
        self._telegram = telegram
        self._database = database
        self._bot = bot
        self._paid = paid
        self._files: dict[int, _File] = {}
        self._uploads: dict[int, asyncio.Lock] = defaultdict(asyncio.Lock)

    @asynccontextmanager
    async def turn_to_upload(self, media_id: int | None) -> AsyncIterator[None]:
        """Media travels once: while its bytes do, others that need them wait here, and for nothing else."""
        if media_id is None or await self._is_there(media_id):
            yield
            return
        async with self._uploads[media_id]:
            yield

    async def _is_there(self, media_id: int) -> bool:
        """Whether the channel has this media already."""
        if media_id not in self._files:
            async with self._database.read() as session:
                file_id = await media.find_file_id(session, media_id, bot=self._bot)
                if file_id is None:
                    return False
                found = await media.get(session, media_id, content=False)
            self._files[media_id] = _File(found.kind, found.name, file_id)
        return True

    async def send(
        self,
        message: Message,
        chat: int,
        *,
        lane: Lane,
        deadline: datetime | None = None,
        edits: int | None = None,
        admitted: bool = False,
    ) -> int:
        """Send a message, or put it in place of the message `edits`; the id it has in the chat.

        `admitted`: the caller has waited for the budget. Raises python-telegram-bot's errors;
        `scheduler.outcomes` says what they mean.
        """
        common: dict[str, Any] = {
            "parse_mode": ParseMode.HTML,
            "reply_markup": keyboard_of(message.buttons, message.keyboard),
            "rate_limit_args": LaneArgs(lane, deadline, admitted),
        }
        if edits is not None:
            await self._telegram.edit_message_text(message.text, chat_id=chat, message_id=edits, **common)
            return edits
        common["protect_content"] = message.protect
        if self._paid and lane is Lane.BULK:
            common["allow_paid_broadcast"] = True
        if message.media_id is not None:
            return await self._send_media(message, message.media_id, chat, common)
        common["protect_content"] = message.protect
        return (await self._telegram.send_message(chat, message.text, **common)).message_id

    async def _send_media(self, message: Message, media_id: int, chat: int, common: dict[str, Any]) -> int:
        if await self._is_there(media_id):
            file = self._files[media_id]
            try:
                return (await self._post(file.kind, file.name, file.file_id, message.text, chat, common))[0]
            except BadRequest as error:
                if WRONG_FILE in str(error).lower():
                    await self._forget(media_id)
                raise
        async with self._database.read() as session:
            found = await media.get(session, media_id, content=True)
        sent, file_id = await self._post(found.kind, found.name, found.content, message.text, chat, common)
        await self._remember(media_id, _File(found.kind, found.name, file_id))
        return sent

    async def _post(
        self, kind: str, name: str, what: str | bytes, caption: str, chat: int, common: dict[str, Any]
    ) -> tuple[int, str]:
        """Send media by its bytes or its file id; the message's id and the file's."""
        if kind == PHOTO:
            sent = await self._telegram.send_photo(chat, what, caption=caption, **common)
            return sent.message_id, sent.photo[-1].file_id
        sent = await self._telegram.send_document(chat, what, caption=caption, filename=name, **common)
        assert sent.document is not None
        return sent.message_id, sent.document.file_id

    async def _forget(self, media_id: int) -> None:
        """The channel does not know the file id (any more): the next try brings the bytes again."""
        del self._files[media_id]
        async with self._database.write("file") as session:
            await media.forget_file_id(session, media_id, bot=self._bot)

    async def _remember(self, media_id: int, file: _File) -> None:
        """Keep the file id. The message has gone: a database that is away now must not send it again."""
        self._files[media_id] = file
        try:
            async with self._database.write("file") as session:
                await media.remember_file_id(session, media_id, bot=self._bot, file_id=file.file_id)
        except (OSError, SQLAlchemyError) as error:
            log.warning("the file id of media %s was not stored: %s", media_id, type(error).__name__)


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
