"""`chibo` and its commands. Whatever is wrong is said in a sentence, with what to do next."""

import asyncio
import html
import logging
import signal
import sys
from collections.abc import Awaitable, Callable, Coroutine, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any, NoReturn, TypeVar

import segno
import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table
from sqlalchemy.exc import SQLAlchemyError
from telegram.error import TelegramError

from bot import config, doctor
from bot.actions import importing, registration
from bot.actions.registration import Inviting
from bot.clock import Clock
from bot.config import Settings, SettingsError
from bot.errors import Refusal
from bot.rules.words import RoleName
from bot.texts import Texts, label
from bot.transport import install_redaction
from db import migrate, organisations, people
from db.session import Database, Session

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)
org = typer.Typer(no_args_is_help=True, help="Organisations and their people.")
app.add_typer(org, name="org")
console = Console()
T = TypeVar("T")
File = Annotated[Path, typer.Argument(exists=True, dir_okay=False, readable=True)]


class Stop(Exception):
    """Something the operator must know; the text says what to do."""


def main() -> None:
    """Run a command; a known trouble ends with one sentence and exit code 1, never with a traceback."""
    try:
        app()
    except (SettingsError, Stop) as trouble:
        _fail(str(trouble))
    except Refusal as refusal:
        _fail(label(f"refusals.{refusal.key}", "en", **refusal.values))


def _fail(sentence: str) -> NoReturn:
    console.print(f"[red]✗[/] {escape(sentence)}", highlight=False, soft_wrap=True)
    sys.exit(1)


@app.command()
def run() -> None:
    """Start the bot."""
    from bot import app as wiring

    settings = config.load()
    _log(settings.token)
    _with_database(_nothing)

    async def work() -> None:
        built = wiring.build(settings)
        loop = asyncio.get_running_loop()
        for sign in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(sign, built.stop)
        await built.run()

    with _reaching_telegram(settings):
        _interruptible(work())


@app.command()
def check() -> None:
    """Look whether everything is in order: settings, database, templates, Telegram."""
    findings = asyncio.run(doctor.examine())
    for finding in findings:
        sign = "[green]✓[/]" if finding.good else "[red]✗[/]"
        console.print(f"{sign} {escape(finding.text)}", highlight=False, soft_wrap=True)
    raise typer.Exit(0 if all(f.good for f in findings) else 1)


@app.command(name="migrate")
def migrate_() -> None:
    """Bring the database to the present form of its tables."""

    async def work(database: Database) -> None:
        await migrate.upgrade(database)

    _with_database(work, migrated=False)
    console.print("[green]✓[/] The database is up to date.")


@app.command()
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
        with _reaching_telegram(settings):  # before anything is stored: without it there is no link to give
            username = await doctor.ask_username(settings)
        async with database.write() as session:
            token = await registration.invite(session, whom, now=Clock().now())
        return f"https://t.me/{username}?start={token}"

    link = _with_database(work)
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
        done = _with_database(work)
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
    for code, name, size in _with_database(work):
        table.add_row(escape(code), escape(name), str(size))
    console.print(table)


@app.command()
def sandbox(
    port: Annotated[int, typer.Option(help="Where it listens on 127.0.0.1.")] = 8081,
    token: Annotated[str, typer.Option(help="The only token it accepts.")] = "1:sandbox",
) -> None:
    """Start a local Telegram with a chat page, for trying things by hand."""
    from bot.sandbox.server import serve
    from bot.sandbox.telegram import Telegram

    async def stay() -> None:
        async with serve(Telegram(token), port=port) as url:
            console.print(f"The local Telegram is at {url} (token {token}).", highlight=False)
            await asyncio.Event().wait()

    _interruptible(stay())


@app.command()
def demo(
    headless: Annotated[
        bool, typer.Option(help="Without a browser: a whole month, as fast as it goes.")
    ] = False,
    out: Annotated[Path, typer.Option(help="Where a headless demo leaves its results.")] = Path("demo-out"),
    roster: Annotated[Path | None, typer.Option(exists=True, help="A membership list to use.")] = None,
    notice: Annotated[
        Path | None, typer.Option(exists=True, help="A text to send as a study notice.")
    ] = None,
    script: Annotated[Path | None, typer.Option(exists=True, help="How the people behave (JSON).")] = None,
    port: Annotated[int, typer.Option(help="Where the chat page listens; 0 takes a free one.")] = 8080,
) -> None:
    """Show the main job on a made-up commune, or on yours."""
    logging.basicConfig(level=logging.ERROR)
    if not headless:
        from bot.demo import interactive

        _interruptible(_usable(interactive.show(port=port, roster=roster)))
        return
    from bot.demo import headless as fast
    from bot.demo.summary import table

    summary = asyncio.run(_usable(fast.perform(out=out, roster=roster, notice=notice, script=script)))
    console.print(table(summary))
    for wrong in summary.disagreements:
        console.print(f"[red]✗[/] {wrong.where}: expected {wrong.expected}, actual {wrong.actual}")
    for trouble in summary.troubles:
        console.print(f"[red]✗[/] {trouble}", highlight=False, markup=False)
    if summary.agrees:
        console.print("[green]✓[/] Everything came out as the people behaved.")
    console.print(f"transcript.txt, deliveries.jsonl and summary.json are in {out}/", highlight=False)
    raise typer.Exit(0 if summary.agrees else 1)


async def _usable(work: Awaitable[T]) -> T:
    """Do something with what the operator gave; a Stop says which file cannot be used, and why."""
    from bot.demo.given import Unusable

    try:
        return await work
    except Unusable as error:
        raise Stop(str(error)) from None


def _with_database(work: Callable[[Database], Awaitable[T]], *, migrated: bool = True) -> T:
    """Do something with the database of the settings; a Stop says what is wrong with it."""

    async def do() -> T:
        database = _open(config.load())
        try:
            if migrated:
                await _ready(database)
            return await work(database)
        except SQLAlchemyError as error:
            raise _unusable(error) from None
        finally:
            await database.dispose()

    return asyncio.run(do())


def _open(settings: Settings) -> Database:
    try:
        return Database(settings.database_url)
    except (OSError, ValueError, SQLAlchemyError) as error:  # no folder to write to, a port that is no number
        raise _unusable(error) from None


def _unusable(error: Exception) -> Stop:
    return Stop(f"The database cannot be used ({type(error).__name__}). Run `chibo check`.")


async def _nothing(database: Database) -> None:
    """For who only wants to know that the database can be used."""


@contextmanager
def _reaching_telegram(settings: Settings) -> Iterator[None]:
    """Around what asks Telegram; a Stop says why it cannot be used."""
    try:
        yield
    except TelegramError as error:
        raise Stop(doctor.why_not(error, settings)) from None


def _interruptible(work: Coroutine[Any, Any, None]) -> None:
    try:
        asyncio.run(work)
    except KeyboardInterrupt:
        console.print("Stopped.")


def _log(token: str) -> None:
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    for talkative in ("apscheduler", "alembic", "httpx"):
        logging.getLogger(talkative).setLevel(logging.WARNING)
    install_redaction(token)


async def _ready(database: Database) -> None:
    if not await migrate.is_current(database):
        raise Stop("The database is not up to date. Run `chibo migrate` first.")
