"""Putting a question off, in words: the moment, or nothing."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.rules.reminders import QUIET_FROM, QUIET_UNTIL
from bot.rules.snooze_words import FURTHEST, read_snooze
from tests.rules.tables import rows

HANOI = ZoneInfo("Asia/Ho_Chi_Minh")
NOW = datetime(2026, 3, 4, 14, 0, tzinfo=HANOI)
"""A Wednesday afternoon, the moment of both tables."""
KNOWN = rows("snooze_known.tsv")
APART = rows("snooze_apart.tsv")


def put_off(text: str, now: datetime = NOW) -> str:
    moment = read_snooze(text, now)
    return f"{moment:%Y-%m-%d %H:%M}" if moment else "-"


@pytest.mark.parametrize(("text", "when", "note"), KNOWN)
def test_a_known_wish(text: str, when: str, note: str):
    assert put_off(text) == when, note


def test_wishes_kept_apart_are_nine_in_ten_right_and_none_is_wrong():
    said = [(text, when, put_off(text)) for text, when, _ in APART]
    assert [row for row in said if row[2] not in ("-", row[1])] == []
    assert sum(row[2] == row[1] for row in said) >= 0.9 * len(said)


@pytest.mark.parametrize(
    ("now", "text", "when"),
    [
        ("05:00", "nhắc tôi lúc 7h", "2026-03-04 07:00"),  # the first seven o'clock ahead
        ("08:00", "nhắc tôi lúc 7h", "2026-03-04 19:00"),  # the second
        ("18:00", "chiều nay nhắc lại", "-"),  # over
        ("18:00", "chiều nhắc lại", "2026-03-05 14:00"),  # then the next one
        ("19:30", "tối nay nhắc lại", "2026-03-04 20:30"),  # the last moment of the evening
        ("20:45", "tối nay nhắc lại", "-"),  # no moment left
        ("20:00", "nhắc tôi sau 2 tiếng", "2026-03-05 07:00"),  # not into the night
        ("20:45", "nhắc tôi lúc 22h", "2026-03-05 20:30"),  # tonight is over: tomorrow's evening
        ("22:00", "lát nữa nhắc lại", "2026-03-05 07:00"),  # typed in the night
        ("02:00", "nhắc tôi sau 1 tiếng", "2026-03-04 07:00"),  # this very morning
        ("14:00", "nhắc lại lúc 25h", "-"),  # no hour
        ("14:00", "nhắc lại lúc 7h75", "-"),  # no minute
        ("14:00", "nhắc tôi sau 8 giờ", "-"),  # eight hours, or after eight o'clock
        ("14:00", "thứ tư nhắc lại", "-"),  # a week ahead
    ],
)
def test_the_hour_it_is_decides(now: str, text: str, when: str):
    at = datetime.fromisoformat(f"2026-03-04T{now}").replace(tzinfo=HANOI)
    assert put_off(text, at) == when


@given(
    st.sampled_from([*KNOWN, *APART]),
    st.integers(0, 7 * 24 * 60).map(lambda minutes: NOW + timedelta(minutes=minutes)),
)
def test_the_moment_is_ahead_and_never_in_the_night(row: list[str], now: datetime):
    moment = read_snooze(row[0], now)
    if moment is None:
        return
    assert now < moment
    assert (moment.date() - now.date()).days <= FURTHEST
    assert QUIET_UNTIL <= moment.time() < QUIET_FROM
    assert moment.tzinfo is HANOI


@given(st.sampled_from(KNOWN), st.sampled_from(["?", " được không", " phải không ạ", " à"]))
def test_a_question_puts_nothing_off(row: list[str], tail: str):
    assert put_off(row[0] + tail) == "-"
