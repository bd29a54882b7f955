"""Erasures are written down outside the database: soon, once, whatever happens in between, and without a name."""

import json
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from bot.app import build
from bot.clock import StillClock
from bot.erasures import OVERLAP, Erasures
from bot.rules.words import DataRequestKind
from bot.sandbox.telegram import Telegram
from db.data_requests import Erasure
from db.models import DataRequest, Member
from db.session import Database
from tests.conftest import settings
from tests.door import Door
from tests.people import START


@pytest.fixture
def file(tmp_path: Path, clock: StillClock) -> Erasures:
    return Erasures(tmp_path / "backups" / "erasures.jsonl", clock)


async def erased(database: Database, *numbers: int, at: datetime = START) -> None:
    async with database.write() as session:
        for number in numbers:
            session.add(Member(id=number, name=f"Đảng viên {number}"))
        await session.flush()
        for number in numbers:
            asked = {"asked_at": START, "due_at": START, "done_at": at}
            session.add(DataRequest(member_id=number, kind=DataRequestKind.ERASE, **asked))
            session.add(DataRequest(member_id=number, kind=DataRequestKind.VIEW, **asked))


async def written_down(file: Erasures, database: Database, at: datetime = START) -> int:
    async with database.write() as session:
        return await file.write_down(session, now=at, texts=None)  # type: ignore[arg-type]


async def test_the_running_bot_writes_down_who_was_erased(
    database: Database, database_url: str, clock: StillClock, telegram: Telegram, tmp_path: Path
) -> None:
    await erased(database, 1)
    path = tmp_path / "erasures.jsonl"
    with_file = settings(database_url).model_copy(update={"erasures": str(path)})
    async with build(with_file, clock=clock, request=Door(telegram)).opened() as app:
        await app.settle()
    assert json.loads(path.read_text()) == {"member": 1, "kind": "erase", "at": START.isoformat()}


async def test_each_is_written_once_also_by_the_next_process(database: Database, file: Erasures) -> None:
    await erased(database, 1, 2)
    assert [await written_down(file, database), await written_down(file, database)] == [2, 0]
    assert await written_down(Erasures(file.path, StillClock(START)), database) == 0
    later = START + OVERLAP * 2
    await erased(database, 3, at=later)
    assert await written_down(file, database, at=later) == 1
    assert {each.member_id for each in file.read()} == {1, 2, 3}


async def test_a_line_that_a_crash_cut_off_is_written_again(database: Database, file: Erasures) -> None:
    await erased(database, 1, 2)
    await written_down(file, database)
    whole = file.path.read_bytes()
    for length in range(len(whole)):
        file.path.write_bytes(whole[:length])
        again = Erasures(file.path, StillClock(START))
        await written_down(again, database)
        assert {each.member_id for each in again.read()} == {1, 2}, length


async def test_a_file_that_cannot_be_written_is_said_and_tried_again(
    database: Database, file: Erasures, caplog: pytest.LogCaptureFixture
) -> None:
    await erased(database, 1)
    file.path.parent.write_text("a file where the folder should be")
    assert await written_down(file, database) == 0
    assert "erasures cannot be written down" in caplog.text
    file.path.parent.unlink()
    assert await written_down(file, database) == 1


def test_what_was_written_is_read(file: Erasures) -> None:
    some = [
        Erasure(number, kind, START + timedelta(microseconds=number))
        for number, kind in enumerate((DataRequestKind.ERASE, DataRequestKind.WITHDRAW), start=1)
    ]
    file.append(some[:1])
    file.append(some[1:])
    assert file.read() == set(some)
