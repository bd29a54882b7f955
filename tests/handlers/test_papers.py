"""Papers as a secretary gets them: in one tap, from what the chat has, under a number that is theirs alone."""

import asyncio
from collections.abc import Sequence
from typing import Any

import pytest
from sqlmodel import col, select

from bot.actions import papers as drafting
from bot.errors import TooLate
from bot.reports.papers import built_in
from bot.reports.papers_fields import columns, fields, lists
from bot.rules.papers import span_of
from bot.rules.words import AuditVerb, PaperKind, RollState
from db import meetings, people
from db.models import (
    AuditEntry,
    Media,
    Member,
    Notice,
    NoticeSession,
    NoticeState,
    Paper,
    PaperTemplate,
    Recipient,
)
from tests.handlers.test_roll import close_all_present, evening
from tests.handlers.test_roll_changes import add_follower
from tests.papers import lines_of, text_of
from tests.people import START, Actor, Cast
from tests.reports.test_papers_checked import changed
from tests.tasked import give

__all__ = ["evening"]


async def files(cast: Cast) -> Sequence[Media]:
    async with cast.town.app.database.read() as session:
        return (await session.exec(select(Media).order_by(col(Media.id)))).all()


async def newest(cast: Cast) -> str:
    """What the file says that was made last."""
    return text_of((await files(cast))[-1].content)


async def numbered(cast: Cast) -> list[tuple[PaperKind, str, int]]:
    async with cast.town.app.database.read() as session:
        listed = (await session.exec(select(Paper).order_by(col(Paper.id)))).all()
    return [(paper.kind, paper.series, paper.number) for paper in listed]


async def audited(cast: Cast) -> list[tuple[AuditVerb, int | None, int | None]]:
    async with cast.town.app.database.read() as session:
        entries = (await session.exec(select(AuditEntry).order_by(col(AuditEntry.id)))).all()
    return [(e.verb, e.organisation_id, e.count) for e in entries if e.verb is AuditVerb.EXPORTED]


# ── of a meeting ───────────────────────────────────────────────────────────────────────────────────


async def test_a_closed_roll_has_its_papers_under_it(evening: Cast) -> None:
    await give(evening, "Vận động 5 hộ", evening.hoa)
    await evening.hoa.sends("xong 70%")
    await evening.lan.sends("/diemdanh")
    await evening.lan.taps("⋯ Việc khác")
    await evening.lan.taps("📝 Nội dung họp")
    await evening.lan.taps("🕒 Giờ, chủ trì, thư ký")
    await evening.lan.answers("19:30", "21h10", "Vàng Thị Lan", "Lù Văn Minh", "12")
    await evening.lan.sends("Thu gom rác ngày 5.\n- Sửa đường thôn;")
    await evening.lan.sends("xong")
    await close_all_present(evening)
    summary, chat = evening.lan.person.last, evening.lan.last
    await evening.lan.taps("📄 Biên bản", summary)
    assert "Biên bản số 01-BB/CB, Chi bộ thôn A, ngày 03/03/2026." in evening.lan.last
    assert "giữ kín" in evening.lan.last
    said = await newest(evening)
    sentence = next(line for line in chat.splitlines() if line.startswith("Tổng số"))
    assert f"2. {sentence}" in said and "thời gian: 100 phút" in sentence
    assert "A, ngày 03 tháng 3 năm 2026" in said and "ĐẢNG BỘ XÃ TẢ VAN / CHI BỘ THÔN A / *" in said
    assert "bắt đầu 19 giờ 30, kết thúc 21 giờ 10, ngày 03 tháng 3 năm 2026." in said
    assert "1. Thu gom rác ngày 5.\n2. Sửa đường thôn.\n" in said
    assert "1 | Sùng Thị Hoa | Vận động 5 hộ | 70 % |" in said
    assert said.rstrip().endswith("THƯ KÝ /  /  /  / Lù Văn Minh | CHỦ TRÌ /  /  /  / Vàng Thị Lan")
    await evening.lan.taps("📄 Nghị quyết", summary)
    assert "Số 01-NQ/CB" in await newest(evening)
    await evening.lan.taps("📄 Danh sách dự họp", summary)
    assert "Sùng Thị Hoa | có mặt" in await newest(evening)


