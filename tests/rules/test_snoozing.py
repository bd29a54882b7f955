"""How often and until when a question may be put off; and what a fortnight brings to one member, whatever happens."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.rules.reminders import PROFILES, audiences, due_times, is_chased, is_quiet
from bot.rules.snoozing import MOST, fits, this_evening
from bot.rules.words import Audience, MeetingKind, ReminderProfile, ReminderStep

VN = ZoneInfo("Asia/Ho_Chi_Minh")
FORTNIGHT = timedelta(days=14)


def local(text: str) -> datetime:
    """A local time of October 2026: '03 19:30'."""
    return datetime.strptime(f"2026-10-{text}", "%Y-%m-%d %H:%M").replace(tzinfo=VN)


@pytest.mark.parametrize(
    ("now", "evening"),
    [
        ("05 08:00", "05 19:00"),
        ("05 19:00", "05 20:30"),  # it is seven already
        ("05 20:29", "05 20:30"),
        ("05 20:30", "06 19:00"),  # the evening is over
        ("05 23:59", "06 19:00"),
    ],
)
def test_this_evening(now: str, evening: str) -> None:
    assert this_evening(local(now)) == local(evening)


@pytest.mark.parametrize(
    ("at", "fit"),
    [
        ("05 19:00", True),
        ("05 08:00", False),  # not ahead
        ("05 21:30", False),  # in the night
        ("06 05:59", False),
        ("06 18:59", True),
        ("06 19:00", False),  # the meeting begins
    ],
)
def test_what_fits(at: str, fit: bool) -> None:
    assert fits(local(at), VN, now=local("05 08:00"), starts_at=local("06 19:00")) is fit


@pytest.mark.parametrize("step", [ReminderStep.THREE_DAYS, ReminderStep.TWO_HOURS])
def test_who_wants_fewer_is_chased_only_the_day_before(step: ReminderStep) -> None:
    now = local("05 08:00")
    assert not is_chased(step, fewer=True, put_off_to=None, now=now)
    assert is_chased(ReminderStep.ONE_DAY, fewer=True, put_off_to=None, now=now)
    assert is_chased(step, fewer=False, put_off_to=None, now=now)


@pytest.mark.parametrize(
    ("now", "chased"), [("05 18:00", False), ("05 19:00", False), ("05 20:59", False), ("05 21:00", True)]
)
def test_ordinary_chases_are_held_back_until_two_hours_after_the_wish(now: str, chased: bool) -> None:
    put_off_to = local("05 19:00")
    assert is_chased(ReminderStep.ONE_DAY, fewer=False, put_off_to=put_off_to, now=local(now)) is chased


# ── a fortnight of one member ───────────────────────────────────────────────────────────────────────


@dataclass
class Fortnight:
    """One member's messages about one meeting, as the rules let them go: when, and which."""

    profile: ReminderProfile
    starts_at: datetime
    answer_at: datetime | None
    fewer: bool
    wishes: list[tuple[datetime, datetime]]
    """When the member asks to be reminded again, and for when."""
    put_off_to: datetime | None = None
    open: bool = False
    times: int = 0
    got: list[tuple[datetime, str]] = field(default_factory=list)

    def answered(self, now: datetime) -> bool:
        return self.answer_at is not None and self.answer_at <= now

    def wish(self, now: datetime, at: datetime) -> None:
        if not self.answered(now) and self.times < MOST and fits(at, VN, now=now, starts_at=self.starts_at):
            self.put_off_to, self.open, self.times = at, True, self.times + 1

    def ask_again(self, now: datetime) -> None:
        if self.open and self.put_off_to == now:
            self.open = False
            if not self.answered(now):
                self.got.append((now, "again"))

    def remind(self, now: datetime, step: ReminderStep) -> None:
        call = PROFILES[self.profile][0]
        if step is call.step:  # the light one calls those who have not answered yet
            if call.audience is Audience.EVERYONE or not self.answered(now):
                self.got.append((now, "invitation"))
            return
        for audience in audiences(self.profile, step):
            if audience is Audience.SILENT and not self.answered(now):
                if is_chased(step, fewer=self.fewer, put_off_to=self.put_off_to, now=now):
                    self.got.append((now, "chase"))
            elif audience is Audience.COMING and self.answered(now) and not self.fewer:
                self.got.append((now, "soon"))


def lives(fortnight: Fortnight, called_at: datetime) -> list[tuple[datetime, str]]:
    """Let all happen in order of time."""
    dues = due_times(
        fortnight.profile, MeetingKind.REGULAR, fortnight.starts_at, 90, called_at, VN, prepare_days=10
    )
    events = [(due.due_at, 1, due.step) for due in dues if due.step is not ReminderStep.TASKS]
    events += [(asked, 0, at) for asked, at in fortnight.wishes] + [(at, 2, at) for _, at in fortnight.wishes]
    for now, kind, what in sorted(events, key=lambda event: event[:2]):
        if kind == 0:
            fortnight.wish(now, what)  # type: ignore[arg-type]
        elif kind == 1:
            fortnight.remind(now, what)  # type: ignore[arg-type]
        else:
            fortnight.ask_again(now)
    return fortnight.got


start = datetime(2026, 10, 1, tzinfo=UTC)
moments = st.integers(0, 14 * 24 * 12).map(lambda n: start + timedelta(minutes=5 * n))


@given(
    st.sampled_from(ReminderProfile),
    moments,
    moments,
    st.none() | moments,
    st.booleans(),
    st.lists(st.tuples(moments, moments), max_size=5),
)
def test_whatever_happens_in_a_fortnight_nobody_is_pestered(
    profile: ReminderProfile,
    called_at: datetime,
    starts_at: datetime,
    answer_at: datetime | None,
    fewer: bool,
    wishes: list[tuple[datetime, datetime]],
) -> None:
    got = lives(Fortnight(profile, starts_at, answer_at, fewer, wishes), called_at)
    said = [what for _, what in got]
    assert said.count("invitation") <= (called_at < starts_at)
    assert "invitation" in said or called_at >= starts_at or answer_at is not None
    assert said.count("chase") + said.count("soon") <= (1 if fewer else 3)
    assert said.count("again") <= MOST and said.count("soon") <= 1
    assert all(at < starts_at for at, _ in got)
    assert not any(is_quiet(at, VN) for at, what in got if what != "invitation")
    if answer_at is not None:
        assert not any(at >= answer_at for at, what in got if what in ("chase", "again"))
    again = [at for at, what in got if what == "again"]
    held = [
        at for at, what in got if what == "chase" for wish in again if wish <= at < wish + timedelta(hours=2)
    ]
    assert not held
