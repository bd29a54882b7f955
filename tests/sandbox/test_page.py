"""The chat page of the sandbox in a real browser, against the real server; a few lines play the bot."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Locator, Page, async_playwright, expect

from bot.sandbox.limits import Limits
from bot.sandbox.people import Person
from bot.sandbox.server import serve
from bot.sandbox.telegram import Telegram

CHROMIUM = shutil.which("chromium")
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"]
FLAGS += ["--disable-background-networking", "--disable-component-update", "--disable-sync"]
TOKEN = "1:sandbox"

pytestmark = [
    pytest.mark.browser,
    pytest.mark.asyncio(loop_scope="module"),
    pytest.mark.skipif(
        CHROMIUM is None, reason="No chromium on this machine, so the page was not looked at."
    ),
]


class SteppingClock:
    """Stands still at 19:30 on 2 July 2025 in Vietnam until the page moves it."""

    controllable = True

    def __init__(self) -> None:
        self._now = datetime(2025, 7, 2, 12, 30, tzinfo=UTC)

    def now(self) -> datetime:
        return self._now

    async def advance(self, seconds: float) -> None:
        self._now += timedelta(seconds=seconds)

    async def next_event(self) -> datetime:
        return datetime(2025, 7, 4, 1, 0, tzinfo=UTC)

    async def jump(self) -> None:
        self._now = await self.next_event()


class World:
    """One Telegram and its page: the bot speaks by `call`, the people act in the browser."""

    def __init__(self, telegram: Telegram, url: str, page: Page) -> None:
        self.telegram, self.url, self.page = telegram, url, page

    async def opens(self, *people: Person) -> None:
        await self.page.goto(f"{self.url}#{','.join(str(person.id) for person in people)}")
        await expect(self.page.locator("body[data-ready='true']")).to_be_visible()

    async def call(self, method: str, files: dict[str, Any] | None = None, **params: Any) -> Any:
        reply = await self.telegram.call(TOKEN, method, params, files or {})
        assert reply.status == 200, reply.body
        return reply.body["result"]

    async def says(self, person: Person, text: str, *rows: list[dict[str, str]], **more: Any) -> Any:
        markup = {"inline_keyboard": list(rows)}
        return await self.call("sendMessage", chat_id=person.id, text=text, reply_markup=markup, **more)

    def pane(self, person: Person) -> Locator:
        return self.page.locator(f"[data-role='pane'][data-person='{person.id}']")

    def part(self, person: Person, role: str) -> Locator:
        return self.pane(person).locator(f"[data-role='{role}']")

    def bubble(self, person: Person, text: str) -> Locator:
        return self.pane(person).locator("[data-message]", has_text=text)

    async def types(self, person: Person, text: str) -> None:
        await self.part(person, "input").fill(text)
        await self.part(person, "input").press("Enter")


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def browser() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        chromium = await playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield chromium
        await chromium.close()


@pytest_asyncio.fixture(loop_scope="module")
async def world(browser: Browser) -> AsyncIterator[World]:
    clock = SteppingClock()
    telegram = Telegram(token=TOKEN, username="chibo_bot", now=clock.now, limits=Limits.unlimited())
    page = await browser.new_page(viewport={"width": 1400, "height": 900})
    page.set_default_timeout(5000)
    async with serve(telegram, clock) as url:
        yield World(telegram, f"{url}/", page)
        await page.close()


@pytest.fixture
def hoa(world: World) -> Person:
    hoa = world.telegram.add_person("Vàng Thị Hoa", phone="+84912345678")
    hoa.opens("")
    return hoa


@pytest.fixture
def lan(world: World) -> Person:
    lan = world.telegram.add_person("Lò Thị Lan")
    lan.opens("")
    return lan


async def test_a_typed_text_becomes_a_bubble_of_the_person(world: World, hoa: Person) -> None:
    await world.opens(hoa)
    await world.types(hoa, "em bận, <b>xin vắng</b>")
    await expect(world.bubble(hoa, "em bận, <b>xin vắng</b>")).to_have_attribute("data-from", "self")
    await expect(world.part(hoa, "input")).to_have_value("")
    assert hoa.messages[-1].text == "em bận, <b>xin vắng</b>"


async def test_a_tap_shows_its_toast_and_the_edit_it_causes(world: World, hoa: Person) -> None:
    await world.opens(hoa)
    sent = await world.says(hoa, "Đồng chí có dự không?", [{"text": "✅ Có mặt", "callback_data": "yes"}])
    await world.bubble(hoa, "có dự không").get_by_role("button", name="Có mặt").click()
    [press] = await _presses(world)
    await world.call("answerCallbackQuery", callback_query_id=press["id"], text="Đã ghi: có mặt")
    await world.call("editMessageText", chat_id=hoa.id, message_id=sent["message_id"], text="Đã báo có mặt.")
    await expect(world.part(hoa, "toast")).to_have_text("Đã ghi: có mặt")
    await expect(world.bubble(hoa, "Đã báo có mặt.")).to_contain_text("đã sửa")
    await expect(world.bubble(hoa, "Đồng chí có dự không?")).to_have_count(0)


async def test_an_alert_waits_until_it_is_understood(world: World, hoa: Person) -> None:
    await world.opens(hoa)
    await world.says(hoa, "Chốt?", [{"text": "Chốt", "callback_data": "close"}])
    await world.part(hoa, "inline-button").click()
    [press] = await _presses(world)
    await world.call(
        "answerCallbackQuery", callback_query_id=press["id"], text="Còn 2 người", show_alert=True
    )
    await expect(world.part(hoa, "alert")).to_contain_text("Còn 2 người")
    await world.part(hoa, "alert-ok").click()
    await expect(world.part(hoa, "alert")).to_be_hidden()


async def _presses(world: World) -> list[dict[str, Any]]:
    """The taps the bot is told of; the first look may come before the browser's request."""
    updates: list[dict[str, Any]] = []
    while not any("callback_query" in update for update in updates):
        last = updates[-1]["update_id"] if updates else 0
        updates = await world.call("getUpdates", timeout=3, offset=last + 1)
        assert updates, "no tap reached the bot within three seconds"
    return [update["callback_query"] for update in updates if "callback_query" in update]


