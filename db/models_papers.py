"""Papers: how a cell's are headed and signed, which were made under which number, and offices' own templates."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Index, LargeBinary, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from bot.rules.papers import LONGEST_PLACE, LONGEST_TAIL, TAIL
from bot.rules.words import PaperKind, PaperSigner
from db.types import Id, Json, Utc, one_of


class PaperSetting(SQLModel, table=True):
    """How a cell's papers are headed, numbered and signed.

    Numbers run from the day the term began; `tail` is the last part of the symbol, `place` stands before the
    date. `used`: the last numbers of this term, by series, that were given before chibo came.
    """

    __tablename__ = "paper_setting"
    organisation_id: int = Field(foreign_key="organisation.id", primary_key=True, sa_type=Id)
    term_began: date
    place: str = Field(max_length=LONGEST_PLACE)
    tail: str = Field(default=TAIL, max_length=LONGEST_TAIL)
    signer: PaperSigner = Field(default=PaperSigner.SECRETARY, sa_type=one_of(PaperSigner, "signer"))
    used: dict[str, int] = Field(default_factory=dict, sa_type=Json)


class Paper(SQLModel, table=True):
    """A numbered paper: made once more for the same meeting or period, it keeps its number and its day.

    A number is one organisation's, within a series and a term. It is of a meeting, or of the period from `since`
    to before `until`.
    """

    __table_args__ = (
        UniqueConstraint("organisation_id", "series", "term_began", "number", name="uq_paper_number"),
        CheckConstraint("(meeting_id IS NULL) = (since IS NOT NULL AND until IS NOT NULL)", name="subject"),
        Index(
            *("uq_paper_meeting", "meeting_id", "kind"),
            unique=True,
            sqlite_where=text("meeting_id IS NOT NULL"),
            postgresql_where=text("meeting_id IS NOT NULL"),
        ),
        Index(
            *("uq_paper_period", "organisation_id", "kind", "since", "until"),
            unique=True,
            sqlite_where=text("meeting_id IS NULL"),
            postgresql_where=text("meeting_id IS NULL"),
        ),
    )
    id: int | None = Field(default=None, primary_key=True, sa_type=Id)
    organisation_id: int = Field(foreign_key="organisation.id", sa_type=Id)
    kind: PaperKind = Field(sa_type=one_of(PaperKind, "kind"))
    series: str = Field(max_length=4)
    term_began: date
    number: int
    day: date
    meeting_id: int | None = Field(default=None, foreign_key="meeting.id", sa_type=Id)
    since: date | None = None
    until: date | None = None
    made_by: int = Field(foreign_key="member.id", sa_type=Id)
    made_at: datetime = Field(sa_type=Utc)


class PaperTemplate(SQLModel, table=True):
    """A Word template of an organisation's own, for one kind of paper of itself and of everything below it."""

    __tablename__ = "paper_template"
    organisation_id: int = Field(foreign_key="organisation.id", primary_key=True, sa_type=Id)
    kind: PaperKind = Field(primary_key=True, sa_type=one_of(PaperKind, "kind"))
    name: str = Field(max_length=200)
    content: bytes = Field(sa_type=LargeBinary)
    added_by: int = Field(foreign_key="member.id", sa_type=Id)
    added_at: datetime = Field(sa_type=Utc)
