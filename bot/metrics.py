"""The measures of a process in Prometheus's words, with a registry of its own. What each means: docs/measures.md."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Final

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    ProcessCollector,
    Summary,
    disable_created_metrics,
)
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest

from bot.measures import Measures
from db.measuring import Standing, oldest_due

CONTENT_TYPE: Final = CONTENT_TYPE_LATEST
disable_created_metrics()  # type: ignore[no-untyped-call]  # a series more for each, of moments nobody asks for
CALLS: Final = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60)
"""Seconds an answer of Telegram or of ours takes."""
WAITS: Final = (0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 900, 3600, 10800)
"""Seconds a message waits: a notice for a province takes an hour."""


@dataclass(frozen=True)
class Served:
    """One bot as this process sees it. `rate` is in messages a second; moments are UTC."""

    bot: int
    held: bool
    epoch: int
    rate: float
    last_poll_at: datetime | None
    inbox: int
    inbox_oldest: datetime | None


@dataclass(frozen=True)
class Store:
    """The database as this process sees it: how many use it or wait, and what it has done so far."""

    connections: int = 0
    waiting: int = 0
    waited: float = 0.0
    commits: int = 0
    away: bool = False
    full: bool = False


class Metrics:
    """All that one process tells Prometheus."""

    def __init__(self) -> None:
        self._last = Store()
        self._registry = CollectorRegistry()
        ProcessCollector(registry=self._registry)
        self._declare_what_is_told()
        self._declare_what_is_looked_up()

    def _declare_what_is_told(self) -> None:
        """What grows as it happens."""
        self._call = self._seconds(
            "chibo_call_seconds", "A call to Telegram without the wait for a turn.", CALLS, "bot", "method"
        )
        self._calls = self._counter("chibo_calls_total", "How calls ended.", "bot", "method", "outcome")
        self._wait = self._seconds(
            "chibo_delivery_wait_seconds", "From due to accepted by Telegram.", WAITS, "bot", "lane"
        )
        self._deliveries = self._counter(
            "chibo_deliveries_total", "How tries to deliver ended.", "bot", "lane", "state"
        )
        self._update = self._seconds(
            "chibo_update_seconds", "From stored to a stage of its handling.", CALLS, "bot", "kind", "stage"
        )
        self._updates = self._counter("chibo_updates_total", "Updates by their fate.", "bot", "kind", "fate")
        self._refused = self._counter("chibo_webhook_refused_total", "Posts that were not taken.", "reason")
        self._tick = Summary("chibo_tick_seconds", "Runs of a tick.", ["tick"], registry=self._registry)
        self._work = self._counter("chibo_tick_work_total", "Things a tick has done.", "tick")
        self._waited = self._counter(
            "chibo_database_waited_seconds_total", "What writers have waited, together."
        )
        self._commits = self._counter("chibo_database_commits_total", "Transactions committed.")

    def _declare_what_is_looked_up(self) -> None:
        """What is as it is when somebody asks."""
        gauge = self._gauge
        self._queue = gauge("chibo_queue_messages", "Messages that are not settled.", "bot", "lane", "state")
        self._oldest = gauge("chibo_queue_oldest_seconds", "Age of the oldest that is due.", "bot", "lane")
        self._inbox = gauge("chibo_inbox_updates", "Updates stored and not handled.", "bot")
        self._inbox_oldest = gauge("chibo_inbox_oldest_seconds", "Age of the oldest of them.", "bot")
        self._held = gauge("chibo_lease_held", "Whether this process holds the bot.", "bot")
        self._epoch = gauge("chibo_lease_epoch", "How often the bot has changed hands.", "bot")
        self._polled = gauge("chibo_last_poll_timestamp_seconds", "The last successful poll.", "bot")
        self._rate = gauge("chibo_rate", "Messages a second the bot may send now.", "bot")
        self._connections = gauge("chibo_database_connections", "Connections in use.")
        self._waiting = gauge("chibo_database_waiting", "Writers that wait for their turn.")
        self._away = gauge("chibo_database_away", "Whether the database cannot be used.")
        self._full = gauge("chibo_database_full", "Whether its disk is full.")
        self._seen = gauge("chibo_database_seen", "Whether the numbers of the queue could be read just now.")

    def _gauge(self, name: str, words: str, *labels: str) -> Gauge:
        return Gauge(name, words, labels, registry=self._registry)

    def _counter(self, name: str, words: str, *labels: str) -> Counter:
        return Counter(name, words, labels, registry=self._registry)

    def _seconds(self, name: str, words: str, buckets: tuple[float, ...], *labels: str) -> Histogram:
        return Histogram(name, words, labels, registry=self._registry, buckets=buckets)

    def of(self, bot: int) -> Measures:
        """What is told of a bot's work."""
        its = str(bot)
        call, calls = cache(self._call.labels), cache(self._calls.labels)  # looking one up costs the most
        wait, deliveries = cache(self._wait.labels), cache(self._deliveries.labels)
        update, updates = cache(self._update.labels), cache(self._updates.labels)

        def called(method: str, outcome: str, seconds: float) -> None:
            call(its, method).observe(seconds)
            calls(its, method, outcome).inc()

        def settled(lane: str, state: str, waited: float | None) -> None:
            deliveries(its, lane, state).inc()
            if waited is not None:
                wait(its, lane).observe(waited)

        def handled(kind: str, fate: str) -> None:
            updates(its, kind, fate).inc()

        def reached(stage: str, kind: str, seconds: float) -> None:
            update(its, kind, stage).observe(seconds)

        return Measures(called, settled, handled, reached)

    def ticked(self, tick: str, work: int, seconds: float) -> None:
        """A tick was run: the work it found, and how long it took."""
        self._tick.labels(tick).observe(seconds)
        self._work.labels(tick).inc(work)

    def refused(self, reason: str) -> None:
        """A post to a webhook was not taken."""
        self._refused.labels(reason).inc()

    def show_store(self, store: Store, *, seen: bool) -> None:
        """How the database stands; `seen`: whether it has just answered."""
        self._connections.set(store.connections)
        self._waiting.set(store.waiting)
        self._waited.inc(store.waited - self._last.waited)
        self._commits.inc(store.commits - self._last.commits)
        self._last = store
        self._away.set(store.away)
        self._full.set(store.full)
        self._seen.set(seen)

    def show_queue(self, standing: Sequence[Standing], now: datetime) -> None:
        """What is not settled, and since when, at `now` (UTC)."""
        self._queue.clear()
        self._oldest.clear()
        for row in standing:
            self._queue.labels(row.bot, row.lane.name.lower(), row.state).set(row.number)
        for (bot, lane), since in oldest_due(standing).items():
            self._oldest.labels(bot, lane.name.lower()).set((now - since).total_seconds())

    def show_bots(self, bots: Iterable[Served], now: datetime) -> None:
        """The bots, at `now` (UTC)."""
        for gauge in (self._held, self._epoch, self._polled, self._rate, self._inbox, self._inbox_oldest):
            gauge.clear()
        for each in bots:
            its = str(each.bot)
            self._held.labels(its).set(each.held)
            self._epoch.labels(its).set(each.epoch)
            self._rate.labels(its).set(each.rate)
            self._inbox.labels(its).set(each.inbox)
            self._inbox_oldest.labels(its).set((now - (each.inbox_oldest or now)).total_seconds())
            if each.last_poll_at is not None:
                self._polled.labels(its).set(each.last_poll_at.timestamp())

    def page(self) -> bytes:
        """All of it, as Prometheus reads it."""
        return generate_latest(self._registry)
