"""The committee's permission, without which the law does not let its members be entered."""

from datetime import date, datetime

from bot.errors import BadInput
from bot.rules.names import clean
from db.models import CommitteePermission
from db.session import Session

LONGEST_NAME = 200
LONGEST_NUMBER = 60


async def record(
    session: Session, *, given_by: str, number: str, given_on: date, now: datetime, today: date
) -> CommitteePermission:
    """Record which committee allowed it, by the paper of which number and day; an earlier record stays.

    BadInput for a committee or a number without letters or figures, too long, or a day that has not come.
    """
    made = CommitteePermission(
        given_by=words_of(given_by, most=LONGEST_NAME),
        number=words_of(number, most=LONGEST_NUMBER),
        given_on=day_of_paper(given_on, today=today),
        recorded_at=now,
    )
    session.add(made)
    await session.flush()
    return made


def words_of(text: str, *, most: int) -> str:
    """What was typed as one line; BadInput when it says nothing or is longer than so many characters."""
    words = clean(text)
    if len(words) > most or not any(letter.isalnum() for letter in words):
        raise BadInput("permission_unclear", most=most)
    return words


def day_of_paper(day: date, *, today: date) -> date:
    """The day of a paper; BadInput when it has not come."""
    if day > today:
        raise BadInput("permission_in_future")
    return day
