"""Writing a study notice in chat: what is taken, what document it is, whom it is for, drafts, a trial."""

import io
import re
from datetime import date

import docx
import pytest
from sqlmodel import col, select

from bot.rules.words import RoleName, Status
from db import drafting, people
from db.models import Media, Message, Notice, NoticeFile, NoticeQuestion, Organisation
from tests.people import Actor, Cast

HEAD = """ĐẢNG BỘ TỈNH LÀO CAI               ĐẢNG CỘNG SẢN VIỆT NAM
ĐẢNG ỦY XÃ TẢ VAN                  Tả Van, ngày 03 tháng 02 năm 2026
*
Số 05-KH/ĐU
KẾ HOẠCH
về nâng cao chất lượng sinh hoạt chi bộ
-----
"""
WHOLE = "Toàn bộ Đảng bộ xã Tả Van"
PICTURE = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x08\x00\x00\x00\x08\x08\x02\x00\x00\x00"
OPTIONS = "⚙️ Hạn, câu hỏi…"


async def begin(cast: Cast) -> Actor:
    await cast.quan.sends("/thongbao")
    await cast.quan.taps("✍️ Soạn thông báo")
    return cast.quan


async def at_preview(cast: Cast, text: str = "Kế hoạch học tập quý I") -> Actor:
    """Quân has written a notice to everybody, and looks at it."""
    quan = await begin(cast)
    await quan.sends(text)
    await quan.answers("Xong", "Giữ tiêu đề này", WHOLE)
    return quan


async def file(cast: Cast, name: str, data: bytes = b"%PDF-1.7", caption: str | None = None) -> str:
    cast.quan.person.sends_document(name, data, caption=caption)
    await cast.town.app.settle()
    return cast.quan.last


def word_file(*paragraphs: str) -> bytes:
    document, made = docx.Document(), io.BytesIO()
    for paragraph in paragraphs:
        document.add_paragraph(paragraph)
    document.save(made)
    return made.getvalue()


async def all_notices(cast: Cast) -> list[Notice]:
    async with cast.town.app.database.read() as session:
        return list((await session.exec(select(Notice).order_by(col(Notice.id)))).all())


async def the_notice(cast: Cast) -> Notice:
    (notice,) = await all_notices(cast)
    return notice


async def count(cast: Cast, table: type) -> int:
    async with cast.town.app.database.read() as session:
        return len((await session.exec(select(table))).all())


# ── content ─────────────────────────────────────────────────────────────────────────────────────────


async def test_texts_and_files_are_taken_in_any_order_and_the_last_can_be_taken_back(cast: Cast) -> None:
    quan = await begin(cast)
    await file(cast, "mot.pdf", caption="Lời dẫn")
    await quan.sends("Đoạn thứ hai")
    assert "1. 📎 mot.pdf: Lời dẫn\n2. Đoạn thứ hai (12 ký tự)" in quan.last
    assert "3. 📎 hai.pdf" in await file(cast, "hai.pdf")
    for left in ("2. Đoạn thứ hai", "1. 📎 mot.pdf"):
        await quan.taps("↩️ Bỏ phần cuối")
        assert left in quan.last and "hai.pdf" not in quan.last
    notice = await the_notice(cast)
    assert (notice.text, await count(cast, NoticeFile)) == ("Lời dẫn", 0)
    await quan.taps("↩️ Bỏ phần cuối")
    assert "Chưa có nội dung" in quan.last
    assert ((await the_notice(cast)).media_id, await count(cast, Media)) == (None, 0)


async def test_a_post_forwarded_from_a_channel_is_content_like_any(cast: Cast) -> None:
    quan = await begin(cast)
    mine = next(m for m in quan.person.messages if not m.from_bot).as_json()
    channel = {"id": -1001, "type": "channel", "title": "Báo Đảng"}
    origin = {"type": "channel", "chat": channel, "message_id": 5, "date": mine["date"]}
    post = {"message_id": 9_999, "text": "Bài chuyển tiếp", "forward_origin": origin}
    cast.town.telegram.updates.add("message", {**mine, **post, "entities": []})
    await cast.town.app.settle()
    assert "1. Bài chuyển tiếp (15 ký tự)" in quan.last


async def test_an_album_is_taken_picture_by_picture_with_its_caption(cast: Cast) -> None:
    quan = await begin(cast)
    quan.person.sends_album([PICTURE, PICTURE], caption="Ảnh hội nghị")
    await cast.town.app.settle()
    assert "1. 📎 photo.jpg: Ảnh hội nghị\n2. 📎 photo.jpg" in quan.last
    assert (await the_notice(cast)).text == "Ảnh hội nghị"


