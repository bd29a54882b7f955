"""Who was told of a meeting: what left, or may have left, for the chats that speak for somebody now."""

from sqlalchemy import select as select_rows
from sqlmodel import col

from db.models import Delivery, DeliveryState, Link, Message
from db.session import Session

ABOUT = "meeting"
"""What invitations, chases and changes are about; the meeting's number goes with it."""
MAY_HAVE_ARRIVED = (DeliveryState.SENDING, DeliveryState.SENT, DeliveryState.UNKNOWN)


async def list_told(session: Session, meeting_id: int) -> set[int]:
    """The members who heard, or may have heard, of a meeting."""
    query = (
        select_rows(col(Link.member_id))
        .join(Delivery, col(Delivery.account_id) == Link.account_id)
        .join(Message, col(Message.id) == Delivery.message_id)
        .where(col(Message.about) == ABOUT, col(Message.about_id) == meeting_id)
        .where(col(Delivery.state).in_(MAY_HAVE_ARRIVED), col(Link.until).is_(None))
        .distinct()
    )
    return set((await session.execute(query)).scalars())
