"""Who must attend, what the roll adds up to, and who has been missing for months."""

from collections import Counter
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Literal

from bot.rules.words import Answer, LeaveDecision, MeetingKind, MembershipKind, RollState, Status


class Standing(StrEnum):
    """What one meeting may expect of one person."""

    MUST_ATTEND = "must_attend"
    """Expected; counts in the rate."""
    EXEMPT = "exempt"
    """Belongs here and is welcome, but need not come; outside the rate, never chased."""
    NOT_EXPECTED = "not_expected"
    """Does not belong to this meeting."""


def answer_deadline(answer_by: datetime | None, called_at: datetime | None) -> datetime | None:
    """Until when answers are asked for; None without a deadline, or where the invitation left only after it."""
    return answer_by if answer_by and called_at and called_at < answer_by else None


def is_overdue(answered_at: datetime, answer_by: datetime | None, called_at: datetime | None) -> bool:
    """Whether an answer came after its deadline; it counts all the same, and is shown as late."""
    deadline = answer_deadline(answer_by, called_at)
    return deadline is not None and answered_at > deadline


THERE = (RollState.PRESENT, RollState.LATE)
"""The marks of those who were there."""
MARKED = (*THERE, RollState.EXCUSED, RollState.UNEXCUSED)
"""The marks of those who had to attend."""


@dataclass(frozen=True)
class Count:
    """One meeting in numbers; must_attend = present + late + excused + unexcused + silent."""

    must_attend: int
    present: int
    late: int
    excused: int
    unexcused: int
    silent: int
    exempt: int
    not_expected: int

    @classmethod
    def closed(cls, states: Mapping[RollState, int]) -> "Count":
        """What closed rolls add up to: how many have each mark."""
        tally = {state.value: states.get(state, 0) for state in RollState}
        return cls(must_attend=sum(states.get(state, 0) for state in MARKED), silent=0, **tally)

    @property
    def attended(self) -> int:
        """Those who were there, on time or late."""
        return self.present + self.late

    @property
    def absent(self) -> int:
        """Those marked as not having been there, with a reason or without."""
        return self.excused + self.unexcused

    @property
    def rate(self) -> float | None:
        """The attendance rate between 0 and 1; None where nobody had to attend."""
        return self.attended / self.must_attend if self.must_attend else None

    def __add__(self, other: "Count") -> "Count":
        """Several meetings taken together."""
        return Count(
            self.must_attend + other.must_attend,
            self.present + other.present,
            self.late + other.late,
            self.excused + other.excused,
            self.unexcused + other.unexcused,
            self.silent + other.silent,
            self.exempt + other.exempt,
            self.not_expected + other.not_expected,
        )


def standing(
    kind: MeetingKind,
    membership: MembershipKind | None,
    status: Status,
    away: bool,
    residential_exempt: bool,
) -> Standing:
    """What the meeting expects of a member, all values as of the meeting's date.

    - no membership in the meeting's cell: not expected
    - a residential meeting is for those registered where they live, and they come to no other kind
    - away (transferred elsewhere for a time): not expected; one transferred *in* is not away from here
    - exempt from meetings, for good or until a date: exempt
    - exempt from residential meetings for an own reason: exempt from those
    - everyone else, probationary members too: must attend
    """
    resident = membership is MembershipKind.RESIDENTIAL
    if membership is None or resident != (kind is MeetingKind.RESIDENTIAL):
        return Standing.NOT_EXPECTED
    if away and membership is not MembershipKind.TEMPORARY:
        return Standing.NOT_EXPECTED
    if status in (Status.EXEMPT, Status.TEMPORARILY_EXEMPT) or (resident and residential_exempt):
        return Standing.EXEMPT
    return Standing.MUST_ATTEND


def count(standings_and_states: Iterable[tuple[Standing, RollState | None]]) -> Count:
    """Add up a roll; None is a member without a mark.

    The roll may free a member (marked exempt or not expected); it never adds one to those who had to come.
    """
    tally = Counter(_column(*each) for each in standings_and_states)
    states = {s.value: tally[s.value] for s in RollState}
    marked = sum(states[s] for s in MARKED)
    return Count(must_attend=marked + tally["silent"], silent=tally["silent"], **states)


def _column(standing: Standing, state: RollState | None) -> str:
    if standing is not Standing.MUST_ATTEND:
        return standing.value
    return state.value if state else "silent"


def prefill(answer: Answer | None, leave_decision: LeaveDecision | None) -> RollState | None:
    """What an answer puts on the roll before the meeting; nobody becomes unexcused by default."""
    if answer is Answer.COMING:
        return RollState.PRESENT
    if answer is Answer.LATE:
        return RollState.LATE
    if answer is Answer.LEAVE and leave_decision is LeaveDecision.ACCEPTED:
        return RollState.EXCUSED
    return None


def all_present(standing: Standing, answer: Answer | None, state: RollState | None) -> RollState | None:
    """A member's mark after "all present" was tapped.

    - a mark already there stays
    - who need not come, or asked leave (accepted or not), is not marked
    - everyone else is present
    """
    if state or standing is not Standing.MUST_ATTEND or answer is Answer.LEAVE:
        return state
    return RollState.PRESENT


def skipped_months(regular_meetings: Iterable[tuple[Hashable, RollState | None]]) -> int:
    """In how many distinct months a member missed the regular meeting without an accepted reason.

    Takes one year's (month, state) pairs; the month is the one the meeting was scheduled for.
    """
    return len({month for month, state in regular_meetings if state is RollState.UNEXCUSED})


def band(skipped: int) -> Literal["none", "amber", "red"]:
    """How skipped months are shown: amber at two, red from three; a matter for the cell to consider."""
    if skipped >= 3:
        return "red"
    return "amber" if skipped == 2 else "none"
