"""A token that is refused while the bot runs stops it with one sentence, and nothing that waits is lost."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlmodel import select

from bot.lanes import Lane
from bot.sandbox.server import serve
from bot.sandbox.telegram import Telegram
from db.models import Delivery, DeliveryState
from db.posting import Address, When
from db.session import Database
from tests.bot.test_process import becomes_true, running
from tests.conftest import TOKEN
from tests.posts import queue


async def put(database: Database, chat: int) -> None:
    now = datetime.now(UTC)
    async with database.write() as session:
        await queue(session, "Xin chào", [Address(1, chat, "vi")], lane=Lane.REPLY, when=When(now))


@pytest.mark.parametrize("method", ["getUpdates", "sendMessage"])
async def test_a_token_refused_while_it_runs_stops_the_bot_with_one_sentence(
    method: str, database_url: str, database: Database, tmp_path: Path
) -> None:
    telegram = Telegram(TOKEN)
    hoa = telegram.add_person("Hoa")
    hoa.chat.shut = None
    log = tmp_path / "log.txt"
    async with serve(telegram) as url, running(url, database_url, log) as process:
        await becomes_true(lambda: "serves the bot now" in log.read_text())
        telegram.faults.add("unauthorized", methods=[method])
        hoa.sends("/toi")
        await put(database, hoa.id)
        assert await process.wait() == 1
    said = log.read_text()
    assert "Traceback" not in said and TOKEN not in said
    assert said.rstrip().splitlines()[-1].startswith("✗ Telegram does not accept CHIBO_BOT_TOKEN.")
    async with database.read() as session:
        states = set((await session.exec(select(Delivery.state))).all())
    arrived = {DeliveryState.SENT} if method == "getUpdates" else set()
    assert states <= {DeliveryState.QUEUED, DeliveryState.RETRY} | arrived, "nothing is in doubt"
