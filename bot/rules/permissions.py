"""Who may do what: one table. A role counts where it was given; some roles reach everything below it."""

from enum import StrEnum

from bot.rules.words import RoleName


class Right(StrEnum):
    """Something a role allows, for one organisation."""

    LEAD = "lead"
    """Run the cell: schedule, leave, tasks, answers on behalf; sees reasons."""
    TAKE_ROLL = "take_roll"
    """Mark and close the roll; sees no reasons."""
    APPROVE_MEMBERS = "approve_members"
    """Decide who joins the cell."""
    SEE_TOTALS = "see_totals"
    """Numbers of a cell or subtree, no names."""
    SEND_NOTICE = "send_notice"
    """Send study notices to the subtree and see who confirmed, as numbers."""


ALLOWED: dict[Right, frozenset[RoleName]] = {
    Right.LEAD: frozenset({RoleName.SECRETARY, RoleName.DEPUTY}),
    Right.TAKE_ROLL: frozenset({RoleName.SECRETARY, RoleName.DEPUTY, RoleName.ROLL_TAKER}),
    Right.APPROVE_MEMBERS: frozenset({RoleName.SECRETARY, RoleName.DEPUTY}),
    Right.SEE_TOTALS: frozenset(
        {RoleName.SECRETARY, RoleName.DEPUTY, RoleName.FOLLOWER, RoleName.OFFICER, RoleName.APPROVER}
    ),
    Right.SEND_NOTICE: frozenset({RoleName.OFFICER}),
}

REACHING_DOWN = frozenset({RoleName.OFFICER, RoleName.APPROVER})
"""Roles that hold for everything below the organisation they were given for."""


def allows(role: RoleName, right: Right, *, at_the_place: bool) -> bool:
    """Whether a role gives a right: at the organisation it was given for, or below it."""
    return role in ALLOWED[right] and (at_the_place or role in REACHING_DOWN)
