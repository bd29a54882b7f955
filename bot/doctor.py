"""`chibo check`: looks at everything a start needs and says what is wrong in sentences."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum

from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError
from telegram.error import InvalidToken, TelegramError

from bot import config, hooks
from bot.clock import Clock
from bot.config import Settings, SettingsError
from bot.texts import Texts
from bot.trouble import spoken
from db import bots, migrate, permitting, queue
from db.session import Database

TOKEN_REFUSED = (
    "Telegram does not accept CHIBO_BOT_TOKEN. Ask BotFather for the token (/mybots, API Token), "
    "set CHIBO_BOT_TOKEN to it and run `chibo check`."
)
UNPERMITTED = (
    "No committee's permission to enter its members is recorded. Party membership is sensitive personal data: "
    "record the paper with `chibo permission` before real members are added."
)
SILENT = timedelta(minutes=2)
"""Longer than any poll, or the time between two looks at a webhook: a process silent for so long does not serve."""
FREE = 30
"""Messages a second that Telegram sends for nothing."""


class Mark(Enum):
    """How a finding is meant: only what is bad keeps the bot from working."""

    GOOD = "good"
    WARNING = "warning"
    BAD = "bad"


@dataclass(frozen=True)
class Finding:
    """One thing looked at."""

    mark: Mark
    text: str


def _good(text: str) -> Finding:
    return Finding(Mark.GOOD, text)


def _bad(text: str) -> Finding:
    return Finding(Mark.BAD, text)


async def examine() -> list[Finding]:
    """Everything a start needs, one finding each."""
    try:
        settings = config.load()
    except SettingsError as error:
        return [_bad(line) for line in str(error).splitlines()]
    found = [_good("Settings are readable."), *_pacing(settings)]
    found += [*await _database(settings), _templates(settings)]
    return [*found, *await _telegram(settings)]


def _pacing(settings: Settings) -> list[Finding]:
    """What the limits that are set will cost, in refusals or in Stars."""
    if settings.paid and settings.rate <= FREE:
        words = (
            f"CHIBO_PAID is set, but CHIBO_RATE is {settings.rate}: set it up to 1000, or pay for nothing."
        )
    elif settings.rate > FREE and not settings.paid:
        words = (
            f"CHIBO_RATE is {settings.rate}, and Telegram takes {FREE} a second from a bot that does not pay: "
            "right for a server of your own, else expect refusals. See CHIBO_PAID."
        )
    else:
        return []
    return [Finding(Mark.WARNING, words)]


async def _database(settings: Settings) -> list[Finding]:
    """The database, and what it knows of the process that serves the bot."""
    try:
        database = Database(settings.database_url)
        try:
            return await _ask(database, settings)
        finally:
            await database.dispose()
    except (OSError, ValueError, SQLAlchemyError) as error:  # ValueError: a port that is no number
        return [_bad(f"The database is not reachable ({type(error).__name__}). See CHIBO_DATABASE_URL.")]


async def _ask(database: Database, settings: Settings) -> list[Finding]:
    async with database.reader.connect() as connection:
        await connection.execute(text("SELECT 1"))
    if not await migrate.is_current(database):
        return [_bad("The database is reachable, but not up to date. Run `chibo migrate`.")]
    found = [_good("The database is reachable and up to date.")]
    async with database.read() as session:
        if await permitting.find_permission(session) is None:
            found.append(Finding(Mark.WARNING, UNPERMITTED))
    if settings.bot_token is not None:
        async with database.read() as session:
            found.append(health(await queue.find_serving(session, bot=settings.bot), Clock().now()))
            for own in await bots.list_served(session):
                its = health(await queue.find_serving(session, bot=own.id), Clock().now())
                found.append(Finding(its.mark, f"@{own.username}: {its.text}"))
    return found


def health(serving: queue.Serving, now: datetime) -> Finding:
    """Whether a bot is served at `now` (UTC): health is when Telegram was heard last, by a poll or by its posts."""
    age = now - serving.last_poll_at if serving.last_poll_at else None
    when = "has not heard from Telegram yet" if age is None else f"last heard from Telegram {spoken(age)} ago"
    if serving.holder is None:
        return Finding(Mark.WARNING, "No process serves the bot now. Start it with `chibo run`.")
    if age is not None and age > SILENT:
        return _bad(
            f"The bot is not served: it {when}. It was killed, or Telegram is out of reach; see its log."
        )
    return Finding(Mark.WARNING if age is None else Mark.GOOD, f"A process serves the bot: it {when}.")


def _templates(settings: Settings) -> Finding:
    try:
        texts = Texts(settings.zone)
        texts.compile()
    except Exception as error:  # Jinja2 and TOML have errors of their own; all mean the same here
        return _bad(f"A template is broken: {error}")
    return _good(f"{len(texts.names())} templates compile in every language.")


async def _telegram(settings: Settings) -> list[Finding]:
    """Whether Telegram answers, and how updates come in."""
    try:
        hook = hooks.hook_of(settings, settings.bot) if settings.hooked else None
        async with hooks.reached(settings, settings.token) as bot:
            info = await hooks.get_info(bot)
            found = _good(f"Telegram answers: this is @{bot.username}.")
    except SettingsError as error:
        return [_bad(line) for line in str(error).splitlines()]
    except TelegramError as error:
        return [_bad(why_not(error, settings))]
    told = hooks.described(info, hook, Clock().now()) if hook or info.url else []
    return [found, *(Finding(Mark.GOOD if well else Mark.WARNING, words) for well, words in told)]


def why_not(error: TelegramError, settings: Settings) -> str:
    """Why Telegram cannot be used, in a sentence."""
    if isinstance(error, InvalidToken):
        return TOKEN_REFUSED
    return f"Telegram does not answer at {settings.telegram_api_url}: {error}"


async def ask_username(settings: Settings, token: str | None = None) -> str:
    """The name of the bot of the settings, or of this token, asked of Telegram.

    Raises SettingsError or python-telegram-bot's errors.
    """
    async with hooks.reached(settings, token or settings.token) as bot:
        return str(bot.username)
