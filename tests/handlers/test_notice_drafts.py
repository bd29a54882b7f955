"""A study notice before it leaves: whom it is for, what else is said of it, drafts, a trial."""

import re
from datetime import date

import pytest
from sqlmodel import select

from bot.rules.words import RoleName, Status
from db import drafting, people
from db.models import Media, Message, Notice, NoticeFile, NoticeQuestion, Organisation
from tests.drafted import OPTIONS, WHOLE, all_notices, at_preview, begin, count, file, the_notice
from tests.people import Cast

# ── whom it is for ──────────────────────────────────────────────────────────────────────────────────


async def test_an_audience_is_narrowed_by_taps_and_counted_at_once(cast: Cast) -> None:
    async with cast.town.app.database.write() as session:
        (await session.get_one(Organisation, cast.town.cell_b)).sort = "Cơ quan"
    await cast.town.add("Vàng A Páo", cast.town.cell_b, status=Status.EXEMPT)
    quan = await at_preview(cast)
    await quan.taps("👥 Lọc người nhận")
    assert "6 người nhận, thuộc 2 chi bộ" in quan.last
    await quan.taps("▫️ Cơ quan")
    assert "3 người nhận, thuộc 1 chi bộ.\nChi bộ thôn B: 3" in quan.last
    await quan.taps("▫️ " + status_word(cast, Status.EXEMPT))
    assert "1 người nhận" in quan.last
    await quan.taps("‹ Xem lại")
    assert "chi bộ loại: Cơ quan" in quan.last and "1 người nhận" in quan.last
    await quan.taps("📣 Gửi")
    await cast.town.waits(60)
    heard = [a for a in (cast.lan, cast.minh, cast.hoa, cast.dung, cast.mai) if "quý I" in "".join(a.heard)]
    assert heard == []


def status_word(cast: Cast, status: Status) -> str:
    return cast.town.app.house.texts.label(f"statuses.{status}", "vi")


async def test_a_notice_for_secretaries_reaches_them_alone(cast: Cast) -> None:
    quan = await at_preview(cast)
    await quan.taps("👥 Lọc người nhận")
    word = cast.town.app.house.texts.label(f"roles.{RoleName.SECRETARY}", "vi")
    await quan.taps(f"▫️ {word}")
    await quan.answers("‹ Xem lại", "📣 Gửi")
    await cast.town.waits(60)
    reached = [a for a in (cast.lan, cast.minh, cast.hoa, cast.dung) if "quý I" in "".join(a.heard)]
    assert reached == [cast.lan]


async def test_the_kind_of_a_cell_is_set_where_the_organisation_is_changed(cast: Cast) -> None:
    await cast.quan.sends("/tochuc")
    await cast.quan.answers("Chi bộ thôn A", "🏷 Loại chi bộ", "co quan")
    async with cast.town.app.database.read() as session:
        assert (await session.get_one(Organisation, cast.town.cell_a)).sort == "Cơ quan"
    await cast.quan.sends("/tochuc")
    await cast.quan.taps("Chi bộ thôn A")
    assert "Loại: Cơ quan" in cast.quan.last
    await cast.quan.answers("🏷 Loại chi bộ", "Chưa phân loại")
    async with cast.town.app.database.read() as session:
        assert (await session.get_one(Organisation, cast.town.cell_a)).sort == ""


# ── what else is said of it ─────────────────────────────────────────────────────────────────────────


async def test_deadline_newcomers_questions_and_force_are_set_and_shown(cast: Cast) -> None:
    quan = await at_preview(cast)
    await quan.answers(OPTIONS, "⏳ Hạn nghiên cứu", "1/3")
    assert "Ngày này đã qua" in quan.last
    await quan.answers("15/3", "🔁 Người đến sau", "❓ Thêm câu hỏi", "Khi nào?\nHằng tháng\nHằng năm")
    assert "đánh dấu *" in quan.last
    await quan.answers("Khi nào?\n*Hằng tháng\nHằng năm", "📆 Hiệu lực đến", "31/12/2026")
    assert "Hạn nghiên cứu: 15/03/2026" in quan.last and "cho tới hạn: có" in quan.last
    assert "Câu 1: Khi nào?\n✔️ Hằng tháng\n▫️ Hằng năm" in quan.last
    notice = await the_notice(cast)
    assert (notice.study_by, notice.repeats) == (date(2026, 3, 15), True)
    assert notice.in_force_to == date(2026, 12, 31)
    await quan.answers("✖️ Bỏ câu hỏi cuối", "⏳ Hạn nghiên cứu", "Không thời hạn")
    notice = await the_notice(cast)
    assert (notice.study_by, notice.repeats, await count(cast, NoticeQuestion)) == (None, False, 0)


