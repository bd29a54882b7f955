"""The limits, on a clock moved by hand."""

from __future__ import annotations

import pytest

from bot.sandbox.errors import Refusal
from bot.sandbox.limits import Budget, Limits, Rate

from .conftest import Times

A, B, GROUP = 5, 6, -7


@pytest.fixture
def budget(times: Times) -> Budget:
    return Budget(times.monotonic)


def accepted(budget: Budget, limits: Limits, chat: int, tries: int) -> int:
    """How many of so many tries at once go through."""
    done = 0
    for _ in range(tries):
        try:
            budget.spend(limits, chat)
        except Refusal:
            continue
        done += 1
    return done


def test_thirty_a_second_overall_and_no_more(budget: Budget, times: Times) -> None:
    limits = Limits(chat=None)
    for _ in range(3):
        assert accepted(budget, limits, A, 40) == 30
        times.seconds += 1


def test_one_who_keeps_the_pace_is_never_refused(budget: Budget, times: Times) -> None:
    limits = Limits(chat=None)
    for n in range(300):
        times.seconds += 1 / 30 + (0.03 if n % 2 else -0.03)
        assert accepted(budget, limits, A, 1) == 1


def test_a_chat_takes_a_short_burst_then_one_a_second(budget: Budget, times: Times) -> None:
    limits = Limits()
    assert accepted(budget, limits, A, 10) == 5
    for _ in range(5):
        times.seconds += 1
        assert accepted(budget, limits, A, 10) == 1
    times.seconds += 60
    assert accepted(budget, limits, A, 10) == 5


def test_one_busy_chat_leaves_the_others_alone(budget: Budget) -> None:
    assert accepted(budget, Limits(), A, 10) == 5
    assert accepted(budget, Limits(), B, 5) == 5


def test_a_group_takes_twenty_a_minute(budget: Budget, times: Times) -> None:
    done = 0
    for _ in range(59):
        done += accepted(budget, Limits(), GROUP, 1)
        times.seconds += 1
    assert done == 20
    times.seconds += 1
    assert accepted(budget, Limits(), GROUP, 1) == 1


def test_a_refusal_says_when_to_come_back_and_then_it_works(budget: Budget, times: Times) -> None:
    limits = Limits(overall=None, chat=Rate(1, 10))
    budget.spend(limits, A)
    times.seconds += 2.5
    with pytest.raises(Refusal) as refused:
        budget.spend(limits, A)
    assert (refused.value.status, refused.value.parameters) == (429, {"retry_after": 8})
    assert refused.value.description == "Too Many Requests: retry after 8"
    times.seconds += 8
    budget.spend(limits, A)


def test_what_is_refused_is_not_counted(budget: Budget, times: Times) -> None:
    limits = Limits(overall=Rate(2, 1), chat=Rate(1, 100))
    assert accepted(budget, limits, A, 50) == 1
    assert accepted(budget, limits, B, 50) == 1


def test_no_limit_is_no_limit(budget: Budget) -> None:
    assert accepted(budget, Limits.unlimited(), A, 10_000) == 10_000


def test_limits_are_adjusted_one_by_one() -> None:
    body = {"overall": {"count": 20, "seconds": 1}, "group": None, "answer_within": 5}
    assert Limits.from_json(body, Limits()) == Limits(overall=Rate(20, 1), group=None, answer_within=5)


@pytest.mark.parametrize(
    "body", [{"x": 1}, {"chat": 3}, {"chat": {"count": 0, "seconds": 1}}, {"chat": {"a": 1}}]
)
def test_what_is_no_limit_is_said_to_be_none(body: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="limit"):
        Limits.from_json(body, Limits())
