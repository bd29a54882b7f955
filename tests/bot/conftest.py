"""An operator who types commands, a local Telegram to reach, and databases in every condition."""

import asyncio
import io
import os
import shutil
import socket
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot import terminal
from bot.cli import main
from bot.sandbox.server import serve
from bot.sandbox.telegram import Telegram
from db.session import Database
from tests.conftest import TOKEN
from tests.overheard import left_as_it_was

LIST = """Mã đảng viên,Họ và tên,Số CCCD,Chi bộ,Chức vụ,Tình trạng
01,Vàng Thị Lan,014190001234,Chi bộ thôn A & B,Bí thư,Chính thức
02,Sùng Thị Hoa,014190001235,Chi bộ thôn A & B,,Dự bị
03,Hoàng A Dũng,014190001236,Chi bộ [/red] thôn C,,Chính thức
"""


@dataclass
class Said:
    """What a command printed, and its exit code."""

    code: int
    text: str


class Operator:
    """Types commands in a folder of their own."""

    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str], patch: pytest.MonkeyPatch) -> None:
        self.folder = folder
        self._capsys = capsys
        self._patch = patch

    def sets(self, **settings: str) -> None:
        """Set CHIBO_… in the environment."""
        for name, value in settings.items():
            self._patch.setenv(f"CHIBO_{name.upper()}", value)

    def types(self, *words: str, answer: str = "") -> Said:
        """Run a command here, and answer what it asks."""
        self._patch.setattr(sys, "stdin", io.StringIO(answer))
        self._patch.setattr(sys, "argv", ["chibo", *words])
        with left_as_it_was(), pytest.raises(SystemExit) as ended:
            main()
        return Said(int(ended.value.code or 0), self._capsys.readouterr().out)

    def starts(self, *words: str) -> Said:
        """Run a command as a process of its own."""
        command = [sys.executable, "-m", "bot", *words]
        environment = os.environ | {"PYTHONPATH": str(Path(__file__).parents[2])}
        done = subprocess.run(
            command, capture_output=True, text=True, timeout=60, env=environment, check=False
        )
        return Said(done.returncode, done.stdout + done.stderr)

    def has(self, name: str, text: str = LIST) -> str:
        """A file with this text; its path."""
        path = self.folder / name
        path.write_text(text, encoding="utf-8")
        return str(path)

    def stores(self, *rows: object) -> None:
        """Put rows into the database."""

        async def store() -> None:
            database = Database(f"sqlite+aiosqlite:///{self.folder}/data/chibo.db")
            async with database.write() as session:
                session.add_all(rows)
            await database.dispose()

        asyncio.run(store())

    def finds(self, query: str) -> list[tuple[object, ...]]:
        """What the database says."""
        connection = sqlite3.connect(self.folder / "data" / "chibo.db")
        try:
            return connection.execute(query).fetchall()
        finally:
            connection.close()


@pytest.fixture
def operator(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Operator:
    """In an empty folder, with nothing set and a wide screen."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(terminal.console, "width", 200)
    for name in [name for name in os.environ if name.startswith("CHIBO_")]:
        monkeypatch.delenv(name)
    return Operator(tmp_path, capsys, monkeypatch)


@pytest.fixture(scope="module")
def sandbox() -> Iterator[str]:
    """The address of a local Telegram, in a thread of its own."""
    loop, ready, found = asyncio.new_event_loop(), threading.Event(), []
    done = asyncio.Event()

    async def stay() -> None:
        async with serve(Telegram(TOKEN)) as url:
            found.append(url)
            ready.set()
            await done.wait()

    thread = threading.Thread(target=loop.run_until_complete, args=(stay(),))
    thread.start()
    assert ready.wait(10)
    yield found[0]
    loop.call_soon_threadsafe(done.set)
    thread.join()
    loop.close()


@pytest.fixture
def nowhere() -> str:
    """An address where nobody listens."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{free.getsockname()[1]}"


@pytest.fixture
def migrated(operator: Operator, sqlite_template: Path) -> Operator:
    """With an empty database."""
    (operator.folder / "data").mkdir()
    shutil.copy(sqlite_template, operator.folder / "data" / "chibo.db")
    return operator


@pytest.fixture
def settled(migrated: Operator, sandbox: str) -> Operator:
    """With a token, a local Telegram, and the list imported."""
    operator = migrated
    operator.sets(bot_token=TOKEN, telegram_api_url=sandbox)
    operator.types("org", "import", operator.has("xa-ta-van.csv"))
    return operator
