"""Which open question an answer typed in a chat may be meant for."""

from dataclasses import dataclass

from sqlalchemy import func
from sqlmodel import col, select

from db.models import Delivery, DeliveryState, Message
from db.session import Session

SHOWN = (DeliveryState.SENDING, DeliveryState.SENT, DeliveryState.UNKNOWN)


@dataclass(frozen=True)
class Question:
    """Something the chat was asked: `about` is `meeting`, `task` …, `about_id` which one."""

    about: str
    about_id: int


async def list_newest(session: Session, account_id: int, *, limit: int = 6) -> list[Question]:
    """What this chat was asked last, newest first, each thing once."""
    asked_at = func.max(func.coalesce(Delivery.settled_at, Delivery.not_before))
    query = (
        select(col(Message.about), col(Message.about_id))
        .join(Delivery, col(Delivery.message_id) == Message.id)
        .where(Delivery.account_id == account_id, col(Delivery.state).in_(SHOWN), col(Message.asks))
        .group_by(col(Message.about), col(Message.about_id))
        .order_by(asked_at.desc())
        .limit(limit)
    )
    return [Question(about or "", about_id or 0) for about, about_id in (await session.exec(query)).all()]
