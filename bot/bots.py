"""`chibo bot`: the bots of committees, beside the one of the settings."""

import os
import sys
from collections.abc import Sequence
from datetime import datetime
from typing import Annotated

import typer
from rich.markup import escape
from rich.table import Table
from telegram.error import InvalidToken

from bot import config, doctor
from bot.actions import bots as acting
from bot.clock import Clock
from bot.config import Settings, bot_number
from bot.keys import Keys, WrongKey
from bot.terminal import Stop, console, reaching_telegram, with_database
from bot.texts import Texts
from db import bots as stored
from db import organisations
from db.bots import Crowd
from db.models import Organisation, OwnBot
from db.session import Database

bot = typer.Typer(no_args_is_help=True, help="Bots of committees, beside the one of the settings.")

GIVEN = "CHIBO_OWN_BOT_TOKEN"
"""The variable a token may come in; it is never an argument, which others on the machine could read."""
OF_SETTINGS = "that of the settings (CHIBO_BOT_TOKEN)"
STEP = 500
"""People asked in one transaction."""

Number = Annotated[int, typer.Argument(help="The bot's number, as `chibo bot list` shows it.")]
Yes = Annotated[bool, typer.Option("--yes", help="Do not ask first.")]


@bot.command()
def add(org: Annotated[str, typer.Option(help="Code of the committee whose people are to use it.")]) -> None:
    """Add a committee's bot, and ask its people to go over. The token is asked for, or read from stdin or
    CHIBO_OWN_BOT_TOKEN.
    """
    settings = config.load()
    keys = settings.keys

    async def work(database: Database) -> tuple[OwnBot, Organisation, int]:
        async with database.read() as session:
            committee = await organisations.get_by_code(session, org)
        token, username = await _checked(settings)
        now = Clock().now()
        async with database.write("operator") as session:
            whose = {"organisation": committee, "number": bot_number(token), "username": username}
            own = await acting.add(session, **whose, sealed=keys.seal(token), now=now)  # type: ignore[arg-type]
        return own, committee, await _ask(database, own.id, settings, f"{now:%Y-%m-%dT%H:%M}", now)

    own, committee, asked = with_database(work)
    console.print(f"[green]✓[/] @{own.username} is the bot of {escape(committee.name)}.", highlight=False)
    console.print(f"{asked} people are asked to go over. Running processes take it up in seconds.")


async def _checked(settings: Settings) -> tuple[str, str]:
    """A token Telegram accepts and we do not have yet, and the bot's name; a Stop says what is wrong with it."""
    token = _token()
    number, colon, secret = token.partition(":")
    if not (number.isascii() and number.isdigit() and colon and secret):
        raise Stop("That is no token. It takes what BotFather gave: a number, a colon and some 35 letters.")
    if int(number) == settings.bot:
        raise Stop("That is the bot of the settings. Make another one with BotFather (/newbot).")
    with reaching_telegram(settings):
        try:
            return token, await doctor.ask_username(settings, token)
        except InvalidToken:
            raise Stop("Telegram does not accept this token. Ask BotFather (/mybots, API Token).") from None


def _token() -> str:
    if given := os.environ.get(GIVEN):
        return given.strip()
    if not sys.stdin.isatty():
        return sys.stdin.readline().strip()
    return str(typer.prompt("Token of the bot (not shown)", hide_input=True)).strip()


@bot.command(name="list")
def list_() -> None:
    """Show the bot of the settings and those of committees: who is on them, and who is still elsewhere."""
    settings = config.load()
    table = Table("Number", "Bot", "Committee", "On it", "Still elsewhere", "Waiting", "State")
    for row in with_database(lambda database: _rows(database, settings)):
        table.add_row(*row)
    console.print(table)


async def _rows(database: Database, settings: Settings) -> list[Sequence[str]]:
    """A row for each bot, that of the settings first."""
    async with database.read() as session:
        owners = await stored.list_owners(session, on=_texts(settings).day_of(Clock().now()))
        reached = await stored.list_reached(session)
        rows = []
        if settings.bot_token is not None:
            home, name = settings.bot, await stored.find_username(session, settings.bot)
            belongs = {member: owners.get(member) or home for member, _ in reached}
            its = await stored.count(session, home, belongs, reached)
            rows.append(_row(home, name, "", its, OF_SETTINGS))
        for own in await stored.list_served(session):
            committee = await organisations.get(session, own.organisation_id)
            its = await stored.count(session, own.id, owners, reached)
            rows.append(_row(own.id, own.username, committee.name, its, _state(own, settings)))
    return rows


