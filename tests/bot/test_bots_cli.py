"""`chibo bot`: what the operator types, and what becomes of it."""

import asyncio
import re
import threading
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from bot.keys import Keys
from bot.sandbox.server import serve
from bot.sandbox.telegram import Telegram
from db.models import Account, BotState, Link, Member
from tests.bot.conftest import Operator
from tests.conftest import TOKEN

KEY = "0123456789abcdef0123456789abcdef"
OWN, OTHER = "7000000001:second-token", "7000000002:third-token"


@pytest.fixture(scope="module")
def several() -> Iterator[str]:
    """The address of a local Telegram of three bots, in a thread of its own."""
    loop, ready, found = asyncio.new_event_loop(), threading.Event(), []
    done = asyncio.Event()

    async def stay() -> None:
        telegram = Telegram(TOKEN)
        telegram.beside(OWN, "xa_bot")
        telegram.beside(OTHER, "thon_bot")
        async with serve(telegram) as url:
            found.append(url)
            ready.set()
            await done.wait()

    thread = threading.Thread(target=loop.run_until_complete, args=(stay(),))
    thread.start()
    assert ready.wait(10)
    yield found[0]
    loop.call_soon_threadsafe(done.set)
    thread.join()
    loop.close()


@pytest.fixture
def ready(migrated: Operator, several: str) -> Operator:
    """With a list imported, a secret key and a Telegram of three bots."""
    migrated.sets(bot_token=TOKEN, telegram_api_url=several, secret_key=KEY)
    migrated.types("org", "import", migrated.has("xa-ta-van.csv"))
    return migrated


def test_a_bot_is_added_by_a_token_that_is_shown_nowhere_and_kept_sealed(ready: Operator) -> None:
    said = ready.types("bot", "add", "--org", "xa-ta-van", answer=f"{OWN}\n")
    assert said.code == 0 and "✓ @xa_bot is the bot of" in said.text
    ((number, username, sealed),) = ready.finds("SELECT id, username, sealed_token FROM own_bot")
    assert (number, username) == (7000000001, "xa_bot")
    assert "second-token" not in said.text + str(sealed)
    assert Keys([KEY]).open(str(sealed)) == OWN
    listed = ready.types("bot", "list").text
    assert "7000000001" in listed and "@xa_bot" in listed


@pytest.mark.parametrize(
    ("token", "org", "sentence"),
    [
        (TOKEN, "xa-ta-van", "That is the bot of the settings"),
        ("no token", "xa-ta-van", "That is no token"),
        ("7000000003:unknown", "xa-ta-van", "Telegram does not accept this token"),
        (OWN, "xa-khac", "No organisation has the code “xa-khac”"),
    ],
)
def test_what_cannot_be_added_is_said_in_a_sentence(
    ready: Operator, token: str, org: str, sentence: str
) -> None:
    said = ready.types("bot", "add", "--org", org, answer=f"{token}\n")
    assert said.code == 1 and sentence in said.text
    assert ready.finds("SELECT * FROM own_bot") == []


def test_the_bot_of_the_settings_stands_in_the_list_with_who_is_on_it(ready: Operator) -> None:
    ready.types("bot", "add", "--org", "xa-ta-van", answer=f"{OWN}\n")
    now = datetime.now(UTC)
    ready.stores(
        BotState(bot=1, username="chibo_bot"),
        *(Account(id=n, bot=bot, address=n, created_at=now) for n, bot in ((1, 1), (2, 1), (3, 7000000001))),
        Member(id=1001, name="Of no cell"),
        Member(id=1002, name="Of no cell, and on the committee's"),
    )
    ready.stores(
        Link(account_id=1, member_id=1, since=now),
        Link(account_id=2, member_id=1001, since=now),
        Link(account_id=3, member_id=1002, since=now),
    )
    listed = [re.split(r"\s*[│┃|]\s*", line) for line in ready.types("bot", "list").text.splitlines()]
    shown = {words[1]: words for words in listed if len(words) > 2 and words[1].isdigit()}
    assert list(shown) == ["1", "7000000001"]
    assert shown["1"][2:7] == ["@chibo_bot", "", "2", "1", "0"]
    assert shown["1"][7].startswith("that of the settings")
    assert shown["7000000001"][4:6] == ["1", "1"]


def test_a_committee_has_one_bot_and_a_bot_one_committee(ready: Operator) -> None:
    ready.types("bot", "add", "--org", "xa-ta-van", answer=f"{OWN}\n")
    again = ready.types("bot", "add", "--org", "xa-ta-van", answer=f"{OWN}\n")
    second = ready.types("bot", "add", "--org", "xa-ta-van", answer=f"{OTHER}\n")
    assert "@xa_bot is in use already" in again.text
    assert "has a bot already: @xa_bot" in second.text
    assert len(ready.finds("SELECT * FROM own_bot")) == 1


def test_without_the_key_nothing_is_added_and_with_another_one_the_list_says_so(ready: Operator) -> None:
    ready.sets(own_bot_token=OWN)
    assert ready.types("bot", "add", "--org", "xa-ta-van").code == 0
    ready.sets(secret_key=KEY[::-1])
    assert "does not open its token" in ready.types("bot", "list").text
    ready.sets(secret_key="")
    said = ready.types("bot", "add", "--org", "xa-ta-van")
    assert said.code == 1 and "CHIBO_SECRET_KEY is not set" in said.text


def test_a_removed_bot_is_said_goodbye_to_and_may_come_back(ready: Operator) -> None:
    ready.types("bot", "add", "--org", "xa-ta-van", answer=f"{OWN}\n")
    kept = ready.types("bot", "remove", "7000000001", answer="n\n")
    assert "0 people are on it" in kept.text
    assert ready.finds("SELECT removed_at FROM own_bot") == [(None,)]
    assert "✓ @xa_bot is removed" in ready.types("bot", "remove", "7000000001", "--yes").text
    assert "was removed before" in ready.types("bot", "remove", "7000000001").text
    assert ready.types("bot", "add", "--org", "xa-ta-van", answer=f"{OWN}\n").code == 0


def test_a_new_token_takes_the_place_of_a_refused_one(ready: Operator) -> None:
    ready.types("bot", "add", "--org", "xa-ta-van", answer=f"{OWN}\n")
    ((before,),) = ready.finds("SELECT sealed_token FROM own_bot")
    assert "the token of another bot" in ready.types("bot", "token", "7000000001", answer=f"{OTHER}\n").text
    assert ready.types("bot", "token", "7000000001", answer=f"{OWN}\n").code == 0
    assert ready.finds("SELECT sealed_token FROM own_bot") != [(before,)]


def test_the_queue_of_each_bot_is_looked_at_by_its_number(ready: Operator) -> None:
    ready.types("bot", "add", "--org", "xa-ta-van", answer=f"{OWN}\n")
    assert "No process serves the bot" in ready.types("queue", "--bot", "7000000001").text
    assert "Found nothing" in ready.types("queue", "cancel", "--bot", "7000000001", "--lane", "bulk").text


def test_an_invitation_leads_to_the_bot_of_whom_it_is_for(ready: Operator) -> None:
    ready.types("bot", "add", "--org", "xa-ta-van", answer=f"{OWN}\n")
    assert "https://t.me/xa_bot?start=" in ready.types("invite", "--member", "01").text
    assert (
        "https://t.me/xa_bot?start=" in ready.types("invite", "--role", "officer", "--org", "xa-ta-van").text
    )
    assert "https://t.me/chibo_bot?start=" in ready.types("invite", "--admin").text