async def test_two_people_stand_side_by_side_and_one_can_leave(
    world: World, hoa: Person, lan: Person
) -> None:
    await world.opens(hoa, lan)
    await world.says(lan, "Hoa đã báo có mặt.")
    await expect(world.bubble(lan, "Hoa đã báo")).to_be_visible()
    await expect(world.bubble(hoa, "Hoa đã báo")).to_have_count(0)
    await world.part(lan, "close-pane").click()
    await expect(world.pane(lan)).to_have_count(0)
    await expect(world.page).to_have_url(re.compile(rf"#{hoa.id}$"))


async def test_a_person_is_found_without_marks_and_opened_by_a_click(
    world: World, hoa: Person, lan: Person
) -> None:
    await world.opens()
    await world.says(hoa, "Mời họp")
    row = world.page.locator(f"[data-role='person'][data-person='{hoa.id}']")
    await expect(row.locator("[data-role='unread']")).to_have_text("1")
    await world.page.locator("[data-role='search']").fill("vang thi")
    await expect(world.page.locator("[data-role='person']")).to_have_count(1)
    await row.click()
    await expect(world.bubble(hoa, "Mời họp")).to_be_visible()
    await expect(row.locator("[data-role='unread']")).to_be_hidden()


async def test_the_clock_moves_by_a_day_and_to_the_next_event(world: World, hoa: Person) -> None:
    await world.opens(hoa)
    clock = world.page.locator("[data-role='clock']")
    await expect(clock).to_contain_text("19:30")
    await clock.get_by_role("button", name="+1 ngày").click()
    await expect(clock).to_contain_text("Thứ Năm 3/7/2025", ignore_case=True)
    await expect(clock.locator("[data-role='next-event']")).to_have_text("ngày mai, 08:00")
    await clock.get_by_role("button", name="Đến sự kiện kế tiếp").click()
    await expect(clock.locator("[data-role='clock-time']")).to_have_text("08:00")