@pytest.mark.parametrize(
    ("name", "data", "caption", "mark"),
    [
        ("ke hoach.docx", word_file("ĐẢNG ỦY XÃ", "TỐI MẬT", "Phương án"), None, "Tối mật"),
        ("ke hoach.txt", "MẬT\nPhương án".encode(), None, "Mật"),
        ("05-KH_MẬT.pdf", b"%PDF", None, "Mật"),
        ("05.pdf", b"%PDF", "Độ mật: Tuyệt mật", "Tuyệt mật"),
    ],
)
async def test_what_bears_a_mark_is_refused_wherever_it_stands_and_none_of_it_is_kept(
    cast: Cast, name: str, data: bytes, caption: str | None, mark: str
) -> None:
    await begin(cast)
    assert f"«{mark}»" in await file(cast, name, data, caption)
    assert await count(cast, Media) == 0 and (await the_notice(cast)).text == ""


@pytest.mark.parametrize("where", ["title", "body", "question"])
async def test_a_mark_in_what_is_typed_beside_it_is_refused_too(cast: Cast, where: str) -> None:
    quan = await begin(cast)
    await quan.sends("Kế hoạch")
    await quan.taps("Xong")
    if where == "title":
        await quan.sends("KẾ HOẠCH (MẬT)")
    elif where == "body":
        await quan.answers("🏷 Số, ngày, cơ quan", "TỐI MẬT")
    else:
        await quan.answers("Giữ tiêu đề này", WHOLE, OPTIONS, "❓ Thêm câu hỏi", "TỐI MẬT\n*Có\nKhông")
    assert "dấu «" in quan.last
    assert await count(cast, NoticeQuestion) == 0


async def test_a_word_file_that_cannot_be_opened_is_refused_with_what_to_do(cast: Cast) -> None:
    await begin(cast)
    assert "bản PDF" in await file(cast, "ke hoach.docx", b"khong phai docx")


# ── what document it is ─────────────────────────────────────────────────────────────────────────────


async def test_a_head_is_recognised_and_one_tap_keeps_it(cast: Cast) -> None:
    quan = await begin(cast)
    await quan.sends(HEAD + "Thực hiện Chỉ thị số 39-CT/TW")
    await quan.taps("Xong")
    assert "Tiêu đề: Kế hoạch về nâng cao chất lượng sinh hoạt chi bộ" in quan.last
    assert "ĐẢNG ỦY XÃ TẢ VAN\nSố: 05-KH/ĐU\nNgày ban hành: 03/02/2026" in quan.last
    await quan.answers("Giữ tiêu đề này", WHOLE)
    notice = await the_notice(cast)
    assert (notice.number, notice.issued_on) == ("05-KH/ĐU", date(2026, 2, 3))


async def test_the_head_of_a_document_is_read_and_forgotten_with_it(cast: Cast) -> None:
    quan = await begin(cast)
    await quan.sends("Kính gửi các chi bộ")
    await file(cast, "gui cac chi bo.docx", word_file(*HEAD.splitlines(), "Nội dung"))
    await quan.taps("↩️ Bỏ phần cuối")
    await quan.taps("Xong")
    assert "Số: chưa thấy" in quan.last
    await quan.answers("Giữ tiêu đề này", WHOLE, "Sửa nội dung")
    await file(cast, "39-CT-TW.pdf")
    await quan.taps("Xong")
    assert "Số: 39-CT/TW" in quan.last


async def test_what_is_not_there_is_asked_and_each_question_can_be_skipped(cast: Cast) -> None:
    quan = await begin(cast)
    await quan.sends("Kế hoạch học tập")
    await quan.taps("Xong")
    assert "Số: chưa thấy" in quan.last
    await quan.answers("🏷 Số, ngày, cơ quan", "Đảng ủy xã Tả Van", "Bỏ qua", "ngày kia kìa", "3/2")
    assert "Đảng ủy xã Tả Van\nSố: chưa thấy\nNgày ban hành: 03/02/2026" in quan.last


async def test_what_was_recognised_stays_when_skipped_and_goes_with_a_dash(cast: Cast) -> None:
    quan = await begin(cast)
    await quan.sends(HEAD + "Nội dung")
    await quan.answers("Xong", "🏷 Số, ngày, cơ quan", "Bỏ qua", "-", "Bỏ qua")
    assert "ĐẢNG ỦY XÃ TẢ VAN\nSố: chưa thấy\nNgày ban hành: 03/02/2026" in quan.last


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
