"""What operators see of the queue, and what they may do to it, on both databases."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlmodel import col, select

from bot.discreet import without_content
from bot.lanes import Lane
from db import queue, requeue
from db.models import WAITING, BotState, Delivery, DeliveryState, Message, Update, UpdateState
from db.queue import Inbox, Serving, Stuck
from db.requeue import RETRIABLE, Found, Which
from db.session import Database
from tests.people import START

HOUR = timedelta(hours=1)
SAID = "Mật: đồng chí Hoa, 0912345678"
ALL_STATES = set(DeliveryState)
STUCK = (DeliveryState.UNKNOWN, DeliveryState.BLOCKED, DeliveryState.DEAD)


async def put(database: Database, state: DeliveryState = DeliveryState.QUEUED, **its: Any) -> int:
    """A message queued an hour ago to one chat; its number."""
    about = its.pop("about", (None, None))
    given: dict[str, Any] = {
        "bot": 1,
        "chat": 7,
        "lane": int(Lane.BULK),
        "not_before": START - HOUR,
        "deadline": START - HOUR,
    }
    async with database.write() as session:
        message = Message(text=SAID, created_at=START - HOUR, about=about[0], about_id=about[1])
        session.add(message)
        await session.flush()
        delivery = Delivery(message_id=message.id or 0, state=state, **(given | its))
        session.add(delivery)
        await session.flush()
        return delivery.id or 0


async def put_each_state(database: Database) -> None:
    for state in DeliveryState:
        await put(database, state)


async def update(database: Database, number: int, state: UpdateState, **its: Any) -> None:
    async with database.write() as session:
        session.add(Update(bot=1, update_id=number, payload="{}", state=state, received_at=START, **its))


async def look(database: Database, now: datetime = START) -> queue.Overview:
    async with database.read() as session:
        return await queue.look(session, bot=1, now=now)


async def states(database: Database) -> list[DeliveryState]:
    async with database.read() as session:
        query = select(Delivery.state).order_by(col(Delivery.id))
        return [DeliveryState(state) for state in (await session.exec(query)).all()]


async def get(database: Database, number: int) -> Delivery:
    async with database.read() as session:
        return (await session.exec(select(Delivery).where(Delivery.id == number))).one()


async def retry(database: Database, which: Which) -> int:
    async with database.write() as session:
        return await requeue.retry(session, which, bot=1, now=START)


async def cancel(database: Database, which: Which) -> int:
    async with database.write() as session:
        return await requeue.cancel(session, which, bot=1, now=START)


# ── seen ───────────────────────────────────────────────────────────────────────────────────────────


async def test_an_empty_queue_is_seen_as_empty(database: Database) -> None:
    seen = await look(database)
    assert (seen.serving, seen.inbox, seen.stuck) == (Serving(), Inbox(), [])
    assert [line.counts for line in seen.lanes.values()] == [{}, {}, {}]


async def test_deliveries_are_counted_by_lane_and_state_and_another_bots_are_not(database: Database) -> None:
    await put_each_state(database)
    await put(database, lane=int(Lane.REPLY))
    await put(database, bot=2)
    seen = await look(database)
    assert seen.others == 1
    assert seen.lanes[Lane.BULK].counts == dict.fromkeys(DeliveryState, 1)
    assert seen.lanes[Lane.REPLY].counts == {DeliveryState.QUEUED: 1}


OLDEST = [
    (Lane.REPLY, DeliveryState.QUEUED, {}, -HOUR),
    (Lane.BULK, DeliveryState.QUEUED, {"not_before": START + HOUR}, None),  # not due yet
    (Lane.BULK, DeliveryState.RETRY, {"not_before": START + HOUR}, -HOUR),  # tried, and due all the while
    # a reminder's deadline is the meeting: what counts is when it was written
    (Lane.REMINDER, DeliveryState.RETRY, {"not_before": START + HOUR, "deadline": START + 9 * HOUR}, -HOUR),
    (Lane.BULK, DeliveryState.SENT, {}, None),
]


@pytest.mark.parametrize(("lane", "state", "its", "since"), OLDEST)
async def test_the_oldest_is_the_one_that_is_due_for_longest(
    database: Database, lane: Lane, state: DeliveryState, its: dict[str, Any], since: timedelta | None
) -> None:
    await put(database, state, lane=int(lane), **its)
    expected = None if since is None else START + since
    assert (await look(database)).lanes[lane].oldest == expected


async def test_the_rate_counts_what_was_settled_lately_and_not_what_was_cancelled(database: Database) -> None:
    for minutes in (1, 4, 6):
        await put(database, DeliveryState.SENT, settled_at=START - timedelta(minutes=minutes))
    await put(database, DeliveryState.CANCELLED, settled_at=START)
    assert (await look(database)).lanes[Lane.BULK].settled == 2


async def test_what_is_stuck_is_grouped_by_its_reason_the_largest_group_first(database: Database) -> None:
    blocked = "Forbidden: bot was blocked by the user"
    await put(database, DeliveryState.DEAD, reason="BadRequest: message is too long")
    await put(database, DeliveryState.BLOCKED, reason=blocked)
    await put(database, DeliveryState.BLOCKED, reason=blocked)
    await put(database, DeliveryState.RETRY, reason="429", tries=3)
    await put(database, DeliveryState.RETRY, reason="429", tries=2)
    assert (await look(database)).stuck == [
        Stuck("bulk", "blocked", blocked, 2),
        Stuck("bulk", "dead", "BadRequest: message is too long", 1),
        Stuck("bulk", "retry", "429", 1),
    ]


async def test_updates_that_wait_and_those_set_aside_are_seen_with_their_error(database: Database) -> None:
    await update(database, 1, UpdateState.QUEUED)
    await update(database, 2, UpdateState.QUEUED, tries=1, error="ValueError in roll.py:7")
    await update(database, 3, UpdateState.FAILED, tries=3, error="ValueError in roll.py:7")
    await update(database, 4, UpdateState.DONE)
    seen = await look(database)
    assert seen.inbox == Inbox(2, START, 1)
    assert set(seen.stuck) == {
        Stuck("inbox", "queued", "ValueError in roll.py:7", 1),
        Stuck("inbox", "failed", "ValueError in roll.py:7", 1),
    }


async def test_who_serves_the_bot_is_seen_with_what_it_learned(database: Database) -> None:
    async with database.write() as session:
        session.add(
            BotState(bot=1, holder="máy:1", epoch=3, last_poll_at=START, rate=28.5, paused_until=START)
        )
    assert (await look(database)).serving == Serving("máy:1", 3, START, 28.5, START)


REASONS = [
    ("Forbidden: bot was blocked by the user", "Forbidden: bot was blocked by the user"),
    ('BadRequest: Can\'t parse entities: unsupported start tag "Hoa" at byte offset 17', None),
    ("BadRequest: Can't find end tag corresponding to start tag 'Hoa'", None),
    ("BadRequest: Inline keyboard button url 'http://x/Hoa' is invalid: 'Hoa'", None),
    ("BadRequest: chat 0912345678 not found", None),
    ("NetworkError: Internal Server Error (500)", "NetworkError: Internal Server Error (500)"),
]


@pytest.mark.parametrize(("reason", "shown"), REASONS)
def test_nothing_of_a_message_is_shown_with_the_reason_it_was_refused_for(
    reason: str, shown: str | None
) -> None:
    said = without_content(reason)
    assert "Hoa" not in said and "0912345678" not in said
    assert shown is None or said == shown


async def test_only_what_has_waited_for_long_is_overdue(database: Database) -> None:
    await put(database)
    await put(database, DeliveryState.RETRY, not_before=START + HOUR)
    await put(database, not_before=START + HOUR)
    await put(database, DeliveryState.SENT)
    for before, expected in ((START, 2), (START - 2 * HOUR, 0)):
        async with database.read() as session:
            assert await queue.count_overdue(session, bot=1, before=before) == expected


# ── again ──────────────────────────────────────────────────────────────────────────────────────────


async def test_what_is_stuck_goes_again_and_nothing_else_is_touched(database: Database) -> None:
    await put_each_state(database)
    assert await retry(database, Which(lane=Lane.BULK)) == 4
    assert (await states(database))[3:7] == [DeliveryState.RETRY] * 4
    assert set(await states(database)) == ALL_STATES - {*STUCK}


@pytest.mark.parametrize(
    ("state", "again"), [(DeliveryState.UNKNOWN, 1), (DeliveryState.DEAD, 0), (DeliveryState.RETRY, 0)]
)
async def test_only_what_may_have_arrived_is_marked_as_sent_again(
    database: Database, state: DeliveryState, again: int
) -> None:
    number = await put(database, state, settled_at=START - HOUR, not_before=START + HOUR)
    await retry(database, Which(id=number))
    delivery = await get(database, number)
    assert (delivery.state, delivery.again) == (DeliveryState.RETRY, again)
    assert (delivery.not_before, delivery.settled_at) == (START, None)


async def test_what_is_no_longer_of_use_does_not_go_again(database: Database) -> None:
    await put(database, DeliveryState.UNKNOWN, expires_at=START)
    await put(database, DeliveryState.UNKNOWN, expires_at=START + HOUR)
    which = Which(state=DeliveryState.UNKNOWN)
    async with database.read() as session:
        found = await requeue.count(session, which, bot=1, states=RETRIABLE, now=START)
    assert found == Found({"unknown": 1}, expired=1)
    assert await retry(database, which) == 1
    assert await states(database) == [DeliveryState.UNKNOWN, DeliveryState.RETRY]


async def test_a_failed_update_is_handled_again_with_all_its_tries(database: Database) -> None:
    await update(database, 1, UpdateState.FAILED, tries=3, error="ValueError in roll.py:7")
    await update(database, 2, UpdateState.FAILED, tries=3, error="KeyError in tasks.py:9")
    async with database.write() as session:
        assert await requeue.retry_failed(session, Which(reason="roll.py"), bot=1) == 1
    async with database.read() as session:
        rows = (await session.exec(select(Update).order_by(col(Update.update_id)))).all()
    assert [(row.state, row.tries) for row in rows] == [(UpdateState.QUEUED, 0), (UpdateState.FAILED, 3)]


# ── taken back ─────────────────────────────────────────────────────────────────────────────────────


async def test_only_what_waits_is_cancelled(database: Database) -> None:
    await put_each_state(database)
    assert await cancel(database, Which(lane=Lane.BULK)) == 2
    assert set(await states(database)) == ALL_STATES - set(WAITING)
    cancelled = await get(database, 1)
    assert (cancelled.reason, cancelled.settled_at) == ("cancelled by an operator", START)


FILTERS = [
    (Which(lane=Lane.REPLY), {"lane": int(Lane.REPLY)}),
    (Which(state=DeliveryState.RETRY), {"state": DeliveryState.RETRY}),
    (Which(reason="BLOCKED by"), {"reason": "Forbidden: bot was blocked by the user"}),
    (Which(reason="100%_"), {"reason": "at 100%_ of the limit"}),
    (Which(before=START - 2 * HOUR), {"not_before": START - 3 * HOUR}),
    (Which(id=1), {}),
    (Which(about=("notice", 12)), {"about": ("notice", 12)}),
]


@pytest.mark.parametrize(("which", "its"), FILTERS)
async def test_a_filter_means_what_it_says_and_nothing_else(
    database: Database, which: Which, its: dict[str, Any]
) -> None:
    await put(database, **its)
    await put(database, reason="at 100 percent", about=("notice", 1))
    await put(database, bot=2, **its)
    assert await cancel(database, which) == 1
    assert (await states(database))[0] is DeliveryState.CANCELLED


async def test_all_filters_must_hold_together(database: Database) -> None:
    await put(database, about=("notice", 12))
    assert await cancel(database, Which(lane=Lane.REPLY, about=("notice", 12))) == 0
