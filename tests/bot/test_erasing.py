"""After an erasure what was planted is found nowhere: not in the database's files, nor in exports, nor in logs.

A person with a name, a telephone, reasons and words that nobody else has uses everything, and is then erased.
"""

import json
import logging
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlmodel import col, select, text

from bot.actions import caring, my_data, registration
from bot.actions.registration import Inviting
from bot.rules.words import AuditVerb, RoleName, RollState, TaskVerb
from db import erasing
from db.models import (
    Account,
    Assignment,
    AuditEntry,
    Care,
    Consent,
    DataRequest,
    Evidence,
    Invite,
    JoinRequest,
    Media,
    Meeting,
    MeetingGuest,
    MeetingMinutes,
    Member,
    Membership,
    Progress,
    Reply,
    RollCorrection,
    RollMark,
    SQLModel,
    Task,
    TaskChange,
    Update,
    UpdateState,
)
from db.session import Session
from tests.people import START, Actor, Cast, Town, schedule

NAME = "Quàng Thị Xuyến Chi"
PHONE = "0987654321"
REASON = "con nhỏ sốt xuất huyết nằm viện huyện"
PROGRESS = "đã vận động được bác Tòng ở bản Lướt"
CARED = "gia đình đang dựng lại bếp sau lũ ống"
NOTED = "hẹn đồng chí ấy phiên chợ tới"
CORRECTION = "ngày sinh ghi nhầm năm Nhâm Tuất"
LATER = "chở lợn giống đi chợ phiên"
MENDED = "đưa mẹ xuống trạm xá rồi mới đến"
SENT = b"%PDF danh s\xc3\xa1ch c\xc3\xa1c h\xe1\xbb\x99 b\xe1\xba\xa3n L\xc6\xb0\xe1\xbb\x9bt"
FILE = "danh sách bản Lướt.pdf"
PRAISED = "nhiệt tình như thời ở đội địa chất"
PLANTED = (NAME, PHONE, FILE, PRAISED, REASON, PROGRESS, CARED, NOTED, CORRECTION, LATER, MENDED)


@pytest.fixture
async def chi(cast: Cast) -> Actor:
    """Somebody in cell A who leaves traces everywhere."""
    town = cast.town
    chi = await town.add(NAME, town.cell_a)
    async with town.app.database.write() as session:
        member = await session.get(Member, chi.member_id)
        assert member is not None
        member.phone, member.code = PHONE, "DV-XC-01"
        session.add(member)
        task = Task(
            cell_id=town.cell_a, title="Vận động", year=2026, created_by=cast.lan.member_id, created_at=START
        )
        session.add(task)
        await session.flush()
        session.add(Assignment(task_id=task.id or 0, member_id=chi.member_id, since=START.date()))
    await schedule(town, town.cell_a, day=3)
    await town.app.settle()
    return chi


async def _use_everything(cast: Cast, chi: Actor) -> None:
    """Leave with words, a report, the roll, a correction, an export, a half-done wizard, a failed update."""
    town = cast.town
    await chi.sends(f"xin vắng, {REASON}")
    assert REASON in cast.lan.last
    await chi.sends("/nhiemvu")
    await chi.sends(f"xong 40%, {PROGRESS}")
    await _sends_evidence(cast, chi)
    await cast.lan.sends("/hop")
    await cast.lan.sends("/nhiemvu")
    await town.moves_to(2026, 3, 3, 20, 0)
    await cast.lan.sends("/diemdanh")
    await cast.lan.taps("✅ Tất cả có mặt")
    await cast.lan.taps("🔒 Kết thúc điểm danh", cast.lan.tapped)
    await cast.lan.taps("🙏 Chấp nhận tất cả đơn xin vắng", cast.lan.tapped)
    await cast.lan.taps("🔒 Chốt điểm danh", cast.lan.tapped)
    assert NAME in cast.lan.last
    await _is_looked_after(cast, chi)
    await chi.sends("/dulieu")
    menu = chi.person.last
    await chi.taps("📎 Tải tệp", menu)
    await chi.taps("✏️ Báo sai sót", menu)
    await chi.sends(CORRECTION)
    await town.passes_until(2026, 4, 1, 12, 0)
    await chi.sends(f"xin vắng, {LATER}")
    await cast.lan.sends("/hop")
    await chi.sends("/vang")  # half done
    async with town.app.database.write() as session:
        raw = {"message": {"from": {"id": chi.person.id}, "text": f"{NAME} {REASON}"}}
        quoted = {"callback_query": {"from": {"id": cast.lan.person.id}, "m": f"ai {NAME}"}}
        session.add(_failed(town, 990, raw, chi.person.id))
        session.add(_failed(town, 991, quoted, cast.lan.person.id))
        await registration.invite(session, Inviting(member_id=chi.member_id), now=town.clock.now())
        account = (await session.exec(select(Account).where(Account.address == chi.person.id))).one()
        session.add(
            JoinRequest(
                account_id=account.id or 0, cell_id=town.cell_a, name=NAME, asked_at=START, approved=True
            )
        )
        await _note_at_the_meeting(session, chi.member_id, by=cast.lan.member_id)


