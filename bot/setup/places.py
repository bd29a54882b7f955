"""What the steps have in common: answers given with the command, the calendar, and what organisations there are."""

from dataclasses import dataclass
from datetime import date

from bot import config
from bot.clock import Clock
from bot.texts import Texts
from db import first_steps
from db.models import Organisation
from db.session import Database


@dataclass(frozen=True)
class Given:
    """Answers that were given with the command; None where somebody is to be asked."""

    understood: bool = False
    permission_by: str | None = None
    permission_number: str | None = None
    permission_date: str | None = None
    file: str | None = None
    committee: str | None = None
    cell: str | None = None
    secretary: str | None = None
    schedule: str | None = None
    start: bool = True


@dataclass(frozen=True)
class Places:
    """The cells, and the one organisation above all of them, if there is one."""

    top: Organisation | None
    cells: list[Organisation]

    @property
    def only_cell(self) -> Organisation | None:
        """The cell, where there is just one."""
        return self.cells[0] if len(self.cells) == 1 else None


def texts() -> Texts:
    """The voice, with the calendar of the settings."""
    settings = config.load()
    return Texts(settings.zone, settings.ordered_days)


def today() -> date:
    """The organisation's local date."""
    return texts().day_of(Clock().now())


async def list_places(database: Database) -> Places:
    """The cells and what is above them."""
    async with database.read() as session:
        tops = await first_steps.list_tops(session)
        return Places(tops[0] if len(tops) == 1 else None, await first_steps.list_cells(session))