async def test_names_of_the_absent_are_there_and_reasons_nowhere(evening: Cast) -> None:
    await close_all_present(evening)
    summary = evening.lan.person.last
    await evening.lan.taps("✏️ Sửa điểm danh", summary)
    await evening.lan.taps(
        "⏰ Sùng Thị Hoa" if "⏰ Sùng Thị Hoa" in evening.lan.buttons else "✅ Sùng Thị Hoa"
    )
    await evening.lan.taps("vắng có lý do")
    await evening.lan.sends("ốm nặng phải nằm viện")
    for button in ("📄 Biên bản", "📄 Nghị quyết", "📄 Danh sách dự họp"):
        await evening.lan.taps(button, summary)
        said = await newest(evening)
        assert "ốm" not in said and "viện" not in said and "bận" not in said
        assert ("Sùng Thị Hoa" in said) is (button != "📄 Nghị quyết")
    assert "Sùng Thị Hoa | vắng có lý do" in said


async def test_before_a_meeting_there_are_its_invitation_and_a_sheet_to_sign(evening: Cast) -> None:
    await close_all_present(evening)
    await evening.lan.sends("/hop")
    headcount = next(
        m
        for m in reversed(evening.lan.person.messages)
        if any(b.text == "📄 Giấy mời" for row in m.buttons for b in row)
    )
    await evening.lan.taps("📄 Giấy mời", headcount)
    said = await newest(evening)
    assert "Số 01-GM/CB" in said and "ngày 03 tháng 4 năm 2026" in said and "A, ngày 03 tháng 3 năm" in said
    await evening.lan.taps("🖨 Danh sách ký", headcount)
    assert "1 | Sùng Thị Hoa |" in await newest(evening)


async def test_nothing_is_drafted_from_an_open_roll(evening: Cast) -> None:
    async with evening.town.app.database.read() as session:
        meeting = (await meetings.list_open(session, [evening.town.cell_a]))[0]
    await evening.lan.sends("/giayto")
    assert "📄 Biên bản (03/03)" not in evening.lan.buttons
    assert "Chưa có buổi sinh hoạt thường kỳ nào chốt" in evening.lan.last
    before = len(await files(evening))
    async with evening.town.app.database.write() as session:
        by = await people.get_member(session, evening.lan.member_id)
        with pytest.raises(TooLate, match="paper_roll_open"):
            await drafting.of_meeting(
                session,
                PaperKind.MINUTES,
                meeting_id=meeting.id or 0,
                by=by,
                now=evening.town.clock.now(),
                texts=evening.town.app.house.texts,
            )
    assert len(await files(evening)) == before and await numbered(evening) == []


# ── numbers ────────────────────────────────────────────────────────────────────────────────────────


async def test_a_draft_made_again_keeps_its_number_and_each_series_runs_by_itself(evening: Cast) -> None:
    await close_all_present(evening)
    summary = evening.lan.person.last
    for _ in range(2):
        await evening.lan.taps("📄 Biên bản", summary)
        await evening.lan.taps("📄 Nghị quyết", summary)
    await evening.lan.sends("/giayto")
    menu = evening.lan.person.last
    for button in ("📄 Báo cáo tháng 3/2026", "📄 Học tập quý 1/2026", "📄 Báo cáo tháng 2/2026"):
        await evening.lan.taps(button, menu)
        await evening.minh.sends("/giayto")
        await evening.minh.taps(button)
    assert await numbered(evening) == [
        (PaperKind.MINUTES, "BB", 1),
        (PaperKind.RESOLUTION, "NQ", 1),
        (PaperKind.MONTH, "BC", 1),
        (PaperKind.STUDY, "BC", 2),
        (PaperKind.MONTH, "BC", 3),
    ]


