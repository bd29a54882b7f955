"""Codes of the minute, links of ten minutes, and what checking in puts on the roll."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.rules.check_in import (
    CODE_LIVES,
    LINK,
    LINK_LIVES,
    ON_TIME,
    code,
    code_until,
    fits,
    link,
    link_fits,
    link_until,
    marked,
    read_code,
    state_at,
    window,
)
from bot.rules.words import RollState

START = datetime(2026, 3, 3, 12, 30, tzinfo=UTC)
moments = st.datetimes(datetime(2020, 1, 1), datetime(2040, 1, 1), timezones=st.just(UTC))
secrets = st.text(min_size=1, max_size=64)
minutes = st.integers(0, 59).map(lambda n: timedelta(seconds=n))


@given(secrets, moments, minutes)
def test_a_code_is_taken_while_it_is_shown_and_for_a_minute_more(secret: str, at: datetime, more: timedelta):
    shown = code(secret, at)
    assert len(shown) == 4 and shown.isdigit()
    assert at < code_until(at) <= at + CODE_LIVES
    assert code(secret, code_until(at) - timedelta(milliseconds=1)) == shown
    assert fits(secret, shown, at) and fits(secret, shown, code_until(at) + more)


@given(secrets, moments)
def test_a_code_is_worth_nothing_after_that(secret: str, at: datetime):
    later = code_until(at) + CODE_LIVES
    newest = {code(secret, later), code(secret, later - CODE_LIVES)}
    assert fits(secret, code(secret, at), later) is (code(secret, at) in newest)


@given(secrets, st.integers(1, 10**17), moments)
def test_a_link_is_read_back_and_is_taken_until_its_time(secret: str, meeting_id: int, at: datetime):
    read = LINK.fullmatch(link(secret, meeting_id, at))
    assert read and int(read[1]) == meeting_id and len(read[0]) <= 64
    assert at + LINK_LIVES < link_until(at) <= at + 2 * LINK_LIVES
    assert link_fits(secret, read[2], at)
    assert link_fits(secret, read[2], link_until(at) - timedelta(milliseconds=1))
    assert not link_fits(secret, read[2], link_until(at))


@given(moments)
def test_another_meetings_secret_opens_nothing(at: datetime):
    assert not link_fits("one", link("another", 1, at).rpartition("_")[2], at)


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("4821", "4821"),
        (" 48 21\n", "4821"),  # as it is read out
        ("0007", "0007"),
        ("482", None),
        ("48210", None),
        ("1", None),  # an answer
        ("2026 hộ", None),
        ("mã 4821", None),
        ("٤٨٢١", None),  # digits of another script
    ],
)
def test_only_four_digits_alone_are_a_code(typed: str, read: str | None):
    assert read_code(typed) == read


def test_up_to_ten_minutes_after_the_start_one_is_there_on_time():
    assert state_at(START, START - timedelta(minutes=29)) is RollState.PRESENT
    assert state_at(START, START + ON_TIME) is RollState.PRESENT
    assert state_at(START, START + ON_TIME + timedelta(seconds=1)) is RollState.LATE


def test_who_was_marked_as_being_there_stays_so_and_anybody_else_is_there_now():
    for before in (None, *RollState):
        there = before in (RollState.PRESENT, RollState.LATE)
        assert marked(before, RollState.LATE) is (before if there else RollState.LATE)


def test_the_window_is_half_an_hour_wider_than_the_meeting():
    assert window(START, 90) == (START - timedelta(minutes=30), START + timedelta(minutes=120))
