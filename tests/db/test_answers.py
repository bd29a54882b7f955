"""What a press reads and writes: the member and the silent, by the rule that makes the meeting's list."""

from datetime import UTC, date, datetime

import pytest
from sqlmodel import select

from bot.errors import NotFound
from bot.rules.attendance import Standing
from bot.rules.words import Answer, LeaveDecision, LeaveReason, MeetingKind, MembershipKind, Status
from db import answers, meetings
from db.answers import Said
from db.models import Meeting, Membership, Reply
from db.session import Session
from tests.people import Actor, Cast

ON = date(2026, 3, 3)
AT = datetime(2026, 3, 3, 12, 30, tzinfo=UTC)


async def meet(session: Session, cast: Cast, kind: MeetingKind = MeetingKind.REGULAR) -> Meeting:
    """Cell A meets on the 3rd."""
    meeting = Meeting(cell_id=cast.town.cell_a, kind=kind, month=date(2026, 3, 1), starts_at=AT)
    session.add(meeting)
    await session.flush()
    return meeting


def says(meeting: Meeting, actor: Actor, answer: Answer, reason: LeaveReason | None = None) -> Said:
    assert meeting.id is not None
    return Said(meeting.id, actor.member_id, answer, reason, "", actor.member_id, AT)


async def asked(session: Session, meeting: Meeting, actor: Actor) -> dict[int, Standing]:
    return {
        a.member_id: a.standing for a in await answers.list_asked(session, meeting, actor.member_id, on=ON)
    }


async def test_the_member_is_listed_with_everybody_who_is_silent(cast: Cast) -> None:
    async with cast.town.app.database.write() as session:
        meeting = await meet(session, cast)
        for actor in (cast.lan, cast.hoa):
            await answers.record(session, says(meeting, actor, Answer.COMING))
        found = await answers.list_asked(session, meeting, cast.hoa.member_id, on=ON)
    assert {a.member_id: a.answer for a in found} == {
        cast.hoa.member_id: Answer.COMING,
        cast.minh.member_id: None,
    }


async def test_who_is_not_expected_is_not_listed(cast: Cast) -> None:
    async with cast.town.app.database.write() as session:
        meeting = await meet(session, cast)
        for actor in (cast.dung, cast.quan, cast.mai):
            assert actor.member_id not in await asked(session, meeting, actor)


async def test_a_residential_meeting_asks_those_who_live_there(cast: Cast) -> None:
    async with cast.town.app.database.write() as session:
        meeting = await meet(session, cast, MeetingKind.RESIDENTIAL)
        assert await asked(session, meeting, cast.mai) == {cast.mai.member_id: Standing.MUST_ATTEND}


async def test_one_transferred_away_is_asked_where_they_are(cast: Cast) -> None:
    async with cast.town.app.database.write() as session:
        for cell, actor in ((cast.town.cell_b, cast.hoa), (cast.town.cell_a, cast.dung)):
            moved = Membership(
                member_id=actor.member_id, cell_id=cell, kind=MembershipKind.TEMPORARY, since=ON
            )
            session.add(moved)
        meeting = await meet(session, cast)
        found = await asked(session, meeting, cast.dung)
    assert cast.dung.member_id in found and cast.hoa.member_id not in found


async def test_the_exempt_are_no_reason_to_wait(cast: Cast) -> None:
    old = await cast.town.add("Tẩn Văn Già", cast.town.cell_a, status=Status.EXEMPT)
    async with cast.town.app.database.write() as session:
        meeting = await meet(session, cast)
        assert (await asked(session, meeting, cast.hoa))[old.member_id] is Standing.EXEMPT


@pytest.mark.parametrize("kind", [MeetingKind.REGULAR, MeetingKind.RESIDENTIAL])
async def test_it_is_the_same_list_that_the_roll_shows(cast: Cast, kind: MeetingKind) -> None:
    await cast.town.add("Tẩn Văn Già", cast.town.cell_a, status=Status.EXEMPT)
    async with cast.town.app.database.write() as session:
        meeting = await meet(session, cast, kind)
        listed = await meetings.list_expected(session, meeting, on=ON)
        found = await asked(session, meeting, cast.hoa)
    wanted = {e.member_id: e.standing for e in listed if e.standing is not Standing.NOT_EXPECTED}
    assert found == wanted


async def test_the_last_word_counts_and_takes_a_decision_back(cast: Cast) -> None:
    async with cast.town.app.database.write() as session:
        meeting = await meet(session, cast)
        first = await answers.record(session, says(meeting, cast.hoa, Answer.LEAVE, LeaveReason.FAMILY))
        reply = (await session.exec(select(Reply))).one()
        reply.decision, reply.decided_by, reply.decided_at = LeaveDecision.ACCEPTED, cast.lan.member_id, AT
        await session.flush()
        assert await answers.record(session, says(meeting, cast.hoa, Answer.LATE)) == first
        await session.refresh(reply)
    kept = reply.model_dump(include={"answer", "reason", "decision", "decided_by", "decided_at"})
    assert kept.pop("answer") is Answer.LATE and set(kept.values()) == {None}


async def test_a_meeting_comes_with_its_cell_or_not_at_all(cast: Cast) -> None:
    async with cast.town.app.database.write() as session:
        meeting = await meet(session, cast)
        found, cell = await answers.get_meeting(session, meeting.id or 0)
        assert (found.id, cell.name) == (meeting.id, "Chi bộ thôn A")
        with pytest.raises(NotFound):
            await answers.get_meeting(session, 999)
