"""What is past its time goes, on its day and not before; what is not stays; and it is said how much."""

from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import event
from sqlmodel import select

from bot.actions import purging
from bot.config import ZONE
from bot.retention import DAYS, LONGEST, Kind, Retention
from bot.rules.words import Answer, AuditVerb, LeaveReason, MeetingKind, OrganisationKind, RollState
from bot.texts import Texts
from db import purging as stale
from db.models import (
    Account,
    Assignment,
    AuditEntry,
    Care,
    CareNote,
    Delivery,
    DeliveryState,
    Evidence,
    Invite,
    JoinRequest,
    Link,
    Media,
    MediaCopy,
    Meeting,
    MeetingDocument,
    MeetingGuest,
    MeetingMinutes,
    MeetingState,
    Member,
    Message,
    Organisation,
    Progress,
    Reply,
    RollCorrection,
    Snooze,
    Task,
    Update,
    UpdateState,
    Wizard,
)
from db.session import Database, Session
from scheduler import ticks
from tests.people import START

ADDRESS = 5_000_000_123


@pytest.fixture
async def filled(database: Database) -> AsyncIterator[Database]:
    """One thing of every kind, all of one moment: START."""
    async with database.write() as session:
        cell = Organisation(code="a", name="Chi bộ A", kind=OrganisationKind.CELL)
        member = Member(name="Sùng Thị Hoa")
        account = Account(bot=1, address=ADDRESS, created_at=START)
        session.add_all([cell, member, account])
        await session.flush()
        await _fill(session, cell.id or 0, member.id or 0, account.id or 0)
    yield database


async def _fill(session: Session, cell: int, member: int, account: int) -> None:
    meeting = Meeting(cell_id=cell, kind=MeetingKind.REGULAR, month=START.date(), starts_at=START)
    media = Media(kind="document", name="x.json", mime="application/json", content=b"{}", created_at=START)
    came_in = Media(kind="document", name="x.csv", mime="text/csv", content=b"Hoa", created_at=START)
    care = Care(cell_id=cell, member_id=member, year=START.year, opened_at=START)

    paper = Media(kind="document", name="x.pdf", mime="application/pdf", content=b"%", created_at=START)
    photo = Media(kind="photo", name="photo.jpg", mime="image/jpeg", content=b"", created_at=START)
    task = Task(cell_id=cell, title="Vận động", year=2026, created_by=member, created_at=START)
    session.add_all([meeting, media, came_in, paper, care, photo, task])
    await session.flush()
    session.add_all(
        [
            Snooze(meeting_id=meeting.id or 0, member_id=member, due_at=START),
            MeetingDocument(meeting_id=meeting.id or 0, media_id=paper.id or 0, added_by=member),
        ]
    )
    said = {"words": "được 3 hộ", "reported_at": START}
    given = Assignment(task_id=task.id or 0, member_id=member, since=START.date(), **said)
    session.add_all([given, MediaCopy(media_id=came_in.id or 0, bot=1, file_id="AgAC")])
    await session.flush()
    progress = Progress(assignment_id=given.id or 0, **said)
    session.add(progress)
    await session.flush()
    sent = {"progress_id": progress.id or 0, "media_id": photo.id or 0}
    session.add(Evidence(**sent, added_by=member, added_at=START))
    message = Message(text="Xin chào", buttons=[[{"text": "Hoa"}]], created_at=START)
    export = Message(text="", about="data", about_id=1, media_id=media.id, created_at=START)
    session.add_all([message, export])
    await session.flush()
    session.add_all(
        [
            Reply(
                meeting_id=meeting.id or 0,
                member_id=member,
                answer=Answer.LEAVE,
                reason=LeaveReason.OTHER,
                words="bận",
                by_id=member,
                answered_at=START,
            ),
            Delivery(
                message_id=message.id or 0,
                bot=1,
                chat=ADDRESS,
                account_id=account,
                lane=1,
                state=DeliveryState.SENT,
                not_before=START,
                deadline=START,
                settled_at=START,
                dedupe=f"x:1:{ADDRESS}",
            ),
            RollCorrection(
                meeting_id=meeting.id or 0,
                member_id=member,
                before=RollState.UNEXCUSED,
                after=RollState.LATE,
                reason="đến sau",
                by_id=member,
                corrected_at=START,
            ),
            MeetingGuest(meeting_id=meeting.id or 0, name="Bà Mỷ"),
            MeetingMinutes(meeting_id=meeting.id or 0, conclusions="Sửa đường"),
            Meeting(
                cell_id=cell,
                kind=MeetingKind.THEMATIC,
                month=START.date(),
                starts_at=START,
                state=MeetingState.NOT_HELD,
                outcome="mưa lũ",
            ),
            CareNote(care_id=care.id or 0, by_id=member, words="đã gặp", noted_at=START),
            Update(bot=1, update_id=1, payload="{}", state=UpdateState.FAILED, received_at=START),
            Wizard(account_id=account, name="join", data={}, updated_at=START),
            JoinRequest(account_id=account, cell_id=cell, name="Hoa", asked_at=START, decided_at=START),
            Invite(token_sha256="0" * 64, member_id=member, created_at=START, expires_at=START),
            Link(account_id=account, member_id=member, since=START, until=START),
        ]
    )


