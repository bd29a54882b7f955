"""When committees hear how their cells do."""

from datetime import datetime, time

from sqlmodel import Field, SQLModel

from bot.rules.digests import DigestRhythm
from db.types import Id, Utc, one_of


class CommitteeDigest(SQLModel, table=True):
    """When the officers of a committee are told which numbers of its scorecard miss their targets.

    `day` is a local weekday (Monday 0) or a day of the month (1 to 28), as the rhythm says. `next_at` is the next
    moment at which it is looked whether there is something to tell; None for never.
    """

    __tablename__ = "committee_digest"
    organisation_id: int = Field(foreign_key="organisation.id", primary_key=True, sa_type=Id)
    rhythm: DigestRhythm = Field(default=DigestRhythm.MONTHLY, sa_type=one_of(DigestRhythm, "rhythm"))
    day: int = 5
    at: time = time(8, 0)
    next_at: datetime | None = Field(default=None, index=True, sa_type=Utc)
