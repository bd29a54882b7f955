"""The drill: a backup of a lively database, made while people press, takes the place of another of either kind."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlmodel import col, select

from bot import backup_file, restores
from bot.backup_file import Head
from bot.erasures import Erasures
from bot.rules.words import Answer, DataRequestKind
from bot.sealed import Unreadable
from bot.terminal import Stop
from db import migrate, restored, snapshot
from db.data_requests import Erasure
from db.models import (
    BotState,
    Consent,
    DataRequest,
    Delivery,
    DeliveryState,
    Link,
    Media,
    Member,
    Message,
    Reply,
    SQLModel,
    Update,
    UpdateState,
    Wizard,
)
from db.restored import LEAP, DoesNotFit
from db.session import Database
from db.snapshot import Shape
from tests.bot.restoring import (
    PASSPHRASE,
    Elsewhere,
    back_up,
    cell,
    cheap,
    differing,
    other,
    other_url,
    put,
    rows,
    tallies,
)
from tests.bot.test_erasing import PLANTED, _everything_stored, _forms, _is_erased, _use_everything, chi
from tests.people import START, Actor, Cast, schedule

__all__ = ["cell", "cheap", "chi", "other", "other_url"]

# ── rows ───────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("other_url", ["sqlite", "postgresql"], indirect=True)
async def test_every_row_is_there_as_it_was_when_the_backup_began_while_people_press(
    cell: Cast, other: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = await tallies(cell.town.app.database)
    assert before.keys() == SQLModel.metadata.tables.keys()
    reading = snapshot.read

    async def pressed_meanwhile(connection: AsyncConnection, shape: Shape) -> AsyncIterator[list[bytes]]:
        if shape.table == "member":
            await cell.hoa.taps("✅ Có mặt")
        async for lines in reading(connection, shape):
            yield lines

    with monkeypatch.context() as patch:
        patch.setattr(snapshot, "read", pressed_meanwhile)
        made = await back_up(cell.town.app.database, tmp_path)
    assert differing(made[1].tables, before) == set()
    assert {"reply", "delivery", "inbox"} <= differing(await tallies(cell.town.app.database), before)
    await put(other, made, cell.town)
    assert differing(await tallies(other), before) == {"bot_state"}


ODD = "quote ' \" \\ tab\t line\nend \u2028 🌾 ọ ọ \x7f"


async def test_odd_values_come_through_letter_by_letter(
    cell: Cast, other: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(snapshot, "PAGE", 2)
    late = datetime(2026, 3, 2, 1, 2, 3, 456789, tzinfo=UTC)
    async with cell.town.app.database.write() as session:
        session.add(Media(kind="photo", name=ODD, mime="", content=bytes(range(256)), created_at=late))
        session.add(Message(text=ODD, buttons=[{"text": ODD}], keyboard=None, created_at=late))
        session.add(BotState(bot=7, rate=0.1 + 0.2, epoch=3))
        session.add(Update(bot=2**40, update_id=-5, payload="", state=UpdateState.DONE, received_at=late))
        for number in range(5):
            session.add(Update(bot=7, update_id=number, state=UpdateState.DONE, received_at=late))
        await session.execute(
            sa.text("UPDATE message SET keyboard = '{\"b\": 1,   \"a\":[]}' WHERE text <> ''")
        )
    made = await back_up(cell.town.app.database, tmp_path)
    await put(other, made, cell.town)
    assert differing(await tallies(other), made[1].tables) == {"bot_state"}
    assert [media.content for media in await rows(other, select(Media))] == [bytes(range(256))]
    assert ODD in await rows(other, select(Message.text))


async def test_new_rows_get_numbers_above_those_that_came(
    cell: Cast, other: Database, tmp_path: Path
) -> None:
    made = await back_up(cell.town.app.database, tmp_path)
    await put(other, made, cell.town)
    highest = max(await rows(other, select(Member.id)))
    async with other.write() as session:
        session.add(Member(name="Mới"))
    assert await rows(other, select(Member.id).where(Member.name == "Mới")) == [highest + 1]


async def test_a_backup_of_an_earlier_revision_is_brought_to_the_present(
    cast: Cast, other: Database, tmp_path: Path
) -> None:
    await migrate.downgrade(cast.town.app.database, "0009")
    made = await back_up(cast.town.app.database, tmp_path)
    assert made[1].head.revision == "0009" and "own_bot" not in made[1].tables
    await put(other, made, cast.town)
    assert await migrate.is_current(other)
    assert await migrate.differences(other) == []
    names = await rows(other, select(Member.name))
    assert names == await rows(cast.town.app.database, select(Member.name))


async def test_it_takes_the_place_of_what_was_there_whole(
    cell: Cast, other: Database, tmp_path: Path
) -> None:
    made = await back_up(cell.town.app.database, tmp_path)
    await put(other, made, cell.town)
    async with other.write() as session:
        session.add(Member(name="Người sẽ mất"))
    await put(other, made, cell.town)
    assert differing(await tallies(other), made[1].tables) == {"bot_state"}


# ── going on ───────────────────────────────────────────────────────────────────────────────────────


async def test_the_bot_goes_on_where_it_was_and_says_nothing_twice(
    cell: Cast, other: Database, other_url: str, tmp_path: Path
) -> None:
    made = await back_up(cell.town.app.database, tmp_path)
    await put(other, made, cell.town)
    said = len(cell.town.telegram.log)
    async with Elsewhere(cell, other_url) as there:
        await there.town.app.settle()
        assert len(there.town.telegram.log) == said
        await there.hoa.taps("✅ Có mặt")
        assert "Đã ghi: có mặt" in there.hoa.shown
        replies = await rows(
            there.town.app.database, select(Reply.answer).where(Reply.member_id == cell.hoa.member_id)
        )
        assert replies == [Answer.COMING]
        await there.town.moves_to(2026, 3, 3, 17, 31)  # what lay in the future comes
        assert "Nhà văn hóa thôn" in there.hoa.last


async def test_what_fell_due_since_the_backup_is_in_doubt_and_not_said_again(
    cast: Cast, other: Database, other_url: str, tmp_path: Path
) -> None:
    await schedule(cast.town, cast.town.cell_a)
    made = await back_up(cast.town.app.database, tmp_path)
    await cast.town.app.settle()  # the bot goes on, and calls everybody
    await cast.town.moves_to(2026, 3, 3, 10, 0)
    said = len(cast.town.telegram.log)
    done = await put(other, made, cast.town)
    assert done.messages > 0
    async with Elsewhere(cast, other_url) as there:
        await there.town.app.settle()
        assert len(there.town.telegram.log) == said
        await there.hoa.taps("✅ Có mặt", next(m for m in there.hoa.person.messages if m.buttons))
        assert there.hoa.shown
    doubted = select(Delivery.reason).where(Delivery.state == DeliveryState.UNKNOWN)
    assert {reason[:25] for reason in await rows(other, doubted)} == {"was waiting when the back"}
    assert len(await rows(other, doubted)) == done.messages


async def test_what_was_on_its_way_is_in_doubt_and_what_lies_ahead_stays(
    cell: Cast, other: Database, tmp_path: Path
) -> None:
    now = cell.town.clock.now()
    ways = {
        "queued now": (DeliveryState.QUEUED, now, DeliveryState.UNKNOWN),
        "retry now": (DeliveryState.RETRY, now - timedelta(hours=1), DeliveryState.UNKNOWN),
        "sending": (DeliveryState.SENDING, now + timedelta(hours=1), DeliveryState.UNKNOWN),
        "queued for later": (DeliveryState.QUEUED, now + timedelta(hours=1), DeliveryState.QUEUED),
        "sent": (DeliveryState.SENT, now, DeliveryState.SENT),
    }
    async with cell.town.app.database.write() as session:
        message = Message(text="Xin chào", created_at=now)
        session.add(message)
        await session.flush()
        for name, (state, at, _) in ways.items():
            to = {"bot": 1, "chat": 5, "lane": 3, "not_before": at, "deadline": at, "epoch": 9}
            session.add(Delivery(message_id=message.id or 0, state=state, dedupe=name, **to))
    made = await back_up(cell.town.app.database, tmp_path)
    assert (await put(other, made, cell.town)).messages == 3
    found = await rows(other, select(Delivery).where(col(Delivery.dedupe).in_(ways)))
    assert {each.dedupe: each.state for each in found} == {
        name: after for name, (_, _, after) in ways.items()
    }


async def test_updates_not_handled_then_wait_for_an_operator(
    cell: Cast, other: Database, tmp_path: Path
) -> None:
    async with cell.town.app.database.write() as session:
        session.add(Update(bot=1, update_id=77, payload="{}", received_at=START))
    made = await back_up(cell.town.app.database, tmp_path)
    assert (await put(other, made, cell.town)).updates == 1
    (update,) = await rows(other, select(Update).where(Update.update_id == 77))
    assert update.state is UpdateState.FAILED and "may have been handled" in (update.error or "")


async def test_a_process_from_before_can_settle_nothing(cell: Cast, other: Database, tmp_path: Path) -> None:
    made = await back_up(cell.town.app.database, tmp_path)
    (before,) = await rows(cell.town.app.database, select(BotState))
    await put(other, made, cell.town, epochs={1: before.epoch + 40})
    (after,) = await rows(other, select(BotState))
    assert (after.holder, after.epoch) == (None, before.epoch + 40 + LEAP)


# ── erasures ───────────────────────────────────────────────────────────────────────────────────────


async def _written_down(database: Database, file: Erasures) -> set[Erasure]:
    async with database.write() as session:
        await file.write_down(session, now=START, texts=None)  # type: ignore[arg-type]
    return file.read()


async def test_who_was_erased_since_the_backup_stays_gone(
    cast: Cast, chi: Actor, other: Database, tmp_path: Path
) -> None:
    await _use_everything(cast, chi)
    made = await back_up(cast.town.app.database, tmp_path)
    await _is_erased(cast, chi)
    erasures = await _written_down(
        cast.town.app.database, Erasures(tmp_path / "erasures.jsonl", cast.town.clock)
    )
    done = await put(other, made, cast.town, *erasures)
    assert done.erasures == 1
    stored = await _everything_stored(replace(cast.town, app=_On(other)))  # type: ignore[arg-type]
    for planted in PLANTED:
        assert not any(form in content for content in stored.values() for form in _forms(planted)), planted
    (member,) = await rows(other, select(Member).where(Member.id == chi.member_id))
    assert member.name == "(đã xóa dữ liệu)" and member.erased_at is not None
    requests = await rows(other, select(DataRequest).where(DataRequest.member_id == chi.member_id))
    assert all(each.done_at for each in requests)


class _On:
    """As much of an application as is asked for its database."""

    def __init__(self, database: Database) -> None:
        self.database = database


async def test_who_withdrew_since_the_backup_is_left_alone(
    cell: Cast, other: Database, tmp_path: Path
) -> None:
    made = await back_up(cell.town.app.database, tmp_path)
    withdrawn = Erasure(cell.hoa.member_id, DataRequestKind.WITHDRAW, START)
    assert (await put(other, made, cell.town, withdrawn)).erasures == 1
    mine = (Link.member_id == cell.hoa.member_id, col(Link.until).is_(None))
    assert await rows(other, select(Link).where(*mine)) == []
    assert await rows(other, select(Consent.withdrawn_at).where(Consent.member_id == cell.hoa.member_id)) != [
        None
    ]


async def test_who_withdrew_and_came_back_before_the_backup_stays(
    cell: Cast, other: Database, tmp_path: Path
) -> None:
    withdrawn = Erasure(cell.hoa.member_id, DataRequestKind.WITHDRAW, START)
    async with cell.town.app.database.write() as session:
        session.add(
            DataRequest(**withdrawn._asdict() | {"at": None}, asked_at=START, due_at=START, done_at=START)
        )
    made = await back_up(cell.town.app.database, tmp_path)
    assert (await put(other, made, cell.town, withdrawn)).erasures == 0
    mine = (Link.member_id == cell.hoa.member_id, col(Link.until).is_(None))
    assert len(await rows(other, select(Link).where(*mine))) == 1


async def test_the_number_of_who_came_and_was_erased_since_the_backup_is_given_to_nobody(
    cell: Cast, other: Database, tmp_path: Path
) -> None:
    made = await back_up(cell.town.app.database, tmp_path)
    gone = Erasure(cell.mai.member_id + 1, DataRequestKind.ERASE, START)
    await put(other, made, cell.town, gone)
    async with other.write() as session:
        session.add(Member(name="Mới"))
    assert await rows(other, select(Member.id).where(Member.name == "Mới")) == [gone.member_id + 1]
    again = await back_up(other, tmp_path / "again")
    assert (await put(other, again, cell.town, gone)).erasures == 0
    assert await rows(other, select(Member.name).where(Member.id == gone.member_id + 1)) == ["Mới"]


async def test_what_was_past_its_time_meanwhile_is_gone(cell: Cast, other: Database, tmp_path: Path) -> None:
    await cell.hoa.sends("/vang")
    made = await back_up(cell.town.app.database, tmp_path)
    assert made[1].tables["wizard"].rows == 1
    cell.town.clock.move_to(cell.town.clock.now() + timedelta(days=2))
    await put(other, made, cell.town)
    assert await rows(other, select(Wizard)) == []


# ── what cannot be trusted ─────────────────────────────────────────────────────────────────────────


async def test_a_changed_byte_of_a_backup_is_noticed_wherever_it_is(cell: Cast, tmp_path: Path) -> None:
    path, summary = await back_up(cell.town.app.database, tmp_path)
    good = path.read_bytes()
    assert backup_file.check(path, PASSPHRASE, lambda rows: None) == summary
    for place in range(0, len(good), max(1, len(good) // 60)):
        path.write_bytes(good[:place] + bytes([good[place] ^ 1]) + good[place + 1 :])
        with pytest.raises(Unreadable):
            backup_file.check(path, PASSPHRASE, lambda rows: None)


async def test_a_backup_that_does_not_fit_changes_nothing(
    cell: Cast, other: Database, tmp_path: Path
) -> None:
    made = await back_up(cell.town.app.database, tmp_path)
    await put(other, made, cell.town)
    before = await tallies(other)
    wrong = made[1]._replace(head=Head("0009", made[1].head.created_at))
    with pytest.raises(DoesNotFit, match="is not the one of its revision"):
        await put(other, (made[0], wrong), cell.town)
    assert await tallies(other) == before
    assert await migrate.is_current(other)


async def test_a_row_that_refers_to_nothing_changes_nothing(
    cell: Cast, other: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = await back_up(cell.town.app.database, tmp_path)
    await put(other, made, cell.town)
    before, loading = await tallies(other), snapshot.load

    async def without_members(connection: AsyncConnection, shape: Shape, lines: Sequence[bytes]) -> None:
        if shape.table != "member":
            await loading(connection, shape, lines)

    monkeypatch.setattr(snapshot, "load", without_members)
    with pytest.raises((DoesNotFit, sa.exc.IntegrityError)):
        await put(other, made, cell.town)
    assert await tallies(other) == before


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
async def test_a_process_that_is_connected_keeps_a_restore_away(
    database: Database, database_url: str
) -> None:
    process = Database(database_url)
    async with process.read() as session:
        await session.execute(sa.text("SELECT 1"))
    with pytest.raises(Stop, match="A process of chibo uses the database"):
        await restores._look(database, replace=True)
    await process.dispose()
    async with asyncio.timeout(30), database.read() as session:  # PostgreSQL notices a moment later
        while await restored.count_others(database, await session.connection()):
            await session.rollback()
            await asyncio.sleep(0.05)
    assert await restores._look(database, replace=True) is False