async def test_two_secretaries_at_once_never_get_the_same_number(evening: Cast) -> None:
    async def draft(by: Actor, month: int) -> str | None:
        async with evening.town.app.database.write() as session:
            span = span_of(PaperKind.MONTH, 2025, month)
            assert span is not None
            made = await drafting.of_period(
                session,
                PaperKind.MONTH,
                cell_id=evening.town.cell_a,
                span=span,
                by=await session.get_one(Member, by.member_id),
                now=evening.town.clock.now(),
                texts=evening.town.app.house.texts,
            )
        return made.symbol

    both = [draft(by, month) for month in range(1, 7) for by in (evening.lan, evening.minh)]
    symbols = await asyncio.gather(*both)
    assert sorted(set(symbols), key=str) == [f"{n:02d}-BC/CB" for n in range(1, 7)]
    assert symbols[::2] == symbols[1::2]


async def test_how_papers_look_is_set_by_a_form(evening: Cast) -> None:
    await close_all_present(evening)
    summary = evening.lan.person.last
    await evening.lan.taps("📄 Nghị quyết", summary)
    await evening.lan.sends("/giayto")
    await evening.lan.taps("⚙️ Cách trình bày")
    assert "đã bắt đầu" in await evening.lan.sends("5/5/2030")
    await evening.lan.answers("15/5/2025", "Séo Mý Tỷ", "CBSMT", "Phó bí thư ký thay (K/T)")
    assert "NQ 17" in await evening.lan.sends("mười bảy")
    await evening.lan.sends("NQ 17, BB 20")
    assert "Nhiệm kỳ từ 15/05/2025; ký hiệu: …/CBSMT; địa danh: Séo Mý Tỷ" in evening.lan.last
    await evening.lan.taps("📄 Nghị quyết", summary)
    said = await newest(evening)
    assert "Số 01-NQ/CBSMT" in said and "Séo Mý Tỷ, ngày 03 tháng 3 năm 2026" in said
    assert "T/M CHI BỘ / K/T BÍ THƯ / PHÓ BÍ THƯ /  /  /  / Lù Văn Minh" in said
    await evening.lan.taps("📄 Biên bản", summary)
    assert "Số 21-BB/CBSMT" in await newest(evening)


async def test_a_new_term_counts_from_one(evening: Cast) -> None:
    await close_all_present(evening)
    summary = evening.lan.person.last
    await evening.lan.taps("📄 Nghị quyết", summary)
    await evening.lan.sends("/giayto")
    await evening.lan.taps("⚙️ Cách trình bày")
    await evening.lan.answers("1/2/2026", "Giữ: A", "Giữ: CB", "Bí thư ký", "Để trống")
    await evening.lan.taps("📄 Báo cáo tháng 3/2026")
    await evening.lan.taps("📄 Nghị quyết", summary)
    assert "Số 01-NQ/CB" in await newest(evening)
    assert await numbered(evening) == [(PaperKind.RESOLUTION, "NQ", 1), (PaperKind.MONTH, "BC", 1)]


# ── reports ────────────────────────────────────────────────────────────────────────────────────────


