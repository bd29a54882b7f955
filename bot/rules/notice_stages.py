"""Where a study notice stands, and what may be done with it there. Pure, no I/O.

draft ──ask──► awaiting ──approve──► waiting ──release──► sending ──► sent
  ▲  ╲            │ return               │ take back        │ ▲        │
  │   ╲──ask──────┼──────► waiting       │            pause ▼ │ resume │ pause
  └── returned ◄──┘                      ▼                 paused ◄────┘
  └──────────────────────────────── (a draft again)    cancel: cancelled, for good
"""

from datetime import datetime
from enum import StrEnum
from typing import Protocol


class Stage(StrEnum):
    """Where a notice stands."""

    DRAFT = "draft"
    """Being written; nobody was asked yet."""
    AWAITING = "awaiting"
    """An approver is asked whether it may leave."""
    RETURNED = "returned"
    """It came back with words; it is written on, and asked for again."""
    WAITING = "waiting"
    """It leaves by itself at its moment: a minute to take it back, or the one that was chosen."""
    SENDING = "sending"
    """Released; its recipients are being queued."""
    PAUSED = "paused"
    """Released and held up: nothing of it leaves."""
    SENT = "sent"
    """Everybody it is for is queued; some of it may still be on its way."""
    CANCELLED = "cancelled"
    """Stopped for good after its release; who got it by then has it."""


class Move(StrEnum):
    """What can be done with a notice."""

    WRITE = "write"
    """Change its content, its audience or its moment; throw it away."""
    ASK = "ask"
    """Ask that it leaves."""
    APPROVE = "approve"
    GIVE_BACK = "give_back"
    """Return it to its author with words."""
    TAKE_BACK = "take_back"
    """Make a draft of it again before it has left."""
    RELEASE = "release"
    """Let it go: done by the clock."""
    PAUSE = "pause"
    RESUME = "resume"
    CANCEL = "cancel"
    DELETE = "delete"
    """Delete it from the chats it reached, and cancel the rest."""
    CORRECT = "correct"
    """Send those who got it another one that corrects it."""


MAY: dict[Stage, frozenset[Move]] = {
    Stage.DRAFT: frozenset({Move.WRITE, Move.ASK}),
    Stage.RETURNED: frozenset({Move.WRITE, Move.ASK}),
    Stage.AWAITING: frozenset({Move.APPROVE, Move.GIVE_BACK, Move.TAKE_BACK}),
    Stage.WAITING: frozenset({Move.TAKE_BACK, Move.RELEASE}),
    Stage.SENDING: frozenset({Move.PAUSE, Move.CANCEL}),
    Stage.PAUSED: frozenset({Move.RESUME, Move.CANCEL}),
    Stage.SENT: frozenset({Move.PAUSE, Move.CANCEL, Move.DELETE, Move.CORRECT}),
    Stage.CANCELLED: frozenset({Move.DELETE, Move.CORRECT}),
}
RELEASED = frozenset({Stage.SENDING, Stage.PAUSED, Stage.SENT, Stage.CANCELLED})
"""Where members may have it."""
WRITTEN = frozenset(stage for stage, moves in MAY.items() if Move.WRITE in moves)
"""Where its author still writes."""


class Facts(Protocol):
    """What is known of a notice.

    `leaves_at` is set when it is asked to leave, never before: a moment chosen while it is written is handed over
    with the asking.
    """

    @property
    def state(self) -> str:
        """`draft` until it is released, then `sending` and `sent`."""

    @property
    def approval_asked_at(self) -> datetime | None:
        """Since when an approver is asked."""

    @property
    def approved_at(self) -> datetime | None:
        """When an approver agreed."""

    @property
    def returned(self) -> str:
        """Why it came back."""

    @property
    def leaves_at(self) -> datetime | None:
        """When it leaves by itself, once nobody has to approve it any more."""

    @property
    def paused_at(self) -> datetime | None:
        """Since when it is held up."""

    @property
    def cancelled_at(self) -> datetime | None:
        """When it was stopped."""


def stage(notice: Facts) -> Stage:
    """Where a notice stands: the last of what happened to it decides."""
    if notice.cancelled_at is not None:
        return Stage.CANCELLED
    if notice.state != "draft":
        return Stage.PAUSED if notice.paused_at is not None else Stage(str(notice.state))
    if notice.approval_asked_at is not None and notice.approved_at is None:
        return Stage.AWAITING
    if notice.leaves_at is not None:
        return Stage.WAITING
    return Stage.RETURNED if notice.returned else Stage.DRAFT


def may(notice: Facts, move: Move) -> bool:
    """Whether this can be done with a notice where it stands."""
    return move in MAY[stage(notice)]
