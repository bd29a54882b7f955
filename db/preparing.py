"""Named reads about what is prepared for meetings: agendas that are proposed, and documents that go with them."""

from collections import defaultdict
from collections.abc import Collection
from typing import NamedTuple

from sqlalchemy import func
from sqlalchemy import select as select_rows
from sqlalchemy.orm import aliased
from sqlmodel import col, select

from bot.errors import NotFound
from db.models import Media, Meeting, MeetingDocument, Schedule
from db.session import Session


class Document(NamedTuple):
    """A document of a meeting: its number, where its content is, and its name."""

    id: int
    media_id: int
    name: str


async def list_agendas(session: Session, meeting_ids: Collection[int]) -> dict[int, str]:
    """What is proposed as the agenda of meetings, by their numbers; empty where there is nothing to go by.

    Their own where they have one, else the model kept with the schedule, else that of the last meeting of the kind.
    """
    earlier = aliased(Meeting)
    last = (
        select_rows(col(earlier.agenda))
        .where(col(earlier.cell_id) == Meeting.cell_id, col(earlier.kind) == Meeting.kind)
        .where(col(earlier.agenda) != "")
        .where(col(earlier.starts_at) < Meeting.starts_at)
        .order_by(col(earlier.starts_at).desc())
        .limit(1)
        .scalar_subquery()
    )
    chosen = func.coalesce(
        func.nullif(col(Meeting.agenda), ""), func.nullif(col(Schedule.agenda), ""), last, ""
    )
    query = (
        select_rows(col(Meeting.id), chosen)
        .outerjoin(
            Schedule, (col(Schedule.cell_id) == Meeting.cell_id) & (col(Schedule.kind) == Meeting.kind)
        )
        .where(col(Meeting.id).in_(meeting_ids))
    )
    return {row[0]: row[1] for row in await session.execute(query)}


async def list_documents(session: Session, meeting_ids: Collection[int]) -> dict[int, list[Document]]:
    """The documents of meetings that are still kept, in the order they were added, by the meetings' numbers."""
    query = (
        select_rows(
            col(MeetingDocument.meeting_id),
            col(MeetingDocument.id),
            col(MeetingDocument.media_id),
            col(Media.name),
        )
        .join(Media, col(Media.id) == MeetingDocument.media_id)
        .where(col(MeetingDocument.meeting_id).in_(meeting_ids), func.length(Media.content) > 0)
        .order_by(col(MeetingDocument.id))
    )
    found: dict[int, list[Document]] = defaultdict(list)
    for meeting_id, *document in await session.execute(query):
        found[meeting_id].append(Document(*document))
    return found


async def get_document(session: Session, document_id: int) -> MeetingDocument:
    """A document of a meeting; NotFound when there is none."""
    query = select(MeetingDocument).where(MeetingDocument.id == document_id).with_for_update()
    found = (await session.exec(query)).first()
    if found is None:
        raise NotFound
    return found