async def test_the_reports_count_what_the_chat_counts(evening: Cast) -> None:
    await close_all_present(evening)
    chat = evening.lan.last
    await evening.lan.sends("/giayto")
    menu = evening.lan.person.last
    await evening.lan.taps("📄 Báo cáo tháng 3/2026", menu)
    said = await newest(evening)
    assert "Tổng số đảng viên: 3; chính thức: 3; dự bị: 0" in said
    rate = next(line for line in chat.splitlines() if line.startswith("Tỷ lệ"))
    assert f"{rate}." in said and "phải dự: 3;" in said
    assert "Sùng Thị Hoa" not in said
    await evening.lan.taps("📄 Bảng cả năm 2026", menu)
    rows = [line for line in lines_of((await files(evening))[-1].content) if " | Sùng Thị Hoa | " in line]
    async with evening.town.app.database.read() as session:
        last = await meetings.find_last_closed(session, evening.town.cell_a)
        assert last is not None
        listed = await meetings.list_expected(session, last, on=last.month)
    state = next(e.state for e in listed if e.name == "Sùng Thị Hoa")
    sign = {RollState.PRESENT: "x", RollState.LATE: "m", RollState.EXCUSED: "P"}[state or RollState.PRESENT]
    assert rows[0].split(" | ")[2:6] == ["", "", sign, ""]


async def test_what_was_studied_is_counted_in_meetings_people_documents_and_per_cent(evening: Cast) -> None:
    await close_all_present(evening)
    town, now = evening.town, evening.town.clock.now()
    async with town.app.database.write() as session:
        last = await meetings.find_last_closed(session, town.cell_a)
        notice = Notice(
            issuer_id=town.committee,
            audience_id=town.committee,
            author_id=evening.quan.member_id,
            title="Chỉ thị 05",
            state=NoticeState.SENT,
            created_at=now,
            sent_at=now,
        )
        session.add(notice)
        await session.flush()
        assert last is not None and last.id is not None and notice.id is not None
        for actor, at in ((evening.hoa, now), (evening.minh, None), (evening.dung, now)):
            cell = town.cell_b if actor is evening.dung else town.cell_a
            session.add(
                Recipient(notice_id=notice.id, member_id=actor.member_id, cell_id=cell, confirmed_at=at)
            )
        session.add(
            NoticeSession(
                notice_id=notice.id, meeting_id=last.id, by_id=evening.lan.member_id, recorded_at=now
            )
        )
    await evening.lan.sends("/giayto")
    await evening.lan.taps("📄 Học tập quý 1/2026")
    said = await newest(evening)
    assert "chuyên đề: 1; số lượt đảng viên dự: 2." in said
    assert "quán triệt: 1; số lượt đảng viên được gửi: 2; đã xác nhận nghiên cứu: 1." in said
    assert "3. Tỷ lệ đảng viên đã học tập, quán triệt: 50 %." in said
    assert "1 | Chỉ thị 05 | 03/03/2026 | 2 | 1 | 50 %" in said


async def test_only_papers_with_names_leave_an_entry(evening: Cast) -> None:
    await close_all_present(evening)
    summary = evening.lan.person.last
    await evening.lan.taps("📄 Nghị quyết", summary)
    assert await audited(evening) == []
    await evening.lan.taps("📄 Biên bản", summary)
    assert await audited(evening) == [(AuditVerb.EXPORTED, evening.town.cell_a, 3)]


async def test_only_who_leads_the_cell_gets_its_papers(evening: Cast) -> None:
    await add_follower(evening)
    for actor in (evening.hoa, evening.dung):
        assert "dành cho bí thư" in await actor.sends("/giayto")
    assert "Mẫu văn bản của Đảng bộ xã Tả Van" in await evening.quan.sends("/giayto")
    assert not any("Biên bản (" in each for each in evening.quan.buttons)


async def test_what_a_paper_says_is_exactly_what_its_template_may_use(evening: Cast) -> None:
    await give(evening, "Vận động 5 hộ", evening.hoa)
    await close_all_present(evening)
    async with evening.town.app.database.write() as session:
        asked: dict[str, Any] = {
            "by": await people.get_member(session, evening.lan.member_id),
            "now": evening.town.clock.now(),
            "texts": evening.town.app.house.texts,
        }
        last = await meetings.find_last_closed(session, evening.town.cell_a)
        assert last is not None
        for kind in PaperKind:
            span = span_of(kind, 2026, {PaperKind.MONTH: 3, PaperKind.STUDY: 1}.get(kind, 0))
            where = {"cell_id": evening.town.cell_a, "span": span}
            draft = (
                await drafting.of_meeting(session, kind, meeting_id=last.id or 0, **asked)
                if span is None
                else await drafting.of_period(session, kind, **where, **asked)
            )
            assert set(draft.values) == {each.name for each in fields(kind).values() if not each.of_list}
            for name in lists(kind) & {name for name, value in draft.values.items() if value}:
                entry = draft.values[name][0]
                assert set(columns(kind, name)) <= (set() if isinstance(entry, str) else set(vars(entry)))


