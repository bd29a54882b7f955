"""One process at a time holds a bot, by beats that others watch; no clock is compared with another."""

import asyncio

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from db import leases
from db.session import Database
from scheduler.lease import PATIENCE, SURE, Lease, _here, _is_gone, _machine


class Seconds:
    """Seconds that pass when the test says so."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


async def test_a_second_process_waits_while_the_first_one_beats(database: Database) -> None:
    seconds = Seconds()
    first, second = (Lease(database, bot=1, seconds=seconds) for _ in range(2))
    assert await first.try_take() and not await second.try_take()
    for _ in range(10):
        seconds.now += PATIENCE / 2
        assert await first.renew()
        assert not await second.try_take()


async def test_a_holder_that_stops_beating_is_replaced_and_knows_it(database: Database) -> None:
    seconds = Seconds()
    first, second = (Lease(database, bot=1, seconds=seconds) for _ in range(2))
    assert await first.try_take() and not await second.try_take()
    seconds.now += PATIENCE
    assert not first.is_held()
    assert await second.try_take() and second.epoch == first.epoch + 1
    assert not await first.renew() and second.is_held()


async def test_a_holder_is_sure_of_its_lease_for_less_long_than_others_wait(database: Database) -> None:
    seconds = Seconds()
    lease = Lease(database, bot=1, seconds=seconds)
    await lease.try_take()
    seconds.now += SURE - 0.01
    assert lease.is_held()
    seconds.now += 0.02
    assert not lease.is_held() and SURE < PATIENCE


async def test_a_holder_that_was_paused_with_locks_in_its_hands_holds_nobody_up(database: Database) -> None:
    if database.sqlite:
        pytest.skip("one machine and one file: who waits for the write lock waits for the process")
    seconds, paused = Seconds(), Database(database.url.render_as_string(hide_password=False))
    first, second = Lease(paused, bot=1, seconds=seconds), Lease(database, bot=1, seconds=seconds)
    assert await first.try_take() and not await second.try_take()
    _here.discard(first.holder)  # as if it lived in a process of its own
    with pytest.raises(OperationalError):
        async with paused.write() as session:
            await session.execute(text("SET LOCAL idle_in_transaction_session_timeout = 0"))
            await leases.renew(session, bot=1, epoch=first.epoch)
            seconds.now += PATIENCE
            async with asyncio.timeout(30):
                assert await second.try_take()
    assert not await first.renew()
    await paused.dispose()


async def test_what_is_released_can_be_taken_at_once(database: Database) -> None:
    first, second = (Lease(database, bot=1) for _ in range(2))
    await first.try_take()
    await first.release()
    assert await second.try_take()


async def test_of_many_that_start_together_one_holds_the_bot(database: Database) -> None:
    starting = [Lease(database, bot=1) for _ in range(5)]
    taken = await asyncio.gather(*(lease.try_take() for lease in starting))
    assert sum(taken) == 1
    assert sum(lease.is_held() for lease in starting) == 1


async def test_a_process_of_this_machine_that_is_gone_is_replaced_at_once(database: Database) -> None:
    gone = await asyncio.create_subprocess_exec("true")
    await gone.wait()
    dead = f"{_machine()}:{gone.pid}:0badcafe"
    async with database.write() as session:
        await leases.take(session, bot=1, holder=dead, seen=leases.Held(None, 0, 0))
    assert await Lease(database, bot=1).try_take()


def test_nobody_can_say_of_a_process_of_another_machine_that_it_is_gone() -> None:
    assert not _is_gone("elsewhere:12345678:4026531836:1:0badcafe")
    assert not _is_gone(f"{_machine()}:1:0badcafe")
