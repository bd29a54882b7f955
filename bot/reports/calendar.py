"""The calendar file of a meeting (RFC 5545): the same UID for ever, and a higher SEQUENCE with every change.

A phone's calendar then moves or strikes out the entry it has, where it would else have two.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event

from bot.texts import label

MIME = "text/calendar"
PRODUCT = "-//chibo//chibo//VI"
DOMAIN = "chibo.invalid"
"""A name that is nobody's (RFC 2606): a UID only has to be the same again."""


@dataclass(frozen=True)
class Appointment:
    """A meeting as a calendar shows it. `sequence` counts its changes; no names of people."""

    number: int
    bot: int
    kind: str
    cell: str
    starts_at: datetime
    minutes: int
    place: str
    agenda: str
    sequence: int
    cancelled: bool


def calendar_file(meeting: Appointment, *, now: datetime, zone: ZoneInfo, language: str) -> bytes:
    """The meeting as an .ics file in local time, with the zone's rules in it."""
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("method", "CANCEL" if meeting.cancelled else "PUBLISH")
    calendar.add_component(_event(meeting, now=now, zone=zone, language=language))
    calendar.add_missing_timezones()
    return bytes(calendar.to_ical())


def _event(meeting: Appointment, *, now: datetime, zone: ZoneInfo, language: str) -> Event:
    starts_at = meeting.starts_at.astimezone(zone)
    event = Event()
    event.add("uid", f"meeting-{meeting.bot}-{meeting.number}@{DOMAIN}")
    event.add("sequence", meeting.sequence)
    event.add("dtstamp", now)
    event.add("dtstart", starts_at)
    event.add("dtend", starts_at + timedelta(minutes=meeting.minutes))
    event.add("summary", label("calendar.summary", language, kind=meeting.kind, cell=meeting.cell))
    if meeting.place:
        event.add("location", meeting.place)
    if meeting.agenda:
        event.add("description", meeting.agenda)
    event.add("status", "CANCELLED" if meeting.cancelled else "CONFIRMED")
    event.add("transp", "TRANSPARENT" if meeting.cancelled else "OPAQUE")
    return event
