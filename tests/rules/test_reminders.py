"""When a meeting's messages are due."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.rules.reminders import (
    AFTERWARDS,
    OF_LEADERS,
    PROFILES,
    audiences,
    before_quiet,
    due_times,
    is_quiet,
)
from bot.rules.words import Audience, MeetingKind, ReminderProfile, ReminderStep

VN = ZoneInfo("Asia/Ho_Chi_Minh")
SYDNEY = ZoneInfo("Australia/Sydney")
LIGHT, STANDARD, ACTIVE = ReminderProfile.LIGHT, ReminderProfile.STANDARD, ReminderProfile.ACTIVE


def local(text: str) -> datetime:
    """A local time of October 2026 as UTC: '03 19:30'."""
    return datetime.strptime(f"2026-10-{text}", "%Y-%m-%d %H:%M").replace(tzinfo=VN).astimezone(UTC)


def planned(
    start: str, called: str, profile: ReminderProfile = STANDARD, kind: MeetingKind = MeetingKind.REGULAR
) -> dict[str, str]:
    """Step to local time, for a meeting of 90 minutes."""
    dues = due_times(profile, kind, local(start), 90, local(called), VN)
    return {due.step.value: due.due_at.astimezone(VN).strftime("%d %H:%M") for due in reversed(dues)}


def test_a_meeting_called_in_good_time_has_every_step():
    assert planned("20 19:30", "01 09:00") == {
        "called": "13 19:30",
        "three_days": "17 19:30",
        "tasks": "17 19:30",
        "one_day": "19 19:30",
        "documents": "18 19:30",
        "two_hours": "20 17:30",
        "roll_open": "21 07:00",
        "roll_follower": "23 07:00",
    }


def test_a_meeting_called_late_is_called_at_once_and_the_passed_steps_are_dropped():
    assert planned("20 19:30", "19 10:00") == {
        "called": "19 10:00",
        "one_day": "19 19:30",
        "two_hours": "20 17:30",
        "roll_open": "21 07:00",
        "roll_follower": "23 07:00",
    }


def test_no_chase_within_two_hours_of_the_call():
    assert "one_day" not in planned("20 19:30", "19 18:00")


def test_a_call_in_the_night_waits_for_the_morning():
    assert planned("20 19:30", "18 23:00")["called"] == "19 07:00"


def test_a_call_in_the_night_for_the_early_morning_goes_at_once():
    assert planned("20 07:30", "19 23:00")["called"] == "19 23:00"


def test_an_early_meeting_is_remembered_the_evening_before():
    assert planned("20 07:30", "01 09:00")["two_hours"] == "19 20:30"


def test_a_late_meeting_is_remembered_before_the_quiet_hours():
    assert planned("20 23:00", "01 09:00")["two_hours"] == "20 20:30"


def test_the_deputy_hears_half_an_hour_after_the_chase():
    assert planned("20 19:30", "01 09:00", ACTIVE)["chase_deputy"] == "19 20:00"


def test_the_deputy_never_hears_before_the_chase():
    dues = planned("20 20:45", "01 09:00", ACTIVE)
    assert dues["chase_deputy"] == dues["one_day"] == "19 20:45"


def test_without_a_chase_the_deputy_hears_nothing():
    dues = planned("20 19:30", "19 17:45", ACTIVE)
    assert "one_day" not in dues and "chase_deputy" not in dues


def test_light_tells_everyone_once_the_day_before():
    assert planned("20 19:30", "01 09:00", LIGHT, MeetingKind.THEMATIC) == {
        "documents": "18 19:30",
        "day_before": "19 19:30",
        "roll_open": "21 07:00",
        "roll_follower": "23 07:00",
    }


def test_light_tells_at_once_when_the_day_before_has_passed():
    assert planned("20 19:30", "20 10:00", LIGHT)["day_before"] == "20 10:00"


def test_an_open_roll_is_asked_for_twice():
    dues = due_times(STANDARD, MeetingKind.REGULAR, local("20 08:00"), 90, local("01 09:00"), VN)
    asked = [due.due_at for due in dues if due.step is ReminderStep.ROLL_OPEN]
    assert asked == [local("20 11:30"), local("21 11:30")]


def test_a_meeting_that_has_begun_is_not_called_any_more():
    assert set(planned("20 19:30", "20 19:30")) == {"roll_open", "roll_follower"}


def test_the_follower_hears_after_the_secretary_was_asked_twice():
    dues = due_times(STANDARD, MeetingKind.REGULAR, local("20 08:00"), 90, local("01 09:00"), VN)
    assert [due.step for due in dues[-3:]] == [
        ReminderStep.ROLL_OPEN,
        ReminderStep.ROLL_OPEN,
        ReminderStep.ROLL_FOLLOWER,
    ]
    assert dues[-1].due_at == local("22 11:30")


@pytest.mark.parametrize(
    ("called", "days", "asked"),
    [
        ("01 09:00", 10, "10 19:30"),
        ("01 09:00", 14, "06 19:30"),
        ("01 09:00", 3, "12 19:30"),  # never after the invitation: a day before it
        ("11 09:00", 10, "11 09:00"),  # the day has passed: at once
        ("11 23:00", 10, "12 07:00"),  # but not in the night
        ("13 18:30", 10, None),  # no time is left before the invitation
        ("14 09:00", 10, None),  # it leaves at once
        ("01 09:00", 0, None),  # the cell is not asked
    ],
)
def test_when_the_secretary_is_asked_to_confirm(called: str, days: int, asked: str | None):
    dues = due_times(
        STANDARD, MeetingKind.REGULAR, local("20 19:30"), 90, local(called), VN, prepare_days=days
    )
    found = [due.due_at for due in dues if due.step is ReminderStep.PREPARE]
    assert found == ([local(asked)] if asked else [])


@pytest.mark.parametrize(
    ("profile", "now", "left"),
    [
        (STANDARD, "15 09:00", {"three_days", "one_day", "two_hours", "tasks", "documents"}),
        (STANDARD, "19 20:00", {"two_hours"}),
        (LIGHT, "15 09:00", {"day_before", "tasks", "documents"}),  # its one reminder is still ahead
        (LIGHT, "19 19:00", set()),  # and now it would come on the heels of what was said before
    ],
)
def test_a_meeting_that_was_called_is_not_called_again(profile: ReminderProfile, now: str, left: set[str]):
    dues = due_times(profile, MeetingKind.REGULAR, local("20 19:30"), 90, local(now), VN, was_called=True)
    assert {due.step.value for due in dues} == left | {"roll_open", "roll_follower"}


def test_light_asks_for_tasks_and_documents_before_its_call():
    dues = planned("20 19:30", "01 09:00", LIGHT)
    assert (dues["tasks"], dues["documents"], dues["day_before"]) == ("17 19:30", "18 19:30", "19 19:30")


def test_documents_belong_to_meetings_with_a_subject():
    assert "documents" in planned("20 19:30", "01 09:00", kind=MeetingKind.THEMATIC)
    assert "documents" not in planned("20 19:30", "01 09:00", kind=MeetingKind.EXTRAORDINARY)


def test_tasks_are_asked_for_before_regular_meetings_only():
    assert "tasks" not in planned("20 19:30", "01 09:00", kind=MeetingKind.RESIDENTIAL)


@pytest.mark.parametrize(
    ("step", "who"),
    [
        (ReminderStep.CALLED, (Audience.EVERYONE,)),
        (ReminderStep.ONE_DAY, (Audience.SILENT,)),
        (ReminderStep.TWO_HOURS, (Audience.COMING, Audience.SILENT)),
        (ReminderStep.CHASE_DEPUTY, (Audience.DEPUTY,)),
        (ReminderStep.TASKS, (Audience.EVERYONE,)),
        (ReminderStep.ROLL_OPEN, (Audience.SECRETARY,)),
        (ReminderStep.PREPARE, (Audience.SECRETARY,)),
        (ReminderStep.DOCUMENTS, (Audience.SECRETARY,)),
        (ReminderStep.ROLL_FOLLOWER, (Audience.FOLLOWER,)),
        (ReminderStep.DAY_BEFORE, ()),  # not a step of this profile
    ],
)
def test_audiences_of_the_active_profile(step: ReminderStep, who: tuple[Audience, ...]):
    assert audiences(ACTIVE, step) == who


@pytest.mark.parametrize(
    ("at", "moved"),
    [
        ("05 20:59", "05 20:59"),  # still evening
        ("05 21:00", "05 20:30"),  # the night begins
        ("05 23:59", "05 20:30"),
        ("06 00:00", "05 20:30"),  # the same night
        ("06 05:59", "05 20:30"),
        ("06 06:00", "06 06:00"),  # morning
    ],
)
def test_before_quiet(at: str, moved: str):
    assert before_quiet(local(at), VN) == local(moved)


moments = st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31), timezones=st.just(UTC))


@given(
    st.sampled_from(ReminderProfile),
    st.sampled_from(MeetingKind),
    moments,
    st.integers(-600, 60 * 24 * 20),
    st.sampled_from([VN, SYDNEY]),
    st.sampled_from([0, 3, 10, 14]),
)
def test_never_in_the_night_never_after_the_start_never_before_the_call(
    profile: ReminderProfile, kind: MeetingKind, called_at: datetime, notice: int, tz: ZoneInfo, days: int
):
    starts_at = called_at + timedelta(minutes=notice)
    dues = due_times(profile, kind, starts_at, 90, called_at, tz, prepare_days=days)
    before = [due for due in dues if due.step not in AFTERWARDS]
    call = [due for due in before if due.step is PROFILES[profile][0].step]
    chases = [due for due in before if due.step not in (*OF_LEADERS, ReminderStep.TASKS) and due not in call]
    assert len(call) == (notice > 0) and bool(before) == (notice > 0)
    assert all(called_at <= due.due_at < starts_at for due in before)
    assert all(due.due_at >= call[0].due_at + timedelta(hours=2) for due in chases)
    assert all(due.due_at < call[0].due_at for due in before if due.step is ReminderStep.PREPARE)
    assert not any(is_quiet(due.due_at, tz) for due in dues if due not in call)
    assert all(due.due_at > starts_at for due in dues if due not in before)
    assert dues == sorted(dues, key=lambda due: due.due_at)


@given(moments, st.integers(1, 60 * 24 * 20))
def test_a_call_in_the_night_only_for_a_meeting_before_nine(called_at: datetime, notice: int):
    starts_at = called_at + timedelta(minutes=notice)
    call = due_times(STANDARD, MeetingKind.EXTRAORDINARY, starts_at, 90, called_at, VN)[0]
    if is_quiet(call.due_at, VN):
        assert call.due_at == called_at and starts_at - called_at < timedelta(hours=12)


@given(moments)
def test_moving_out_of_the_night_is_earlier_and_final(at: datetime):
    moved = before_quiet(at, VN)
    assert moved <= at and at - moved < timedelta(hours=10)
    assert before_quiet(moved, VN) == moved
