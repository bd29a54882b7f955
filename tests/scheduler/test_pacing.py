"""The budget on simulated time, before a model of a strict Telegram."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from math import ceil
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from telegram.error import RetryAfter

from bot.lanes import Lane, LaneArgs
from scheduler.limits import CHAT, GROUP, ChatLimits
from scheduler.pacing import MANY, Budget, Memory, PacedLimiter, counts

NOW = datetime(2025, 3, 1, 8, 0, tzinfo=UTC)
GRAIN = 1e-5  # seconds; the budget forgives a timer that rings a microsecond early
HOA, DUNG, MAI, GROUP_CHAT = 11, 12, 13, -100


@pytest.fixture(autouse=True)
def _timedelta(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PTB_TIMEDELTA", "1")


class SimulatedLoop(asyncio.SelectorEventLoop):
    """An event loop whose time is a number: waiting only adds to it."""

    def __init__(self) -> None:
        super().__init__()
        self.moment = 0.0
        really_select = self._selector.select

        def select(timeout: float | None = None) -> Any:
            self.moment += timeout or 0.0
            return really_select(0)

        self._selector.select = select

    def time(self) -> float:
        return self.moment


class Run:
    """What a scenario works with: the budget, the time, and the order in which turns were granted."""

    def __init__(self, loop: SimulatedLoop, rate: float, chats: ChatLimits | None) -> None:
        self.loop, self.budget = loop, Budget(rate, chats=chats, monotonic=loop.time)
        self.granted: list[tuple[str, float]] = []

    async def sends(self, name: str, chat: int | None, lane: Lane = Lane.BULK, deadline: int = 0) -> None:
        await self.budget.acquire(chat, lane, NOW + timedelta(minutes=deadline))
        self.granted.append((name, self.loop.time()))

    def times(self, name: str = "") -> list[float]:
        return [moment for who, moment in self.granted if who.startswith(name)]

    def order(self) -> list[str]:
        return [who for who, _ in self.granted]


def simulate(scenario: Callable[[Run], Awaitable[Any]], rate: float = 30, chats: Any = None) -> Run:
    with asyncio.Runner(loop_factory=SimulatedLoop) as runner:
        run = Run(runner.get_loop(), rate, chats)  # type: ignore[arg-type]

        async def whole() -> None:
            await scenario(run)

        runner.run(whole())
    return run


async def together(*waiting: Any) -> None:
    async with asyncio.TaskGroup() as group:
        for each in waiting:
            group.create_task(each)


class StrictServer:
    """Accepts `most` messages in any second, as it sees them, and answers the rest with 429."""

    def __init__(self, most: int) -> None:
        self.most = most
        self.accepted: list[float] = []
        self.refused: list[float] = []
        self._window: deque[float] = deque()

    def takes(self, now: float) -> int:
        while self._window and self._window[0] <= now - 1:
            self._window.popleft()
        if len(self._window) >= self.most:
            self.refused.append(now)
            return ceil(self._window[0] + 1 - now) or 1
        self._window.append(now)
        self.accepted.append(now)
        return 0

    def per_second(self, start: float, end: float) -> float:
        return sum(start <= moment < end for moment in self.accepted) / (end - start)


def broadcast(server: StrictServer, ceiling: float, duration: float, jitter: float = 0.0) -> StrictServer:
    """Sixteen senders, a new chat for each message, refused messages sent again."""
    chats = iter(range(1, 10**9))

    async def sender(run: Run) -> None:
        while run.loop.time() < duration:
            chat = next(chats)
            await run.budget.acquire(chat, Lane.BULK)
            await asyncio.sleep(0.01 + jitter * (chat % 7) / 7)
            if wait := server.takes(run.loop.time()):
                run.budget.penalise(chat, wait)

    simulate(lambda run: together(*(sender(run) for _ in range(16))), ceiling)
    return server


# ── the overall rate ──


@pytest.mark.parametrize("jitter", [0.0, 0.004])
def test_a_strict_server_gets_all_it_allows_and_never_has_to_refuse(jitter: float) -> None:
    server = broadcast(StrictServer(30), 30, 60, jitter)
    assert server.refused == []
    assert server.per_second(0, 60) >= 29.5


@pytest.mark.parametrize("rate", [1, 3, 300])
def test_other_ceilings_are_kept_as_strictly(rate: int) -> None:
    server = broadcast(StrictServer(rate), rate, 20)
    assert server.refused == []
    assert server.per_second(0, 20) >= 0.98 * rate


@pytest.mark.parametrize("allowed", [5, 20, 25])
def test_a_server_slower_than_the_ceiling_is_found_out_within_half_a_minute(allowed: int) -> None:
    server = broadcast(StrictServer(allowed), 30, 90)
    assert server.per_second(30, 90) >= 0.95 * allowed
    assert len([moment for moment in server.refused if moment >= 30]) < 0.01 * 60 * allowed + 3


def test_late_timers_cost_no_turn_and_making_up_for_them_overfills_no_second() -> None:
    async def scenario(run: Run) -> None:
        async def busy_machine() -> None:
            for n in range(300):
                await asyncio.sleep(0.05)
                run.loop.moment += (n % 5) * 0.02

        await together(busy_machine(), *(run.sends("a", None) for _ in range(600)))

    times = simulate(scenario).times()
    assert len(times) / (times[-1] - times[0]) >= 29.5
    assert most_in(times, 1) <= 30


@pytest.mark.parametrize("rate", [0, 0.5, 1001])
def test_a_rate_outside_what_telegram_knows_is_refused(rate: float) -> None:
    with pytest.raises(ValueError, match="between 1 and 1000"):
        Budget(rate)


@settings(max_examples=40, deadline=None)
@given(
    rate=st.integers(1, 60),
    arrivals=st.lists(
        st.tuples(
            st.floats(0, 3), st.sampled_from([HOA, DUNG, MAI, GROUP_CHAT, None]), st.sampled_from(Lane)
        ),
        max_size=60,
    ),
)
def test_whatever_comes_no_limit_is_passed(rate: int, arrivals: list[tuple[float, int | None, Lane]]) -> None:
    async def arrives(run: Run, after: float, chat: int | None, lane: Lane) -> None:
        await asyncio.sleep(after)
        await run.sends(f"{chat} ", chat, lane)

    times = simulate(lambda run: together(*(arrives(run, *arrival) for arrival in arrivals)), rate)
    assert len(times.granted) == len(arrivals)
    assert most_in(times.times(), 1) <= rate
    assert all(most_in(times.times(f"{chat} "), 1) <= 3 for chat in (HOA, DUNG, MAI, GROUP_CHAT))
    assert most_in(times.times(f"{GROUP_CHAT} "), 60) <= 20


def most_in(times: list[float], period: float) -> int:
    """The most moments in any half-open period"""
    return max((sum(0 <= t - start < period - GRAIN for t in times) for start in times), default=0)


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


def test_without_limits_of_a_chat_only_the_overall_one_counts() -> None:
    run = simulate(
        lambda run: together(*(run.sends("g", GROUP_CHAT) for _ in range(40))), chats=ChatLimits.unlimited()
    )
    assert 1.3 < run.times()[-1] < 1.4


def test_a_group_gets_twenty_a_minute() -> None:
    run = simulate(lambda run: together(*(run.sends("g", GROUP_CHAT) for _ in range(40))))
    assert most_in(run.times(), 60) <= 20
    assert run.times()[-1] < 140


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


# ── refusals ──


def test_one_refused_chat_is_silent_alone() -> None:
    async def scenario(run: Run) -> None:
        run.budget.penalise(HOA, 5)
        await together(run.sends("Hoa", HOA), run.sends("Dung", DUNG))

    run = simulate(scenario)
    assert run.times("Hoa")[0] >= 5 - GRAIN
    assert run.times("Dung")[0] < 0.1
    assert run.budget.rate() == 30


def test_two_chats_refused_within_a_second_silence_the_bot_and_slow_it() -> None:
    async def scenario(run: Run) -> None:
        run.budget.penalise(HOA, 5)
        await asyncio.sleep(0.9)
        run.budget.penalise(DUNG, 5)
        await run.sends("Mai", MAI, Lane.TAP)

    run = simulate(scenario)
    assert run.times()[0] >= 5.9 - GRAIN
    assert run.budget.rate() == pytest.approx(28.5)


def test_the_crowd_refused_together_slows_the_bot_once() -> None:
    async def scenario(run: Run) -> None:
        for chat in range(1, 30):
            run.budget.penalise(chat, 1)

    assert simulate(scenario).budget.rate() == pytest.approx(28.5)


def test_two_chats_refused_some_seconds_apart_slow_the_bot_without_silence() -> None:
    async def scenario(run: Run) -> None:
        run.budget.penalise(HOA, 3)
        await asyncio.sleep(4)
        run.budget.penalise(DUNG, 3)
        await run.sends("Mai", MAI)

    run = simulate(scenario)
    assert run.times()[0] < 4.1
    assert run.budget.rate() < 29


def test_a_chat_that_had_just_taken_several_messages_explains_its_own_refusal() -> None:
    async def scenario(run: Run) -> None:
        for chat in (HOA, DUNG):
            await together(*(run.sends("part", chat) for _ in range(3)))
            run.budget.penalise(chat, 2)

    assert simulate(scenario).budget.rate() == 30


def test_a_slowed_bot_creeps_back_to_its_ceiling_and_no_further() -> None:
    async def scenario(run: Run) -> None:
        run.budget.restore(Memory(rate=20, paused_until=None), NOW)
        await asyncio.sleep(100)
        assert run.budget.rate() == pytest.approx(21)
        await asyncio.sleep(3000)

    assert simulate(scenario).budget.rate() == 30


def test_no_number_of_refusals_stops_the_bot_for_good() -> None:
    async def scenario(run: Run) -> None:
        for chat in range(1, 400):
            run.budget.penalise(chat, 0.01)
            await asyncio.sleep(0.5)

    assert simulate(scenario).budget.rate() >= 1


def test_what_was_learned_survives_a_restart() -> None:
    async def before(run: Run) -> None:
        run.budget.penalise(HOA, 35)
        run.budget.penalise(DUNG, 35)
        await asyncio.sleep(5)
        memory.append(run.budget.snapshot(NOW))

    async def after(run: Run) -> None:
        run.budget.restore(memory[0], NOW + timedelta(seconds=20))
        await run.sends("Mai", MAI)

    memory: list[Memory] = []
    simulate(before)
    assert memory[0].paused_until == NOW + timedelta(seconds=30)
    run = simulate(after)
    assert run.times()[0] == pytest.approx(10, abs=0.01)
    assert run.budget.rate() == pytest.approx(28.5)


def test_a_silence_that_ended_while_down_is_over_and_a_lower_ceiling_holds() -> None:
    async def scenario(run: Run) -> None:
        run.budget.restore(Memory(rate=28, paused_until=NOW), NOW + timedelta(seconds=1))
        await run.sends("Mai", MAI)

    run = simulate(scenario, rate=10)
    assert run.times()[0] < 0.01
    assert run.budget.rate() == 10
    assert run.budget.snapshot(NOW).paused_until is None


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


def test_the_limits_of_a_chat_are_what_telegram_documents_less_the_spare() -> None:
    assert 1 / 1.03 <= 1 / CHAT.interval <= 1
    assert 20 * GROUP.interval - GROUP.tolerance >= 60
