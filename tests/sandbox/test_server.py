"""The page's side of the server, and bodies of every kind."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp import ClientSession, FormData

from bot.sandbox.people import Person
from bot.sandbox.server import serve
from bot.sandbox.telegram import Telegram

from .conftest import TOKEN, Call, keyboard
from .test_methods import PDF, PNG


class Visitor:
    """Asks the server and gives back status and JSON."""

    def __init__(self, session: ClientSession) -> None:
        self.session = session

    async def get(self, path: str) -> tuple[int, Any]:
        async with self.session.get(path) as response:
            return response.status, await response.json()

    async def post(self, path: str, body: Any = None, **kind: Any) -> tuple[int, Any]:
        async with self.session.post(path, **(kind or {"json": body or {}})) as response:
            return response.status, await response.json()


@pytest.fixture
async def visitor(telegram: Telegram) -> AsyncIterator[Visitor]:
    async with serve(telegram) as url, ClientSession(url) as session:
        yield Visitor(session)


@pytest.mark.parametrize("kind", ["query", "form", "multipart", "json"])
async def test_a_call_is_understood_in_every_form(visitor: Visitor, hoa: Person, kind: str) -> None:
    path, params = f"/bot{TOKEN}/sendMessage", {"chat_id": str(hoa.id), "text": "Đ"}
    multipart = FormData(params, default_to_multipart=True)
    bodies = {"query": {"params": params}, "form": {"data": params}, "multipart": {"data": multipart}}
    status, body = await visitor.post(path, **bodies.get(kind, {"json": {"chat_id": hoa.id, "text": "Đ"}}))
    assert (status, body["result"]["text"]) == (200, "Đ")


async def test_a_refusal_has_its_status_and_an_unreadable_body_is_one(visitor: Visitor) -> None:
    assert (await visitor.get("/bot1:wrong/getMe"))[0] == 401
    assert (await visitor.get(f"/bot{TOKEN}/nothing"))[0] == 404
    assert (await visitor.get(f"/file/bot{TOKEN}/documents/none"))[0] == 404
    for data in ("{", "[1]"):
        status, body = await visitor.post(
            f"/bot{TOKEN}/getMe", data=data, headers={"Content-Type": "application/json"}
        )
        assert (status, body["error_code"]) == (400, 400)


async def test_the_page_and_its_files_are_served(visitor: Visitor) -> None:
    for path, start in (("/", b"<!doctype html>"), ("/static/page.js", b"//")):
        async with visitor.session.get(path) as response:
            assert (await response.read()).startswith(start)


async def test_the_state_has_everybody_and_the_clock(
    visitor: Visitor, telegram: Telegram, hoa: Person
) -> None:
    group = telegram.add_group("Chi bộ", [hoa])
    status, state = await visitor.get("/sandbox/state")
    assert (status, state["bot"]["username"]) == (200, "chibo_bot")
    person = state["people"][0]
    assert (person["name"], person["started"], person["blocked"]) == ("Hoa Vàng Thị", True, False)
    assert [chat["id"] for chat in person["chats"]] == [hoa.id, group.id]
    assert state["clock"]["timezone"] == "Asia/Ho_Chi_Minh"
    assert state["seq"] == len(telegram.events)


async def test_a_chat_shows_texts_files_buttons_keyboard_and_commands(
    visitor: Visitor, hoa: Person, call: Call
) -> None:
    await call("setMyCommands", commands=[{"command": "hop", "description": "Cuộc họp"}])
    await call("sendMessage", chat_id=hoa.id, text="x", reply_markup={"keyboard": [["Menu"]]})
    await call(
        "sendDocument",
        {"document": PDF},
        chat_id=hoa.id,
        caption="<b>Đọc</b> & ký",
        reply_markup=keyboard(["a"]),
    )
    await call("sendPhoto", {"photo": ("x.png", PNG, "image/png")}, chat_id=hoa.id)
    _, body = await visitor.get(f"/sandbox/chats/{hoa.id}/messages?as={hoa.id}")
    document, photo = body["messages"][-2:]
    assert document["html"] == "&lt;b&gt;Đọc&lt;/b&gt; &amp; ký"
    assert document["document"]["name"] == "Nghị quyết.pdf"
    assert document["buttons"] == [[{"text": "a", "kind": "callback", "url": None}]]
    assert body["reply_keyboard"] == [["Menu"]]
    assert body["commands"] == [{"command": "hop", "description": "Cuộc họp"}]
    async with visitor.session.get(photo["photo"]["url"]) as response:
        assert await response.read() == PNG
    async with visitor.session.get(document["document"]["url"]) as response:
        assert "Ngh%E1%BB%8B" in response.headers["Content-Disposition"]


async def test_a_person_of_the_page_starts_writes_taps_and_blocks(
    visitor: Visitor, telegram: Telegram, call: Call
) -> None:
    _, person = await visitor.post("/sandbox/people", {"first_name": "Lan"})
    deeds, lan = f"/sandbox/people/{person['id']}", telegram.people[person["id"]]
    await visitor.post(f"{deeds}/start", {"payload": "x"})
    await visitor.post(f"{deeds}/send", {"chat": lan.id, "text": "chào"})
    await visitor.post(f"{deeds}/contact", {"chat": lan.id})
    await call("sendMessage", chat_id=lan.id, text="x", reply_markup=keyboard(["a", "b"]))
    tap = {"chat": lan.id, "message_id": lan.last.id, "row": 0, "column": 1}
    assert (await visitor.post(f"{deeds}/tap", tap))[0] == 200
    await visitor.post(f"{deeds}/block")
    assert lan.blocked
    *said, pressed, _ = await call("getUpdates")
    assert [update["message"].get("text") for update in said] == ["/start x", "chào", None]
    assert pressed["callback_query"]["data"] == "b"
    await visitor.post(f"{deeds}/unblock")
    assert not lan.blocked


async def test_a_key_that_asks_for_the_contact_sends_it(visitor: Visitor, hoa: Person, call: Call) -> None:
    keys = [[{"text": "Gửi số", "request_contact": True}]]
    await call("sendMessage", chat_id=hoa.id, text="x", reply_markup={"keyboard": keys})
    await visitor.post(f"/sandbox/people/{hoa.id}/send", {"chat": hoa.id, "text": "Gửi số"})
    assert hoa.messages[-1].content.contact
    _, body = await visitor.get(f"/sandbox/chats/{hoa.id}/messages?as={hoa.id}")
    assert body["messages"][-1]["html"] == "☎ Hoa Vàng Thị · +84912345678"


async def test_files_are_uploaded_from_the_page(visitor: Visitor, hoa: Person) -> None:
    for kind, name, data in (("document", "đơn.txt", b"xin"), ("photo", "x.png", PNG)):
        form = FormData({"chat": str(hoa.id), "kind": kind, "caption": "đây"}, quote_fields=False)
        form.add_field("file", data, filename=name, content_type="text/plain")
        assert (await visitor.post(f"/sandbox/people/{hoa.id}/upload", data=form))[0] == 200
    document, photo = hoa.messages[-2:]
    assert document.document and (document.document.name, document.text) == ("đơn.txt", "đây")
    assert photo.photo and photo.photo.width == 640


async def test_the_stream_brings_what_happens(visitor: Visitor, hoa: Person, call: Call) -> None:
    _, state = await visitor.get("/sandbox/state")
    await call("sendMessage", chat_id=hoa.id, text="x", reply_markup=keyboard(["a"]))
    press = hoa.taps("a")
    await call("answerCallbackQuery", callback_query_id=press.id, text="ừ")
    async with asyncio.timeout(5), visitor.session.get(f"/sandbox/events?after={state['seq']}") as stream:
        lines = [await stream.content.readline() for _ in range(3)]
    events = [json.loads(line.removeprefix(b"data: ")) for line in (lines[0], lines[2])]
    assert [event["kind"] for event in events] == ["message", "tap_answered"]
    assert (events[1]["user"], events[1]["text"]) == (hoa.id, "ừ")


async def test_the_clock_moves_and_says_when_it_cannot(visitor: Visitor, telegram: Telegram) -> None:
    before = (await visitor.get("/sandbox/clock"))[1]["now"]
    status, clock = await visitor.post("/sandbox/clock", {"advance_seconds": 86400})
    assert (status, clock["controllable"], clock["now"] > before) == (200, True, True)
    assert telegram.events[-1]["kind"] == "clock"
    status, body = await visitor.post("/sandbox/clock", {"jump": True})
    assert (status, body) == (404, {"error": "nothing is planned, so there is nothing to jump to"})


async def test_the_limits_are_read_and_set_while_running(visitor: Visitor, hoa: Person) -> None:
    rate = {"count": 1, "seconds": 60, "leeway": 0}
    assert (await visitor.post("/sandbox/limits", {"chat": rate}))[1]["chat"] == rate
    sends = [
        await visitor.post(f"/bot{TOKEN}/sendMessage", {"chat_id": hoa.id, "text": "x"}) for _ in range(2)
    ]
    assert [status for status, _ in sends] == [200, 429]
    assert (await visitor.post("/sandbox/limits", {"speed": 1}))[0] == 400
    assert (await visitor.get("/sandbox/limits"))[1]["overall"] is None


async def test_the_log_is_read_from_a_line_on(visitor: Visitor, hoa: Person, call: Call) -> None:
    for text in ("một", "hai"):
        await call("sendMessage", chat_id=hoa.id, text=text)
    assert [line["text"] for line in (await visitor.get("/sandbox/log"))[1]] == ["một", "hai"]
    assert [line["text"] for line in (await visitor.get("/sandbox/log?after=1"))[1]] == ["hai"]


WRONG: list[tuple[str, Any, int]] = [
    ("people", {}, 400),
    ("people/77/send", {"text": "x"}, 404),
    ("people/{id}/send", {"text": " "}, 400),
    ("people/{id}/send", {"chat": 77, "text": "x"}, 404),
    ("people/{id}/fly", {}, 404),
    ("people/{id}/tap", {"message_id": 77}, 404),
    ("people/{id}/tap", {"message_id": 1, "row": 0, "column": 0}, 404),
    ("people/{id}/upload", {}, 400),
    ("clock", {}, 400),
]


@pytest.mark.parametrize(("path", "body", "status"), WRONG)
async def test_what_the_page_does_wrong_comes_back_as_a_sentence(
    visitor: Visitor, hoa: Person, path: str, body: Any, status: int
) -> None:
    found, answer = await visitor.post(f"/sandbox/{path.format(id=hoa.id)}", body)
    assert found == status
    assert isinstance(answer["error"], str) and len(answer["error"]) > 5


async def test_who_has_blocked_the_bot_cannot_write(visitor: Visitor, hoa: Person) -> None:
    hoa.blocks()
    status, body = await visitor.post(f"/sandbox/people/{hoa.id}/send", {"text": "x"})
    assert (status, body) == (409, {"error": "Hoa Vàng Thị has blocked the bot"})
