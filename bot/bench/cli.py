"""`chibo bench`: measurements beside bare python-telegram-bot, one line of JSON each."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from enum import StrEnum
from typing import Annotated, Any

import typer

app = typer.Typer(
    no_args_is_help=True, help="Measure, beside bare python-telegram-bot on the same machine and server."
)


class Kind(StrEnum):
    """The databases to measure on."""

    sqlite = "sqlite"
    postgresql = "postgresql"


Database = Annotated[Kind, typer.Option(help="What our side keeps its data in.")]
Address = Annotated[
    str | None, typer.Option("--database-url", help="A PostgreSQL server to make a fresh database on.")
]
Delay = Annotated[float, typer.Option(help="Seconds by which Telegram answers late.")]
Count = Annotated[int, typer.Option(min=2)]


@app.command()
def send(
    count: Count = 5000,
    delay: Delay = 0.1,
    flights: Annotated[
        str, typer.Option(help="How many calls the bare bot has under way; its best counts.")
    ] = "64,128,256",
    speed: Annotated[
        float, typer.Option(help="1: at most 1,000 a second as in earnest; more: no bound.")
    ] = 10,
    database: Database = Kind.sqlite,
    address: Address = None,
) -> None:
    """Messages a second from the outbox."""
    from bot.bench.send import measure

    many = [int(each) for each in flights.split(",")]
    _print(
        measure(count=count, delay=delay, speed=speed, flights=many, database=database.value, address=address)
    )


@app.command()
def receive(
    count: Count = 2000,
    delay: Delay = 0.0,
    database: Database = Kind.sqlite,
    address: Address = None,
) -> None:
    """Presses answered a second."""
    from bot.bench.receive import measure

    _print(measure(count=count, delay=delay, database=database.value, address=address))


def _print(measurement: Coroutine[Any, Any, Any]) -> None:
    from bot.bench.databases import NoDatabase
    from bot.bench.programs import Broken

    try:
        typer.echo(asyncio.run(measurement).line())
    except (NoDatabase, Broken) as trouble:
        typer.echo(f"✗ {trouble}", err=True)
        raise typer.Exit(1) from None
