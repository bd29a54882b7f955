"""Files people send: which one it is, whether something waits for it, and fetching it."""

import logging
from collections.abc import Collection
from datetime import datetime

from telegram import Document, PhotoSize, Update, Voice
from telegram.error import TelegramError

from db import chats, media, wizards
from db.models import Media
from handlers.common import Context, house_of

log = logging.getLogger(__name__)
Sent = Document | PhotoSize | Voice
LARGEST_FILE = 20 * 1024 * 1024
"""What Telegram lets a bot download, in bytes."""


def sent_file(update: Update) -> Document | PhotoSize | None:
    """The document or picture that was sent; of a picture, the largest size."""
    message = update.message
    if message is None:
        return None
    return message.document or (message.photo[-1] if message.photo else None)


def sent_evidence(update: Update) -> Sent | None:
    """The document, picture or voice message that was sent."""
    return sent_file(update) or (update.message.voice if update.message else None)


def name_of(sent: Sent) -> str:
    """The name a file is kept under; empty where nobody gave it one."""
    return (sent.file_name or "") if isinstance(sent, Document) else ""


async def is_awaited(update: Update, context: Context, name: str, steps: Collection[str]) -> bool:
    """Whether the chat is at one of these steps of the wizard `name`."""
    house, user = house_of(context), update.effective_user
    if user is None:
        return False
    async with house.database.read() as session:
        account = await chats.find_account(session, bot=house.bot, address=user.id)
        wizard = await wizards.find(session, account, now=house.clock.now()) if account else None
    return wizard is not None and wizard.name == name and wizard.data["step"] in steps


def media_of(sent: Sent, content: bytes, *, now: datetime) -> Media:
    """What was sent, not kept yet."""
    if isinstance(sent, PhotoSize):
        made = Media(kind="photo", name="photo.jpg", mime="image/jpeg", content=content, created_at=now)
    elif isinstance(sent, Voice):
        made = Media(kind="voice", name="voice.ogg", mime="audio/ogg", content=content, created_at=now)
    else:
        mime = (sent.mime_type or "application/octet-stream")[:100]
        made = media.document((name_of(sent) or "tai-lieu")[-200:], content, mime=mime, now=now)
    return made


async def try_to_fetch(sent: Sent) -> bytes:
    """The content, empty when Telegram does not give it."""
    try:
        return await fetch(sent)
    except TelegramError as error:
        log.warning("a file was not fetched: %s", error)
        return b""


async def fetch(sent: Sent) -> bytes:
    """The content; to be called before a transaction begins, so that nothing waits for Telegram in one."""
    return bytes(await (await sent.get_file()).download_as_bytearray())
