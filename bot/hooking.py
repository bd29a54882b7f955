"""`chibo webhook`: where Telegram posts the updates of the bots. `chibo run` sees to it by itself."""

import asyncio
from collections.abc import Awaitable, Callable

import typer
from rich.markup import escape
from telegram import Bot
from telegram.error import BadRequest

from bot import config, hooks
from bot.clock import Clock
from bot.config import Settings, bot_number
from bot.keys import WrongKey
from bot.terminal import Stop, console, reaching_telegram, with_database
from db import bots
from db.models import OwnBot
from db.session import Database

webhook = typer.Typer(no_args_is_help=True, help="Have Telegram post updates instead of polling for them.")

Work = Callable[[Settings, Bot, hooks.Hook | None], Awaitable[None]]


@webhook.command(name="set")
def set_() -> None:
    """Tell Telegram to post to CHIBO_WEBHOOK_URL; what waits is posted, too."""
    if not config.load().hooked:
        raise Stop(
            "CHIBO_MODE is polling, and a process that polls takes a webhook away. "
            "Set CHIBO_MODE=webhook and start `chibo run`: it sets the webhook by itself."
        )

    async def work(settings: Settings, bot: Bot, hook: hooks.Hook | None) -> None:
        assert hook is not None
        try:
            await hooks.set_hook(bot, hook)
        except BadRequest as error:
            raise Stop(f"Telegram does not take CHIBO_WEBHOOK_URL: {error}.") from None
        _say(True, f"Telegram posts to {hooks.shown(hook.url)} from now on.")

    _for_each_bot(work)


@webhook.command()
def delete() -> None:
    """Tell Telegram to post no more; what waits is kept for who polls."""

    async def work(settings: Settings, bot: Bot, hook: hooks.Hook | None) -> None:
        await bot.delete_webhook()
        _say(True, "Telegram posts no more; what waits is kept for a day.")
        if hook:
            _say(
                False,
                "A process in webhook mode soon sets it again: stop it first, or set CHIBO_MODE=polling.",
            )

    _for_each_bot(work)


@webhook.command()
def info() -> None:
    """Show where Telegram posts, how much waits there, and its last error."""

    async def work(settings: Settings, bot: Bot, hook: hooks.Hook | None) -> None:
        for well, words in hooks.described(await hooks.get_info(bot), hook, Clock().now()):
            _say(well, words)

    _for_each_bot(work)


def _for_each_bot(work: Work) -> None:
    """Do this with each bot, saying which."""
    settings = config.load()
    tokens = _tokens(settings)

    async def do() -> None:
        for token in tokens:
            hook = hooks.hook_of(settings, bot_number(token)) if settings.hooked else None
            async with hooks.reached(settings, token) as bot:
                console.print(f"@{bot.username}", highlight=False)
                await work(settings, bot, hook)

    with reaching_telegram(settings):
        asyncio.run(do())


def _tokens(settings: Settings) -> list[str]:
    """Of all bots that are served, that of the settings first."""

    async def work(database: Database) -> list[OwnBot]:
        async with database.read() as session:
            return await bots.list_served(session)

    own = with_database(work)
    try:
        return [settings.token, *(settings.keys.open(each.sealed_token) for each in own)]
    except WrongKey:
        raise Stop(
            "CHIBO_SECRET_KEY does not open the token of a committee's bot: set the key it was added with."
        ) from None


def _say(well: bool, words: str) -> None:
    sign = "[green]✓[/]" if well else "[yellow]![/]"
    console.print(f"{sign} {escape(words)}", highlight=False, soft_wrap=True)
