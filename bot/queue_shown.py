"""The queue of a bot on the screen, and as one line of JSON."""

from datetime import datetime
from typing import Any

from rich.markup import escape
from rich.table import Table

from bot.terminal import console
from bot.trouble import spoken
from db.models import DeliveryState
from db.queue import RECENT, Line, Overview

MINUTES = RECENT.total_seconds() / 60


def show(seen: Overview, now: datetime, *, ceiling: int) -> None:
    """Print the overview; `ceiling` is the rate that is set, `now` in UTC."""
    inbox = seen.inbox
    oldest = f" (the oldest for {spoken(now - inbox.oldest)})" if inbox.oldest else ""
    console.print(who_serves(seen, now, ceiling=ceiling), highlight=False, markup=False, soft_wrap=True)
    console.print(_lanes(seen, now))
    console.print(f"Inbox: {inbox.waiting} waiting{oldest}, {inbox.failed} set aside.", highlight=False)
    console.print(_stuck(seen) if seen.stuck else "Nothing is stuck.")
    if seen.others:
        console.print(
            f"Waiting for other bots: {seen.others}. See `chibo bot list`, and --bot.", highlight=False
        )


def who_serves(seen: Overview, now: datetime, *, ceiling: int) -> str:
    """Who serves the bot, and how fast it may send, at `now` (UTC)."""
    its = seen.serving
    who = f"Served by {its.holder}" if its.holder else "No process serves the bot"
    heard = f"last heard from Telegram {spoken(now - its.last_poll_at)} ago" if its.last_poll_at else ""
    rate = f"{min(its.rate or ceiling, ceiling):.3g} of {ceiling} messages a second"
    silent = ""
    if its.paused_until and its.paused_until > now:
        silent = f"silent for {spoken(its.paused_until - now)}, as Telegram asked"
    return "; ".join(part for part in (who, heard, rate, silent) if part) + "."


def _lanes(seen: Overview, now: datetime) -> Table:
    lines = seen.lanes.values()
    table = Table("", *(lane.name.lower() for lane in seen.lanes))
    for state in DeliveryState:
        table.add_row(state, *(str(line.counts.get(state, 0)) for line in lines))
    table.add_section()
    table.add_row("oldest due", *(spoken(now - line.oldest) if line.oldest else "" for line in lines))
    table.add_row("settled a minute", *(f"{line.settled / MINUTES:.3g}" for line in lines))
    return table


def _stuck(seen: Overview) -> Table:
    table = Table("Stuck in", "State", "Count", "Reason")
    for group in seen.stuck:
        table.add_row(group.where, group.state, str(group.count), escape(group.reason))
    return table


def as_json(seen: Overview, now: datetime, *, ceiling: int) -> dict[str, Any]:
    """The overview as plain values; ages in seconds, moments in UTC."""
    serving, inbox = seen.serving, seen.inbox
    return {
        "at": now.isoformat(),
        "serving": {
            "holder": serving.holder,
            "epoch": serving.epoch,
            "last_poll_age": _age(serving.last_poll_at, now),
            "rate": serving.rate,
            "ceiling": ceiling,
            "paused_until": serving.paused_until.isoformat() if serving.paused_until else None,
        },
        "lanes": {lane.name.lower(): _line_json(line, now) for lane, line in seen.lanes.items()},
        "inbox": {
            "waiting": inbox.waiting,
            "oldest_age": _age(inbox.oldest, now),
            "failed": inbox.failed,
        },
        "stuck": [vars(group) for group in seen.stuck],
        "others": seen.others,
    }


def _line_json(line: Line, now: datetime) -> dict[str, Any]:
    counts = {str(state): line.counts.get(state, 0) for state in DeliveryState}
    return counts | {"oldest_age": _age(line.oldest, now), "per_minute": line.settled / MINUTES}


def _age(moment: datetime | None, now: datetime) -> float | None:
    return round((now - moment).total_seconds(), 1) if moment else None