async def _counts(database: Database, now: datetime, kept: Retention = DAYS) -> dict[Kind, int]:
    async with database.read() as session:
        return {due.kind: due.count for due in await purging.look(session, now=now, kept=kept)}


@pytest.mark.parametrize("kind", [kind for kind in Kind if kind is not Kind.DELIVERIES])
async def test_a_kind_is_kept_to_its_day_and_not_longer(filled: Database, kind: Kind) -> None:
    if kind is Kind.CHATS:  # somebody who still asks to be let in needs the chat
        async with filled.write() as session:
            await stale.purge(session, Kind.JOIN_REQUESTS, before=START + timedelta(days=1))
    if kind is Kind.LISTS:  # the number under which Telegram holds it goes first
        async with filled.write() as session:
            await stale.purge(session, Kind.COPIES, before=START + timedelta(days=1))
    day = START + timedelta(days=DAYS[kind])
    assert (await _counts(filled, day))[kind] == 0
    assert (await _counts(filled, day + timedelta(seconds=1)))[kind] == 1


@pytest.mark.parametrize("kind", Kind)
async def test_a_kind_that_is_kept_shorter_goes_alone_and_leaves_the_others(
    filled: Database, kind: Kind
) -> None:
    kept = dict.fromkeys(Kind, LONGEST) | {kind: 1}
    late = START + timedelta(days=LONGEST)
    before = await _counts(filled, late, kept)
    gone = 0
    while done := await _purged(filled, late, kept):
        gone += done
    after = await _counts(filled, late, kept)
    assert gone == before[kind] and after == before | {kind: 0}


async def test_the_clock_goes_by_the_days_of_the_setting(filled: Database) -> None:
    longer, late = Texts(ZONE, retention=dict.fromkeys(Kind, LONGEST)), START + timedelta(days=401)
    async with filled.write() as session:
        assert await ticks.purge(session, now=late, texts=longer) == 0
        assert await ticks.purge(session, now=late, texts=Texts(ZONE)) > 0


