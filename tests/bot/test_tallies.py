"""What a closed roll adds up to stands beside it, and is what its summary says."""

from datetime import date

from sqlalchemy import text
from sqlmodel import select

from bot.actions import roll
from bot.rules.attendance import Count
from bot.rules.spans import Span
from bot.rules.words import MeetingKind, Status
from db import attendance_counts, migrate
from db.attendance_counts import Held
from db.models import Meeting, MeetingState, RollTally, StatusPeriod
from db.session import Database
from tests.handlers.test_roll import close_all_present, evening
from tests.handlers.test_roll_changes import correct_hoa, first_meeting
from tests.people import JOINED, Cast

__all__ = ["evening"]

MARCH = Span.of("month", date(2026, 3, 3))


async def summed_up(cast: Cast) -> tuple[Count, Count, Held]:
    """What the summary says of cell A's meeting, its tally, and the committee's numbers of cell A."""
    meeting = await first_meeting(cast)
    town = cast.town
    async with town.app.database.read() as session:
        sheet = await roll.read(session, meeting, texts=town.app.house.texts)
        (tallied,) = await attendance_counts.list_meetings(session, town.cell_a, MARCH)
        cells = await attendance_counts.count_cells(session, town.committee, MARCH)
        months = await attendance_counts.count_months(session, town.committee, Span.of("year", MARCH.since))
    held = cells[town.cell_a, MeetingKind.REGULAR]
    assert months[MARCH.since, MeetingKind.REGULAR] == sum(
        (each for (_, kind), each in cells.items() if kind is MeetingKind.REGULAR), Held()
    )
    return sheet.count, tallied.count, held


async def exempt(cast: Cast, member_id: int) -> None:
    """Somebody need not come, and comes all the same."""
    async with cast.town.app.database.write() as session:
        query = select(StatusPeriod).where(StatusPeriod.member_id == member_id)
        for each in (await session.exec(query)).all():
            await session.delete(each)
        await session.flush()
        session.add(StatusPeriod(member_id=member_id, status=Status.EXEMPT, since=JOINED))


async def test_closing_and_correcting_keep_what_the_summary_says(evening: Cast) -> None:
    await exempt(evening, evening.lan.member_id)
    await close_all_present(evening)
    said, kept, held = await summed_up(evening)
    assert said == kept == held.count and kept.exempt == 1 and kept.must_attend > 0
    assert (held.closed, held.open) == (1, 0)
    await correct_hoa(evening)
    said, kept, held = await summed_up(evening)
    assert said == kept == held.count and kept.late == 1


async def test_an_open_roll_adds_up_to_nothing_yet(evening: Cast) -> None:
    await evening.lan.sends("/diemdanh")
    await evening.lan.taps("✅ Tất cả có mặt")
    _, kept, held = await summed_up(evening)
    assert kept == attendance_counts.NOBODY and (held.closed, held.open) == (0, 1)


async def test_rolls_closed_before_there_were_tallies_have_theirs(database: Database) -> None:
    await migrate.downgrade(database, "0006")
    async with database.engine.begin() as connection:
        for statement in (
            "INSERT INTO organisation (id, code, name, kind) VALUES (1, 'a', 'A', 'cell')",
            "INSERT INTO member (id, name, fewer_reminders) VALUES (1, 'Hoa', false), (2, 'Minh', false)",
        ):
            await connection.execute(text(statement))
        for number, state in ((1, "closed"), (2, "planned")):
            await connection.execute(
                text(
                    "INSERT INTO meeting (id, cell_id, kind, month, starts_at, minutes, place, agenda, profile,"
                    " state, outcome) VALUES (:id, 1, 'regular', :month, '2026-03-03 12:00', 90, '', '',"
                    " 'standard', :state, '')"
                ),
                {"id": number, "month": date(2026, 2 + number, 1), "state": state},
            )
            for member, mark in ((1, "present"), (2, "unexcused")):
                await connection.execute(
                    text(
                        "INSERT INTO roll_mark (meeting_id, member_id, state, marked_at)"
                        f" VALUES ({number}, {member}, '{mark}', '2026-03-03 14:00')"
                    )
                )
    await migrate.upgrade(database)
    async with database.read() as session:
        (tally,) = (await session.exec(select(RollTally))).all()
        states = {m.id: m.state for m in (await session.exec(select(Meeting))).all()}
    assert tally == RollTally(meeting_id=1, present=1, unexcused=1)
    assert states == {1: MeetingState.CLOSED, 2: MeetingState.PLANNED}
