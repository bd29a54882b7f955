"""Commands that let people in: the committee's permission, organisations and their lists, invitations."""

from datetime import datetime
from typing import Annotated

import segno
import typer
from rich.markup import escape
from rich.table import Table

from bot import config, doctor, listing
from bot.actions import bots, permitting, registration
from bot.actions.registration import Inviting
from bot.clock import Clock
from bot.config import Settings
from bot.rules.words import RoleName
from bot.terminal import Stop, console, reaching_telegram, with_database
from bot.texts import Texts
from db import bots as stored
from db import organisations, people
from db.models import CommitteePermission, OwnBot
from db.permitting import find_permission
from db.session import Database, Session

org = typer.Typer(no_args_is_help=True, help="Organisations and their people.")
org.command(name="import")(listing.import_)
org.command()(listing.export)
org.command()(listing.template)


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
            own = await _their_bot(session, whom, settings)
        with reaching_telegram(settings):  # before anything is stored: without it there is no link to give
            username = own.username if own else await doctor.ask_username(settings)
        async with database.write() as session:
            token = await registration.invite(session, whom, now=Clock().now())
        return bots.link(username, token)

    link = with_database(work)
    console.print(link, highlight=False, soft_wrap=True)
    segno.make(link).terminal(compact=True)


def permission(
    by: Annotated[str | None, typer.Option(help="The committee that gave it, not a person.")] = None,
    number: Annotated[str | None, typer.Option(help="The number of its paper.")] = None,
    day: Annotated[
        datetime | None,
        typer.Option("--date", formats=["%Y-%m-%d", "%d/%m/%Y"], help="The day of its paper."),
    ] = None,
) -> None:
    """Record the committee's permission to enter its members, or show the one that is recorded."""
    settings, now = config.load(), Clock().now()
    given = (by, number, day)
    if any(given) and not all(given):
        raise Stop(
            "Say all of --by COMMITTEE, --number NUMBER and --date DAY, or none to see what is recorded."
        )

    async def work(database: Database) -> CommitteePermission | None:
        if not (by and number and day):
            async with database.read() as session:
                return await find_permission(session)
        today = Texts(settings.zone).day_of(now)
        async with database.write() as session:
            return await permitting.record(
                session, given_by=by, number=number, given_on=day.date(), now=now, today=today
            )

    found = with_database(work)
    if found is None:
        raise Stop(doctor.UNPERMITTED)
    said = f"{found.given_by}, {found.number}, {found.given_on:%d/%m/%Y}"
    console.print(f"[green]✓[/] Permission recorded: {escape(said)}.", highlight=False, soft_wrap=True)


async def _their_bot(session: Session, whom: Inviting, settings: Settings) -> OwnBot | None:
    """The committee's bot whoever is invited belongs to; None for that of the settings."""
    if whom.member_id is not None:
        return await stored.find_of_member(
            session, whom.member_id, on=Texts(settings.zone).day_of(Clock().now())
        )
    place = whom.organisation_id or whom.cell_id
    return await stored.find_above(session, place) if place is not None else None


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