async def test_leaving_a_question_leaves_all_as_it_was(cast: Cast) -> None:
    quan = await at_preview(cast)
    await quan.answers(OPTIONS, "⏳ Hạn nghiên cứu", "15/3", "⏳ Hạn nghiên cứu", "‹ Quay lại")
    assert "Hạn nghiên cứu: 15/03/2026" in quan.last
    await quan.answers("🏷 Số, ngày, cơ quan", "hủy")
    assert "Hạn nghiên cứu: 15/03/2026" in quan.last and len(await all_notices(cast)) == 1


async def test_who_lost_the_role_goes_on_with_nothing(cast: Cast) -> None:
    quan = await at_preview(cast)
    async with cast.town.app.database.write() as session:
        (role,) = await people.list_roles(session, quan.member_id, on=cast.town.app.house.today)
        role.until = cast.town.app.house.today
        session.add(role)
    for button in ("👁 Xem thử", "👥 Lọc người nhận", "Chọn lại nơi nhận", "📣 Gửi"):
        assert "không thuộc phần việc" in (await quan.taps(button) or "")


async def test_a_notice_has_three_questions_at_most(cast: Cast) -> None:
    quan = await at_preview(cast)
    await quan.taps(OPTIONS)
    for number in (1, 2, 3):
        await quan.answers("❓ Thêm câu hỏi", f"Câu {number}?\n*Có\nKhông")
    assert "❓ Thêm câu hỏi" not in quan.buttons and "✖️ Bỏ câu hỏi cuối" in quan.buttons


async def test_it_replaces_an_earlier_one_chosen_from_the_list(cast: Cast) -> None:
    quan = await at_preview(cast, "Kế hoạch cũ")
    await quan.taps("📣 Gửi")
    await cast.town.waits(60)
    await at_preview(cast, "Kế hoạch mới")
    await quan.answers(OPTIONS, "♻️ Thay thế", "♻️ Kế hoạch cũ")
    assert "Thay thế: Kế hoạch cũ" in quan.last
    old, new = await all_notices(cast)
    assert new.replaces_id == old.id


async def test_a_chosen_moment_is_shown_with_the_quiet_hours_and_kept_until_it_is_sent(cast: Cast) -> None:
    quan = await at_preview(cast)
    await quan.answers("🕗 Hẹn giờ", "hôm qua")
    assert "chưa rõ gửi lúc nào" in quan.last
    await quan.sends("22h ngày 5/3")
    assert "🕗 Gửi lúc 22 giờ" in quan.last and "sẽ tới từ 7 giờ ngày 06/03/2026" in quan.last
    await quan.answers("🕗 Hẹn giờ", "8 giờ sáng mai")
    assert "Gửi lúc 8 giờ thứ Ba ngày 03/03/2026" in quan.last and "🌙" not in quan.last
    await quan.answers(OPTIONS, "✂️ Tách thành nhiều tin", "‹ Xem lại", "📣 Gửi")
    await cast.town.waits(60)
    assert "quý I" not in "".join(cast.hoa.heard)
    await cast.town.passes_until(2026, 3, 3, 8, 1)
    assert "quý I" in cast.hoa.last


# ── drafts and the trial ────────────────────────────────────────────────────────────────────────────


async def test_several_drafts_are_kept_opened_again_and_thrown_away_one_by_one(cast: Cast) -> None:
    quan = await at_preview(cast, "Kế hoạch một")
    await quan.taps("💾 Để sau")
    assert "Đã lưu nháp" in quan.last
    await begin(cast)
    await quan.sends("Kế hoạch hai")  # left without a word
    await quan.sends("/thongbao")
    await quan.taps("📝 Bản nháp (2)")
    assert "1. Kế hoạch một" in quan.last and "2. Kế hoạch hai" in quan.last
    await quan.taps("📝 Kế hoạch hai")
    assert "1. Kế hoạch hai (12 ký tự)" in quan.last
    await quan.taps("Hủy")
    await quan.sends("/thongbao")
    await quan.answers("📝 Bản nháp (1)", "📝 Kế hoạch một", "📣 Gửi")
    await cast.town.waits(60)
    assert "Kế hoạch một" in cast.hoa.last
    assert [notice.title for notice in await all_notices(cast)] == ["Kế hoạch một"]


