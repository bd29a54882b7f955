"""Writing a study notice in chat: what is taken, what is refused, and what document it is."""

from datetime import date

import pytest

from db.models import Media, NoticeFile, NoticeQuestion
from tests.drafted import OPTIONS, WHOLE, begin, count, file, the_notice, word_file
from tests.people import Cast

HEAD = """ĐẢNG BỘ TỈNH LÀO CAI               ĐẢNG CỘNG SẢN VIỆT NAM
ĐẢNG ỦY XÃ TẢ VAN                  Tả Van, ngày 03 tháng 02 năm 2026
*
Số 05-KH/ĐU
KẾ HOẠCH
về nâng cao chất lượng sinh hoạt chi bộ
-----
"""
PICTURE = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x08\x00\x00\x00\x08\x08\x02\x00\x00\x00"


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
