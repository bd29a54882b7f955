"""`chibo bench`: measurements beside bare python-telegram-bot, one line of JSON each."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from bot.bench.figures import Figure

app = typer.Typer(
    no_args_is_help=True, help="Measure, beside bare python-telegram-bot on the same machine and server."
)


class Kind(StrEnum):
    """The databases to measure on."""

    sqlite = "sqlite"
    postgresql = "postgresql"


class Ways(StrEnum):
    """How a long text goes."""

    document = "document"
    parts = "parts"
    both = "both"


class Spread(StrEnum):
    """What is to become ready at once."""

    notice = "notice"
    reminders = "reminders"


Database = Annotated[Kind, typer.Option(help="What our side keeps its data in.")]
Address = Annotated[
    str | None, typer.Option("--database-url", help="A PostgreSQL server to make a fresh database on.")
]
Delay = Annotated[float, typer.Option(min=0, help="Seconds by which Telegram answers late.")]
Count = Annotated[int, typer.Option(min=2, help="How many messages, presses or recipients.")]
Seconds = Annotated[float, typer.Option(min=1, help="How long.")]
Speed = Annotated[float, typer.Option(min=1, help="1: 1,000 a second at most, as in earnest; 10: no bound.")]
Rounds = Annotated[int, typer.Option(min=1, help="So many times; the round with the median ratio counts.")]


@app.command()
def send(
    count: Count = 5000,
    delay: Delay = 0.1,
    flights: Annotated[
        str, typer.Option(help="How many calls the bare bot has under way; its best counts.")
    ] = "64,128,256",
    speed: Speed = 10,
    database: Database = Kind.sqlite,
    address: Address = None,
    rounds: Rounds = 1,
) -> None:
    """Messages a second from the outbox."""
    from bot.bench.send import measure

    many = [int(each) for each in flights.split(",")]
    _print(
        lambda: measure(
            count=count, delay=delay, speed=speed, flights=many, database=database.value, address=address
        ),
        rounds,
    )


@app.command()
def receive(
    count: Count = 2000,
    delay: Delay = 0.0,
    backlog: Annotated[
        int, typer.Option(help="Instead: drain so many stored presses, for the memory that takes.")
    ] = 0,
    database: Database = Kind.sqlite,
    address: Address = None,
    rounds: Rounds = 1,
) -> None:
    """Presses answered a second."""
    from bot.bench import backlog as stored
    from bot.bench import receive as queued

    if backlog:
        _print(lambda: stored.measure(count=backlog, database=database.value, address=address), rounds)
    else:
        _print(
            lambda: queued.measure(count=count, delay=delay, database=database.value, address=address), rounds
        )


@app.command()
def lanes(
    count: Count = 120_000,
    seconds: Seconds = 60,
    per_second: Annotated[float, typer.Option(min=0.1, help="Presses a second.")] = 2,
    delay: Delay = 0.0,
    database: Database = Kind.sqlite,
    address: Address = None,
    rounds: Rounds = 1,
) -> None:
    """How long a press waits during a broadcast."""
    from bot.bench.lanes import measure

    _print(
        lambda: measure(
            count=count,
            seconds=seconds,
            per_second=per_second,
            delay=delay,
            database=database.value,
            address=address,
        ),
        rounds,
    )


@app.command()
def limits(
    cases: Annotated[
        str, typer.Option(help="What the server takes / what we may send, a second; several by commas.")
    ] = "30/30",
    seconds: Seconds = 60,
    database: Database = Kind.sqlite,
    address: Address = None,
    rounds: Rounds = 1,
) -> None:
    """How close to Telegram's limits messages leave."""
    from bot.bench.limits import measure

    pairs = [tuple(map(int, case.split("/"))) for case in cases.split(",")]
    if any(len(pair) != 2 for pair in pairs):
        raise typer.BadParameter("a case is two rates, such as 20/30")
    _print(
        lambda: measure(
            cases=[(server, ceiling) for server, ceiling in pairs],
            seconds=seconds,
            database=database.value,
            address=address,
        ),
        rounds,
    )


@app.command()
def fanout(
    what: Annotated[
        Spread, typer.Option(help="One notice for all, or an invitation for each.")
    ] = Spread.notice,
    count: Count = 120_000,
    database: Database = Kind.sqlite,
    address: Address = None,
    rounds: Rounds = 1,
) -> None:
    """How fast messages for many are queued."""
    from bot.bench.fanout import measure

    _print(lambda: measure(what.value, count=count, database=database.value, address=address), rounds)


