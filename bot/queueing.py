"""`chibo queue`: what waits, what is stuck and why, and letting it go again or taking it back. No content."""

import re
from collections.abc import Awaitable, Callable
from datetime import timedelta
from json import dumps
from typing import Annotated, Literal, TypeVar

import typer

from bot import config
from bot import queue_shown as showing
from bot.clock import Clock
from bot.lanes import Lane
from bot.terminal import Stop, console, with_database
from db import queue as looking
from db import requeue
from db.models import WAITING, DeliveryState
from db.requeue import RETRIABLE, Which
from db.session import Database, Session

T = TypeVar("T")
queue = typer.Typer(help="What waits to be sent or handled, what is stuck, and letting it go again.")

UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}

LaneName = Annotated[Literal["reply", "reminder", "bulk"] | None, typer.Option(help="Only this lane.")]
StateName = Annotated[
    Literal["unknown", "dead", "blocked", "retry", "queued", "failed"] | None,
    typer.Option(help="Only this state; failed are the updates set aside."),
]
Reason = Annotated[str | None, typer.Option(help="Only where the reason contains this.")]
OlderThan = Annotated[str | None, typer.Option(help="Only what is due since longer: 30s, 15m, 2h, 3d.")]
Number = Annotated[int | None, typer.Option("--id", help="Only this delivery, or update set aside.")]
About = Annotated[str | None, typer.Option(help="Only messages about this, such as notice:12.")]
OfBot = Annotated[
    int | None, typer.Option("--bot", help="Of the bot of this number; else that of the settings.")
]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Only say how many.")]
Yes = Annotated[bool, typer.Option("--yes", help="Do not ask first.")]


@queue.callback(invoke_without_command=True)
def overview(
    context: typer.Context,
    json: Annotated[bool, typer.Option("--json", help="One line of JSON.")] = False,
    bot: OfBot = None,
) -> None:
    """Show what waits, since when, how fast it goes, what is stuck and why, and who serves the bot."""
    if context.invoked_subcommand is not None:
        return
    settings, now = config.load(), Clock().now()
    seen = _reading(lambda session: looking.look(session, bot=bot or settings.bot, now=now))
    if json:
        typer.echo(dumps(showing.as_json(seen, now, ceiling=settings.rate), ensure_ascii=False))
        return
    showing.show(seen, now, ceiling=settings.rate)


@queue.command()
def retry(
    lane: LaneName = None,
    state: StateName = None,
    reason: Reason = None,
    older_than: OlderThan = None,
    id: Number = None,
    about: About = None,
    bot: OfBot = None,
    dry_run: DryRun = False,
    yes: Yes = False,
) -> None:
    """Let what is stuck go again at once: unknown, dead, blocked or retry; failed updates are handled again."""
    if state == "queued":
        raise Stop("What is queued goes by itself when its time comes. `chibo queue cancel` takes it back.")
    which = _which(lane, state, reason, older_than, id, about)
    if state == "failed":
        _retry_failed(which, bot=bot, dry_run=dry_run, yes=yes)
        return
    whose, now = bot or config.load().bot, Clock().now()
    found = _reading(lambda session: requeue.count(session, which, bot=whose, states=RETRIABLE, now=now))
    if found.expired:
        console.print(f"{_number(found.expired)} no longer of use, the time is past: not sent any more.")
    twice = " What is unknown may arrive twice." if DeliveryState.UNKNOWN in found.by_state else ""
    if _agreed(found.by_state, f"Send again?{twice}", dry_run=dry_run, yes=yes):
        done = _writing(lambda session: requeue.retry(session, which, bot=whose, now=now))
        console.print(f"[green]✓[/] {_number(done)} to be sent again.")


def _retry_failed(which: Which, *, bot: int | None, dry_run: bool, yes: bool) -> None:
    if which.lane is not None or which.about is not None:
        raise Stop(
            "Updates set aside have no lane and are about nothing: use --id, --reason or --older-than."
        )
    whose = bot or config.load().bot
    found = _reading(lambda session: requeue.count_failed(session, which, bot=whose))
    if _agreed({"failed": found}, "Handle again?", dry_run=dry_run, yes=yes):
        done = _writing(lambda session: requeue.retry_failed(session, which, bot=whose))
        console.print(f"[green]✓[/] {_number(done, 'update')} to be handled again.")


@queue.command()
def cancel(
    lane: LaneName = None,
    state: StateName = None,
    reason: Reason = None,
    older_than: OlderThan = None,
    id: Number = None,
    about: About = None,
    bot: OfBot = None,
    dry_run: DryRun = False,
    yes: Yes = False,
) -> None:
    """Take back messages that wait: queued or retry."""
    if state not in (None, "queued", "retry"):
        raise Stop(f"What is {state} does not wait any more. Only queued and retry can be cancelled.")
    which = _which(lane, state, reason, older_than, id, about)
    whose, now = bot or config.load().bot, Clock().now()
    found = _reading(lambda session: requeue.count(session, which, bot=whose, states=WAITING, now=now))
    if _agreed(found.by_state, "Cancel them for good?", dry_run=dry_run, yes=yes):
        done = _writing(lambda session: requeue.cancel(session, which, bot=whose, now=now))
        console.print(f"[green]✓[/] {_number(done)} cancelled.")


def _which(
    lane: str | None,
    state: str | None,
    reason: str | None,
    older_than: str | None,
    id: int | None,
    about: str | None,
) -> Which:
    """What the filters say; a Stop when they say nothing, or nothing that can be understood."""
    if (lane, state, reason, older_than, id, about) == (None,) * 6:
        raise Stop("Say which: --lane, --state, --reason, --older-than, --id or --about.")
    return Which(
        lane=Lane[lane.upper()] if lane else None,
        state=DeliveryState(state) if state and state != "failed" else None,
        reason=reason,
        before=Clock().now() - _span(older_than) if older_than else None,
        id=id,
        about=_about(about) if about else None,
    )


def _span(words: str) -> timedelta:
    found = re.fullmatch(r"(\d{1,5})([smhd])", words)
    if found is None:
        raise Stop("--older-than takes a number and a unit: 30s, 15m, 2h or 3d.")
    return timedelta(**{UNITS[found[2]]: int(found[1])})


def _about(words: str) -> tuple[str, int]:
    kind, colon, number = words.partition(":")
    if not (kind and colon and number.isdecimal() and number.isascii()):
        raise Stop("--about takes a kind and a number, such as notice:12.")
    return kind, int(number)


def _agreed(found: dict[str, int], question: str, *, dry_run: bool, yes: bool) -> bool:
    """Say how many are meant, and ask; False when there is nothing to do, or nothing to be done."""
    states = ", ".join(f"{number} {state}" for state, number in found.items() if number)
    console.print(f"Found: {states}." if states else "Found nothing that fits.", highlight=False)
    if dry_run or not states:
        return False
    return yes or typer.confirm(question)


def _number(number: int, what: str = "message") -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"


def _reading(look: Callable[[Session], Awaitable[T]]) -> T:
    async def work(database: Database) -> T:
        async with database.read() as session:
            return await look(session)

    return with_database(work)


def _writing(change: Callable[[Session], Awaitable[T]]) -> T:
    async def work(database: Database) -> T:
        async with database.write("operator") as session:
            return await change(session)

    return with_database(work)
