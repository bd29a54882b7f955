"""Evidence of what was done: photos, documents and voice messages that go with a report."""

from collections.abc import Collection
from datetime import date, datetime

from bot.actions.authority import authorise
from bot.actions.notice_drafts import refuse_secret
from bot.actions.tasks import get_open
from bot.errors import BadInput
from bot.rules import notices as rules
from bot.rules.permissions import Right
from db import evidence, media, tasks
from db.evidence import Shown
from db.models import Evidence, Media, Member, Progress
from db.session import Session
from db.tasks import Given

MOST = 10
"""Files of one report: what an album holds, and what somebody looks through at a meeting."""


def refuse_mark(name: str, caption: str) -> None:
    """BadInput when the file's name or the words under it bear a secrecy mark."""
    refuse_secret(rules.find_secrecy_in_name(name) or rules.find_secrecy(caption))


async def keep(session: Session, file: Media, *, file_id: str, bot: int) -> int:
    """Keep a file that was sent, once whoever sends it how often; its number.

    Where its bytes were not kept before and are there now, they are kept. `file_id` leads this bot to it.
    """
    assert file.unique_id is not None
    known = await evidence.find_media(session, file.unique_id)
    if known is None:
        number = await media.keep(session, file)
    else:
        number = known.id or 0
        if file.content and not await evidence.has_content(session, file.unique_id):
            known.content = file.content
            session.add(known)
    await media.remember_file_id(session, number, bot=bot, file_id=file_id)
    return number


async def attach(
    session: Session,
    *,
    assignment_id: int,
    by: Member,
    media_ids: Collection[int],
    now: datetime,
    today: date,
) -> Given:
    """Put files to what is reported of a task; one that is there already stays there once.

    It is no report by itself: how far the task is remains to be said. NotAllowed and TooLate as for a report;
    BadInput when there would be more than `MOST`.
    """
    given = await get_open(session, assignment_id=assignment_id, by=by, today=today)
    progress = given.progress or Progress(assignment_id=given.id)
    session.add(progress)
    await session.flush()
    there = await evidence.list_media(session, progress.id or 0)
    new = [number for number in media_ids if number not in there]
    if len(there) + len(new) > MOST:
        raise BadInput("evidence_enough", most=MOST)
    session.add_all(
        Evidence(progress_id=progress.id or 0, media_id=number, added_by=by.id or 0, added_at=now)
        for number in new
    )
    await session.flush()
    return Given(given.task, given.assignment, given.member, given.reporter, progress)


async def show(
    session: Session, *, assignment_id: int, by: Member, bot: int, today: date
) -> tuple[Given, list[Shown]]:
    """The evidence of what was reported since the last regular meeting, for the member and who leads the cell.

    NotAllowed for everybody else.
    """
    given = await tasks.get_given(session, assignment_id)
    if by.id != given.member.id:
        await authorise(session, by, Right.LEAD, given.task.cell_id, on=today)
    progress = given.progress
    return given, await evidence.list_shown(session, progress.id or 0, bot=bot) if progress else []
