"""Study notices in chat: written by an officer, read and confirmed by members, counted by cell."""

import re

from sqlmodel import select

from bot.rules.words import OrganisationKind, RoleName
from bot.sandbox.objects import Message as Shown
from db.models import (
    Account,
    Link,
    Media,
    Message,
    Notice,
    NoticeState,
    Recipient,
)
from tests.notices import forged, without_chat
from tests.people import Actor, Cast, consent, found, schedule

CONFIRM, LATER = "✅ Tôi đã nghiên cứu", "⏰ Để sau"
SENTENCE = (
    "Các chi bộ phân công nhiệm vụ cụ thể cho từng đảng viên & đánh giá hằng tháng, <không hình thức>. "
)
DIRECTIVE = "Chỉ thị về nâng cao chất lượng sinh hoạt chi bộ\n\n" + "\n\n".join(
    f"Điều {n}. " + SENTENCE * 7 for n in range(1, 19)
)
"""More than 12,000 characters, with what HTML would take for its own."""
PICTURE = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x08\x00\x00\x00\x08\x08\x02\x00\x00\x00"


def squeezed(text: str) -> str:
    return re.sub(r"\s", "", text)


async def write(cast: Cast, *pieces: str) -> None:
    """Quân sends the text of a notice and keeps its title."""
    await cast.quan.sends("/thongbao")
    await cast.quan.taps("✍️ Soạn thông báo")
    for piece in pieces:
        await cast.quan.sends(piece)
    await cast.quan.taps("Xong")
    await cast.quan.taps("Giữ tiêu đề này")


async def send(cast: Cast, *pieces: str, to: str = "Toàn bộ Đảng bộ xã Tả Van") -> None:
    """Quân writes a notice and sends it; a minute later it leaves."""
    await write(cast, *pieces)
    await cast.quan.taps(to)
    await cast.quan.taps("📣 Gửi")
    await cast.town.waits(60)


async def the_notice(cast: Cast) -> Notice:
    async with cast.town.app.database.read() as session:
        return (await session.exec(select(Notice))).one()


async def confirmed(cast: Cast) -> set[int]:
    async with cast.town.app.database.read() as session:
        rows = (await session.exec(select(Recipient))).all()
        return {row.member_id for row in rows if row.confirmed_at is not None}


def got(actor: Actor) -> list[Shown]:
    """The messages of notices a person got."""
    return [m for m in actor.person.messages if m.from_bot and "thông báo học tập" in (m.text or "")]


def parts_in(actor: Actor) -> list[str]:
    """The notice's own text in each part a person got, in order, without heading and close."""
    bodies = []
    for said in actor.heard:
        if "Phần " in said:
            bodies.append(re.split(r"Phần \d+/\d+\n\n", said)[1].split("\n\nNghiên cứu xong")[0])
    return bodies


async def in_parts(cast: Cast, *pieces: str) -> None:
    """Quân writes a long text that is to go in numbered messages, and sends it."""
    await write(cast, *pieces)
    for button in ("Toàn bộ Đảng bộ xã Tả Van", "⚙️ Hạn, câu hỏi…", "✂️ Tách thành nhiều tin", "‹ Xem lại"):
        await cast.quan.taps(button)
    await cast.quan.taps("📣 Gửi")
    await cast.town.waits(60)


async def test_a_directive_of_twelve_thousand_characters_arrives_whole_and_in_order(cast: Cast) -> None:
    assert len(DIRECTIVE) > 12_000
    await in_parts(cast, DIRECTIVE[:4090], DIRECTIVE[4090:8180], DIRECTIVE[8180:12_270], DIRECTIVE[12_270:])
    parts = parts_in(cast.hoa)
    assert len(parts) > 3
    assert squeezed("".join(parts)) == squeezed(DIRECTIVE)
    numbers = [n for said in cast.hoa.heard for n in re.findall(r"Phần (\d+)/", said)]
    assert numbers == [str(n) for n in range(1, len(parts) + 1)]
    assert cast.hoa.buttons == [CONFIRM, LATER]
    assert all(len(said) <= 4096 for said in cast.hoa.heard)


