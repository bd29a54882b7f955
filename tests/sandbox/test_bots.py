"""Several bots on one server: a Telegram for each, and the same people in front of them."""

from __future__ import annotations

import aiohttp
import pytest

from bot.sandbox.limits import Limits, Rate
from bot.sandbox.people import Person
from bot.sandbox.server import serve
from bot.sandbox.telegram import Telegram
from tests.sandbox.conftest import TOKEN

SECOND = "2:second"


@pytest.fixture
def second(telegram: Telegram) -> Telegram:
    return telegram.beside(SECOND, "xa_bot")


async def test_who_starts_two_bots_is_the_same_person_in_both(
    telegram: Telegram, hoa: Person, second: Telegram
) -> None:
    lan = telegram.add_person("Lan")
    assert lan.at(second).id == lan.id and hoa.at(second).user is hoa.user
    assert hoa.started and not hoa.at(second).started
    hoa.at(second).opens()
    assert (len(telegram.updates), len(second.updates)) == (0, 1)


async def test_each_bot_has_chats_files_and_limits_of_its_own(
    telegram: Telegram, hoa: Person, second: Telegram
) -> None:
    second.limits = Limits(chat=Rate(1, 60))
    hoa.at(second).opens()
    said = {"chat_id": hoa.id, "text": "Xin chào"}
    statuses = [(await second.call(SECOND, "sendMessage", said)).status for _ in range(2)]
    assert statuses == [200, 429]
    assert (await telegram.call(TOKEN, "sendMessage", said)).status == 200
    assert [m.text for m in hoa.at(second).messages if m.from_bot] == ["Xin chào"]
    stored = hoa.sends_document("a.pdf", b"%PDF").document
    assert stored is not None
    file = {"chat_id": hoa.id, "document": stored.id}
    assert "wrong file identifier" in (await second.call(SECOND, "sendDocument", file)).body["description"]


async def test_one_server_answers_each_token_and_the_page_says_which_bot(
    telegram: Telegram, hoa: Person, second: Telegram
) -> None:
    async with serve(telegram) as url, aiohttp.ClientSession(url) as http:
        names = [
            (await (await http.get(f"/bot{t}/getMe")).json())["result"]["username"] for t in (TOKEN, SECOND)
        ]
        assert names == ["chibo_bot", "xa_bot"]
        assert (await http.get("/bot2:other/getMe")).status == 401
        await http.post(f"/sandbox/people/{hoa.id}/start?bot=xa_bot", json={})
        assert (len(telegram.updates), len(second.updates)) == (0, 1)
        state = await (await http.get("/sandbox/state?bot=xa_bot")).json()
        assert state["bot"]["username"] == "xa_bot" and state["bots"] == ["chibo_bot", "xa_bot"]
        assert (await http.get("/sandbox/state?bot=no_bot")).status == 404
