"""With several bots an alert takes the way that is open: an admin hears it once, by a bot that works."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from sqlmodel import col, update

from bot.actions.alerting import Alert, tell_admins
from bot.clock import StillClock
from bot.rules.words import RoleName
from bot.sandbox.telegram import Telegram
from db.models import Account, Role
from tests.conftest import settings
from tests.fleet import OWN, OWN_NAME, Fleet, fleet, give_own_bot, goes_over
from tests.people import JOINED, Actor, Cast

DIED, FULL = "không liên lạc được với Telegram", "Ổ đĩa của máy chạy chibo bị đầy"


@pytest.fixture
async def app(database_url: str, clock: StillClock, telegram: Telegram) -> AsyncIterator[Fleet]:
    """Two bots in place of one."""
    async with fleet(settings(database_url), telegram, clock) as both:
        yield both


@pytest.fixture
async def hoa(cast: Cast) -> Actor:
    """Hoa, who looks after the server, and has gone over to the bot of her cell."""
    await give_own_bot(cast)
    async with cast.town.app.database.write() as session:
        session.add(Role(member_id=cast.hoa.member_id, name=RoleName.ADMIN, since=JOINED))
    return await goes_over(cast.hoa)


async def minutes_pass(cast: Cast, number: int, *polled: int) -> None:
    """These bots poll every minute, and each looks for what there is to tell."""
    both = (cast.town.app.home, cast.town.app.own)
    for _ in range(number):
        cast.town.clock.move_to(cast.town.clock.now() + timedelta(minutes=1))
        for app in both:
            if app.house.bot in polled:
                await app.ingress.poll(wait=0)
            else:
                app.ingress.silence.met("NetworkError")
        for app in both:
            await app.serving.alarms.look()
    await cast.town.app.home.sender.drain()
    await cast.town.app.own.sender.drain()


async def disk_is_full(cast: Cast) -> None:
    now, texts = cast.town.clock.now(), cast.town.app.house.texts
    async with cast.town.app.database.write() as session:
        await tell_admins(session, Alert.DISK_FULL, now=now, texts=texts, dedupe="alert:full", since=now)


def told(actor: Actor, words: str) -> int:
    return sum(words in said for said in actor.heard)


async def test_an_admin_hears_by_the_bot_they_are_at(cast: Cast, hoa: Actor) -> None:
    await disk_is_full(cast)
    await cast.town.app.settle()
    assert (told(hoa, FULL), told(cast.hoa, FULL)) == (1, 0)


async def test_that_their_bot_is_silent_they_hear_by_the_other_one_once(cast: Cast, hoa: Actor) -> None:
    await minutes_pass(cast, 8, 1)
    assert (told(hoa, DIED), told(cast.hoa, DIED)) == (0, 1)
    assert f"@{OWN_NAME}" in next(said for said in cast.hoa.heard if DIED in said)


async def test_that_the_other_bot_is_silent_they_hear_by_theirs(cast: Cast, hoa: Actor) -> None:
    await minutes_pass(cast, 8, OWN)
    assert (told(hoa, DIED), told(cast.hoa, DIED)) == (1, 0)


async def test_whatever_there_is_to_tell_goes_round_a_silent_bot(cast: Cast, hoa: Actor) -> None:
    await minutes_pass(cast, 8, 1)
    await disk_is_full(cast)
    await minutes_pass(cast, 1, 1, OWN)
    await disk_is_full(cast)  # its name is the same: nobody hears it by the other bot again
    await minutes_pass(cast, 1, 1, OWN)
    assert (told(hoa, FULL), told(cast.hoa, FULL)) == (0, 1)


async def test_a_refused_token_is_told_by_another_bot(cast: Cast, hoa: Actor) -> None:
    now, texts = cast.town.clock.now(), cast.town.app.house.texts
    said = {"username": OWN_NAME, "number": OWN, "refused": True, "now": now, "texts": texts}
    async with cast.town.app.database.write() as session:
        assert await tell_admins(session, Alert.BOT_REFUSED, dedupe="alert:bot", **said) == {hoa.member_id}  # type: ignore[arg-type]
    await cast.town.app.settle()
    assert (told(hoa, "Telegram không chấp nhận mã"), told(cast.hoa, "Telegram không chấp nhận mã")) == (0, 1)


async def test_where_no_other_bot_reaches_them_it_waits_at_theirs(cast: Cast, hoa: Actor) -> None:
    left = update(Account).where(col(Account.address) == hoa.person.id, col(Account.bot) == 1)
    async with cast.town.app.database.write() as session:
        await session.exec(left.values(unreachable_at=cast.town.clock.now()))
    await minutes_pass(cast, 8, 1)
    assert (told(hoa, DIED), told(cast.hoa, DIED)) == (1, 0)


async def test_who_has_blocked_their_bot_is_reached_by_the_other_one(cast: Cast, hoa: Actor) -> None:
    blocked = update(Account).where(col(Account.address) == hoa.person.id, col(Account.bot) == OWN)
    async with cast.town.app.database.write() as session:
        await session.exec(blocked.values(unreachable_at=cast.town.clock.now()))
    await disk_is_full(cast)
    await cast.town.app.settle()
    assert (told(hoa, FULL), told(cast.hoa, FULL)) == (0, 1)
