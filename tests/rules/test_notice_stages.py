"""Where a notice stands: each column has its say, and nothing is possible where it makes no sense."""

from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import product

import pytest

from bot.rules.notice_stages import MAY, RELEASED, WRITTEN, Move, Stage, may, stage

AT = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)


@dataclass(frozen=True)
class Columns:
    state: str = "draft"
    approval_asked_at: datetime | None = None
    approved_at: datetime | None = None
    returned: str = ""
    leaves_at: datetime | None = None
    paused_at: datetime | None = None
    cancelled_at: datetime | None = None


TABLE = [
    (Columns(), Stage.DRAFT),
    (Columns(approval_asked_at=AT), Stage.AWAITING),
    (Columns(approval_asked_at=AT, leaves_at=AT), Stage.AWAITING),  # a chosen moment does not let it slip out
    (Columns(approval_asked_at=AT, returned="Sai số hiệu"), Stage.AWAITING),  # asked for again
    (Columns(returned="Sai số hiệu"), Stage.RETURNED),
    (Columns(leaves_at=AT), Stage.WAITING),
    (Columns(approval_asked_at=AT, approved_at=AT, leaves_at=AT), Stage.WAITING),
    (Columns("sending", leaves_at=AT), Stage.SENDING),
    (Columns("sending", paused_at=AT), Stage.PAUSED),
    (Columns("sent", paused_at=AT), Stage.PAUSED),  # all are queued, and none leaves
    (Columns("sent", leaves_at=AT, approved_at=AT), Stage.SENT),
    (Columns("sending", paused_at=AT, cancelled_at=AT), Stage.CANCELLED),
    (Columns("sent", cancelled_at=AT), Stage.CANCELLED),
]


@pytest.mark.parametrize(("columns", "expected"), TABLE)
def test_the_columns_say_the_stage(columns: Columns, expected: Stage) -> None:
    assert stage(columns) is expected


def test_every_stage_says_what_may_be_done_and_every_move_is_possible_somewhere() -> None:
    assert set(MAY) == set(Stage)
    assert frozenset().union(*MAY.values()) == set(Move)


def test_who_writes_and_what_was_released_never_meet() -> None:
    assert not WRITTEN & RELEASED
    assert not any(move in MAY[each] for each in RELEASED for move in (Move.WRITE, Move.ASK, Move.TAKE_BACK))
    assert not any(move in MAY[each] for each in set(Stage) - RELEASED for move in (Move.PAUSE, Move.DELETE))


def test_nothing_cancelled_ever_goes_on() -> None:
    for state, paused, approved in product(("sending", "sent"), (None, AT), (None, AT)):
        columns = Columns(state, paused_at=paused, approved_at=approved, cancelled_at=AT)
        assert not any(may(columns, move) for move in (Move.RESUME, Move.PAUSE, Move.RELEASE, Move.ASK))
