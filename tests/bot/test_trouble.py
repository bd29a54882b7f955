"""A trouble is said when it begins, once a minute while it lasts, and once when it is over."""

from datetime import timedelta

import pytest

from bot.clock import StillClock
from bot.trouble import Spell, Trouble, spoken
from tests.people import START


@pytest.fixture
def trouble(clock: StillClock) -> Trouble:
    """Something that is wrong, or right."""
    return Trouble("it is wrong", "it is right again", clock)


def passes(clock: StillClock, seconds: float) -> None:
    clock.move_to(clock.now() + timedelta(seconds=seconds))


def test_a_trouble_met_every_second_is_said_once_a_minute(
    trouble: Trouble, clock: StillClock, caplog: pytest.LogCaptureFixture
) -> None:
    for _ in range(150):
        trouble.met("OSError")
        passes(clock, 1)
    assert caplog.messages == ["it is wrong (OSError)"] * 3


def test_it_is_over_only_when_it_was_well_for_a_while(
    trouble: Trouble, clock: StillClock, caplog: pytest.LogCaptureFixture
) -> None:
    for met in (True, False, True, False):
        trouble.met() if met else trouble.passed()
        passes(clock, 4)
    assert trouble.lasts()
    passes(clock, 1)
    trouble.passed()
    assert not trouble.lasts()
    assert caplog.messages == ["it is wrong", "it is right again; it lasted 12 s"]


def test_a_spell_that_ended_is_kept_until_it_is_forgotten(trouble: Trouble, clock: StillClock) -> None:
    trouble.met()
    assert trouble.ended is None
    passes(clock, 30)
    trouble.passed()
    passes(clock, 5)
    trouble.passed()
    spell = Spell(START, START + timedelta(seconds=30))
    assert trouble.ended == spell
    trouble.forget(Spell(START, START))
    assert trouble.ended == spell
    trouble.forget(trouble.ended)
    assert trouble.ended is None


def test_what_never_was_wrong_is_not_said_to_be_right(
    trouble: Trouble, caplog: pytest.LogCaptureFixture
) -> None:
    trouble.passed()
    assert caplog.messages == [] and trouble.ended is None


def test_a_clock_set_back_silences_nothing(
    trouble: Trouble, clock: StillClock, caplog: pytest.LogCaptureFixture
) -> None:
    trouble.met()
    passes(clock, -7200)
    trouble.met()
    assert len(caplog.messages) == 2


SPANS = [
    (0.2, "0 s"),
    (45, "45 s"),
    (200, "3 min 20 s"),
    (3600, "1 h"),
    (7500, "2 h 5 min"),
    (4 * 86400 + 3 * 3600 + 59, "4 d 3 h"),
    (-5, "0 s"),
]


@pytest.mark.parametrize(("seconds", "words"), SPANS)
def test_a_span_is_said_in_its_two_largest_units(seconds: float, words: str) -> None:
    assert spoken(timedelta(seconds=seconds)) == words
