"""Files people send: which one it is, whether something waits for it, and fetching it."""

from collections.abc import Collection
from datetime import datetime

from telegram import Document, PhotoSize, Update

from db import chats, media, wizards
from db.models import Media
from handlers.common import Context, house_of

LARGEST_FILE = 20 * 1024 * 1024
"""What Telegram lets a bot download, in bytes."""


def sent_file(update: Update) -> Document | PhotoSize | None:
    """The document or picture that was sent; of a picture, the largest size."""
    message = update.message
    if message is None:
        return None
    return message.document or (message.photo[-1] if message.photo else None)


async def is_awaited(update: Update, context: Context, name: str, steps: Collection[str]) -> bool:
    """Whether the chat is at one of these steps of the wizard `name`."""
    house, user = house_of(context), update.effective_user
    if user is None:
        return False
    async with house.database.read() as session:
        account = await chats.find_account(session, bot=house.bot, address=user.id)
        wizard = await wizards.find(session, account, now=house.clock.now()) if account else None
    return wizard is not None and wizard.name == name and wizard.data["step"] in steps


def media_of(sent: Document | PhotoSize, content: bytes, *, now: datetime) -> Media:
    """What was sent, not kept yet."""
    if isinstance(sent, PhotoSize):
        return Media(kind="photo", name="photo.jpg", mime="image/jpeg", content=content, created_at=now)
    name = (sent.file_name or "tai-lieu")[-200:]
    mime = (sent.mime_type or "application/octet-stream")[:100]
    return media.document(name, content, mime=mime, now=now)


async def fetch(sent: Document | PhotoSize) -> bytes:
    """The content; to be called before a transaction begins, so that nothing waits for Telegram in one."""
    return bytes(await (await sent.get_file()).download_as_bytearray())
