"""When a meeting's messages are due."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.rules.reminders import audiences, before_quiet, due_times, is_quiet
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
        "two_hours": "20 17:30",
        "roll_open": "21 07:00",
    }


def test_a_meeting_called_late_is_called_at_once_and_the_passed_steps_are_dropped():
    assert planned("20 19:30", "19 10:00") == {
        "called": "19 10:00",
        "one_day": "19 19:30",
        "two_hours": "20 17:30",
        "roll_open": "21 07:00",
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
        "day_before": "19 19:30",
        "roll_open": "21 07:00",
    }


def test_light_tells_at_once_when_the_day_before_has_passed():
    assert planned("20 19:30", "20 10:00", LIGHT)["day_before"] == "20 10:00"


def test_an_open_roll_is_asked_for_twice():
    dues = due_times(STANDARD, MeetingKind.REGULAR, local("20 08:00"), 90, local("01 09:00"), VN)
    asked = [due.due_at for due in dues if due.step is ReminderStep.ROLL_OPEN]
    assert asked == [local("20 11:30"), local("21 11:30")]


def test_a_meeting_that_has_begun_is_not_called_any_more():
    assert set(planned("20 19:30", "20 19:30")) == {"roll_open"}


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
)
def test_never_in_the_night_never_after_the_start_never_before_the_call(
    profile: ReminderProfile, kind: MeetingKind, called_at: datetime, notice: int, tz: ZoneInfo
):
    starts_at = called_at + timedelta(minutes=notice)
    dues = due_times(profile, kind, starts_at, 90, called_at, tz)
    before = [due for due in dues if due.step is not ReminderStep.ROLL_OPEN]
    assert bool(before) == (notice > 0)
    assert all(called_at <= due.due_at < starts_at for due in before)
    assert all(due.due_at >= before[0].due_at + timedelta(hours=2) for due in before[1:])
    assert not any(is_quiet(due.due_at, tz) for due in dues if due not in before[:1])
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
