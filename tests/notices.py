"""Study notices as they are written, and such that are out, for tests of what comes after their release."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import pytest
from sqlmodel import col, select

from bot.actions import belonging
from bot.rules.words import RoleName
from bot.sandbox.objects import Button
from db.models import Member, Membership, Notice, NoticeQuestion, NoticeState, Recipient
from tests.people import JOINED, Actor, Cast

TITLE = "Kế hoạch học tập quý I"
EVERYBODY, SEND = "Toàn bộ Đảng bộ xã Tả Van", "📣 Gửi"


class Asked(NamedTuple):
    """A question with its choices, the first of which is right."""

    text: str
    choices: Sequence[str]


async def write(cast: Cast, text: str = "Kế hoạch học tập", *, by: Actor | None = None) -> None:
    """An officer writes a notice to everybody and asks that it leaves."""
    actor = by or cast.quan
    await actor.sends("/thongbao")
    await actor.answers("✍️ Soạn thông báo", text, "Xong", "Giữ tiêu đề này", EVERYBODY, SEND)


async def newest(cast: Cast) -> Notice:
    """The notice that was begun last."""
    async with cast.town.app.database.read() as session:
        query = select(Notice).order_by(col(Notice.id).desc())
        return (await session.exec(query)).first() or pytest.fail("no notice")


async def make_approver(cast: Cast, actor: Actor) -> None:
    """Somebody may approve the notices of the committee."""
    async with cast.town.app.database.write() as session:
        await belonging.give_role(
            session, actor.member_id, RoleName.APPROVER, cast.town.committee, since=JOINED
        )


async def issue(cast: Cast, title: str = TITLE, *asked: Asked, to: int | None = None, **columns: Any) -> int:
    """The committee releases a notice, by default to everybody below it, and it is spread; its number."""
    town = cast.town
    async with town.app.database.write() as session:
        notice = Notice(
            issuer_id=columns.pop("issuer", town.committee),
            audience_id=to or town.committee,
            author_id=cast.quan.member_id,
            title=title,
            text=columns.pop("text", title),
            state=NoticeState.SENDING,
            created_at=town.clock.now(),
            sent_at=town.clock.now(),
            **columns,
        )
        session.add(notice)
        await session.flush()
        number = notice.id or 0
        session.add_all(
            NoticeQuestion(notice_id=number, number=at, text=each.text, choices=list(each.choices), right=0)
            for at, each in enumerate(asked, start=1)
        )
    await town.app.settle()
    return number


async def recipients(cast: Cast, notice_id: int) -> dict[int, Recipient]:
    """Whom a notice is for, by their numbers."""
    async with cast.town.app.database.read() as session:
        rows = (await session.exec(select(Recipient).where(Recipient.notice_id == notice_id))).all()
        return {row.member_id: row for row in rows}


async def recipient(cast: Cast, notice_id: int, actor: Actor) -> Recipient:
    """How it stands for one of the cast."""
    return (await recipients(cast, notice_id))[actor.member_id]


async def without_chat(cast: Cast, name: str, cell_id: int) -> int:
    """A member of a cell who has no telephone."""
    async with cast.town.app.database.write() as session:
        member = Member(name=name, code=f"M-{name}")
        session.add(member)
        await session.flush()
        assert member.id is not None
        session.add(Membership(member_id=member.id, cell_id=cell_id, kind="record", since=JOINED))
        return member.id


async def forged(cast: Cast, actor: Actor, data: str) -> str | None:
    """A tap with callback data that no button of this person carries."""
    await actor.sends("/trogiup")
    press = actor.person.presses(actor.person.last, Button("?", data))
    await cast.town.app.settle()
    return press.answer["text"] if press.answer else None
