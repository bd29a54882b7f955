"""Updates that come twice, out of order, or unreadable; and that none is ever lost."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from telegram import Update

from bot.sandbox.limits import Limits
from bot.sandbox.people import Person
from bot.sandbox.telegram import Telegram

from .conftest import TOKEN, Call


async def polled(call: Call, offset: int = 0) -> list[tuple[int, str]]:
    updates = await call("getUpdates", offset=offset)
    return [(update["update_id"], update["message"]["text"]) for update in updates]


async def test_an_acknowledged_update_comes_once_more(telegram: Telegram, hoa: Person, call: Call) -> None:
    telegram.faults.add("duplicate", times=1)
    hoa.sends("a")
    hoa.sends("b")
    first, second = await polled(call)
    assert await polled(call, second[0] + 1) == [first]
    assert await polled(call, second[0] + 1) == []


async def test_a_batch_comes_shuffled(telegram: Telegram, hoa: Person, call: Call) -> None:
    telegram.faults.add("reorder", times=1)
    for text in "abcdef":
        hoa.sends(text)
    mixed, ordered = await polled(call), await polled(call)
    assert [text for _, text in ordered] == list("abcdef")
    assert sorted(mixed) == ordered != mixed


async def test_an_update_is_overtaken_by_those_after_it(telegram: Telegram, hoa: Person, call: Call) -> None:
    telegram.faults.add("reorder", across=True, times=1)
    for text in "abc":
        hoa.sends(text)
    overtakers = await polled(call)
    assert sorted(text for _, text in overtakers) == ["b", "c"]
    offset = max(overtakers)[0] + 1
    hoa.sends("d")
    late, newest = await polled(call, offset)
    assert (late[1], newest[1]) == ("a", "d")
    assert late[0] < min(overtakers)[0]
    assert await polled(call, offset) == [late, newest]
    assert len(telegram.updates) == 2, "what is held back waits too"
    assert await polled(call, newest[0] + 1) == []
    assert len(telegram.updates) == 0


async def test_an_overtaken_update_nothing_comes_after_gets_a_new_id(
    telegram: Telegram, hoa: Person, call: Call
) -> None:
    telegram.faults.add("reorder", across=True, times=1)
    hoa.sends("a")
    hoa.sends("b")
    [(overtaker, _)] = await polled(call)
    [(late, text)] = await polled(call, overtaker + 1)
    assert (text, late > overtaker) == ("a", True)


async def test_an_unreadable_update_comes_before_the_one_it_spoils_nothing_of(
    telegram: Telegram, hoa: Person, call: Call
) -> None:
    telegram.faults.add("unreadable", times=1)
    hoa.sends("a")
    hoa.sends("b")
    odd, good, better = await call("getUpdates")
    with pytest.raises((TypeError, AttributeError, KeyError, ValueError)):
        Update.de_json(odd, None)
    assert [update["message"]["text"] for update in (good, better)] == ["a", "b"]


class Bot:
    """Polls with an offset of its own, sometimes misses an answer, and remembers what it got."""

    def __init__(self, telegram: Telegram) -> None:
        self.telegram = telegram
        self.offset = 0
        self.got: dict[str, int] = {}

    async def polls(self, misses: bool) -> None:
        reply = await self.telegram.call(TOKEN, "getUpdates", {"offset": self.offset, "limit": 4})
        updates: list[dict[str, Any]] = [] if misses else reply.body["result"]
        for update in updates:
            text = update["message"]["text"]
            self.got[text] = self.got.get(text, 0) + 1
            self.offset = max(self.offset, update["update_id"] + 1)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 999), st.lists(st.tuples(st.integers(0, 5), st.booleans()), max_size=40))
async def test_whatever_is_lost_on_the_way_every_update_arrives(
    seed: int, story: list[tuple[int, bool]]
) -> None:
    telegram = Telegram(TOKEN, limits=Limits.unlimited())
    telegram.faults.seed = seed
    telegram.faults.add("duplicate", share=0.3)
    telegram.faults.add("reorder", share=0.3, across=True)
    telegram.faults.add("reorder", share=0.3)
    hoa, bot, said = telegram.add_person("Hoa"), Bot(telegram), 0
    for texts, misses in [*story, *[(0, False)] * 60]:
        for _ in range(texts):
            said += 1
            hoa.sends(f"{said}")
        await bot.polls(misses)
    assert len(bot.got) == said
    assert len(telegram.updates) == 0