async def test_a_long_text_arrives_as_one_document_with_a_short_message(cast: Cast) -> None:
    await send(cast, DIRECTIVE[:4090], DIRECTIVE[4090:8180], DIRECTIVE[8180:12_270], DIRECTIVE[12_270:])
    (shown,) = [m for m in cast.dung.person.messages if "thông báo học tập" in (m.text or m.caption or "")]
    assert shown.document is not None and shown.document.name.startswith("Chỉ thị về nâng cao")
    assert "Điều 1." in cast.dung.last and len(cast.dung.last) < 1024
    assert cast.dung.buttons == [CONFIRM, LATER]


async def test_only_the_last_part_asks_and_the_first_says_who_speaks(cast: Cast) -> None:
    await in_parts(cast, DIRECTIVE[:4090], DIRECTIVE[4090:8180])
    parts = [m for m in cast.dung.person.messages if "Phần " in m.text]
    assert parts[0].text.startswith("📣 Đảng bộ xã Tả Van gửi thông báo học tập")
    assert [bool(m.buttons) for m in parts] == [False] * (len(parts) - 1) + [True]


async def test_content_is_stored_once_however_many_read_it(cast: Cast) -> None:
    await send(cast, "Kế hoạch học tập quý I")
    assert got(cast.lan) and got(cast.minh) and got(cast.hoa) and got(cast.dung) and got(cast.mai)
    async with cast.town.app.database.read() as session:
        stored = (await session.exec(select(Message).where(Message.about == "notice"))).all()
    assert len(stored) == 2  # one for each language


async def test_the_preview_counts_exactly_and_nothing_leaves_before_the_word(cast: Cast) -> None:
    await without_chat(cast, "Giàng A Chứ", cast.town.cell_a)
    await write(cast, "Kế hoạch học tập quý I")
    await cast.quan.taps("Toàn bộ Đảng bộ xã Tả Van")
    assert "6 người nhận, thuộc 2 chi bộ" in cast.quan.last  # Mai counts in B, not where she lives
    assert "Chi bộ thôn A: 4 (1 chưa có kênh liên lạc)" in cast.quan.last
    assert "Chi bộ thôn B: 2" in cast.quan.last
    assert not got(cast.hoa) and (await the_notice(cast)).state is NoticeState.DRAFT


async def test_a_notice_for_one_cell_stays_in_that_cell(cast: Cast) -> None:
    await send(cast, "Kế hoạch của thôn B", to="Chi bộ thôn B")
    assert got(cast.dung) and got(cast.mai)
    assert not any(got(other) for other in (cast.lan, cast.minh, cast.hoa))


async def test_a_tap_confirms_once_and_the_text_stays(cast: Cast) -> None:
    await send(cast, "Kế hoạch học tập quý I")
    assert await cast.hoa.taps(CONFIRM) == "Đã ghi nhận."
    assert "Kế hoạch học tập quý I" in cast.hoa.last and "đã xác nhận" in cast.hoa.last
    assert cast.hoa.buttons == []
    assert await confirmed(cast) == {cast.hoa.member_id}


async def test_a_second_tap_in_another_chat_of_the_same_member_changes_nothing(cast: Cast) -> None:
    other = await second_chat(cast, cast.hoa)
    await send(cast, "Kế hoạch học tập quý I")
    await cast.hoa.taps(CONFIRM)
    assert await other.taps(CONFIRM) == "Không có gì thay đổi."
    await cast.quan.sends("/thongbao")
    assert "5 người nhận, đã tới 5, đã xác nhận 1 (20 %)" in cast.quan.last


async def second_chat(cast: Cast, actor: Actor) -> Actor:
    """A second telephone of a member."""
    town = cast.town
    person = town.telegram.add_person("Hoa hai")
    person.opens()
    async with town.app.database.write() as session:
        account = Account(bot=town.app.house.bot, address=person.id, created_at=town.clock.now())
        session.add(account)
        await session.flush()
        assert account.id is not None
        now = town.clock.now()
        session.add(Link(account_id=account.id, member_id=actor.member_id, since=now))
        session.add(consent(account.id, actor.member_id, at=now))
    await town.app.settle()
    return Actor(town, person, actor.member_id)


