"""`make demo` as a newcomer meets it: from the printed address to a summary, by clicks in a real browser."""

import asyncio
import re
import shutil
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

import pytest
from playwright.async_api import Locator, Page, async_playwright, expect

from bot.demo import interactive

CHROMIUM = shutil.which("chromium")
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"]
FLAGS += ["--disable-background-networking", "--disable-component-update", "--disable-sync"]
PATIENCE = 45_000
"""Milliseconds: the bot, the page and the browser share one machine."""
MOST_EVENTS = 30
"""Between two days of the story; how many there are is a matter of who has answered by then."""


@asynccontextmanager
async def demo(port: int = 0) -> AsyncIterator[list[str]]:
    """A running demo, as the lines it printed when it was ready."""
    lines: list[str] = []
    ready = asyncio.Event()

    def say(line: str) -> None:
        lines.append(line)
        if "On the day of the meeting" in line:
            ready.set()

    async with asyncio.TaskGroup() as tasks:
        running = tasks.create_task(interactive.show(port=port, say=say))
        await ready.wait()
        try:
            yield lines
        finally:
            running.cancel()


async def test_where_a_port_is_taken_the_page_is_at_another_one() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        async with demo(port) as lines:
            assert lines[0] == f"Port {port} is taken, so the page is at another one."
            found = re.match(r"Open http://127\.0\.0\.1:(\d+)/#\d+,\d+ ", lines[1])
            assert found and int(found[1]) != port
            assert len(lines) == 4


class Both:
    """The page with the chats of Lan, who leads the cell, and Hoa, a member."""

    def __init__(self, page: Page, address: str, lan: str, hoa: str) -> None:
        self.page, self.address, self.people = page, address, (int(lan), int(hoa))
        self.lan = page.locator(f"[data-role='pane'][data-person='{lan}']")
        self.hoa = page.locator(f"[data-role='pane'][data-person='{hoa}']")

    async def open(self) -> None:
        """Open it."""
        await self.page.goto(f"{self.address}/#{self.people[0]},{self.people[1]}")

    async def jumps(self, day: str, shown: Locator | None = None) -> None:
        """Click on until it is that day, and something is shown if anything is named."""
        clock = self.page.locator("[data-role='clock']")
        for _ in range(MOST_EVENTS):
            if day in await clock.inner_text() and (shown is None or await shown.count()):
                return
            await self.page.locator("[data-role='jump']").click()
            await expect(clock).not_to_have_attribute("aria-busy", "true")
        raise AssertionError(f"it never was {day}")


@asynccontextmanager
async def opened(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Both]:
    """A demo whose other people are quick, and a browser to open its page in."""
    monkeypatch.setattr(interactive, "QUICK", timedelta(seconds=0.2))
    async with demo() as lines, async_playwright() as playwright:
        chromium = await playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        page = await chromium.new_page(viewport={"width": 1400, "height": 900})
        page.set_default_timeout(PATIENCE)
        expect.set_options(timeout=PATIENCE)
        address = re.search(r"(http\S+?)/?#(\d+),(\d+)", lines[0])
        assert address
        yield Both(page, *address.groups())
        await chromium.close()


async def taps(pane: Locator, name: str, *, exact: bool = False) -> None:
    """Tap the newest button with that name, or that has it in its name, once the tap before it is answered."""
    await expect(pane.locator(".busy")).to_have_count(0)
    await pane.get_by_role("button", name=name, exact=exact).last.click()


@pytest.mark.browser
@pytest.mark.skipif(CHROMIUM is None, reason="No chromium on this machine, so the page was not looked at.")
async def test_a_newcomer_sees_the_main_job_by_clicking(monkeypatch: pytest.MonkeyPatch) -> None:
    async with opened(monkeypatch) as both:
        await both.open()
        await clicks_through(both)


async def clicks_through(both: Both) -> None:
    """An invitation, a chase, an answer, a request for leave, a roll call, a summary."""
    bubbles = both.hoa.locator("[data-message]")
    await both.jumps("1/12/2026")
    await expect(bubbles.last).to_contain_text("Giấy mời sinh hoạt thường kỳ")
    await expect(both.lan.locator("[data-message]", has_text="Lý do").first).to_be_visible()
    chase = bubbles.filter(has_text="chưa trả lời về buổi")
    await both.jumps("5/12/2026", chase)
    await expect(chase).to_have_count(1)
    await chase.get_by_role("button", name="Đến muộn").click()
    await expect(bubbles.filter(has_text="Đã ghi: đến muộn")).to_have_count(1)
    await taps(both.lan, "Đồng ý", exact=True)
    await expect(both.lan.locator("[data-message]", has_text="Đã ghi: đồng ý cho")).to_have_count(1)
    await both.jumps("8/12/2026")
    await taps(both.lan, "Điểm danh")
    for step in ("Tất cả có mặt", "Kết thúc điểm danh", "Chấp nhận tất cả đơn", "Chốt điểm danh"):
        await taps(both.lan, step)
    summary = both.lan.locator("[data-message]", has_text="Kết quả sinh hoạt thường kỳ")
    await expect(summary).to_contain_text("Tổng số đảng viên phải dự: 13")
    await expect(summary).to_contain_text("Sùng Thị Hoa")
