"""Named reads about papers: how a cell's look, their numbers, own templates, and what reports count."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func
from sqlalchemy import select as select_rows
from sqlmodel import col, select

from bot.rules.papers import FIRST_TERM, usual_place
from bot.rules.words import PaperKind
from db import organisations
from db.models import (
    Notice,
    NoticeSession,
    NoticeState,
    Organisation,
    Paper,
    PaperSetting,
    PaperTemplate,
    Recipient,
)
from db.session import Session


async def get_setting(session: Session, cell_id: int) -> PaperSetting:
    """How a cell's papers look; what is usual where it has not said."""
    found = await session.get(PaperSetting, cell_id)
    if found is not None:
        return found
    cell = await organisations.get(session, cell_id)
    return PaperSetting(organisation_id=cell_id, term_began=FIRST_TERM, place=usual_place(cell.name))


async def lock(session: Session, cell_id: int) -> None:
    """Let nobody else number a paper of the cell until the end of the transaction."""
    query = select_rows(col(Organisation.id)).where(col(Organisation.id) == cell_id)
    await session.execute(query.with_for_update(key_share=True))


async def find_of_meeting(session: Session, meeting_id: int, kind: PaperKind) -> Paper | None:
    """The paper of a kind that was numbered for a meeting."""
    query = select(Paper).where(Paper.meeting_id == meeting_id, Paper.kind == kind)
    return (await session.exec(query)).first()


async def find_of_period(
    session: Session, cell_id: int, kind: PaperKind, since: date, until: date
) -> Paper | None:
    """The paper of a kind that was numbered for a period."""
    query = select(Paper).where(Paper.organisation_id == cell_id, Paper.kind == kind)
    return (await session.exec(query.where(Paper.since == since, Paper.until == until))).first()


async def last_number(session: Session, cell_id: int, series: str, term_began: date) -> int:
    """The highest number of a series in a term; 0 where there is none."""
    query = select_rows(func.max(col(Paper.number))).where(
        col(Paper.organisation_id) == cell_id,
        col(Paper.series) == series,
        col(Paper.term_began) == term_began,
    )
    return (await session.execute(query)).scalar_one() or 0


async def list_of_term(session: Session, cell_id: int, term_began: date) -> list[Paper]:
    """The numbered papers of a term."""
    query = select(Paper).where(Paper.organisation_id == cell_id, Paper.term_began == term_began)
    return list((await session.exec(query)).all())


# ── own templates ──────────────────────────────────────────────────────────────────────────────────


async def find_template(session: Session, organisation_id: int, kind: PaperKind) -> PaperTemplate | None:
    """The own template that is used somewhere: of the organisation, or of the nearest above that has one."""
    line = await organisations.list_lineage(session, organisation_id)
    query = select(PaperTemplate).where(
        col(PaperTemplate.organisation_id).in_(line), PaperTemplate.kind == kind
    )
    found = {each.organisation_id: each for each in (await session.exec(query)).all()}
    return next((found[number] for number in line if number in found), None)


async def get_own_template(session: Session, organisation_id: int, kind: PaperKind) -> PaperTemplate | None:
    """The template an organisation itself has for a kind."""
    return await session.get(PaperTemplate, (organisation_id, kind))


async def list_templated(session: Session, organisation_id: int) -> set[PaperKind]:
    """The kinds for which own templates are used somewhere, its own or those of what is above."""
    line = await organisations.list_lineage(session, organisation_id)
    query = select_rows(col(PaperTemplate.kind)).where(col(PaperTemplate.organisation_id).in_(line))
    return set((await session.execute(query)).scalars())


# ── what reports count ─────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Studied:
    """A notice in a cell: when it left (aware), how many members it went to, and how many confirmed it."""

    title: str
    sent_at: datetime
    recipients: int
    confirmed: int


async def list_studied(session: Session, cell_id: int, since: datetime, until: datetime) -> list[Studied]:
    """The notices that left for members of a cell from a moment to before another, the earliest first."""
    query = (
        select_rows(
            col(Notice.title), col(Notice.sent_at), func.count(), func.count(col(Recipient.confirmed_at))
        )
        .join(Recipient, col(Recipient.notice_id) == Notice.id)
        .where(col(Recipient.cell_id) == cell_id)
        .where(col(Notice.state).in_((NoticeState.SENDING, NoticeState.SENT)))
        .where(col(Notice.sent_at) >= since, col(Notice.sent_at) < until)
        .group_by(col(Notice.id), col(Notice.title), col(Notice.sent_at))
        .order_by(col(Notice.sent_at), col(Notice.id))
    )
    return [Studied(*row) for row in (await session.execute(query)).all()]


async def list_studied_at(session: Session, meeting_ids: Collection[int]) -> set[int]:
    """Those of these meetings at which a notice was studied together."""
    query = select_rows(col(NoticeSession.meeting_id)).where(col(NoticeSession.meeting_id).in_(meeting_ids))
    return set((await session.execute(query)).scalars())