async def test_typed_words_confirm_as_the_button_does(cast: Cast) -> None:
    await send(cast, "Kế hoạch học tập quý I")
    await cast.hoa.sends("chưa đọc")
    assert await confirmed(cast) == set()
    assert "Đã ghi nhận" in await cast.hoa.sends("dạ em đã đọc rồi ạ")
    assert await confirmed(cast) == {cast.hoa.member_id}


async def test_typed_words_confirm_the_newest_notice_and_then_the_one_before(cast: Cast) -> None:
    await send(cast, "Kế hoạch thứ nhất")
    await cast.town.moves_to(2026, 3, 2, 9, 0)
    await send(cast, "Kế hoạch thứ hai")
    assert "Kế hoạch thứ hai" in await cast.hoa.sends("đã đọc")
    assert "Kế hoạch thứ nhất" in await cast.hoa.sends("đã đọc")


async def test_only_a_recipient_may_confirm(cast: Cast) -> None:
    await send(cast, "Kế hoạch của thôn B", to="Chi bộ thôn B")
    notice = await the_notice(cast)
    refusal = await forged(cast, cast.hoa, f"read:{notice.id}")
    assert refusal == "Thông báo này không gửi cho đồng chí."
    assert await confirmed(cast) == set()


async def test_the_officer_sees_numbers_and_no_names(cast: Cast) -> None:
    await without_chat(cast, "Giàng A Chứ", cast.town.cell_a)
    cast.dung.person.blocks()
    await send(cast, "Kế hoạch học tập quý I")
    await cast.hoa.taps(CONFIRM)
    await cast.quan.sends("/thongbao")
    await cast.quan.taps("📊 Kế hoạch học tập quý I")
    assert "Người nhận: 6\nĐã tới: 4\nĐã xác nhận: 1 (16,7 %)" in cast.quan.last
    assert "Chi bộ thôn A: 1 / 3 / 4, 1 chưa có kênh" in cast.quan.last
    assert "Chi bộ thôn B: 0 / 1 / 2, 1 chưa có kênh" in cast.quan.last
    assert not any(name in cast.quan.last for name in ("Hoa", "Chứ", "Dũng"))


async def test_the_secretary_sees_the_names_of_her_cell_alone(cast: Cast) -> None:
    await send(cast, "Kế hoạch học tập quý I")
    await cast.minh.taps(CONFIRM)
    await cast.lan.sends("/thongbao")
    await cast.lan.taps("🔎 Ai chưa xác nhận: Kế hoạch học tập quý I")
    assert "Chi bộ thôn A: 2 người chưa xác nhận." in cast.lan.last
    assert "1. Sùng Thị Hoa\n2. Vàng Thị Lan" in cast.lan.last
    notice = await the_notice(cast)
    assert await forged(cast, cast.lan, f"notice_who:{notice.id}:{cast.town.cell_b}") != "Đã ghi nhận."
    assert "Dũng" not in cast.lan.last


async def test_who_has_no_telephone_is_told_in_person_and_that_is_recorded(cast: Cast) -> None:
    old = await without_chat(cast, "Giàng A Chứ", cast.town.cell_a)
    await send(cast, "Kế hoạch học tập quý I")
    await cast.lan.sends("/thongbao")
    await cast.lan.taps("🔎 Ai chưa xác nhận: Kế hoạch học tập quý I")
    assert "Giàng A Chứ (chưa có kênh liên lạc)" in cast.lan.last
    await cast.lan.taps("🗣 Đã phổ biến trực tiếp: Giàng A Chứ")
    assert "Giàng A Chứ" not in cast.lan.last
    assert await confirmed(cast) == {old}


