"""Who must attend, what a roll adds up to, who skipped."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.rules.attendance import (
    Standing,
    all_present,
    band,
    count,
    prefill,
    skipped_months,
    standing,
)
from bot.rules.words import Answer, LeaveDecision, MeetingKind, MembershipKind, RollState, Status

S, K, M = Standing, MeetingKind, MembershipKind


@pytest.mark.parametrize(
    ("kind", "membership", "status", "away", "residential_exempt", "expected"),
    [
        (K.REGULAR, M.RECORD, Status.OFFICIAL, False, False, S.MUST_ATTEND),  # Hoa in her own cell
        (K.REGULAR, M.RECORD, Status.PROBATIONARY, False, False, S.MUST_ATTEND),  # in the probation year
        (K.THEMATIC, M.RECORD, Status.OFFICIAL, False, True, S.MUST_ATTEND),  # exempt at home only
        (K.REGULAR, M.TEMPORARY, Status.OFFICIAL, False, False, S.MUST_ATTEND),  # transferred in
        (K.REGULAR, M.TEMPORARY, Status.OFFICIAL, True, False, S.MUST_ATTEND),  # away from record, not here
        (K.COMMITTEE, M.RECORD, Status.OFFICIAL, False, False, S.MUST_ATTEND),  # a committee's own member
        (K.REGULAR, M.RECORD, Status.OFFICIAL, True, False, S.NOT_EXPECTED),  # transferred out for a time
        (K.REGULAR, M.RECORD, Status.EXEMPT, False, False, S.EXEMPT),  # freed for good
        (K.REGULAR, M.RECORD, Status.TEMPORARILY_EXEMPT, False, False, S.EXEMPT),  # freed until a date
        (K.REGULAR, M.RECORD, Status.EXEMPT, True, False, S.NOT_EXPECTED),  # away comes first
        (K.REGULAR, None, Status.OFFICIAL, False, False, S.NOT_EXPECTED),  # Dũng of cell B
        (K.REGULAR, M.RESIDENTIAL, Status.OFFICIAL, False, False, S.NOT_EXPECTED),  # Mai only lives here
        (K.RESIDENTIAL, M.RESIDENTIAL, Status.OFFICIAL, False, False, S.MUST_ATTEND),  # Mai where she lives
        (K.RESIDENTIAL, M.RESIDENTIAL, Status.OFFICIAL, False, True, S.EXEMPT),  # with an own reason
        (K.RESIDENTIAL, M.RESIDENTIAL, Status.EXEMPT, False, False, S.EXEMPT),  # freed everywhere
        (K.RESIDENTIAL, M.RECORD, Status.OFFICIAL, False, False, S.NOT_EXPECTED),  # never mixed
    ],
)
def test_standing(
    kind: MeetingKind,
    membership: MembershipKind | None,
    status: Status,
    away: bool,
    residential_exempt: bool,
    expected: Standing,
):
    assert standing(kind, membership, status, away, residential_exempt) is expected


def test_a_roll_is_counted_in_its_columns():
    roll = [
        (S.MUST_ATTEND, RollState.PRESENT),
        (S.MUST_ATTEND, RollState.LATE),
        (S.MUST_ATTEND, RollState.EXCUSED),
        (S.MUST_ATTEND, None),
        (S.EXEMPT, RollState.PRESENT),
        (S.NOT_EXPECTED, None),
    ]
    counted = count(roll)
    assert (counted.must_attend, counted.attended, counted.absent, counted.silent) == (4, 2, 1, 1)
    assert (counted.exempt, counted.not_expected, counted.rate) == (1, 1, 0.5)


def test_a_member_freed_on_the_roll_leaves_the_rate():
    assert count([(S.MUST_ATTEND, RollState.EXEMPT), (S.MUST_ATTEND, RollState.PRESENT)]).rate == 1.0


def test_no_rate_where_nobody_had_to_come():
    assert count([(S.EXEMPT, None)]).rate is None


@given(st.lists(st.tuples(st.sampled_from(S), st.none() | st.sampled_from(RollState))))
def test_the_columns_always_add_up(roll: list[tuple[Standing, RollState | None]]):
    c = count(roll)
    assert c.must_attend == c.present + c.late + c.excused + c.unexcused + c.silent
    assert c.must_attend + c.exempt + c.not_expected == len(roll)


@pytest.mark.parametrize(
    ("answer", "decision", "state"),
    [
        (Answer.COMING, None, RollState.PRESENT),
        (Answer.LATE, None, RollState.LATE),
        (Answer.LEAVE, LeaveDecision.ACCEPTED, RollState.EXCUSED),
        (Answer.LEAVE, LeaveDecision.REFUSED, None),  # refused is not yet absent
        (Answer.LEAVE, None, None),  # undecided stays open
        (None, None, None),  # silent
    ],
)
def test_prefill(answer: Answer | None, decision: LeaveDecision | None, state: RollState | None):
    assert prefill(answer, decision) is state


@pytest.mark.parametrize(
    ("who", "answer", "before", "after"),
    [
        (S.MUST_ATTEND, None, None, RollState.PRESENT),  # silent, but here
        (S.MUST_ATTEND, Answer.COMING, None, RollState.PRESENT),
        (S.MUST_ATTEND, Answer.LEAVE, None, None),  # asked leave: the secretary decides
        (S.MUST_ATTEND, None, RollState.UNEXCUSED, RollState.UNEXCUSED),  # marked by hand
        (S.MUST_ATTEND, Answer.LATE, RollState.LATE, RollState.LATE),  # prefilled
        (S.EXEMPT, None, None, None),  # need not come
        (S.NOT_EXPECTED, None, None, None),
    ],
)
def test_all_present(who: Standing, answer: Answer | None, before: RollState | None, after: RollState | None):
    assert all_present(who, answer, before) is after


def test_months_are_counted_once_and_only_without_reason():
    year = [
        (1, RollState.UNEXCUSED),
        (1, RollState.UNEXCUSED),
        (2, RollState.EXCUSED),
        (3, None),
        (5, RollState.UNEXCUSED),
    ]
    assert skipped_months(year) == 2


@pytest.mark.parametrize(("months", "shown"), [(0, "none"), (1, "none"), (2, "amber"), (3, "red")])
def test_band(months: int, shown: str):
    assert band(months) == shown
