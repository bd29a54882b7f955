"""When the cell meets, in the one line `/lich` understands; of several cells, the day of all that set no other."""

from collections.abc import Callable

from bot.actions import scheduling
from bot.actions.scheduling import MINUTES, Timetable
from bot.clock import Clock
from bot.errors import Refusal
from bot.rules.recurrence import describe
from bot.rules.schedule_words import ScheduleWords, read_schedule
from bot.rules.words import MeetingKind, OrganisationKind, Shift
from bot.setup.asking import Asking, Unusable
from bot.setup.places import Given, list_places, texts, today
from bot.terminal import with_database
from db import schedules
from db.models import Organisation
from db.session import Database


def schedule(asking: Asking, given: Given) -> None:
    """Set the regular meeting, unless one is set; an empty line leaves it to `/lich`."""
    places = with_database(list_places)
    place = places.only_cell or places.top
    is_set = place is not None and _is_set(asking, place, given)
    asking.done(asking.words("setup.scheduled" if is_set else "setup.schedule_later"))


def _is_set(asking: Asking, place: Organisation, given: Given) -> bool:
    if with_database(lambda database: _is_scheduled(database, place)):
        return True
    asking.screen("setup_schedule", place=place)
    return _asked_and_set(asking, place, given.schedule)


def _asked_and_set(asking: Asking, place: Organisation, given: str | None) -> bool:
    """Ask until one is understood, confirmed and set; False when it is left for later."""
    while True:
        read = asking.ask(asking.words("setup.schedule"), _reader(asking), given=given)
        if read is None:
            return False
        key, values = describe(read.rule, read.at)
        kind = MeetingKind.REGULAR
        asking.screen("schedule_understood", read=read, key=key, kind=kind, values=values)
        if (given or asking.agrees("")) and _set(asking, place, read):
            return True
        given = None


def _reader(asking: Asking) -> Callable[[str], ScheduleWords | None]:
    def read(typed: str) -> ScheduleWords | None:
        if not typed:
            return None
        if (found := read_schedule(typed)) is None:
            raise Unusable(asking.words("refusals.schedule_unclear"))
        return found

    return read


async def _is_scheduled(database: Database, place: Organisation) -> bool:
    number = place.id or 0
    async with database.read() as session:
        return bool(
            await schedules.list_of(session, number) or await schedules.list_defaults(session, number)
        )


def _set(asking: Asking, place: Organisation, read: ScheduleWords) -> bool:
    try:
        with_database(lambda database: _write(database, place, read))
    except Refusal as refusal:
        asking.refused(refusal)
        return False
    return True


async def _write(database: Database, place: Organisation, read: ScheduleWords) -> None:
    """Nobody's chat is behind it: an operator at the machine sets it."""
    when = Timetable(read.rule, read.at, read.shift or Shift.NONE, read.minutes or MINUTES)
    number, kind, now = place.id or 0, MeetingKind.REGULAR, Clock().now()
    async with database.write() as session:
        if place.kind is OrganisationKind.CELL:
            await scheduling.set_schedule(
                session,
                cell_id=number,
                by=None,
                kind=kind,
                when=when,
                place=read.place or "",
                now=now,
                today=today(),
                texts=texts(),
            )
        else:
            await scheduling.set_default(
                session, organisation_id=number, by=None, kind=kind, when=when, today=today(), texts=texts()
            )