async def _sends_evidence(cast: Cast, chi: Actor) -> None:
    """A file with her report, which Lan looks at, an evaluation, and one whose task she never says."""
    town = cast.town
    chi.person.sends_document(FILE, SENT)
    await town.app.settle()
    await cast.lan.sends("/nhiemvu")
    for words in ("Báo cáo thay", NAME, "📎 Minh chứng (1)"):
        await cast.lan.taps(words)
    async with town.app.database.write() as session:
        progress = (await session.exec(select(Progress))).one()
        progress.note = PRAISED
        task = await session.get_one(Task, (await session.exec(select(Task.id))).one())
        task.title = f"Vận động cùng {NAME}"
        changed = {"task_id": task.id or 0, "verb": TaskVerb.RENAMED, "by_id": cast.lan.member_id}
        session.add_all([progress, task, TaskChange(**changed, after=task.title, changed_at=START)])


async def _note_at_the_meeting(session: Session, member_id: int, *, by: int) -> None:
    """Their mark was corrected; their name stands among the guests and in what was concluded."""
    meeting = (await session.exec(select(Meeting).order_by(col(Meeting.starts_at)))).all()[0]
    number = meeting.id or 0
    meeting.outcome = f"chờ {NAME}"
    correction = RollCorrection(
        meeting_id=number,
        member_id=member_id,
        before=RollState.UNEXCUSED,
        after=RollState.EXCUSED,
        reason=MENDED,
        by_id=by,
        corrected_at=START,
    )
    conclusions = MeetingMinutes(meeting_id=number, conclusions=f"Biểu dương {NAME}.", taker_id=member_id)
    session.add_all([meeting, correction, conclusions, MeetingGuest(meeting_id=number, name=NAME)])


async def _is_looked_after(cast: Cast, chi: Actor) -> None:
    """A note about her, a talk she is asked for, and one of hers about somebody else."""
    now = cast.town.clock.now()
    async with cast.town.app.database.write() as session:
        by, she = (
            await session.get_one(Member, cast.lan.member_id),
            await session.get_one(Member, chi.member_id),
        )
        texts, on = cast.town.app.house.texts, now.date()
        await caring.add_note(session, member_id=chi.member_id, words=CARED, by=by, now=now, on=on)
        whom = {"member_id": cast.hoa.member_id, "talker_id": chi.member_id, "by": by}
        await caring.choose_talker(session, **whom, now=now, texts=texts)
        care = (await session.exec(select(Care).where(Care.member_id == cast.hoa.member_id))).one()
        await caring.add_talk_note(session, care_id=care.id or 0, words=NOTED, by=she, now=now, texts=texts)
    await cast.town.app.settle()


def _failed(town: Town, number: int, raw: dict[str, object], sender: int) -> Update:
    return Update(
        bot=town.app.house.bot,
        update_id=number,
        sender=sender,
        payload=json.dumps(raw, ensure_ascii=False),
        state=UpdateState.FAILED,
        tries=3,
        error="ValueError in somewhere",
        received_at=town.clock.now(),
    )