async def test_a_template_that_fails_on_what_there_is_says_whose_it_is(evening: Cast) -> None:
    await close_all_present(evening)
    async with evening.town.app.database.write() as session:
        session.add(
            PaperTemplate(
                organisation_id=evening.town.committee,
                kind=PaperKind.RESOLUTION,
                name="mau.docx",
                content=changed(built_in(PaperKind.RESOLUTION), "{{ kind }}", "{{ gone }}"),
                added_by=evening.quan.member_id,
                added_at=START,
            )
        )
    said = await evening.lan.taps("📄 Nghị quyết")
    assert "Mẫu riêng của Đảng bộ xã Tả Van không điền được" in (said or "")
    assert await numbered(evening) == []


# ── own templates ──────────────────────────────────────────────────────────────────────────────────


async def sends_template(actor: Actor, content: bytes, name: str = "mau.docx") -> str:
    actor.person.sends_document(name, content)
    await actor.town.app.settle()
    return actor.last


async def test_an_office_changes_a_template_looks_at_it_and_its_cells_use_it(evening: Cast) -> None:
    await close_all_present(evening)
    summary = evening.lan.person.last
    quan = evening.quan
    await quan.sends("/giayto")
    await quan.taps("Nghị quyết")
    await quan.taps("⬇️ Tải mẫu đang dùng")
    ours = (await files(evening))[-1].content
    await quan.taps("📋 Các trường dùng được", quan.tapped)
    assert "conclusions" in await newest(evening)
    await quan.taps("⬆️ Gửi mẫu của mình", quan.tapped)
    assert "đuôi .docx" in await sends_template(quan, b"x", "mau.pdf")
    assert "không có: han_chot" in await sends_template(quan, changed(ours, "{{ kind }}", "{{ han_chot }}"))
    good = changed(ours, "NGHỊ QUYẾT", "NGHỊ QUYẾT CỦA XÃ")
    assert "dùng được" in await sends_template(quan, good)
    assert "NGHỊ QUYẾT CỦA XÃ" in await newest(evening)
    await evening.lan.taps("📄 Nghị quyết", summary)
    assert "CỦA XÃ" not in await newest(evening)
    await quan.taps("✅ Dùng mẫu này")
    assert "mẫu của Đảng bộ xã Tả Van" in quan.last
    await evening.lan.taps("📄 Nghị quyết", summary)
    assert "CỦA XÃ" in await newest(evening) and "Theo mẫu của Đảng bộ xã Tả Van" in evening.lan.last
    await quan.taps("🗑 Bỏ mẫu riêng")
    async with evening.town.app.database.read() as session:
        assert not (await session.exec(select(PaperTemplate))).all()


async def test_what_was_sent_and_not_wanted_is_gone(evening: Cast) -> None:
    await evening.lan.sends("/giayto")
    await evening.lan.taps("🗂 Mẫu văn bản")
    await evening.lan.taps("Biên bản")
    await evening.lan.taps("⬆️ Gửi mẫu của mình")
    await sends_template(evening.lan, built_in(PaperKind.MINUTES))
    kept = [file.name for file in await files(evening)]
    assert "mau.docx" in kept
    await evening.lan.sends("hủy")
    assert "mau.docx" not in [file.name for file in await files(evening)]
    async with evening.town.app.database.read() as session:
        assert not (await session.exec(select(PaperTemplate))).all()