async def test_a_draft_with_files_and_questions_is_thrown_away_whole(cast: Cast) -> None:
    quan = await begin(cast)
    await file(cast, "mot.pdf", caption="Kế hoạch")
    await file(cast, "hai.pdf")
    await quan.answers("Xong", "Giữ tiêu đề này", WHOLE, OPTIONS, "❓ Thêm câu hỏi", "Có?\n*Có\nKhông")
    await quan.answers("‹ Xem lại", "Hủy")
    for table in (Notice, NoticeFile, NoticeQuestion, Media):
        assert await count(cast, table) == 0


async def test_a_trial_is_what_members_get_marked_and_sent_to_the_author_alone(cast: Cast) -> None:
    quan = await begin(cast)
    await quan.sends("Kế hoạch học tập quý I. " + "Nội dung cụ thể. " * 20)
    await file(cast, "kem theo.pdf")
    await quan.answers("Xong", "Kế hoạch học tập quý I", WHOLE, OPTIONS)
    await quan.answers("❓ Thêm câu hỏi", "Khi nào?\n*Hằng tháng\nHằng năm", "‹ Xem lại")
    before = len(quan.heard)
    await quan.taps("👁 Xem thử")
    tried, asked, preview = quan.heard[before:-2], quan.heard[-2], quan.last
    assert all(said.startswith("👁 XEM THỬ (chưa gửi cho ai)\n") for said in (*tried, asked))
    assert "Câu 1: Khi nào?" in asked and "Xem lại trước khi gửi" in preview
    assert "bản xem thử" in (await quan.taps("✅ Tôi đã nghiên cứu") or "")
    async with cast.town.app.database.read() as session:
        assert (await session.exec(select(Message).where(Message.about == "notice"))).first() is None
    await quan.taps("📣 Gửi")
    await cast.town.waits(60)
    got = [said for said in cast.hoa.heard if "Kế hoạch học tập quý I" in said]
    assert [re.sub("^.*\n+", "", said, count=1) for said in tried] == got


async def test_the_preview_says_how_long_it_takes_and_that_it_must_be_approved(cast: Cast) -> None:
    house = cast.town.app.house
    house.rate, house.texts.approve_above = 1 / 30, 4
    await at_preview(cast)
    assert "5 người nhận" in cast.quan.last
    assert "khoảng 3 phút" in cast.quan.last and "cần một đồng chí phê duyệt" in cast.quan.last


@pytest.mark.parametrize("change", ["question", "filter", "deadline", "moment", "file"])
async def test_a_button_of_an_earlier_preview_does_not_send_what_has_changed(cast: Cast, change: str) -> None:
    quan = await at_preview(cast)
    preview = quan.person.last
    await quan.taps("👁 Xem thử")  # leaves the earlier preview in the chat as it was
    assert quan.person.last is not preview
    if change == "question":
        await quan.answers(OPTIONS, "❓ Thêm câu hỏi", "Có?\n*Có\nKhông")
    elif change == "filter":
        await quan.taps("👥 Lọc người nhận")
        await quan.taps(next(button for button in quan.buttons if button.startswith("▫️")))
    elif change == "deadline":
        await quan.answers(OPTIONS, "⏳ Hạn nghiên cứu", "15/3")
    elif change == "moment":
        await quan.answers("🕗 Hẹn giờ", "8 giờ sáng mai")
    else:
        await quan.taps("Sửa nội dung")
        await file(cast, "them.pdf")
    assert "đã thay đổi" in (await quan.taps("📣 Gửi", preview) or "")
    await cast.town.waits(60)
    assert "quý I" not in "".join(cast.hoa.heard)


async def test_a_file_that_is_taken_out_gives_its_place_to_the_next(cast: Cast) -> None:
    await begin(cast)
    await file(cast, "mot.pdf")
    await file(cast, "hai.pdf")
    async with cast.town.app.database.write() as session:
        notice = (await session.exec(select(Notice))).one()
        await drafting.drop_file(session, notice, notice.media_id or 0)
    async with cast.town.app.database.read() as session:
        notice = (await session.exec(select(Notice))).one()
        assert await drafting.list_names(session, notice) == ["hai.pdf"]
    assert (await count(cast, NoticeFile), await count(cast, Media)) == (0, 1)
