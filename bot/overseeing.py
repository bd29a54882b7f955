"""`chibo audit` and `chibo purge`: who did what, and what is kept no longer."""

from datetime import date, datetime, time
from typing import Annotated

import typer
from rich.markup import escape
from rich.table import Table

from bot import config
from bot.actions import purging
from bot.clock import Clock
from bot.config import Settings
from bot.terminal import Stop, console, with_database
from bot.texts import label
from db import audit as reads
from db import organisations, people
from db.audit import Asked
from db.models import AuditEntry, Organisation
from db.session import Database, Session


def audit(
    org: Annotated[str | None, typer.Option(help="Code of an organisation: it and all below it.")] = None,
    member: Annotated[str | None, typer.Option(help="Code of a member, or their number as #12.")] = None,
    since: Annotated[str | None, typer.Option(help="From this day on, as 2026-12-31.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=100_000, help="At most so many, the newest.")] = 50,
) -> None:
    """Show who did what about whom: numbers and codes, never a name. It can only be read."""
    settings = config.load()
    first = _day(since, settings)

    async def work(database: Database) -> list[tuple[AuditEntry, Organisation | None]]:
        async with database.read() as session:
            place = (await organisations.get_by_code(session, org)).id if org else None
            asked = Asked([place] if place else None, await _member(session, member), first)
            return await reads.list_entries(session, asked, limit=limit)

    table = Table("When", "Who", "Role", "What", "About", "Where", "Object", "Count")
    for entry, place in with_database(work):
        table.add_row(*_cells(entry, place, settings))
    console.print(table)


def _cells(entry: AuditEntry, place: Organisation | None, settings: Settings) -> list[str]:
    return [
        f"{entry.at.astimezone(settings.zone):%d/%m/%Y %H:%M:%S}",
        _number(entry.actor_id) or "operator or program",
        label(f"roles.{entry.role}", "en") if entry.role else "",
        label(f"audit.{entry.verb}", "en"),
        _number(entry.member_id),
        escape(place.code) if place else "",
        str(entry.object_id or ""),
        "" if entry.count is None else str(entry.count),
    ]


def _number(member_id: int | None) -> str:
    return f"#{member_id}" if member_id else ""


def _day(since: str | None, settings: Settings) -> datetime | None:
    """The first moment of a local day."""
    if since is None:
        return None
    try:
        return datetime.combine(date.fromisoformat(since), time(), settings.zone)
    except ValueError:
        raise Stop("--since takes a day such as 2026-12-31.") from None


async def _member(session: Session, asked: str | None) -> int | None:
    if asked is None:
        return None
    if asked.startswith("#") and asked[1:].isdecimal():
        return int(asked[1:])
    found = await people.find_member_by_code(session, asked)
    if found is None:
        raise Stop(f"No member has the code {asked}. A number goes as #12.")
    return found.id


def purge(
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say how much would go.")] = False,
) -> None:
    """Delete what is past its time now, without waiting for the bot to do it; it is an entry in the audit log."""
    settings, now = config.load(), Clock().now()
    kept = settings.kept

    async def work(database: Database) -> list[purging.Due]:
        async with database.read() as session:
            due = await purging.look(session, now=now, kept=kept)
        while not dry_run:
            async with database.write() as session:
                if not await purging.purge(session, now=now, kept=kept):
                    break
        return due

    table = Table("Kind", "Kept for days", "Before", "Would go" if dry_run else "Gone")
    for due in with_database(work):
        day = f"{due.before.astimezone(settings.zone):%d/%m/%Y}"
        table.add_row(due.kind.replace("_", " "), str(kept[due.kind]), day, str(due.count))
    console.print(table)