def _row(number: int, username: str, committee: str, crowd: Crowd, state: str) -> Sequence[str]:
    counts = (crowd.here, crowd.coming, crowd.waiting)
    return str(number), f"@{username}" if username else "", escape(committee), *map(str, counts), state


def _state(own: OwnBot, settings: Settings) -> str:
    keys: Keys = settings.keys
    try:
        keys.open(own.sealed_token)
    except WrongKey:
        return "CHIBO_SECRET_KEY does not open its token"
    return "removed, until nobody needs it" if own.removed_at else ""


@bot.command()
def token(number: Number) -> None:
    """Exchange a bot's token for a new one, which is asked for as by `add`."""
    settings = config.load()
    keys = settings.keys

    async def work(database: Database) -> OwnBot:
        async with database.read() as session:
            await stored.get(session, number)
        new, _ = await _checked(settings)
        if bot_number(new) != number:
            raise Stop("That is the token of another bot. `chibo bot add` adds one.")
        async with database.write("operator") as session:
            return await acting.exchange(session, number, sealed=keys.seal(new))

    own = with_database(work)
    console.print(f"[green]✓[/] @{own.username} has its new token. Running processes take it up in seconds.")


@bot.command()
def remind(number: Number) -> None:
    """Ask those once more to go over who have not; nobody twice on one day."""
    settings = config.load()
    now = Clock().now()

    async def work(database: Database) -> int:
        return await _ask(database, number, settings, str(_texts(settings).day_of(now)), now)

    console.print(f"[green]✓[/] {with_database(work)} people have not gone over, and are asked.")


@bot.command()
def remove(number: Number, yes: Yes = False) -> None:
    """Give a committee's bot up: its people are asked to go back, and it is served until nobody needs it."""
    settings = config.load()
    now = Clock().now()
    own, crowd = with_database(lambda database: _look(database, number, settings))
    if own.removed_at is not None:
        raise Stop(
            f"@{own.username} was removed before; `chibo bot remind {number}` asks who is still on it."
        )
    console.print(
        f"@{own.username}: {crowd.here} people are on it, {crowd.only_here} of them are reached by it alone; "
        f"{crowd.groups} groups; {crowd.waiting} messages wait to be sent.",
        highlight=False,
    )
    console.print(
        "It is served until they have gone, no group uses it and nothing waits. What waits goes with them."
    )
    if not (yes or typer.confirm("Remove it?")):
        return

    async def work(database: Database) -> int:
        async with database.write("operator") as session:
            await acting.remove(session, number, now=now)
        return await _ask(database, number, settings, f"{now:%Y-%m-%dT%H:%M}", now)

    asked = with_database(work)
    console.print(
        f"[green]✓[/] @{own.username} is removed. {asked} people are asked to go over.", highlight=False
    )


async def _look(database: Database, number: int, settings: Settings) -> tuple[OwnBot, Crowd]:
    async with database.read() as session:
        own = await stored.get(session, number)
        owners = await stored.list_owners(session, on=_texts(settings).day_of(Clock().now()))
        return own, await stored.count(session, number, owners, await stored.list_reached(session))


async def _ask(database: Database, number: int, settings: Settings, name: str, now: datetime) -> int:
    """Ask everybody to go over who has not, in steps; how many people."""
    texts = _texts(settings)
    async with database.read() as session:
        plan = await acting.list_to_ask(session, number, home=settings.bot, on=texts.day_of(now))
    for asking in plan:
        for first in range(0, len(asking.members), STEP):
            some = asking.members[first : first + STEP]
            async with database.write("operator") as session:
                await acting.ask(session, asking, some, name=name, now=now, texts=texts)
    return sum(len(asking.members) for asking in plan)


def _texts(settings: Settings) -> Texts:
    return Texts(settings.zone)
