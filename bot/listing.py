"""Commands for membership lists: take one over, write one, write an empty one."""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape
from rich.table import Table

from bot import config, doctor
from bot.actions import exporting, import_scope, importing
from bot.actions.importing import Imported
from bot.clock import Clock
from bot.config import Settings
from bot.roster import RosterUnreadable, open_list
from bot.roster_written import FileKind, outcome_words, people_file, reasons, report_file, write_template
from bot.rules.roster import Listing
from bot.rules.roster_plan import Planned
from bot.terminal import Stop, bar, console, show, with_database
from bot.texts import Texts, label
from db import organisations
from db.models import CommitteePermission
from db.permitting import find_permission
from db.session import Database, Session

Read = Annotated[Path, typer.Argument(exists=True, dir_okay=False, readable=True)]
Written = Annotated[Path, typer.Argument(dir_okay=False, help="A file .xlsx or .csv.")]


def import_(
    file: Read,
    dry_run: Annotated[bool, typer.Option(help="Only show what would change, row by row.")] = False,
    report: Annotated[
        Path | None, typer.Option(dir_okay=False, help="Write every row with its outcome to an .xlsx.")
    ] = None,
    org: Annotated[
        str | None, typer.Option(help="Code of the organisation the list is of, if it does not say so.")
    ] = None,
    add_alike: Annotated[
        bool, typer.Option(help="Add also those who bear the name of somebody of their cell.")
    ] = False,
) -> None:
    """Take over a membership list (.xlsx or .csv): good rows are kept, bad ones reported."""
    take_over(file, config.load(), dry=dry_run, report=report, org=org, add_alike=add_alike)
    if not dry_run and with_database(_permission) is None:
        console.print(f"[yellow]![/] {doctor.UNPERMITTED}", highlight=False, soft_wrap=True)


async def _permission(database: Database) -> CommitteePermission | None:
    async with database.read() as session:
        return await find_permission(session)


def take_over(
    file: Path,
    settings: Settings,
    *,
    dry: bool,
    report: Path | None = None,
    org: str | None = None,
    add_alike: bool = False,
) -> Imported:
    """Take over a list, or with `dry` only look at it, and show what came of it. Stop when it cannot be read."""
    listing = _open(file, settings)

    async def work(database: Database) -> Imported:
        with (
            _bar(listing.rows, settings, what="lists.checking") as checked,
            report_file(report, listing.columns, settings.language) if report else nullcontext() as rows,
        ):

            def each(planned: Sequence[Planned]) -> None:
                checked(len(planned))
                if rows:
                    rows(planned)

            async with database.read() if dry else database.write() as session:
                return await take(session, each)

    async def take(session: Session, each: importing.Each) -> Imported:
        now = Clock().now()
        today = Texts(settings.zone).day_of(now)
        top = await organisations.get_by_code(session, org) if org else None
        scope = await import_scope.whole(session, listing, name=file.stem, on=today, organisation=top)
        return await importing.import_list(
            *(session, listing, scope), now=now, today=today, add_alike=add_alike, dry=dry, each=each
        )

    done = with_database(work)
    _show(done, settings, dry=dry)
    return done


def export(
    file: Written,
    org: Annotated[str, typer.Option(help="Code of the organisation; everybody below it is listed.")],
) -> None:
    """Write the people of an organisation as a list that `import` reads again."""
    settings = config.load()
    kind = _kind(file)

    async def work(database: Database) -> int:
        now = Clock().now()
        today = Texts(settings.zone).day_of(now)
        async with database.write() as session:
            top = await organisations.get_by_code(session, org)
            count = await exporting.begin(session, top, now=now, today=today)
        async with database.read() as session:
            with people_file(file, kind, settings.language) as write, _bar(count, settings) as advance:
                people = exporting.list_people(session, top, on=today, language=settings.language)
                async for some in people:
                    write(some)
                    advance(len(some))
        return count

    console.print(label("lists.exported", settings.language, count=with_database(work), file=file.name))


def template(file: Written) -> None:
    """Write an empty list to fill in."""
    settings = config.load()
    write_template(file, _kind(file), settings.language)
    console.print(label("lists.written", settings.language, file=file.name))


def _open(file: Path, settings: Settings) -> Listing:
    try:
        with console.status(label("lists.reading", settings.language)):
            return open_list(file)
    except RosterUnreadable as error:
        raise Stop(label(f"roster.{error.key}", settings.language, **error.values)) from None


def _kind(file: Path) -> FileKind:
    try:
        return FileKind(file.suffix.lower().removeprefix("."))
    except ValueError:
        raise Stop(f"A list is written as .xlsx or .csv, not as “{file.suffix}”.") from None


def _bar(
    rows: int, settings: Settings, *, what: str = "lists.writing"
) -> AbstractContextManager[Callable[[int], None]]:
    return bar(label(what, settings.language), rows)


def _show(done: Imported, settings: Settings, *, dry: bool) -> None:
    """The numbers, and row by row what changes or what to mend."""
    show(Texts(settings.zone).render("import_report", settings.language, done=done, dry=dry))
    if not (rows := done.rows_shown(plain=dry)):
        return
    words = (f"lists.{key}" for key in ("outcome", "reasons"))
    table = Table(label("roster.row", settings.language), *(label(key, settings.language) for key in words))
    for one in rows:
        why = "\n".join(
            [
                escape(f"{one.line.texts.get('code', '')} {one.line.texts.get('name', '')}".strip()),
                *(f"[dim]{escape(each)}[/]" for each in reasons(one, settings.language)),
            ]
        )
        table.add_row(str(one.line.row), outcome_words(one.outcome, settings.language), why)
    console.print(table)
    if (more := done.noteworthy(plain=dry) - len(rows)) > 0:
        console.print(label("lists.more", settings.language, count=more))