async def test_a_real_clock_offers_no_steps(
    world: World, hoa: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(SteppingClock, "controllable", False)
    await world.opens(hoa)
    for role in ("jump", "plus-hour", "plus-day"):
        await expect(world.page.locator(f"[data-role='{role}']")).to_be_disabled()


async def test_on_a_phone_there_is_one_chat_and_the_people_are_in_a_drawer(
    world: World, hoa: Person, lan: Person
) -> None:
    await world.page.set_viewport_size({"width": 360, "height": 740})
    await world.opens(hoa, lan)
    await expect(world.pane(hoa)).to_be_visible()
    await expect(world.pane(lan)).to_be_hidden()
    await world.page.locator("[data-role='drawer']").click()
    await world.page.locator(f"[data-role='person'][data-person='{lan.id}']").click()
    await expect(world.pane(lan)).to_be_visible()
    await expect(world.pane(hoa)).to_be_hidden()
    assert await world.page.evaluate("document.documentElement.scrollWidth") == 360


async def test_a_deep_link_in_a_button_starts_the_bot_in_the_same_chat(world: World, hoa: Person) -> None:
    await world.opens(hoa)
    await world.says(hoa, "Mời đăng ký", [{"text": "Đăng ký", "url": "https://t.me/chibo_bot?start=k3j"}])
    await world.part(hoa, "inline-button").click()
    await expect(world.bubble(hoa, "/start k3j")).to_have_attribute("data-from", "self")


async def test_a_document_downloads_under_its_name(world: World, hoa: Person) -> None:
    await world.opens(hoa)
    paper = {"document": ("Giấy mời.docx", b"12345", "application/octet-stream")}
    await world.call("sendDocument", chat_id=hoa.id, files=paper)
    document = world.bubble(hoa, "Giấy mời").locator("[data-role='document']")
    await expect(document).to_contain_text("5 B")
    async with world.page.expect_download() as downloading:
        await document.click()
    download = await downloading.value
    assert download.suggested_filename == "Giấy mời.docx"
    assert Path(await download.path()).read_bytes() == b"12345"


async def test_a_picture_from_the_phone_is_shown_with_its_caption(world: World, hoa: Person) -> None:
    await world.opens(hoa)
    await world.part(hoa, "input").fill("minh chứng")
    await world.part(hoa, "attach").click()
    async with world.page.expect_file_chooser() as choosing:
        await world.part(hoa, "attach-photo").click()
    await (await choosing.value).set_files({"name": "anh.png", "mimeType": "image/png", "buffer": _PIXEL})
    await expect(world.bubble(hoa, "minh chứng").locator("img")).to_have_js_property("naturalWidth", 1)


_PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010804000000b51c0c02"
    "0000000b4944415478da6364f80f00010501012718e3660000000049454e44ae426082"
)


async def test_a_voice_message_can_be_sent_and_heard(world: World, hoa: Person) -> None:
    await world.opens(hoa)
    await world.part(hoa, "input").fill("em nói cho nhanh")
    await world.part(hoa, "attach").click()
    async with world.page.expect_file_chooser() as choosing:
        await world.part(hoa, "attach-voice").click()
    await (await choosing.value).set_files(
        {"name": "a.ogg", "mimeType": "audio/ogg", "buffer": b"OggS" * 1024}
    )
    spoken = world.bubble(hoa, "em nói cho nhanh").locator("[data-role='voice']")
    await expect(spoken).to_be_visible()
    await expect(spoken).to_have_attribute("title", "2 giây")
    assert hoa.messages[-1].voice


