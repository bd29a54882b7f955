"""A task from its giving to its evaluation, by clicks in a real browser."""

import pytest
from playwright.async_api import expect

from tests.bot.test_demo_browser import CHROMIUM, Both, opened, taps
from tests.bot.test_meetings_browser import types
from tests.sandbox.test_methods import PNG

LINE = "Vận động 4 hộ làm hố rác, hạn 30/12 (An ninh trật tự)"


@pytest.mark.browser
@pytest.mark.skipif(CHROMIUM is None, reason="No chromium on this machine, so the page was not looked at.")
async def test_a_task_is_given_reported_shown_and_evaluated_by_clicking(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with opened(monkeypatch) as both:
        await both.open()
        await is_given(both)
        await is_reported(both)
        await is_evaluated(both)


async def is_given(both: Both) -> None:
    """The secretary types a line, sees how it was understood and chooses the member."""
    await types(both.lan, "/nhiemvu")
    await taps(both.lan, "Giao nhiệm vụ")
    asked = both.lan.locator("[data-message]", has_text="trong một dòng")
    await expect(asked.nth(1)).to_be_visible()  # she has given one before
    await types(both.lan, LINE)
    understood = both.lan.locator("[data-message]", has_text="Chỉ tiêu: 4 hộ")
    await expect(understood).to_contain_text("Loại: An ninh trật tự")
    await taps(both.lan, "▫️ Sùng Thị Hoa")
    await expect(understood).to_contain_text("Đã chọn 1: Sùng Thị Hoa")
    await taps(both.lan, "Xong", exact=True)
    await expect(
        understood.or_(both.lan.locator("[data-message]", has_text="cho 1 đồng chí")).last
    ).to_contain_text("cho 1 đồng chí")


async def is_reported(both: Both) -> None:
    """The member is told, counts in their own words, and sends a photo of it."""
    told = both.hoa.locator("[data-message]", has_text="Nhiệm vụ mới").last
    await expect(told).to_contain_text("Hạn: 30/12/2026")
    await types(both.hoa, "đã vận động được 3 hộ làm hố rác")
    await expect(both.hoa.locator("[data-message]").last).to_contain_text("75% (3/4 hộ)")
    await both.hoa.locator("[data-role='attach']").click()
    async with both.page.expect_file_chooser() as chosen:
        await both.hoa.locator("[data-role='attach-photo']").click()
    await (await chosen.value).set_files({"name": "ho-rac.png", "mimeType": "image/png", "buffer": PNG})
    await expect(both.hoa.locator("[data-message]").last).to_contain_text("minh chứng")


async def is_evaluated(both: Both) -> None:
    """At the meeting one tap evaluates what was reported; once the roll is closed the member sees it."""
    for day in ("1/12/2026", "5/12/2026", "8/12/2026"):
        await both.jumps(day)
    await types(both.lan, "/nhiemvu")
    await taps(both.lan, "Đánh giá nhiệm vụ")
    await taps(both.lan, "Sùng Thị Hoa")
    sheet = both.lan.locator("[data-message]", has_text="đánh giá tháng 12").last
    await expect(sheet).to_contain_text("3/4 hộ")
    await taps(both.lan, "2. Hoàn thành tốt")
    await expect(sheet).to_contain_text("Đánh giá: Hoàn thành tốt")
    await types(both.lan, "/diemdanh")
    for step in ("Tất cả có mặt", "Kết thúc điểm danh", "Chấp nhận tất cả đơn", "Chốt điểm danh"):
        await taps(both.lan, step)
    await expect(both.lan.locator("[data-message]", has_text="Kết quả sinh hoạt thường kỳ")).to_be_visible()
    await types(both.hoa, "/nhiemvu")
    await expect(both.hoa.locator("[data-message]").last).to_contain_text("làm hố rác: Hoàn thành tốt")
