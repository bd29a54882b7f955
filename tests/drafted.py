"""A study notice as it is written in chat, for tests of what is taken and of what is said of it."""

import io

import docx
from sqlmodel import col, select

from db.models import Notice
from tests.people import Actor, Cast

WHOLE = "Toàn bộ Đảng bộ xã Tả Van"
OPTIONS = "⚙️ Hạn, câu hỏi…"
"""Buttons: to everybody; what else is said of it."""


async def begin(cast: Cast) -> Actor:
    """Quân begins to write."""
    await cast.quan.sends("/thongbao")
    await cast.quan.taps("✍️ Soạn thông báo")
    return cast.quan


async def at_preview(cast: Cast, text: str = "Kế hoạch học tập quý I") -> Actor:
    """Quân has written a notice to everybody, and looks at it."""
    quan = await begin(cast)
    await quan.sends(text)
    await quan.answers("Xong", "Giữ tiêu đề này", WHOLE)
    return quan


async def file(cast: Cast, name: str, data: bytes = b"%PDF-1.7", caption: str | None = None) -> str:
    """Quân sends a document; what the bot says to it."""
    cast.quan.person.sends_document(name, data, caption=caption)
    await cast.town.app.settle()
    return cast.quan.last


def word_file(*paragraphs: str) -> bytes:
    """A Word file with these paragraphs."""
    document, made = docx.Document(), io.BytesIO()
    for paragraph in paragraphs:
        document.add_paragraph(paragraph)
    document.save(made)
    return made.getvalue()


async def all_notices(cast: Cast) -> list[Notice]:
    """Every notice, oldest first."""
    async with cast.town.app.database.read() as session:
        return list((await session.exec(select(Notice).order_by(col(Notice.id)))).all())


async def the_notice(cast: Cast) -> Notice:
    """The only one."""
    (notice,) = await all_notices(cast)
    return notice


async def count(cast: Cast, table: type) -> int:
    """How many rows a table has."""
    async with cast.town.app.database.read() as session:
        return len((await session.exec(select(table))).all())