async def _is_erased(cast: Cast, chi: Actor) -> None:
    await chi.sends("/dulieu")
    await chi.taps("🗑 Yêu cầu xóa")
    await chi.taps("Đúng, yêu cầu xóa")
    assert NAME in cast.quan.last
    await cast.quan.taps("🗑 Xóa dữ liệu")
    await cast.quan.taps("Đúng, xóa hẳn", cast.quan.tapped)
    cast.town.clock.move_to(
        cast.town.clock.now() + timedelta(hours=1)
    )  # what was on its way is purged by then
    await cast.town.app.settle()


def _forms(planted: str) -> Iterator[bytes]:
    """As text, as JSON writes it, and as HTML does."""
    yield planted.encode()
    yield json.dumps(planted)[1:-1].encode()


async def _everything_stored(town: Town) -> dict[str, bytes]:
    """The bytes of all files of the database, or on PostgreSQL all rows of all tables."""
    database = town.app.database
    if database.sqlite:
        path = Path(database.url.database or "")
        return {file.name: file.read_bytes() for file in path.parent.glob(f"{path.name}*")}
    async with database.read() as session:
        return {
            table: "\n".join(
                row[0] for row in await session.execute(text(f'SELECT t::text FROM "{table}" t'))
            ).encode()
            for table in SQLModel.metadata.tables
        }


async def _found_in(town: Town, planted: str) -> list[str]:
    stored = await _everything_stored(town)
    return [name for name, content in stored.items() if any(form in content for form in _forms(planted))]


async def test_the_files_of_who_is_erased_go_and_those_of_others_stay(cast: Cast, chi: Actor) -> None:
    await _use_everything(cast, chi)
    async with cast.town.app.database.write() as session:
        sent = (await session.exec(select(Evidence))).one()
        given = Assignment(task_id=1, member_id=cast.hoa.member_id, since=START.date())
        session.add(given)
        await session.flush()
        other = Progress(assignment_id=given.id or 0)
        own = Media(kind="voice", name="voice.ogg", mime="audio/ogg", content=b"Ogg", created_at=START)
        session.add_all([other, own])
        await session.flush()
        for media_id in (sent.media_id, own.id or 0):
            of = {"progress_id": other.id or 0, "media_id": media_id, "added_by": cast.hoa.member_id}
            session.add(Evidence(**of, added_at=START))
    await _is_erased(cast, chi)
    async with cast.town.app.database.read() as session:
        left = [(e.progress_id, e.media_id) for e in (await session.exec(select(Evidence))).all()]
    assert left == [(other.id, sent.media_id), (other.id, own.id)]


async def test_a_file_whose_task_was_never_said_goes_too(cast: Cast, chi: Actor) -> None:
    async with cast.town.app.database.write() as session:
        session.add(
            Assignment(task_id=await _second_task(session, cast), member_id=chi.member_id, since=START.date())
        )
    await chi.sends("/nhiemvu")
    chi.person.sends_document(FILE, SENT)
    await cast.town.app.settle()
    assert "về nhiệm vụ nào" in chi.last
    async with cast.town.app.database.write() as session:
        traces = await erasing.find_traces(session, chi.member_id)
        await erasing.empty_messages(session, traces, chi.member_id, now=START)
        assert len(traces.unsettled) == 1
        assert (await session.exec(select(Media))).all() == []


async def _second_task(session: Session, cast: Cast) -> int:
    task = Task(
        cell_id=cast.town.cell_a, title="Họp", year=2026, created_by=cast.lan.member_id, created_at=START
    )
    session.add(task)
    await session.flush()
    return task.id or 0


