"""From stored content to calls of the Bot API: the only place that knows how a message looks to Telegram."""

import asyncio
import json
import logging
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from time import monotonic
from typing import Any

from sqlalchemy.exc import SQLAlchemyError
from telegram.error import BadRequest, RetryAfter
from telegram.ext import ExtBot

from bot.lanes import Lane, LaneArgs
from bot.measures import Measures
from bot.transport import Form
from db import media
from db.models import Message
from db.session import Database
from scheduler.outcomes import OutcomeKind, classify
from scheduler.pacing import PacedLimiter

log = logging.getLogger(__name__)

PHOTO = "photo"
METHODS = {PHOTO: "sendPhoto", "document": "sendDocument", "voice": "sendVoice"}
"""How each kind of media is sent."""
TOO_MANY = "429"
"""How a call ended that Telegram refused because there were too many."""
WRONG_FILE = "wrong file"
"""How Telegram begins to say that a file id is not, or no longer, one of this bot's."""


@dataclass(frozen=True)
class _File:
    """Media that the channel has already: its kind, and the file id it has for this bot."""

    kind: str
    file_id: str


class Channel:
    """Sends stored messages through one bot. `paid`: what is for many may go above the free limit, for Stars."""

    def __init__(
        self,
        telegram: ExtBot[LaneArgs],
        limiter: PacedLimiter,
        database: Database,
        *,
        bot: int,
        paid: bool = False,
        measures: Measures = Measures(),  # noqa: B008  frozen, and of functions that do nothing
    ) -> None:
        self._telegram = telegram
        self._limiter = limiter
        self._database = database
        self._bot = bot
        self._paid = paid
        self._measures = measures
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
            self._files[media_id] = _File(found.kind, file_id)
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
        """Send a message, or put it in place of the message `edits`, or delete that; the id it has in the chat.

        `admitted`: the caller has waited for the budget. Raises python-telegram-bot's errors;
        `scheduler.outcomes` says what they mean.
        """
        place = LaneArgs(lane, deadline, admitted)
        said: dict[str, Any] = {"chat_id": chat, "parse_mode": "HTML", "reply_markup": markup_of(message)}
        if message.deletes:
            assert edits is not None
            await self._call("deleteMessage", {"chat_id": chat, "message_id": edits}, place)
            return edits
        if edits is not None:
            await self._call("editMessageText", {**said, "text": message.text, "message_id": edits}, place)
            return edits
        said["protect_content"] = message.protect or None
        said["allow_paid_broadcast"] = (self._paid and lane is Lane.BULK) or None
        if message.media_id is not None:
            return await self._send_media(message.media_id, {**said, "caption": message.text}, place)
        return int((await self._call("sendMessage", {**said, "text": message.text}, place))["message_id"])

    async def acknowledge(self, query: str, text: str | None, alert: bool) -> None:
        """Take the waiting mark off the button that was tapped, with a word over the chat or an alert."""
        said = {"callback_query_id": query, "text": text, "show_alert": alert or None}
        await self._call("answerCallbackQuery", said, LaneArgs(Lane.TAP))

    async def _send_media(self, media_id: int, said: dict[str, Any], place: LaneArgs) -> int:
        if await self._is_there(media_id):
            file = self._files[media_id]
            try:
                sent = await self._call(METHODS[file.kind], {**said, file.kind: file.file_id}, place)
            except BadRequest as error:
                if WRONG_FILE in str(error).lower():
                    await self._forget(media_id)
                raise
            return int(sent["message_id"])
        async with self._database.read() as session:
            found = await media.get(session, media_id, content=True)
        upload = {found.kind: (found.name, found.content, found.mime)}
        sent = await self._call(METHODS[found.kind], said, place, upload)
        kept = sent[PHOTO][-1] if found.kind == PHOTO else sent[found.kind]
        await self._remember(media_id, _File(found.kind, kept["file_id"]))
        return int(sent["message_id"])

    async def _call(
        self,
        method: str,
        parameters: dict[str, Any],
        place: LaneArgs,
        upload: dict[str, tuple[str, bytes, str]] | None = None,
    ) -> Any:
        """What the Bot API answers to one call, made in its turn.

        python-telegram-bot's own methods make objects of the answer, of which we need one number; that cost
        more than the call.
        """
        given = {name: _plain(value) for name, value in parameters.items() if value is not None}
        url, form = f"{self._telegram.base_url}/{method}", Form(given, upload or {})
        post = (url, form, method)
        return await self._limiter.process_request(self._post, post, {}, method, parameters, place)

    async def _post(self, url: str, form: Any, method: str) -> Any:
        """One call; how it ended, and after how long, is told."""
        begun, outcome = monotonic(), OutcomeKind.SENT.value
        try:
            return await self._telegram.request.post(url, form)
        except Exception as error:
            outcome = TOO_MANY if isinstance(error, RetryAfter) else classify(error).kind.value
            raise
        finally:
            self._measures.called(method, outcome, monotonic() - begun)

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


def markup_of(message: Message) -> dict[str, Any] | None:
    """Telegram's keyboard from plain buttons as the outbox stores them."""
    if message.buttons:
        rows = [[_button(button) for button in row] for row in message.buttons]
        return {"inline_keyboard": rows}
    if message.keyboard:
        rows = [[{"text": text} for text in row] for row in message.keyboard]
        return {"keyboard": rows, "resize_keyboard": True, "is_persistent": True}
    return None


def _button(button: dict[str, str]) -> dict[str, str]:
    if url := button.get("url"):
        return {"text": button["text"], "url": url}
    return {"text": button["text"], "callback_data": button["data"]}


def _plain(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, separators=(",", ":"))
