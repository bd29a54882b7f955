"""`chibo check`: looks at everything a start needs and says what is wrong in sentences."""

from dataclasses import dataclass

from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError
from telegram import Bot
from telegram.error import InvalidToken, TelegramError

from bot import config
from bot.config import Settings, SettingsError
from bot.texts import Texts
from bot.transport import AiohttpRequest
from db import migrate
from db.session import Database


@dataclass(frozen=True)
class Finding:
    """One thing looked at."""

    good: bool
    text: str


async def examine() -> list[Finding]:
    """Everything a start needs, one finding each."""
    try:
        settings = config.load()
    except SettingsError as error:
        return [Finding(False, line) for line in str(error).splitlines()]
    found = [Finding(True, "Settings are readable.")]
    found += [await _database(settings), _templates(settings)]
    return [*found, await _telegram(settings)]


async def _database(settings: Settings) -> Finding:
    try:
        current = await _is_current(settings)
    except (OSError, ValueError, SQLAlchemyError) as error:  # ValueError: a port that is no number
        return Finding(
            False, f"The database is not reachable ({type(error).__name__}). See CHIBO_DATABASE_URL."
        )
    if current:
        return Finding(True, "The database is reachable and up to date.")
    return Finding(False, "The database is reachable, but not up to date. Run `chibo migrate`.")


async def _is_current(settings: Settings) -> bool:
    database = Database(settings.database_url)
    try:
        async with database.reader.connect() as connection:
            await connection.execute(text("SELECT 1"))
        return await migrate.is_current(database)
    finally:
        await database.dispose()


def _templates(settings: Settings) -> Finding:
    try:
        texts = Texts(settings.zone)
        texts.compile()
    except (
        Exception
    ) as error:  # Jinja2 and TOML each have errors of their own; all of them mean the same here
        return Finding(False, f"A template is broken: {error}")
    return Finding(True, f"{len(texts.names())} templates compile in every language.")


async def _telegram(settings: Settings) -> Finding:
    try:
        username = await ask_username(settings)
    except SettingsError as error:
        return Finding(False, str(error))
    except TelegramError as error:
        return Finding(False, why_not(error, settings))
    return Finding(True, f"Telegram answers: this is @{username}.")


def why_not(error: TelegramError, settings: Settings) -> str:
    """Why Telegram cannot be used, in a sentence."""
    if isinstance(error, InvalidToken):
        return "Telegram does not accept CHIBO_BOT_TOKEN. Ask BotFather for the token."
    return f"Telegram does not answer at {settings.telegram_api_url}: {error}"


async def ask_username(settings: Settings) -> str:
    """The bot's name, asked of Telegram; raises SettingsError or python-telegram-bot's errors."""
    request = AiohttpRequest(proxy=settings.telegram_proxy)
    bot = Bot(
        settings.token,
        base_url=f"{settings.telegram_api_url}/bot",
        request=request,
        get_updates_request=request,
    )
    async with bot:
        return bot.username