async def test_a_marked_text_is_refused_and_none_of_it_is_kept(cast: Cast) -> None:
    await cast.quan.sends("/thongbao")
    await cast.quan.taps("✍️ Soạn thông báo")
    assert "«Tối mật»" in await cast.quan.sends("TỈNH ỦY LÀO CAI\nTỐI MẬT\nPhương án số 3")
    assert (await the_notice(cast)).text == ""
    assert "«Mật»" in await sends_document(cast, "05-KH_MẬT.docx")
    async with cast.town.app.database.read() as session:
        assert (await session.exec(select(Media))).first() is None


async def sends_document(
    cast: Cast, name: str, *, data: bytes = b"%PDF-1.7", caption: str | None = None
) -> str:
    cast.quan.person.sends_document(name, data, caption=caption)
    await cast.town.app.settle()
    return cast.quan.last


async def test_a_document_goes_out_with_a_short_message_and_the_button(cast: Cast) -> None:
    await cast.quan.sends("/thongbao")
    await cast.quan.taps("✍️ Soạn thông báo")
    assert "📎 Kế hoạch 05.pdf" in await sends_document(cast, "Kế hoạch 05.pdf", caption="Kế hoạch học tập")
    await cast.quan.taps("Xong")
    await cast.quan.taps("Giữ tiêu đề này")
    await cast.quan.taps("Toàn bộ Đảng bộ xã Tả Van")
    await cast.quan.taps("📣 Gửi")
    await cast.town.waits(60)
    shown = cast.hoa.person.last
    assert shown.document is not None and "Kế hoạch học tập" in cast.hoa.last
    await cast.hoa.taps(CONFIRM)
    assert "Đã ghi nhận" in cast.hoa.last and await confirmed(cast) == {cast.hoa.member_id}


async def test_a_picture_goes_out_as_a_picture(cast: Cast) -> None:
    await cast.quan.sends("/thongbao")
    await cast.quan.taps("✍️ Soạn thông báo")
    cast.quan.person.sends_photo(PICTURE, caption="Áp phích học tập")
    await cast.town.app.settle()
    await cast.quan.taps("Xong")
    await cast.quan.sends("Áp phích tháng 3")
    await cast.quan.taps("Chi bộ thôn B")
    await cast.quan.taps("📣 Gửi")
    await cast.town.waits(60)
    assert cast.dung.person.last.photo is not None
    assert "Áp phích tháng 3" in cast.dung.last and cast.dung.buttons == [CONFIRM, LATER]


async def test_a_correction_of_an_earlier_message_is_refused_and_not_put_to_the_end(cast: Cast) -> None:
    await cast.quan.sends("/thongbao")
    await cast.quan.taps("✍️ Soạn thông báo")
    mine = cast.quan.person.sends("Kế hoạch học tập")
    await cast.town.app.settle()
    cast.town.telegram.updates.add("edited_message", mine.as_json())
    await cast.town.app.settle()
    assert "Bản sửa chưa được nhận" in cast.quan.last
    assert (await the_notice(cast)).text == "Kế hoạch học tập"


async def test_a_notice_takes_five_files_and_says_which_it_has(cast: Cast) -> None:
    await cast.quan.sends("/thongbao")
    await cast.quan.taps("✍️ Soạn thông báo")
    for number in range(1, 6):
        assert f"{number}. 📎 {number}.pdf" in await sends_document(cast, f"{number}.pdf")
    assert "nhiều nhất 5 tệp" in await sends_document(cast, "6.pdf")


async def test_a_member_a_secretary_and_a_stranger_cannot_begin_a_notice(cast: Cast) -> None:
    for actor in (cast.hoa, cast.lan):
        await actor.sends("/thongbao")
        assert "✍️ Soạn thông báo" not in actor.buttons
        assert "không thuộc phần việc" in (await forged(cast, actor, "notice_new") or "")
    stranger = cast.town.stranger("Người lạ")
    assert "chưa được đăng ký" in await stranger.sends("/thongbao")
    async with cast.town.app.database.read() as session:
        assert (await session.exec(select(Notice))).first() is None


