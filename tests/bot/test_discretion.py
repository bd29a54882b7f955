"""A month of a commune with every logger at DEBUG: nobody's name, number or words, and no token, is left anywhere."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlmodel import select
from telegram import Update as TelegramUpdate
from telegram.ext import MessageHandler, filters

from bot.clock import Clock
from bot.demo import commune, headless, stage
from bot.sandbox.telegram import Telegram
from db.models import Update
from handlers.common import Context
from tests.conftest import TOKEN
from tests.overheard import everything, found
from tests.people import Cast

FAULTS = ("hang_up_before", "hang_up_after", "garbage", "server_error", "forbidden", "not_found")
REASONS = "SELECT reason FROM delivery WHERE reason IS NOT NULL"
ERRORS = "SELECT error FROM inbox WHERE error IS NOT NULL"


def planted() -> set[str]:
    """The names of all members, their telephone numbers and the token."""
    names, phones = set(), set()
    for row in commune.rows():
        told = dict(zip(commune.HEADINGS, row, strict=True))
        names.add(str(told["Họ và tên"]))
        phones.add("".join(filter(str.isdigit, str(told["Điện thoại"] or ""))))
    return names | (phones - {""}) | {TOKEN}


async def test_a_month_leaves_nothing_about_anybody_in_logs_and_reasons(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[Telegram] = []
    town = stage.town

    def faulty(clock: Clock) -> Telegram:
        made.append(town(clock))
        for fault in FAULTS:
            made[0].faults.add(fault, share=0.01)
        made[0].faults.add("unreadable", share=0.02)
        return made[0]

    @contextmanager
    def kept(prefix: str) -> Iterator[str]:
        (tmp_path / prefix).mkdir()
        yield str(tmp_path / prefix)

    monkeypatch.setattr(stage, "town", faulty)
    monkeypatch.setattr(headless, "TemporaryDirectory", kept)
    with everything() as log:
        await headless.perform(out=tmp_path / "out")
    [telegram] = made
    assert all(rule.hits for rule in telegram.faults.rules), "every fault happened"
    names = planted()
    assert len(names) > 70
    assert found("\n".join(str(call.text) for call in telegram.log), names), "people were spoken to by name"
    assert log.getvalue().count("\n") > 2000
    assert found(log.getvalue(), names) == set()
    with sqlite3.connect(tmp_path / "chibo-demo-" / "chibo.db") as database:
        reasons = [row[0] for query in (REASONS, ERRORS) for row in database.execute(query)]
    assert len(set(reasons)) > 4
    assert found("\n".join(reasons), names) == set()


async def test_an_error_that_quotes_a_person_is_reported_without_their_words(cast: Cast) -> None:
    words = "Sùng Thị Hoa bận việc nhà, gọi em số 0912345678"

    async def quote(update: TelegramUpdate, context: Context) -> None:
        raise ValueError(f"what shall I do with {update.effective_message and update.effective_message.text}")

    cast.town.app.application.handlers.clear()
    cast.town.app.application.add_handler(MessageHandler(filters.TEXT, quote))
    with everything() as log:
        await cast.hoa.sends(words)
    async with cast.town.app.database.read() as session:
        errors = (await session.exec(select(Update.error))).all()
    assert [str(error).partition(" in ")[0] for error in errors] == ["ValueError"]
    assert "ValueError" in log.getvalue() and "in quote" in log.getvalue()
    for said in (log.getvalue(), str(errors)):
        assert found(said, {"Sùng Thị Hoa", "bận việc", "0912345678", "912345678"}) == set()