async def test_what_was_planted_is_found_nowhere_afterwards(
    cast: Cast, chi: Actor, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    await _use_everything(cast, chi)
    for planted in PLANTED:
        assert await _found_in(cast.town, planted), planted
    await _is_erased(cast, chi)
    for planted in PLANTED:
        assert await _found_in(cast.town, planted) == [], planted
        assert planted not in caplog.text
    address = str(chi.person.id).encode()
    assert not any(address in content for content in (await _rows(cast.town)).values())


async def _rows(town: Town) -> dict[str, bytes]:
    """Every row of every table, as text."""
    async with town.app.database.read() as session:
        return {
            name: repr((await session.execute(select(table))).all()).encode()
            for name, table in SQLModel.metadata.tables.items()
        }


async def test_the_numbers_of_closed_rolls_stay_and_lead_to_nobody(cast: Cast, chi: Actor) -> None:
    await _use_everything(cast, chi)
    await _is_erased(cast, chi)
    async with cast.town.app.database.read() as session:
        member = await session.get(Member, chi.member_id)
        marks = (await session.exec(select(RollMark).where(RollMark.member_id == chi.member_id))).all()
        replies = (await session.exec(select(Reply).where(Reply.member_id == chi.member_id))).all()
        periods = (await session.exec(select(Membership).where(Membership.member_id == chi.member_id))).all()
        consents = (await session.exec(select(Consent).where(Consent.member_id == chi.member_id))).all()
        invites = (await session.exec(select(Invite).where(Invite.member_id == chi.member_id))).all()
        entry = (await session.exec(select(AuditEntry).where(AuditEntry.verb == AuditVerb.ERASED))).one()
        open_ = select(DataRequest).where(
            DataRequest.member_id == chi.member_id, col(DataRequest.done_at).is_(None)
        )
        assert (await session.exec(open_)).all() == []
    assert member is not None and member.erased_at is not None
    assert (member.name, member.code, member.phone) == ("(đã xóa dữ liệu)", None, None)
    assert [mark.state for mark in marks] == ["excused"]
    assert [(reply.reason, reply.words) for reply in replies] == [(None, "")]
    assert all(period.until is not None for period in periods)
    assert consents and not invites
    assert (entry.actor_id, entry.role, entry.member_id) == (
        cast.quan.member_id,
        RoleName.OFFICER,
        chi.member_id,
    )


async def test_the_person_is_told_once_more_and_is_a_stranger_then(cast: Cast, chi: Actor) -> None:
    await _use_everything(cast, chi)
    await _is_erased(cast, chi)
    assert "đã được xóa khỏi chibo" in chi.last
    heard = len(chi.heard)
    await cast.town.passes_until(2026, 4, 3, 22, 0)
    assert len(chi.heard) == heard
    assert "chưa được đăng ký" in await chi.sends("/toi")
    assert "(đã xóa dữ liệu)" not in await cast.lan.sends("/hop")


async def test_a_namesake_and_longer_names_are_left_alone_where_they_wait(cast: Cast, chi: Actor) -> None:
    longer = await cast.town.add(f"{NAME}nh", cast.town.cell_a)
    await _use_everything(cast, chi)
    await _is_erased(cast, chi)
    assert f"{NAME}nh" in await longer.sends("/toi")


async def test_without_an_officer_it_is_done_at_once(cast: Cast, chi: Actor) -> None:
    async with cast.town.app.database.write() as session:
        await session.execute(
            text("UPDATE role SET until = since WHERE member_id = :one").bindparams(one=cast.quan.member_id)
        )
    await chi.sends("/dulieu")
    await chi.taps("🗑 Yêu cầu xóa")
    await chi.taps("Đúng, yêu cầu xóa")
    assert "đã được xóa khỏi chibo" in chi.last
    assert await _found_in(cast.town, NAME) == []


async def test_a_secretary_does_not_erase(cast: Cast, chi: Actor) -> None:
    await chi.sends("/dulieu")
    await chi.taps("🗑 Yêu cầu xóa")
    await chi.taps("Đúng, yêu cầu xóa")
    cast.lan.person.presses(cast.quan.person.last, cast.quan.person.last.buttons[0][0])
    await cast.town.app.settle()
    async with cast.town.app.database.read() as session:
        member = await session.get(Member, chi.member_id)
    assert member is not None and member.erased_at is None


async def test_who_was_erased_is_in_no_export(cast: Cast, chi: Actor) -> None:
    await _use_everything(cast, chi)
    await _is_erased(cast, chi)
    for each in (cast.lan, cast.hoa, cast.quan):
        async with cast.town.app.database.read() as session:
            member = await session.get(Member, each.member_id)
            assert member is not None
            kept = my_data.as_json(await my_data.list_kept(session, member))
        assert not any(form in kept for planted in PLANTED for form in _forms(planted))
