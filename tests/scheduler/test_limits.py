"""The limits: kept whatever comes, learned from refusals, and remembered."""

import asyncio
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.lanes import Lane
from scheduler.limits import CHAT, GROUP, ChatLimits
from scheduler.pacing import Budget, Memory
from tests.scheduler.simulated import (
    DUNG,
    GRAIN,
    GROUP_CHAT,
    HOA,
    MAI,
    NOW,
    Run,
    StrictServer,
    broadcast,
    most_in,
    simulate,
    together,
)

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


# ── inside a chat ──


def test_the_limits_of_a_chat_are_what_telegram_documents_less_the_spare() -> None:
    assert 1 / 1.03 <= 1 / CHAT.interval <= 1
    assert 20 * GROUP.interval - GROUP.tolerance >= 60


def test_a_group_gets_twenty_a_minute() -> None:
    run = simulate(lambda run: together(*(run.sends("g", GROUP_CHAT) for _ in range(40))))
    assert most_in(run.times(), 60) <= 20
    assert run.times()[-1] < 140


def test_without_limits_of_a_chat_only_the_overall_one_counts() -> None:
    run = simulate(
        lambda run: together(*(run.sends("g", GROUP_CHAT) for _ in range(40))), chats=ChatLimits.unlimited()
    )
    assert 1.3 < run.times()[-1] < 1.4


def test_the_documented_limits_are_those_nobody_sets() -> None:
    assert ChatLimits.at(1, 20) == ChatLimits() == ChatLimits(CHAT, GROUP)


@pytest.mark.parametrize("most", [1, 2, 3, 50])
def test_a_group_gets_as_many_a_minute_as_are_set(most: int) -> None:
    run = simulate(
        lambda run: together(*(run.sends("g", GROUP_CHAT) for _ in range(2 * most))),
        chats=ChatLimits.at(1000, most),
    )
    assert most_in(run.times(), 60) <= most
    assert run.times()[-1] < 200


def test_a_chat_gets_the_rate_that_is_set() -> None:
    run = simulate(
        lambda run: together(*(run.sends("Hoa", HOA) for _ in range(43))), chats=ChatLimits.at(4, 20)
    )
    assert 9.5 < run.times()[-1] < 10.5


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


@pytest.mark.parametrize(("calm", "left"), [(5, 0.95), (30, 0.98)])
def test_a_learned_rate_that_has_held_loses_little_to_one_more_refusal(calm: float, left: float) -> None:
    async def scenario(run: Run) -> None:
        run.budget.restore(Memory(rate=20, paused_until=None), NOW)
        await asyncio.sleep(calm)
        held = run.budget.rate()
        for chat in (HOA, DUNG):
            run.budget.penalise(chat, 1)
        assert run.budget.rate() == pytest.approx(held * left)

    simulate(scenario)


def test_a_learned_rate_that_crept_too_far_goes_back_to_where_it_was() -> None:
    async def scenario(run: Run) -> None:
        run.budget.restore(Memory(rate=5, paused_until=None), NOW)
        await asyncio.sleep(60)
        for chat in (HOA, DUNG):
            run.budget.penalise(chat, 1)

    assert simulate(scenario).budget.rate() == 5


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
