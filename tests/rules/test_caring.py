"""Streaks of missed meetings, and where a follow-up stands."""

from datetime import UTC, datetime, timedelta
from itertools import groupby

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.rules.attendance import band, skipped_months
from bot.rules.caring import Following, Streaks, following, is_new, streaks
from bot.rules.words import RollState

MISSED, CAME, LATE = RollState.UNEXCUSED, RollState.PRESENT, RollState.LATE
EXCUSED, EXEMPT, ELSEWHERE = RollState.EXCUSED, RollState.EXEMPT, RollState.NOT_EXPECTED
ROLLS = st.lists(st.sampled_from([None, *RollState]), max_size=30)
DAY = datetime(2026, 3, 3, 12, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("states", "current", "longest"),
    [
        ([], 0, 0),
        ([MISSED, MISSED, CAME], 0, 2),  # they are back
        ([CAME, MISSED, MISSED, MISSED], 3, 3),
        ([MISSED, MISSED, LATE, MISSED], 1, 2),  # late is there
        ([MISSED, EXCUSED, MISSED], 1, 1),  # an accepted reason is no skipping
        ([MISSED, EXEMPT, MISSED], 2, 2),  # nobody expected them in between
        ([MISSED, ELSEWHERE, None, MISSED, None], 2, 2),
    ],
)
def test_a_streak(states: list[RollState | None], current: int, longest: int) -> None:
    assert streaks(states) == Streaks(current, longest)


@given(ROLLS)
def test_the_longest_streak_is_the_longest_run_of_what_was_theirs_to_come_to(
    states: list[RollState | None],
) -> None:
    theirs = [s for s in states if s not in (None, EXEMPT, ELSEWHERE)]
    runs = [(state, len(list(run))) for state, run in groupby(theirs)]
    found = streaks(states)
    assert found.longest == max((n for state, n in runs if state is MISSED), default=0)
    assert found.current == (runs[-1][1] if runs and runs[-1][0] is MISSED else 0)


@given(ROLLS)
def test_to_miss_one_more_adds_one_and_to_come_ends_it(states: list[RollState | None]) -> None:
    assert streaks([*states, MISSED]).current == streaks(states).current + 1
    assert streaks([*states, CAME]).current == 0


@given(st.lists(st.tuples(st.integers(1, 12), st.sampled_from(list(RollState))), max_size=40))
def test_months_and_streaks_agree(rolls: list[tuple[int, RollState]]) -> None:
    """A month has one regular meeting, whatever is edited: then no streak is longer than the months."""
    by_month = dict(rolls)
    assert streaks(by_month[m] for m in sorted(by_month)).longest <= skipped_months(by_month.items())
    assert (band(skipped_months(rolls)) == "none") == (len({m for m, s in rolls if s is MISSED}) < 2)


@pytest.mark.parametrize(
    ("opened", "back", "missed", "stands"),
    [
        (None, None, DAY, Following.NOBODY),
        (DAY, None, DAY, Following.LOOKED_AFTER),
        (DAY, DAY, None, Following.BACK),
        (DAY, DAY + timedelta(days=30), DAY, Following.BACK),
        (DAY, DAY + timedelta(days=30), DAY + timedelta(days=60), Following.NOBODY),  # missing again
    ],
)
def test_a_follow_up(
    opened: datetime | None, back: datetime | None, missed: datetime | None, stands: Following
) -> None:
    assert following(opened, back, missed) is stands


def test_new_is_who_the_roll_has_just_brought_to_amber_or_red() -> None:
    assert [months for months in range(6) if is_new(months, MISSED)] == [2, 3]
    assert not any(is_new(months, CAME) for months in range(6))
