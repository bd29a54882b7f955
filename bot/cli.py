"""`chibo` and its commands. Whatever is wrong is said in a sentence, with what to do next."""

import asyncio
import signal
import sys
from typing import NoReturn

import typer
from rich.markup import escape

from bot import (
    backups,
    bots,
    config,
    doctor,
    enrolling,
    hooking,
    logs,
    migrating,
    overseeing,
    queueing,
    restores,
    trying,
)
from bot.bench import cli as bench
from bot.config import SettingsError
from bot.discreet import hide
from bot.doctor import Mark
from bot.errors import Refusal
from bot.setup.command import setup
from bot.terminal import Stop, console, interruptible, reaching_telegram, with_database
from bot.texts import label
from db.session import Database

SIGNS = {Mark.GOOD: "[green]✓[/]", Mark.WARNING: "[yellow]![/]", Mark.BAD: "[red]✗[/]"}

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)


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
    from bot import process

    settings = config.load()
    hide(settings.token)
    logs.set_up(settings.log, settings.log_level)
    with_database(_nothing)

    async def work() -> None:
        built = process.build(settings)
        loop = asyncio.get_running_loop()
        for sign in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(sign, built.stop)
        await built.run()

    with reaching_telegram(settings):
        interruptible(work())


async def _nothing(database: Database) -> None:
    """For who only wants to know that the database can be used."""


@app.command()
def check() -> None:
    """Look whether everything is in order: settings, database, templates, Telegram, and the bot itself."""
    findings = asyncio.run(doctor.examine())
    for finding in findings:
        console.print(f"{SIGNS[finding.mark]} {escape(finding.text)}", highlight=False, soft_wrap=True)
    raise typer.Exit(1 if any(found.mark is Mark.BAD for found in findings) else 0)


app.command()(setup)
app.command()(migrating.migrate)
app.command()(backups.backup)
app.command()(restores.restore)
app.command()(enrolling.permission)
app.command()(enrolling.invite)
app.command()(overseeing.audit)
app.command()(overseeing.purge)
app.add_typer(enrolling.org, name="org")
app.add_typer(queueing.queue, name="queue")
app.add_typer(hooking.webhook, name="webhook")
app.add_typer(bots.bot, name="bot")
app.add_typer(bench.app, name="bench")
app.command()(trying.sandbox)
app.command()(trying.demo)
