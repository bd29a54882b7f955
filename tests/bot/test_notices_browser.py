"""A study notice from its writing to its numbers, by clicks in a real browser."""

import asyncio
import json
from urllib.request import urlopen

import pytest
from playwright.async_api import Locator, expect

from bot.demo.month import OFFICER
from tests.bot.test_demo_browser import CHROMIUM, Both, opened, taps
from tests.bot.test_meetings_browser import post, types

TITLE = "Kế hoạch học tập Chỉ thị về sinh hoạt chi bộ"
QUESTION = "Chi bộ sinh hoạt thường kỳ mấy lần một tháng?\n* Một lần\nHai lần"


@pytest.mark.browser
@pytest.mark.skipif(CHROMIUM is None, reason="No chromium on this machine, so the page was not looked at.")
async def test_a_notice_is_written_read_answered_and_counted_by_clicking(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with opened(monkeypatch) as both:
        officer = await asyncio.to_thread(number_of, both.address, OFFICER)
        hoa = both.people[1]
        await both.page.goto(f"{both.address}/#{officer},{hoa}")
        quan = both.page.locator(f"[data-role='pane'][data-person='{officer}']")
        await is_written(quan)
        await asyncio.to_thread(post, f"{both.address}/sandbox/clock", {"advance_seconds": 61})
        await is_read(both)
        await is_counted(quan)


def number_of(address: str, name: str) -> int:
    """The number of a person of the demo."""
    with urlopen(f"{address}/sandbox/state", timeout=10) as answer:
        people = json.load(answer)["people"]
    return int(next(person["id"] for person in people if person["name"] == name))


def newest(pane: Locator) -> Locator:
    return pane.locator("[data-message]").last


async def is_written(quan: Locator) -> None:
    """The officer writes a short notice to everybody, with a question, and sends it."""
    await types(quan, "/thongbao")
    await taps(quan, "Soạn thông báo")
    await expect(newest(quan)).to_contain_text("soạn thông báo học tập")
    await types(quan, f"{TITLE}\n\nMỗi chi bộ dành một phần buổi sinh hoạt thường kỳ để học tập.")
    for step in ("Xong", "Giữ tiêu đề này", "Toàn bộ", "Hạn, câu hỏi", "câu hỏi"):
        await taps(quan, step)
    await expect(newest(quan)).to_contain_text("đánh dấu * trước câu đúng")
    await types(quan, QUESTION)
    await taps(quan, "Xem lại")
    await taps(quan, "📣 Gửi")
    await expect(quan.locator("[data-message]", has_text="người").last).to_be_visible()


async def is_read(both: Both) -> None:
    """The member reads it, is asked, tries twice, and has confirmed it."""
    notice = both.hoa.locator("[data-message]", has_text="gửi thông báo học tập").last
    await expect(notice).to_contain_text("dành một phần buổi sinh hoạt")
    await expect(notice).to_contain_text("có 1 câu hỏi ngắn")
    await taps(both.hoa, "Tôi đã nghiên cứu")
    asked = newest(both.hoa)
    await expect(asked).to_contain_text("mấy lần một tháng")
    await taps(both.hoa, "Hai lần")
    await expect(asked).to_contain_text("Chưa chính xác, mời đồng chí xem lại")
    await taps(both.hoa, "Một lần")
    await expect(asked).to_contain_text("Đã ghi nhận đồng chí nghiên cứu xong")


async def is_counted(quan: Locator) -> None:
    """The officer sees numbers, the cells that lag and the report; never a name."""
    await types(quan, "/thongbao")
    await taps(quan, f"📊 {TITLE[:20]}")
    numbers = newest(quan)
    await expect(numbers).to_contain_text("Theo đơn vị")
    await expect(numbers).to_contain_text("Đã xác nhận: 1")
    await expect(numbers).not_to_contain_text("Hoa")
    await taps(quan, "Chi bộ dưới 80 %")
    await expect(numbers).to_contain_text("dưới 80 % đảng viên xác nhận")
    await taps(quan, "Quay lại")
    await taps(quan, "Báo cáo lên cấp trên")
    await expect(newest(quan)).to_contain_text("Số buổi học tập tại chi bộ: 0")
