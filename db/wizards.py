"""What a chat is in the middle of, kept in the database so that a restart does not forget it."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete
from sqlmodel import col

from bot.errors import TooLate
from db.models import Account, Wizard
from db.session import Session

FORGOTTEN_AFTER = timedelta(hours=12)


async def start(
    session: Session, account: Account, name: str, data: dict[str, Any], *, now: datetime
) -> None:
    """Begin, or go on to the next question; what was said so far is in `data`."""
    assert account.id is not None
    await session.merge(Wizard(account_id=account.id, name=name, data=data, updated_at=now))


async def find(session: Session, account: Account, *, now: datetime) -> Wizard | None:
    """What the chat is in the middle of; half a day later it is in the middle of nothing."""
    found = await session.get(Wizard, account.id)
    return found if found is not None and now - found.updated_at < FORGOTTEN_AFTER else None


async def get(session: Session, account: Account, name: str) -> dict[str, Any]:
    """What was said so far to the wizard `name`; TooLate when the chat has gone on to something else."""
    found = await session.get(Wizard, account.id)
    if found is None or found.name != name:
        raise TooLate("wizard_gone")
    return dict(found.data)


async def stop(session: Session, account: Account) -> None:
    """The chat is in the middle of nothing."""
    await session.exec(delete(Wizard).where(col(Wizard.account_id) == account.id))
