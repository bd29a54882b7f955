"""The library of notices: what is for a member, searched, sent again, and marked when it is out of force."""

from bot.sandbox.objects import Message as Shown
from tests.notices import forged, issue, recipient
from tests.people import Actor, Cast

CONFIRM, LATER = "✅ Tôi đã nghiên cứu", "⏰ Để sau"
LONG = "Chỉ thị về sinh hoạt chi bộ\n\n" + "Phân công nhiệm vụ cụ thể cho từng đảng viên. " * 120


def titles(actor: Actor) -> list[str]:
    """The notices that are listed, without their signs."""
    return [each.split(" ", 1)[1] for each in actor.buttons if each[0] in "📗🔁📕"]


def got(actor: Actor, words: str) -> list[Shown]:
    return [m for m in actor.person.messages if m.from_bot and words in (m.text or "")]


async def opens(actor: Actor, words: str) -> str:
    """What the card says of the listed notice with these words."""
    await actor.taps(next(each for each in actor.buttons if words in each))
    return actor.last


async def test_what_was_sent_to_a_member_and_to_everybody_above_is_found_newest_first(cast: Cast) -> None:
    await issue(cast, "Kế hoạch thứ nhất")
    await cast.town.moves_to(2026, 3, 2, 9, 0)
    await issue(cast, "Kế hoạch của thôn B", to=cast.town.cell_b)
    await issue(cast, "Chỉ dành cho bí thư", roles=["secretary"])
    await cast.town.moves_to(2026, 3, 2, 10, 0)
    await issue(cast, "Kế hoạch thứ hai")
    await issue(cast, "Kế hoạch đã hủy", cancelled_at=cast.town.clock.now())
    later = await cast.town.add("Giàng A Lử", cast.town.cell_a)
    await later.sends("/vanban")
    assert titles(later) == ["Kế hoạch thứ hai", "Kế hoạch thứ nhất"]  # not received, but for everybody there
    await cast.dung.sends("/documents")
    assert "Kế hoạch của thôn B" in titles(cast.dung)
    await cast.quan.sends("/vanban")
    assert len(titles(cast.quan)) == 4


async def test_a_search_needs_no_diacritics_and_looks_at_numbers_and_bodies(cast: Cast) -> None:
    await issue(cast, "Chỉ thị về đổi mới sinh hoạt", number="05-CT/ĐU", body="Ban Thường vụ Tỉnh ủy")
    await issue(cast, "Kế hoạch trồng rừng", number="12-KH/ĐU")
    for words in ("doi moi", "đổi mới", "05-ct", "ban thuong vu", "SINH hoat chi"):
        await cast.hoa.sends(f"/vanban {words}")
        assert titles(cast.hoa) == ["05-CT/ĐU Chỉ thị về đổi mới sinh hoạt"], words
    assert "0 kết quả" in await cast.hoa.sends("/vanban bao cao")
    await cast.hoa.taps("🔎 Tìm")
    await cast.hoa.sends("rung trong")
    assert titles(cast.hoa) == ["12-KH/ĐU Kế hoạch trồng rừng"]
    assert "không" in (await cast.hoa.sends("rừng")).lower()  # the search is over


async def test_a_card_sends_the_whole_notice_again_with_its_document_and_its_buttons(cast: Cast) -> None:
    notice = await issue(cast, "Chỉ thị về sinh hoạt chi bộ", text=LONG)
    await cast.hoa.sends("/vanban")
    said = await opens(cast.hoa, "Chỉ thị")
    assert "📗 Còn hiệu lực" in said and "Phân công nhiệm vụ" in said
    assert cast.hoa.buttons[1] == CONFIRM
    await cast.hoa.taps("📩 Gửi lại cho tôi")
    again = cast.hoa.person.last
    assert again.document is not None and cast.hoa.buttons == [CONFIRM, LATER]
    await cast.hoa.taps(CONFIRM)
    assert (await recipient(cast, notice, cast.hoa)).confirmed_at is not None
    await cast.quan.sends("/thongbao")
    assert "5 người nhận, đã tới 5, đã xác nhận 1" in cast.quan.last


async def test_who_it_was_not_for_gets_it_without_its_buttons_and_others_not_at_all(cast: Cast) -> None:
    notice = await issue(cast, "Kế hoạch học tập")
    only_b = await issue(cast, "Kế hoạch của thôn B", to=cast.town.cell_b)
    later = await cast.town.add("Giàng A Lử", cast.town.cell_a)
    await later.sends("/vanban")
    await opens(later, "Kế hoạch")
    await later.taps("📩 Gửi lại cho tôi")
    assert "gửi thông báo học tập" in later.last and later.buttons == []
    assert "không còn nữa" in (await forged(cast, later, f"libsend:{only_b}") or "")
    assert not got(later, "Kế hoạch của thôn B") and notice


async def test_an_officer_marks_what_is_out_of_force_or_replaced_and_takes_it_back(cast: Cast) -> None:
    old = await issue(cast, "Kế hoạch cũ")
    await cast.town.moves_to(2026, 3, 2, 9, 0)
    new = await issue(cast, "Kế hoạch mới")
    await cast.quan.sends("/vanban")
    await opens(cast.quan, "Kế hoạch cũ")
    await cast.quan.taps("🔁 Đã được thay thế")
    await cast.quan.taps("Kế hoạch mới")
    assert "Được thay thế bởi: Kế hoạch mới" in cast.quan.last
    await cast.hoa.sends("/vanban")
    assert cast.hoa.buttons[:2] == ["📗🔵 Kế hoạch mới", "🔁 Kế hoạch cũ"]
    await opens(cast.hoa, "Kế hoạch cũ")
    assert "➡️ Xem văn bản thay thế" in cast.hoa.buttons and "📕 Hết hiệu lực" not in cast.hoa.buttons
    await cast.quan.taps("↩️ Vẫn còn hiệu lực")
    assert "📗 Còn hiệu lực" in cast.quan.last
    await cast.quan.taps("📕 Hết hiệu lực")
    assert "📕 Hết hiệu lực" in cast.quan.last
    assert await forged(cast, cast.lan, f"libend:{new}:1") and await forged(
        cast, cast.quan, f"libnew:{new}:{old}"
    )
    await cast.hoa.sends("/vanban")
    assert cast.hoa.buttons[:2] == ["📗🔵 Kế hoạch mới", "📕 Kế hoạch cũ"]
