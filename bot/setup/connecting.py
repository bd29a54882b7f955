"""The settings: the bot's token, tried on Telegram; the time zone; a database that can be used; a secret key."""

import asyncio
import secrets
from collections.abc import Callable

from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError
from telegram.error import InvalidToken, TelegramError

from bot import config, doctor
from bot.config import TELEGRAM, ZONE, Settings, SettingsError
from bot.discreet import redacted
from bot.setup.asking import Asking, Unusable
from bot.setup.kept import keep
from bot.terminal import with_database
from db import migrate
from db.session import Database

HOW = ("bot_token", "telegram_api_url", "telegram_proxy")
"""What says which bot it is, and which way Telegram is reached."""


def connect(asking: Asking) -> None:
    """A token that Telegram takes, and the way there; kept when Telegram has answered."""
    known = tried = config.load()
    if tried.bot_token is None:
        asking.screen("setup_token")
        tried = _with_token(asking, tried)
    while True:
        try:
            username = asyncio.run(doctor.ask_username(tried))
            break
        except InvalidToken:
            asking.wrong(asking.words("setup.token_refused"))
            tried = _with_token(asking, tried)
        except TelegramError as error:
            why = redacted(str(error))
            asking.wrong(asking.words("setup.no_telegram", url=tried.telegram_api_url, why=why))
            tried = _another_way(asking, tried)
    for name in HOW:
        if (value := _plain(tried, name)) != _plain(known, name):
            keep(asking, name, value)
    asking.done(asking.words("setup.connected", name=username))


def settle(asking: Asking) -> None:
    """The time zone, the database with its tables, and a secret key."""
    known = config.load()
    if "timezone" not in known.model_fields_set:
        read = _setting(asking, "timezone", "setup.zone_unknown")
        keep(asking, "timezone", asking.ask(asking.words("setup.zone"), read, usual=ZONE.key))
    if "database_url" not in known.model_fields_set:
        read = _database(asking)
        keep(
            asking, "database_url", asking.ask(asking.words("setup.database"), read, usual=known.database_url)
        )
    if known.secret_key is None:
        keep(asking, "secret_key", secrets.token_urlsafe(32))
        asking.done(asking.words("setup.key_made"))
    with_database(_migrate, migrated=False)
    asking.done(asking.words("setup.database_ready", zone=config.load().timezone))


async def _migrate(database: Database) -> None:
    if not await migrate.is_current(database):
        await migrate.upgrade(database)


def _with_token(asking: Asking, tried: Settings) -> Settings:
    read = _setting(asking, "bot_token", "setup.token_unlike")
    token = asking.ask(asking.words("setup.token"), read, secret=True)
    return config.load(**_way(tried), bot_token=token)


def _another_way(asking: Asking, tried: Settings) -> Settings:
    """Another server or proxy, or the same once more: the network may be back."""
    proxy = asking.ask(
        asking.words("setup.proxy"),
        _setting(asking, "telegram_proxy", "setup.proxy_unlike"),
        usual=tried.telegram_proxy or "",
    )
    server = asking.ask(
        asking.words("setup.server"),
        _setting(asking, "telegram_api_url", "setup.server_unlike"),
        usual=tried.telegram_api_url or TELEGRAM,
    )
    way = {"telegram_proxy": proxy or None, "telegram_api_url": server}
    return config.load(**way, bot_token=tried.token)


def _way(tried: Settings) -> dict[str, object]:
    return {"telegram_proxy": tried.telegram_proxy, "telegram_api_url": tried.telegram_api_url}


def _plain(settings: Settings, name: str) -> str:
    if name == "bot_token":
        return settings.bot_token.get_secret_value() if settings.bot_token else ""
    return getattr(settings, name) or ""


def _setting(asking: Asking, name: str, otherwise: str) -> Callable[[str], str]:
    """Reads what a setting takes; where it does not take it, the sentence of that key is said."""

    def read(typed: str) -> str:
        if name == "telegram_proxy" and not typed:
            return ""
        try:
            settings = config.load(**{name: typed})
        except SettingsError:
            raise Unusable(asking.words(otherwise)) from None
        if getattr(settings, name) is None:
            raise Unusable(asking.words(otherwise))
        return typed

    return read


def _database(asking: Asking) -> Callable[[str], str]:
    def read(typed: str) -> str:
        url = _setting(asking, "database_url", "setup.database_unlike")(typed)
        try:
            asyncio.run(_look(url))
        except (OSError, ValueError, SQLAlchemyError) as error:
            why = type(error).__name__
            raise Unusable(asking.words("setup.database_unreachable", why=why)) from None
        return url

    return read


async def _look(url: str) -> None:
    database = Database(url)
    try:
        async with database.reader.connect() as connection:
            await connection.execute(text("SELECT 1"))
    finally:
        await database.dispose()