async def test_an_officer_of_another_committee_sees_nothing_and_cannot_send_here(cast: Cast) -> None:
    foreigner = await foreign_officer(cast)
    await send(cast, "Kế hoạch học tập quý I")
    notice = await the_notice(cast)
    assert "không thuộc phần việc" in (await forged(cast, foreigner, f"notice:{notice.id}") or "")
    assert "không thuộc phần việc" in (
        await forged(cast, foreigner, f"notice_new:{cast.town.committee}") or ""
    )
    assert "Kế hoạch" not in await foreigner.sends("/thongbao")


async def foreign_officer(cast: Cast) -> Actor:
    async with cast.town.app.database.write() as session:
        other = await found(session, "xa-khac", "Đảng bộ xã khác", OrganisationKind.COMMUNE)
    return await cast.town.add("Trần Tư", other, role=RoleName.OFFICER)


async def test_an_audience_outside_the_issuer_is_refused(cast: Cast) -> None:
    await write(cast, "Kế hoạch học tập quý I")
    async with cast.town.app.database.write() as session:
        other = await found(session, "xa-khac", "Đảng bộ xã khác", OrganisationKind.COMMUNE)
    assert "không thuộc phần việc" in (await forged(cast, cast.quan, f"notice_to:{other}") or "")
    assert (await the_notice(cast)).audience_id == cast.town.committee


async def test_an_old_preview_sends_nothing_that_it_did_not_show(cast: Cast) -> None:
    await write(cast, "Kế hoạch học tập quý I")
    await cast.quan.taps("Toàn bộ Đảng bộ xã Tả Van")
    preview = cast.quan.person.last
    await cast.quan.taps("Sửa tiêu đề")
    await cast.quan.sends("Tiêu đề khác hẳn")
    assert "đã thay đổi" in (await cast.quan.taps("📣 Gửi", preview) or "")
    assert (await the_notice(cast)).state is NoticeState.DRAFT


async def test_a_notice_is_sent_once_however_often_the_button_is_tapped(cast: Cast) -> None:
    await write(cast, "Kế hoạch học tập quý I")
    await cast.quan.taps("Toàn bộ Đảng bộ xã Tả Van")
    cast.quan.person.taps("📣 Gửi")
    assert "sắp gửi" in (await cast.quan.taps("📣 Gửi") or "")
    await cast.town.waits(60)
    assert len(got(cast.hoa)) == 1


async def test_the_title_may_be_retyped_and_stands_over_the_text(cast: Cast) -> None:
    await cast.quan.sends("/thongbao")
    await cast.quan.taps("✍️ Soạn thông báo")
    await cast.quan.sends("Kính gửi các đồng chí\nNội dung kế hoạch")
    await cast.quan.sends("xong")
    await cast.quan.sends("Kế hoạch 05-KH/ĐU")
    await cast.quan.taps("Chi bộ thôn B")
    await cast.quan.sends("gửi")
    await cast.town.waits(60)
    assert "Kế hoạch 05-KH/ĐU\n\nKính gửi các đồng chí" in cast.dung.last


async def test_a_cancelled_draft_is_gone(cast: Cast) -> None:
    await write(cast, "Kế hoạch học tập quý I")
    await cast.quan.taps("Hủy")
    assert "Chưa gửi cho ai" in cast.quan.last
    async with cast.town.app.database.read() as session:
        assert (await session.exec(select(Notice))).first() is None


async def test_at_night_a_notice_waits_for_the_morning(cast: Cast) -> None:
    await cast.town.moves_to(2026, 3, 2, 22, 0)
    await send(cast, "Kế hoạch học tập quý I")
    assert "7 giờ sáng" in cast.quan.last and not got(cast.hoa)
    await cast.town.passes_until(2026, 3, 3, 7, 30)
    assert len(got(cast.hoa)) == 1


async def test_a_notice_does_not_take_a_digit_from_the_meeting_asked_about_before(cast: Cast) -> None:
    await schedule(cast.town, cast.town.cell_a, day=12)
    await cast.town.passes_until(2026, 3, 9, 8, 0)
    await send(cast, "Kế hoạch học tập quý I")
    assert "có mặt" in (await cast.hoa.sends("1")).lower()
