"""Whose turn it is: lanes, deadlines, chats, and the calls that take a turn."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from telegram.error import RetryAfter

from bot.lanes import Lane, LaneArgs
from scheduler.pacing import MANY, PacedLimiter, counts
from tests.scheduler.simulated import GRAIN, HOA, Run, simulate, together


@pytest.fixture(autouse=True)
def _timedelta(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PTB_TIMEDELTA", "1")


# ── whose turn it is ──


def test_the_lower_lane_goes_first_and_equals_in_the_order_they_came() -> None:
    async def scenario(run: Run) -> None:
        await run.budget.acquire(None, Lane.TAP)
        await together(
            run.sends("bulk", 1, Lane.BULK),
            run.sends("reply 1", 2, Lane.REPLY),
            run.sends("reply 2", 3, Lane.REPLY),
            run.sends("tap", 4, Lane.TAP),
        )

    assert simulate(scenario).order() == ["tap", "reply 1", "reply 2", "bulk"]


def test_among_reminders_the_earliest_deadline_goes_first() -> None:
    async def scenario(run: Run) -> None:
        await run.budget.acquire(None, Lane.TAP)
        await together(*(run.sends(str(due), due, Lane.REMINDER, deadline=due) for due in (30, 10, 20)))

    assert simulate(scenario).order() == ["10", "20", "30"]


def test_a_reply_in_the_middle_of_a_broadcast_waits_for_one_slot_only() -> None:
    async def scenario(run: Run) -> None:
        async def reply() -> None:
            await asyncio.sleep(5)
            await run.sends("reply", HOA, Lane.REPLY)

        await together(reply(), *(run.sends("bulk", chat) for chat in range(100, 400)))

    assert simulate(scenario).times("reply")[0] <= 5 + 1 / 29


def test_bulk_has_the_whole_budget_when_nobody_else_waits() -> None:
    run = simulate(lambda run: together(*(run.sends("bulk", chat) for chat in range(1, 298))))
    assert run.times()[-1] <= 10


@settings(max_examples=30, deadline=None)
@given(lanes=st.lists(st.sampled_from(Lane), min_size=1, max_size=50))
def test_no_lane_ever_goes_before_a_higher_one_that_waits(lanes: list[Lane]) -> None:
    async def scenario(run: Run) -> None:
        await run.budget.acquire(None, Lane.TAP)
        await together(*(run.sends(str(int(lane)), n, lane) for n, lane in enumerate(lanes, 1)))

    order = simulate(scenario).order()
    assert order == sorted(order)


def test_a_chat_that_must_wait_holds_up_nobody_else() -> None:
    run = simulate(
        lambda run: together(
            *(run.sends("Hoa", HOA, Lane.TAP) for _ in range(10)),
            *(run.sends("else", n) for n in range(50, 70)),
        )
    )
    assert run.times("else")[-1] < 1
    assert run.times("Hoa")[-1] > 7


def test_in_one_chat_the_reply_goes_before_the_waiting_parts_of_a_notice() -> None:
    async def scenario(run: Run) -> None:
        async def reply() -> None:
            await asyncio.sleep(0.5)
            await run.sends("reply", HOA, Lane.REPLY)

        await together(reply(), *(run.sends("part", HOA) for _ in range(6)))

    assert simulate(scenario).order() == ["part"] * 3 + ["reply"] + ["part"] * 3


def test_whoever_gives_up_waiting_takes_nothing() -> None:
    async def scenario(run: Run) -> None:
        await run.budget.acquire(HOA, Lane.BULK)
        waiting = [asyncio.ensure_future(run.sends("gone", HOA, Lane.TAP)) for _ in range(50)]
        await asyncio.sleep(0)
        for each in waiting:
            each.cancel()
        await run.sends("next", HOA)

    run = simulate(scenario)
    assert run.order() == ["next"]
    assert run.times()[0] <= 1 / 29


def test_idle_chats_are_forgotten() -> None:
    async def scenario(run: Run) -> None:
        for chat in range(1, 5 * MANY):
            await run.budget.acquire(chat, Lane.BULK)
            run.loop.moment += 0.01

    assert len(simulate(scenario, rate=100).budget._chats) <= 2 * MANY


# ── in front of the calls ──


class Calls:
    """Stands for `Bot._do_post`: refuses the first calls, then answers."""

    def __init__(self, refusals: int = 0, wait: int = 2) -> None:
        self.refusals, self.wait, self.made = refusals, wait, 0

    async def __call__(self, endpoint: str, data: dict[str, Any]) -> bool:
        self.made += 1
        if self.made <= self.refusals:
            raise RetryAfter(timedelta(seconds=self.wait))
        return True


async def calls(run: Run, call: Calls, endpoint: str = "sendMessage", place: LaneArgs | None = None) -> Any:
    data = {"chat_id": HOA}
    limiter = PacedLimiter(run.budget)
    await limiter.initialize()
    try:
        return await limiter.process_request(call, (endpoint, data), {}, endpoint, data, place)
    finally:
        await limiter.shutdown()


COUNTED = [
    ("sendMessage", True),
    ("sendDocument", True),
    ("copyMessage", True),
    ("forwardMessage", True),
    ("editMessageText", True),  # edits share the limit with messages
    ("sendChatAction", False),  # must not take the turn of the message it announces
    ("answerCallbackQuery", False),
    ("deleteMessage", False),
    ("getMe", False),
    ("setMyCommands", False),
]


@pytest.mark.parametrize(("endpoint", "counted"), COUNTED)
def test_only_what_telegram_counts_takes_from_the_budget(endpoint: str, counted: bool) -> None:
    async def scenario(run: Run) -> None:
        for _ in range(4):
            await calls(run, Calls(), endpoint)
        assert (run.loop.time() > 0.9) is counted

    simulate(scenario)
    assert counts(endpoint) is counted


def test_a_direct_reply_is_tried_a_second_time_after_a_short_wait() -> None:
    async def scenario(run: Run) -> None:
        call = Calls(refusals=1, wait=2)
        assert await calls(run, call) is True
        assert call.made == 2
        assert run.loop.time() >= 2 - GRAIN

    simulate(scenario)


NOT_AGAIN = [
    (2, 2, None),  # refused twice: once more is enough
    (1, 6, None),  # nobody waits so long for an answer
    (1, 2, LaneArgs(Lane.REMINDER)),  # the outbox keeps it
    (1, 2, LaneArgs(Lane.BULK)),
    (1, 2, LaneArgs(Lane.REPLY, admitted=True)),  # the outbox waited for its turn itself
]


@pytest.mark.parametrize(("refusals", "wait", "place"), NOT_AGAIN)
def test_a_refusal_is_told_to_the_budget_and_raised(refusals: int, wait: int, place: LaneArgs | None) -> None:
    async def scenario(run: Run) -> None:
        call = Calls(refusals, wait)
        with pytest.raises(RetryAfter):
            await calls(run, call, place=place)
        assert call.made == refusals
        before = run.loop.time()
        await run.sends("next", HOA)
        assert run.loop.time() >= before + wait - 0.01

    simulate(scenario)


def test_a_call_already_admitted_does_not_wait_again() -> None:
    async def scenario(run: Run) -> None:
        for _ in range(10):
            await calls(run, Calls(), place=LaneArgs(Lane.BULK, admitted=True))
        assert run.loop.time() == 0

    simulate(scenario)
