"""Commands for trying things without Telegram: the sandbox and the demo."""

import asyncio
import json
import logging
from collections.abc import Awaitable
from pathlib import Path
from typing import Annotated, TypeVar

import typer

from bot import loop
from bot.terminal import Stop, console, interruptible

T = TypeVar("T")


def sandbox(
    port: Annotated[int, typer.Option(help="Where it listens on 127.0.0.1.")] = 8081,
    token: Annotated[str, typer.Option(help="The token of its first bot, @chibo_bot.")] = "1:sandbox",
    bot: Annotated[
        list[str] | None,
        typer.Option(help="A further bot, TOKEN:USERNAME, such as 2:second:xa_bot; any number."),
    ] = None,
    limits_json: Annotated[
        str | None, typer.Option(help='Other limits, such as \'{"overall": {"count": 20, "seconds": 1}}\'.')
    ] = None,
    unlimited: Annotated[bool, typer.Option(help="No limits at all.")] = False,
    latency: Annotated[float, typer.Option(min=0, help="Seconds every call but a poll waits first.")] = 0,
    people: Annotated[int, typer.Option(min=0, help="So many people who have started the bot.")] = 0,
    counts_only: Annotated[bool, typer.Option(help="Count what is accepted, but keep no log.")] = False,
) -> None:
    """Start a local Telegram with a chat page; docs/sandbox.md says how to drive it."""
    from bot.sandbox.limits import Limits
    from bot.sandbox.server import serve
    from bot.sandbox.telegram import Telegram

    try:
        base = Limits.unlimited() if unlimited else Limits()
        limits = Limits.from_json(json.loads(limits_json or "{}"), base)
    except ValueError as error:
        raise Stop(f"--limits-json: {error}.") from None
    telegram = Telegram(token, limits=limits, keep_log=not counts_only)
    for given in bot or ():
        secret, _, username = given.rpartition(":")
        if not (secret.partition(":")[0].isdigit() and secret.partition(":")[2] and username):
            raise Stop("--bot takes a token and a username, such as 2:second:xa_bot.")
        telegram.beside(secret, username)
    telegram.add_people(people)
    if latency:
        telegram.faults.add("latency", seconds=latency)

    async def stay() -> None:
        async with serve(telegram, port=port) as url:
            console.print(f"The local Telegram is at {url} (token {token}).", highlight=False)
            await asyncio.Event().wait()

    interruptible(stay())


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
    months: Annotated[
        int, typer.Option(min=1, max=12, help="Without a browser: so many months in a row.")
    ] = 1,
    port: Annotated[int, typer.Option(help="Where the chat page listens; 0 takes a free one.")] = 8080,
) -> None:
    """Show the main job on a made-up commune, or on yours."""
    logging.basicConfig(level=logging.ERROR)
    if not headless:
        if months > 1:
            raise Stop("Several months are played without a browser only: add --headless.")
        from bot.demo import interactive

        interruptible(_usable(interactive.show(port=port, roster=roster)))
        return
    from bot.demo import headless as fast
    from bot.demo.summary import table

    shown = fast.perform(out=out, roster=roster, notice=notice, script=script, months=months)
    summary = loop.run(_usable(shown))
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
