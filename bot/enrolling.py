"""Commands that let people in: membership lists, organisations, invitations."""

import html
from pathlib import Path
from typing import Annotated

import segno
import typer
from rich.markup import escape
from rich.table import Table

from bot import config, doctor
from bot.actions import importing, registration
from bot.actions.registration import Inviting
from bot.clock import Clock
from bot.rules.words import RoleName
from bot.terminal import Stop, console, reaching_telegram, with_database
from bot.texts import Texts, label
from db import organisations, people
from db.session import Database, Session

org = typer.Typer(no_args_is_help=True, help="Organisations and their people.")
File = Annotated[Path, typer.Argument(exists=True, dir_okay=False, readable=True)]


def invite(
    cell: Annotated[
        str | None, typer.Option(help="Code of a cell: anybody may ask, each is approved.")
    ] = None,
    member: Annotated[str | None, typer.Option(help="Code of a member: a personal link.")] = None,
    role: Annotated[str | None, typer.Option(help="A role, with --org: officer, approver, follower.")] = None,
    org: Annotated[str | None, typer.Option(help="Code of the organisation the role is for.")] = None,
    admin: Annotated[bool, typer.Option(help="A technical admin.")] = False,
) -> None:
    """Print an invitation link and its QR code."""
    settings = config.load()

    async def work(database: Database) -> str:
        async with database.read() as session:
            whom = await _whom(session, cell, member, role, org, admin)
        with reaching_telegram(settings):  # before anything is stored: without it there is no link to give
            username = await doctor.ask_username(settings)
        async with database.write() as session:
            token = await registration.invite(session, whom, now=Clock().now())
        return f"https://t.me/{username}?start={token}"

    link = with_database(work)
    console.print(link, highlight=False, soft_wrap=True)
    segno.make(link).terminal(compact=True)


async def _whom(
    session: Session, cell: str | None, member: str | None, role: str | None, org: str | None, admin: bool
) -> Inviting:
    if sum(map(bool, (cell, member, role, admin))) != 1:
        raise Stop("Say one of --cell CODE, --member CODE, --role ROLE --org CODE, --admin.")
    if admin:
        return Inviting(role=RoleName.ADMIN)
    if cell:
        return Inviting(cell_id=(await organisations.get_by_code(session, cell)).id)
    if member:
        found = await people.find_member_by_code(session, member)
        if found is None:
            raise Stop(f"No member has the code {member}. The codes are those of the list you imported.")
        return Inviting(member_id=found.id)
    if role not in set(RoleName) or not org:
        raise Stop(f"--role takes one of {', '.join(RoleName)}, and --org the code of an organisation.")
    return Inviting(role=RoleName(role), organisation_id=(await organisations.get_by_code(session, org)).id)


@org.command(name="import")
def import_(file: File) -> None:
    """Take over a membership list (.xlsx or .csv): good rows are kept, bad ones reported."""
    from bot.roster import RosterUnreadable, read_roster

    settings = config.load()
    texts = Texts(settings.zone)

    async def work(database: Database) -> importing.Imported:
        async with database.write() as session:
            roster = read_roster(file, known_cells=await importing.list_cell_names(session))
            today = texts.local(Clock().now()).date()
            return await importing.import_roster(session, roster, name=file.stem, today=today)

    try:
        done = with_database(work)
    except RosterUnreadable as error:
        raise Stop(label(f"roster.{error.key}", settings.language, **error.values)) from None
    report = html.unescape(texts.render("import_report", settings.language, done=done))
    console.print(escape(report), highlight=False, soft_wrap=True)
    if done.problems:
        console.print(_problems(done, settings.language))


def _problems(done: importing.Imported, language: str) -> Table:
    """Row by row what to mend in the list."""
    table = Table(label("roster.row", language), label("roster.what", language), "")
    kept, refused = label("roster.kept", language), f"[red]{label('roster.refused', language)}[/]"
    for problem in done.problems:
        said = label(f"roster.{problem.key}", language, **problem.values)
        table.add_row(str(problem.row), escape(said), kept if problem.kept else refused)
    return table


@org.command(name="list")
def list_() -> None:
    """Show the organisations with their codes and numbers of members."""

    async def work(database: Database) -> list[tuple[str, str, int]]:
        async with database.read() as session:
            return await organisations.list_sizes(session)

    table = Table("Code", "Name", "Members")
    for code, name, size in with_database(work):
        table.add_row(escape(code), escape(name), str(size))
    console.print(table)
