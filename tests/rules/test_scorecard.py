"""Numbers against their targets: how far, where to, since when; and the targets themselves."""

from datetime import date

import pytest

from bot.config import SettingsError, load
from bot.rules.scorecard import (
    FEWER_IS_BETTER,
    NOTHING,
    Indicator,
    Reached,
    Share,
    Target,
    Trend,
    below_since,
    concern,
    reached,
    total,
    trend,
)
from bot.targets import read_targets, usual

ALL, FEW = Target(1.0, 0.9), Target(0.0, 0.02)
MET, MISSING = Indicator.MET, Indicator.MISSING
MONTHS = [date(2026, month, 1) for month in range(1, 7)]


@pytest.mark.parametrize(
    ("indicator", "share", "target", "standing"),
    [
        (MET, Share(10, 10), ALL, Reached.REACHED),
        (MET, Share(9, 10), ALL, Reached.NEAR),  # exactly where "near" begins
        (MET, Share(89, 100), ALL, Reached.FAR),
        (MET, NOTHING, ALL, Reached.NOTHING),  # of nothing nothing is missed
        (MET, Share(0, 5), ALL, Reached.FAR),
        (MISSING, Share(0, 50), FEW, Reached.REACHED),  # fewer is better
        (MISSING, Share(1, 50), FEW, Reached.NEAR),
        (MISSING, Share(2, 50), FEW, Reached.FAR),
    ],
)
def test_where_a_number_stands(indicator: Indicator, share: Share, target: Target, standing: Reached) -> None:
    assert reached(indicator, share, target) is standing
    assert (concern(indicator, share, target) == 0) is (standing in (Reached.REACHED, Reached.NOTHING))


@pytest.mark.parametrize(
    ("indicator", "before", "now", "goes"),
    [
        (MET, Share(5, 10), Share(6, 10), Trend.BETTER),
        (MET, Share(6, 10), Share(5, 10), Trend.WORSE),
        (MET, Share(500, 1000), Share(502, 1000), Trend.SAME),  # less than half a per cent
        (MET, NOTHING, Share(5, 10), Trend.UNKNOWN),
        (MISSING, Share(5, 10), Share(6, 10), Trend.WORSE),  # more of them are missing
        (MISSING, Share(6, 10), Share(5, 10), Trend.BETTER),
    ],
)
def test_where_a_number_goes(indicator: Indicator, before: Share, now: Share, goes: Trend) -> None:
    assert trend(indicator, before, now) is goes


@pytest.mark.parametrize(
    ("shares", "since"),
    [
        ([10, 10, 10, 10, 10, 10], None),  # always reached
        ([10, 10, 10, 9, 8, 7], 4),
        ([7, 7, 7, 7, 7, 7], 1),  # as far back as is looked
        ([7, 7, 10, 7, 7, 10], None),  # the last one reaches it
        ([7, 7, 10, 7, 7, 7], 4),  # a month that reached it breaks it
        ([10, 7, None, 7, 7, 7], 2),  # a month with nothing to count does not
        ([10, 10, None, None, 7, 7], 5),
        ([7, 7, 7, 7, 7, None], None),
    ],
)
def test_since_when_a_number_misses_its_target(shares: list[int | None], since: int | None) -> None:
    months = [
        (month, NOTHING if n is None else Share(n, 10)) for month, n in zip(MONTHS, shares, strict=True)
    ]
    assert below_since(MET, months, ALL) == (None if since is None else date(2026, since, 1))


def test_many_cards_are_added_up_number_by_number() -> None:
    added = total([{MET: Share(1, 1)}, {MET: Share(0, 1), MISSING: Share(2, 20)}])
    assert added[MET] == Share(1, 2) and added[MISSING] == Share(2, 20)
    assert added[Indicator.READ] == NOTHING and set(added) == set(Indicator)


def test_every_number_has_a_target_and_nearly_is_on_the_right_side_of_it() -> None:
    assert set(usual()) == set(Indicator)
    for name, (at, near) in usual().items():
        assert at <= near if Indicator(name) in FEWER_IS_BETTER else at >= near


def test_a_setting_goes_before_the_file() -> None:
    read = read_targets("attendance=85/70, missing = 1/5")
    assert read["attendance"] == (0.85, 0.7) and read["missing"] == (0.01, 0.05)
    assert read["met"] == usual()["met"]


@pytest.mark.parametrize("text", ["presence=85/70", "met=85", "met=120/70", "met=85/x", "met"])
def test_a_wrong_target_is_named_with_what_is_accepted(text: str) -> None:
    with pytest.raises(SettingsError, match=rf"CHIBO_TARGETS cannot be used: «{text}»\. It takes numbers of"):
        load(targets=text, _env_file=None)
