"""The calendar file: read back by another reader, and as RFC 5545 wants it on the wire."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from icalendar import Calendar, Event

from bot.reports.calendar import Appointment, calendar_file

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
NOW = datetime(2026, 3, 2, 1, tzinfo=UTC)
MEETING = Appointment(
    number=12,
    bot=1,
    kind="sinh hoạt thường kỳ",
    cell="Chi bộ thôn Séo Mý Tỷ",
    starts_at=datetime(2026, 3, 3, 12, 30, tzinfo=UTC),
    minutes=90,
    place="Nhà văn hóa thôn; phòng 2, tầng 1",
    agenda="1. Đánh giá tháng 2\n2. Nhiệm vụ tháng 3, phân công",
    sequence=0,
    cancelled=False,
)


def written(meeting: Appointment, zone: ZoneInfo = ZONE) -> bytes:
    return calendar_file(meeting, now=NOW, zone=zone, language="vi")


def event_of(file: bytes) -> Event:
    (event,) = Calendar.from_ical(file).walk("VEVENT")
    assert isinstance(event, Event)
    return event


def test_it_says_when_where_and_what() -> None:
    event = event_of(written(MEETING))
    assert event["DTSTART"].dt == datetime(2026, 3, 3, 19, 30, tzinfo=ZONE)
    assert event["DTEND"].dt - event["DTSTART"].dt == timedelta(minutes=90)
    assert (str(event["LOCATION"]), str(event["DESCRIPTION"])) == (MEETING.place, MEETING.agenda)
    assert "Séo Mý Tỷ" in str(event["SUMMARY"]) and event["DTSTAMP"].dt == NOW


def test_a_move_is_the_same_entry_again_and_a_cancellation_strikes_it_out() -> None:
    moved = replace(MEETING, starts_at=MEETING.starts_at + timedelta(days=3), sequence=1)
    gone = replace(moved, sequence=2, cancelled=True)
    first, second, last = (event_of(written(each)) for each in (MEETING, moved, gone))
    assert first["UID"] == second["UID"] == last["UID"]
    assert (first["SEQUENCE"], second["SEQUENCE"], last["SEQUENCE"]) == (0, 1, 2)
    assert (first["STATUS"], last["STATUS"]) == ("CONFIRMED", "CANCELLED")
    assert Calendar.from_ical(written(gone))["METHOD"] == "CANCEL"
    assert event_of(written(replace(MEETING, number=13)))["UID"] != first["UID"]


@pytest.mark.parametrize("zone", ["Asia/Ho_Chi_Minh", "Europe/Berlin"])
def test_it_is_written_as_the_standard_wants_it(zone: str) -> None:
    file = written(MEETING, ZoneInfo(zone))
    lines = file.split(b"\r\n")
    assert lines[0] == b"BEGIN:VCALENDAR" and lines[-2:] == [b"END:VCALENDAR", b""]
    assert b"\n" not in file.replace(b"\r\n", b"")
    assert all(len(line) <= 75 for line in lines)
    assert f"DTSTART;TZID={zone}".encode() in file and f"TZID:{zone}".encode() in file