@app.command()
def notice(
    count: Count = 2000,
    file: Annotated[
        Path | None, typer.Option("--notice", help="A text to send; else one is made up.")
    ] = None,
    way: Annotated[Ways, typer.Option(help="As one document, as numbered parts, or both.")] = Ways.both,
    rate: Annotated[int, typer.Option(min=1, max=1000, help="Messages a second the bot may send.")] = 1000,
    database: Database = Kind.sqlite,
    address: Address = None,
    rounds: Rounds = 1,
) -> None:
    """A directive to everybody, with a crash and a pause in the middle; exit code 1 when anything went wrong."""
    from bot.bench.notice import measure

    text = file.read_text(encoding="utf-8") if file else ""
    ways = [each.value for each in Ways if each is not Ways.both and way in (each, Ways.both)]
    _print(
        lambda: measure(
            count=count, text=text, ways=ways, rate=rate, database=database.value, address=address
        ),
        rounds,
    )


@app.command()
def startup(
    idle: Annotated[float, typer.Option(min=0, help="Seconds of nothing before the memory is read.")] = 5,
    database: Database = Kind.sqlite,
    address: Address = None,
    rounds: Rounds = 1,
) -> None:
    """Seconds to the first poll, and memory when idle."""
    from bot.bench.startup import measure

    _print(lambda: measure(idle=idle, database=database.value, address=address), rounds)


@app.command()
def boards(
    members: Annotated[int, typer.Option(min=1, help="How many people the province has.")] = 120_000,
    years: Annotated[int, typer.Option(min=0, help="Years of monthly meetings with evaluations.")] = 1,
    database: Database = Kind.sqlite,
    address: Address = None,
    filled: Annotated[
        str | None, typer.Option(help="The address of a database that `data` has filled; it is kept.")
    ] = None,
    rounds: Rounds = 1,
) -> None:
    """How long the screens of a cell, a commune and a province take, and a year as a table."""
    from bot.bench.boards import measure

    size = {"members": members, "years": years}
    where = {"database": database.value, "address": address, "filled": filled}
    _print(lambda: measure(**size, **where), rounds)  # type: ignore[arg-type]


@app.command()
def soak(
    minutes: Annotated[float, typer.Option(min=0.1, help="How long.")] = 60,
    per_second: Annotated[int, typer.Option(min=1, max=200, help="Presses a second.")] = 30,
    database: Database = Kind.sqlite,
    address: Address = None,
) -> None:
    """By how much memory grows in an hour of presses with faults among them; exit code 1 when anything is stuck."""
    from bot.bench.soak import measure

    where = {"database": database.value, "address": address}
    _print(lambda: measure(minutes=minutes, per_second=per_second, **where), 1)  # type: ignore[arg-type]


@app.command()
def data(
    members: Annotated[int, typer.Option(min=1, help="How many people.")] = 120_000,
    years: Annotated[int, typer.Option(min=0, help="Years of monthly meetings with closed rolls.")] = 1,
    seed: Annotated[int, typer.Option(help="The same number makes the same province.")] = 1,
    database: Database = Kind.sqlite,
    address: Annotated[
        str | None,
        typer.Option(
            "--database-url", help="An empty database to fill and keep; else a fresh one, thrown away."
        ),
    ] = None,
) -> None:
    """Fill a database with a province, to measure on."""
    from bot import loop
    from bot.bench.data import make
    from bot.bench.databases import NoDatabase

    work = make(members=members, years=years, seed=seed, kind=database.value, address=address)
    try:
        typer.echo(loop.run(work))
    except NoDatabase as trouble:
        typer.echo(f"✗ {trouble}", err=True)
        raise typer.Exit(1) from None


def _print(measure: Callable[[], Coroutine[Any, Any, Figure]], rounds: int) -> None:
    from bot import loop
    from bot.bench.databases import NoDatabase
    from bot.bench.figures import in_the_middle, machine
    from bot.bench.programs import Broken

    try:
        before = machine()
        figure = in_the_middle([loop.run(measure()) for _ in range(rounds)])  # as `chibo run` does
        typer.echo(figure.line(machine=before))
    except (NoDatabase, Broken) as trouble:
        typer.echo(f"✗ {trouble}", err=True)
        raise typer.Exit(1) from None
