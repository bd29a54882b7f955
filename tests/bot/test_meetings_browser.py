"""A moved meeting, an answer in the cell's group and a check-in, by clicks in a real browser."""

import asyncio
import json
import re
from urllib.request import Request, urlopen

import pytest
from playwright.async_api import Locator, expect

from tests.bot.test_demo_browser import CHROMIUM, Both, opened, taps


def post(address: str, data: object) -> dict[str, object]:
    """Ask something of the running sandbox."""
    request = Request(address, json.dumps(data).encode(), {"Content-Type": "application/json"})
    with urlopen(request, timeout=10) as answer:
        found: dict[str, object] = json.load(answer)
    return found


async def types(pane: Locator, words: str) -> None:
    """Type something, once what was said before is answered."""
    await expect(pane.locator(".busy")).to_have_count(0)
    await pane.locator("[data-role='input']").fill(words)
    await pane.locator("[data-role='send']").click()


@pytest.mark.browser
@pytest.mark.skipif(CHROMIUM is None, reason="No chromium on this machine, so the page was not looked at.")
async def test_a_group_a_moved_meeting_and_a_check_in_by_clicking(monkeypatch: pytest.MonkeyPatch) -> None:
    async with opened(monkeypatch) as both:
        people = {"title": "Nhóm thôn", "people": both.people, "bot": False}
        group = (await asyncio.to_thread(post, f"{both.address}/sandbox/groups", people))["id"]
        added = f"{both.address}/sandbox/groups/{group}/add_bot"
        await asyncio.to_thread(post, added, {"by": both.people[0]})
        await both.open()
        await answers_in_the_group(both)
        await is_moved(both)
        await checks_in(both)


async def answers_in_the_group(both: Both) -> None:
    """The secretary lets the bot serve the group; the call comes there, is answered, and the numbers follow."""
    await taps(both.lan, "Dùng cho")
    await both.jumps("1/12/2026")
    await both.hoa.locator("[data-role='chat-tab']").nth(1).click()
    call = both.hoa.locator("[data-message]").last
    await expect(call).to_contain_text("Chưa trả lời")
    await taps(both.hoa, "Có mặt")
    await expect(call).to_contain_text(re.compile(r"Đến dự: [1-9]"), timeout=30_000)
    await expect(call).not_to_contain_text("Hoa")
    await both.hoa.locator("[data-role='chat-tab']").nth(0).click()


async def is_moved(both: Both) -> None:
    """The secretary moves it by one line; who was told is told, with the answer they gave."""
    await types(both.lan, "/hop")
    await taps(both.lan, "Sửa buổi họp")
    await expect(both.lan.get_by_role("button", name="Thời lượng")).to_be_visible()
    await taps(both.lan, "Đổi giờ, nơi họp")
    asked = both.lan.locator("[data-message]", has_text="Đồng chí gõ ngày, giờ hoặc nơi họp mới")
    await expect(asked).to_be_visible()
    await types(both.lan, "19h30 ngày 10/12 tại trường học")
    await taps(both.lan, "Ghi lại")
    await expect(both.lan.locator("[data-message]", has_text="đã được mời trước đây")).to_be_visible()
    news = both.hoa.locator("[data-message]", has_text="Đổi lịch họp")
    await expect(news).to_contain_text("10/12/2026")
    await expect(news).to_contain_text("Đồng chí đã trả lời: có mặt")


async def checks_in(both: Both) -> None:
    """In the room the code is on the secretary's telephone; the member types it, and the roll follows."""
    await both.jumps("10/12/2026")
    time = both.page.locator("[data-role='clock-time']")
    while await time.inner_text() != "19:30":
        await both.page.locator("[data-role='jump']").click()
        await expect(both.page.locator("[data-role='clock']")).not_to_have_attribute("aria-busy", "true")
    await types(both.lan, "/diemdanh")
    await taps(both.lan, "Mã điểm danh")
    shown = both.lan.locator("[data-message]", has_text="Mời các đồng chí gõ 4 số này")
    code = re.search(r"^\d{4}$", await shown.inner_text(), re.MULTILINE)
    assert code, await shown.inner_text()
    await types(both.hoa, code[0])
    await expect(both.hoa.locator("[data-message]").last).to_contain_text("Đã điểm danh")
