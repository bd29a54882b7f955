"""How a residential meeting ended, for the secretaries of those who live there: each hears of their own only."""

from collections import defaultdict
from datetime import datetime

from bot.actions.roll import Sheet
from bot.actions.telling import Say, tell
from bot.lanes import Lane
from bot.rules.reminders import after_quiet
from bot.rules.words import RoleName
from bot.texts import Texts
from db import people
from db.meetings import Expected
from db.models import RollCorrection
from db.posting import When
from db.session import Session


async def report(
    session: Session,
    sheet: Sheet,
    *,
    now: datetime,
    texts: Texts,
    corrected: RollCorrection | None = None,
) -> None:
    """Tell the secretary of each resident's cell of record; of a correction only the one it concerns.

    Where a cell has no secretary its deputy hears. In the quiet hours it waits for the morning.
    """
    by_cell: dict[int, list[Expected]] = defaultdict(list)
    on = texts.day_of(sheet.meeting.starts_at)
    for e in sheet.called:
        if corrected is not None and e.member_id != corrected.member_id:
            continue
        cell = await people.find_cell_of_record(session, e.member_id, on=on)
        if cell is not None and cell.id is not None:
            by_cell[cell.id].append(e)
    for cell_id, own in by_cell.items():
        await _tell(session, sheet, cell_id, own, corrected, now=now, texts=texts)


async def _tell(
    session: Session,
    sheet: Sheet,
    cell_id: int,
    own: list[Expected],
    corrected: RollCorrection | None,
    *,
    now: datetime,
    texts: Texts,
) -> None:
    to = await _heads(session, cell_id, now=now, texts=texts)
    name = f"residents:{sheet.meeting.id}:{cell_id}"
    say = Say(
        "residential_result",
        {"meeting": sheet.meeting, "cell": sheet.cell, "people": own, "corrected": corrected is not None},
        about=("residents", sheet.meeting.id or 0),
        protect=True,
        dedupe=f"{name}:{corrected.id}" if corrected else name,
    )
    when = When(now, not_before=after_quiet(now, texts.zone))
    await tell(session, to, say, texts=texts, lane=Lane.REMINDER, when=when)


async def _heads(session: Session, cell_id: int, *, now: datetime, texts: Texts) -> list[int]:
    on = texts.day_of(now)
    for name in (RoleName.SECRETARY, RoleName.DEPUTY):
        holders = await people.list_holders(session, cell_id, [name], on=on)
        if holders:
            return [holder.id for holder in holders if holder.id is not None]
    return []