async def test_the_reply_keyboard_and_the_commands_send_what_they_say(world: World, hoa: Person) -> None:
    await world.call(
        "setMyCommands", commands=json.dumps([{"command": "hop", "description": "Buổi họp tới"}])
    )
    keyboard = {"keyboard": [[{"text": "📅 Họp"}]]}
    await world.call("sendMessage", chat_id=hoa.id, text="Chào", reply_markup=keyboard)
    await world.opens(hoa)
    await world.part(hoa, "keyboard").get_by_role("button", name="Họp").click()
    await expect(world.bubble(hoa, "📅 Họp")).to_have_attribute("data-from", "self")
    await world.part(hoa, "commands").click()
    await world.part(hoa, "command").filter(has_text="Buổi họp tới").click()
    await expect(world.bubble(hoa, "/hop")).to_have_attribute("data-from", "self")


async def test_a_new_person_starts_blocks_and_unblocks_the_bot(world: World) -> None:
    await world.opens()
    await world.page.locator("[data-role='new-person']").click()
    await world.page.get_by_label("Họ và tên").fill("Giàng Thị Mai")
    await world.page.locator("[data-role='add-person']").click()
    pane = world.page.locator("[data-role='pane']", has_text="Giàng Thị Mai")
    await pane.get_by_role("button", name="Bắt đầu").click()
    await expect(pane.locator("[data-message]")).to_contain_text("/start")
    await pane.locator("[data-role='menu']").click()
    await pane.locator("[data-role='block']").click()
    await pane.locator("[data-role='lift-block']").click()
    await expect(pane.locator("[data-role='input']")).to_be_visible()


async def test_a_group_is_a_further_chat_of_its_people(world: World, hoa: Person, lan: Person) -> None:
    group = world.telegram.add_group("Chi bộ Nà Ngần", [lan, hoa])
    await world.opens(hoa, lan)
    await world.pane(hoa).get_by_role("button", name="Chi bộ Nà Ngần").click()
    await world.types(hoa, "Tôi sẽ đến")
    await world.pane(lan).get_by_role("button", name="Chi bộ Nà Ngần").click()
    await expect(world.bubble(lan, "Tôi sẽ đến")).to_contain_text("Vàng Thị Hoa")
    await expect(world.page).to_have_url(re.compile(rf"#{hoa.id}:{group.id},{lan.id}:{group.id}$"))


async def test_a_deleted_message_goes_and_a_reader_above_is_left_in_peace(world: World, hoa: Person) -> None:
    sent = [await world.says(hoa, f"Tin số {n}\n\n\n.") for n in range(15)]
    await world.opens(hoa)
    await expect(world.bubble(hoa, "Tin số 14")).to_be_in_viewport()
    await world.part(hoa, "scroll").evaluate("node => node.scrollTo(0, 0)")
    await expect(world.part(hoa, "to-bottom")).to_be_visible()
    await world.call("deleteMessage", chat_id=hoa.id, message_id=sent[0]["message_id"])
    await world.says(hoa, "Tin mới nhất")
    await expect(world.part(hoa, "to-bottom")).to_contain_text("1")
    await expect(world.bubble(hoa, "Tin số 0")).to_have_count(0)
    await expect(world.bubble(hoa, "Tin mới nhất")).not_to_be_in_viewport()


async def test_a_switch_and_a_link_lead_to_the_chat_with_another_bot(world: World, hoa: Person) -> None:
    second = world.telegram.beside("2:second", "xa_bot")
    await world.opens(hoa)
    await world.says(hoa, "Sang bot của xã", [{"text": "Sang đó", "url": "https://t.me/xa_bot?start=go"}])
    await world.bubble(hoa, "Sang bot của xã").get_by_text("Sang đó").click()
    await expect(world.bubble(hoa, "/start go")).to_be_visible()
    await expect(world.bubble(hoa, "Sang bot của xã")).to_have_count(0)
    assert [m.text for m in hoa.at(second).messages] == ["/start go"]
    await world.page.locator("[data-role='bot']").select_option("chibo_bot")
    await expect(world.bubble(hoa, "Sang bot của xã")).to_be_visible()