async def test_everything_goes_in_the_end_and_is_one_entry(filled: Database) -> None:
    late = START + timedelta(days=401)
    total = 0
    while True:
        async with filled.write() as session:
            gone = await purging.purge(session, now=late, kept=DAYS)
        total += gone
        if not gone:
            break
    assert total == len(Kind) + 1  # the photo, when no report refers to it any more
    async with filled.read() as session:
        reply = (await session.exec(select(Reply))).one()
        correction = (await session.exec(select(RollCorrection))).one()
        guest = (await session.exec(select(MeetingGuest))).one()
        noted = (await session.exec(select(MeetingMinutes))).one()
        outcomes = (await session.exec(select(Meeting.outcome))).all()
        account = (await session.exec(select(Account))).one()
        delivery = (await session.exec(select(Delivery))).one()
        messages = (await session.exec(select(Message))).all()
        media = (await session.exec(select(Media))).all()
        reports = [
            *(await session.exec(select(Progress))).all(),
            *(await session.exec(select(Assignment))).all(),
        ]
        gone = (Update, Wizard, JoinRequest, Invite, CareNote, Snooze, Evidence, MediaCopy)
        gone_tables = [(await session.exec(select(t))).all() for t in gone]
        entries = (await session.exec(select(AuditEntry))).all()
    assert (reply.answer, reply.reason, reply.words) == (Answer.LEAVE, None, "")
    assert (correction.before, correction.reason, guest.name, noted.conclusions) == ("unexcused", "", "", "")
    assert set(outcomes) == {""}
    assert (account.address, delivery.chat, delivery.dedupe) == (-(account.id or 0), -(account.id or 0), None)
    assert all((m.text, m.buttons) == ("", None) for m in messages)
    assert [m.content for m in media] == [b"", b""]
    assert [(said.words, said.reported_at) for said in reports] == [("", START)] * 2
    assert gone_tables == [[]] * len(gone)
    assert {entry.verb for entry in entries} == {AuditVerb.PURGED}
    assert sum(entry.count or 0 for entry in entries) == total
    assert all(entry.actor_id is None and entry.role is None for entry in entries)


async def test_what_still_waits_keeps_its_words_and_so_does_a_notice(filled: Database) -> None:
    late = START + timedelta(days=31)
    async with filled.write() as session:
        delivery = (await session.exec(select(Delivery))).one()
        delivery.state = DeliveryState.RETRY
        session.add(delivery)
        session.add(Message(text="Toàn văn", about="notice", about_id=1, created_at=START))
    assert (await _counts(filled, late))[Kind.MESSAGES] == 0


async def test_a_file_that_goes_with_a_report_is_no_list_nobody_took(filled: Database) -> None:
    late = START + timedelta(days=31)
    async with filled.write() as session:
        photo = (await session.exec(select(Media).where(Media.kind == "photo"))).one()
        session.add(MediaCopy(media_id=photo.id or 0, bot=1, file_id="AgACphoto"))
    while (await _purged(filled, late)) > 0:
        pass
    async with filled.read() as session:
        copies = (await session.exec(select(MediaCopy.media_id))).all()
    assert copies == [photo.id]


async def test_what_was_shown_of_a_report_lets_the_file_go_with_its_message(filled: Database) -> None:
    async with filled.write() as session:
        photo = (await session.exec(select(Media).where(Media.kind == "photo"))).one()
        session.add(Message(text="Vận động", media_id=photo.id, created_at=START))
    while (await _purged(filled, START + timedelta(days=181))) > 0:
        pass
    async with filled.read() as session:
        assert (await session.exec(select(Media).where(Media.kind == "photo"))).all() == []


async def _purged(database: Database, now: datetime, kept: Retention = DAYS) -> int:
    async with database.write() as session:
        return await purging.purge(session, now=now, kept=kept)


async def test_a_chat_that_speaks_for_somebody_stays(filled: Database) -> None:
    async with filled.write() as session:
        link = (await session.exec(select(Link))).one()
        link.until = None
        session.add(link)
    assert (await _counts(filled, START + timedelta(days=4000)))[Kind.CHATS] == 0


async def test_nothing_is_looked_for_by_reading_whole_tables(database: Database) -> None:
    """Replies and messages are the large ones: both are found by their partial index."""
    if not database.sqlite:
        return  # PostgreSQL's planner decides by what is in the table, and there is nothing in it
    seen: list[tuple[str, Any]] = []
    event.listen(database.engine.sync_engine, "before_cursor_execute", lambda *a: seen.append((a[2], a[3])))
    plans = {}
    for kind in (Kind.REASONS, Kind.MESSAGES):
        async with database.write() as session:
            await stale.purge(session, kind, before=START)
            statement, values = seen[-1]
            connection = await session.connection()
            rows = (await connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values)).all()
            plans[kind] = " ".join(str(row.detail) for row in rows)
    assert "ix_reply_reason" in plans[Kind.REASONS]
    assert "ix_message_kept" in plans[Kind.MESSAGES] and "SCAN message" not in plans[Kind.MESSAGES]
