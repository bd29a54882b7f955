"""Who may do what, and who may give which role: two tables.

A role counts where it was given; some roles reach everything below it. The rows follow the table of people in
the product's description: members need no row, they always see and do what is their own.
"""

from enum import StrEnum

from bot.rules.words import RoleName


class Right(StrEnum):
    """Something a role allows, for one organisation."""

    LEAD = "lead"
    """Run the cell: schedule, leave, tasks, answers on behalf; sees names and reasons."""
    TAKE_ROLL = "take_roll"
    """Mark and close the roll; sees no reasons."""
    KEEP_MEMBERS = "keep_members"
    """Add, correct, transfer, exempt and let in the people of a cell; import and export them."""
    SEE_TOTALS = "see_totals"
    """Numbers of a cell or subtree, no names."""
    SEE_NAMES = "see_names"
    """Names of a cell's people without their reasons; an entry in the audit log for who does not lead it."""
    SEND_NOTICE = "send_notice"
    """Send study notices to the subtree and see who confirmed, as numbers."""
    APPROVE_NOTICE = "approve_notice"
    """Let a large notice leave, or return it."""
    CHANGE_ORGANISATION = "change_organisation"
    """Make, rename, move, merge, split and close organisations."""
    SET_DEFAULTS = "set_defaults"
    """Set the day on which the cells of the subtree meet that have none of their own."""
    SET_PAPERS = "set_papers"
    """Say with own Word templates what the papers of the cell or the subtree look like."""
    CALL_COMMITTEE = "call_committee"
    """Call the meetings of the committee itself, and run them like a cell's secretary runs the cell's."""
    GIVE_ROLES = "give_roles"
    """Give and end those roles that `GIVES` names."""
    ANSWER_DATA_REQUESTS = "answer_data_requests"
    """Is reminded of what people ask about their own data, and answers it."""
    SEE_AUDIT = "see_audit"
    """Who did what to whom, in the subtree."""
    OPERATE = "operate"
    """Health, queues, configuration; no member content at all."""


SECRETARIES = frozenset({RoleName.SECRETARY, RoleName.DEPUTY})
OFFICERS = frozenset({RoleName.OFFICER})

ALLOWED: dict[Right, frozenset[RoleName]] = {
    Right.LEAD: SECRETARIES,
    Right.TAKE_ROLL: SECRETARIES | {RoleName.ROLL_TAKER},
    Right.KEEP_MEMBERS: SECRETARIES | OFFICERS,
    Right.SEE_TOTALS: SECRETARIES | OFFICERS | {RoleName.FOLLOWER, RoleName.APPROVER},
    Right.SEE_NAMES: SECRETARIES | OFFICERS | {RoleName.FOLLOWER},
    Right.SEND_NOTICE: OFFICERS,
    Right.APPROVE_NOTICE: frozenset({RoleName.APPROVER}),
    Right.CHANGE_ORGANISATION: OFFICERS,
    Right.SET_DEFAULTS: OFFICERS,
    Right.SET_PAPERS: SECRETARIES | OFFICERS,
    Right.CALL_COMMITTEE: OFFICERS,
    Right.GIVE_ROLES: SECRETARIES | OFFICERS,
    Right.ANSWER_DATA_REQUESTS: OFFICERS,
    Right.SEE_AUDIT: OFFICERS,
    Right.OPERATE: frozenset({RoleName.ADMIN}),
}

GIVES: dict[RoleName, frozenset[RoleName]] = {
    RoleName.SECRETARY: frozenset({RoleName.ROLL_TAKER}),
    RoleName.DEPUTY: frozenset({RoleName.ROLL_TAKER}),
    RoleName.OFFICER: frozenset(RoleName) - {RoleName.ADMIN},
}
"""Which roles the holder of a role may give, where it reaches; admins are made at the machine only."""

FOR_CELLS = SECRETARIES | {RoleName.ROLL_TAKER, RoleName.FOLLOWER}
"""Roles that are given for a cell; a committee has officers and approvers."""

REACHING_DOWN = frozenset({RoleName.OFFICER, RoleName.APPROVER})
"""Roles that hold for everything below the organisation they were given for."""


def allows(role: RoleName, right: Right, *, at_the_place: bool) -> bool:
    """Whether a role gives a right: at the organisation it was given for, or below it."""
    return role in ALLOWED[right] and (at_the_place or role in REACHING_DOWN)


def may_give(holder: RoleName, role: RoleName, *, at_the_place: bool) -> bool:
    """Whether the holder of one role may give or end another, at its own place or below it."""
    return role in GIVES.get(holder, ()) and (at_the_place or holder in REACHING_DOWN)
