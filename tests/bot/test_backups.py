"""`chibo backup` and `chibo restore` as an operator types them: what is refused, said, and left behind."""

import os
import sqlite3
import stat
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import SimpleNamespace

import pytest
import typer

from bot import backup_file, backups, restores, sealed
from bot.sealed import CHANGED, Unreadable
from db.models import BotState, DataRequest, Delivery, Member, Message
from tests.bot.conftest import Operator
from tests.people import START

PASSPHRASE = "bốn từ không ai nói"
FILE = "backup.chibo"


@pytest.fixture
def kept(migrated: Operator, monkeypatch: pytest.MonkeyPatch) -> Operator:
    """With somebody in the database, and a passphrase that costs little."""
    monkeypatch.setattr(sealed, "COST", 2**10)
    monkeypatch.setattr(restores, "PATIENCE", 1.0)
    migrated.sets(backup_passphrase=PASSPHRASE)
    migrated.stores(Member(id=1, name="Hoa"))
    return migrated


@pytest.fixture
def backed(kept: Operator) -> Operator:
    """With a backup of it, and somebody who came later."""
    said = kept.types("backup", FILE)
    assert said.code == 0, said.text
    kept.stores(Member(id=2, name="Mai"))
    return kept


def names(operator: Operator) -> list[object]:
    return [name for (name,) in operator.finds("SELECT name FROM member ORDER BY id")]


def folder(operator: Operator) -> set[str]:
    return {path.name for path in operator.folder.iterdir()}


def test_a_backup_is_for_its_owner_only_and_holds_no_name_in_clear(backed: Operator) -> None:
    path = backed.folder / FILE
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert b"Hoa" not in path.read_bytes()
    assert folder(backed) == {FILE, "data"}


def test_what_was_written_is_said(kept: Operator) -> None:
    said = kept.types("backup", FILE)
    assert "✓ 1 rows of" in said.text and "read back" in said.text
    assert PASSPHRASE not in said.text


def test_a_backup_never_takes_the_place_of_another(backed: Operator) -> None:
    before = (backed.folder / FILE).read_bytes()
    said = backed.types("backup", FILE)
    assert said.code == 1 and "is there already" in said.text
    assert (backed.folder / FILE).read_bytes() == before


def test_a_short_passphrase_is_refused(kept: Operator) -> None:
    kept.sets(backup_passphrase="ngắn")
    said = kept.types("backup", FILE)
    assert said.code == 1 and "at least" in said.text
    assert folder(kept) == {"data"}


def test_without_a_passphrase_and_nobody_to_ask_it_says_what_to_set(kept: Operator) -> None:
    kept.sets(backup_passphrase="")
    assert "CHIBO_BACKUP_PASSPHRASE" in kept.types("backup", FILE).text


def test_the_passphrase_may_stand_in_a_file(kept: Operator) -> None:
    kept.sets(backup_passphrase="")
    given = kept.has("passphrase", f"{PASSPHRASE}\n")
    assert kept.types("backup", FILE, "--passphrase-file", given).code == 0
    said = kept.types("restore", FILE, "--replace", "--yes", "--passphrase-file", given)
    assert said.code == 0, said.text


def test_a_passphrase_that_is_no_text_is_said_in_a_sentence(kept: Operator) -> None:
    (kept.folder / "passphrase").write_bytes("mật khẩu đủ dài".encode("utf-16"))
    said = kept.types("backup", FILE, "--passphrase-file", "passphrase")
    assert said.code == 1 and "passphrase is no text in UTF-8." in said.text
    assert folder(kept) == {"data", "passphrase"}


def test_a_backup_that_cannot_be_read_back_is_no_backup(
    kept: Operator, monkeypatch: pytest.MonkeyPatch
) -> None:
    def damaged(*of: object) -> None:
        raise Unreadable(CHANGED)

    monkeypatch.setattr(backup_file, "check", damaged)
    said = kept.types("backup", FILE)
    assert said.code == 1 and "cannot be read back" in said.text
    assert folder(kept) == {"data"}


def test_a_full_disk_leaves_no_half_file(kept: Operator, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*of: object) -> None:
        raise OSError(28, os.strerror(28))

    monkeypatch.setattr(os, "fsync", full)
    said = kept.types("backup", FILE)
    assert said.code == 1 and "No space left on device" in said.text
    assert folder(kept) == {"data"}


def test_a_backup_goes_back_where_it_came_from(backed: Operator) -> None:
    said = backed.types("restore", FILE, "--replace", answer="y\n")
    assert said.code == 0, said.text
    assert "All that is in the database now is lost" in said.text and "reads as it was written" in said.text
    assert names(backed) == ["Hoa"]


def test_nothing_happens_when_the_operator_thinks_better_of_it(backed: Operator) -> None:
    assert backed.types("restore", FILE, "--replace", answer="n\n").code == 0
    assert names(backed) == ["Hoa", "Mai"]


def test_a_backup_founds_a_database_where_there_is_none(backed: Operator) -> None:
    backed.sets(database_url=f"sqlite+aiosqlite:///{backed.folder}/new/chibo.db")
    said = backed.types("restore", FILE)
    assert said.code == 0, said.text
    assert backed.types("check").text.count("The database is reachable") == 1
    assert "not empty" in backed.types("restore", FILE).text


def test_a_database_in_use_is_not_replaced_unasked(backed: Operator) -> None:
    said = backed.types("restore", FILE)
    assert said.code == 1 and "say --replace" in said.text
    assert names(backed) == ["Hoa", "Mai"]


REFUSED = [
    (lambda good: good, "another passphrase", "The passphrase is wrong"),
    (lambda good: good[:-1], PASSPHRASE, "ends too early"),
    (lambda good: good[:200] + b"x" + good[201:], PASSPHRASE, "changed"),
    (lambda good: b"PK", PASSPHRASE, "This is no backup of chibo"),
    (lambda good: good.replace(b'"format":1', b'"format":2'), PASSPHRASE, "newer chibo"),
]


@pytest.mark.parametrize(("change", "passphrase", "sentence"), REFUSED, ids=[case[2] for case in REFUSED])
def test_what_cannot_be_trusted_is_refused_before_anything_is_touched(
    backed: Operator, change: object, passphrase: str, sentence: str
) -> None:
    path = backed.folder / FILE
    path.write_bytes(change(path.read_bytes()))  # type: ignore[operator]
    backed.sets(backup_passphrase=passphrase)
    said = backed.types("restore", FILE, "--replace", "--yes")
    assert said.code == 1 and sentence in said.text, said.text
    assert names(backed) == ["Hoa", "Mai"]


@contextmanager
def beating(operator: Operator) -> Iterator[None]:
    """Somebody holds the bot and shows it."""
    stop = threading.Event()

    def beat() -> None:
        connection = sqlite3.connect(operator.folder / "data" / "chibo.db")
        while not stop.wait(0.1):
            connection.execute("UPDATE bot_state SET beat = beat + 1")
            connection.commit()
        connection.close()

    thread = threading.Thread(target=beat)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


def test_a_database_that_is_served_is_not_replaced(backed: Operator) -> None:
    backed.stores(BotState(bot=1, holder="a:1:x", epoch=4))
    with beating(backed):
        said = backed.types("restore", FILE, "--replace", "--yes")
    assert said.code == 1 and "Stop it" in said.text
    assert names(backed) == ["Hoa", "Mai"]


def test_a_holder_that_was_killed_holds_up_nothing(backed: Operator) -> None:
    backed.stores(BotState(bot=1, holder="a:1:x", epoch=4))
    assert backed.types("restore", FILE, "--replace", "--yes").code == 0
    assert names(backed) == ["Hoa"]


def test_a_database_of_a_newer_chibo_is_left_to_it(backed: Operator) -> None:
    with sqlite3.connect(backed.folder / "data" / "chibo.db") as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.close()
    for words in (("restore", FILE, "--replace", "--yes"), ("backup", "another"), ("run",)):
        backed.sets(bot_token="1:sandbox")
        said = backed.types(*words)
        assert said.code == 1 and "of a newer chibo (revision 9999" in said.text, said.text


def test_erasures_the_present_database_knows_of_outlive_it(backed: Operator) -> None:
    asked = {"member_id": 1, "kind": "erase", "asked_at": START, "due_at": START}
    backed.stores(DataRequest(**asked, done_at=START))
    said = backed.types("restore", FILE, "--replace", "--yes")
    assert "Erasures and withdrawals carried out again: 1." in said.text
    assert names(backed) == ["(đã xóa dữ liệu)"]
    assert "Hoa" not in (backed.folder / "data" / "erasures.jsonl").read_text()
    backed.sets(database_url=f"sqlite+aiosqlite:///{backed.folder}/new/chibo.db")
    assert "carried out again: 1." in backed.types("restore", FILE).text


def test_that_no_list_of_erasures_was_found_is_said(backed: Operator) -> None:
    assert "No list of erasures" in backed.types("restore", FILE, "--replace", "--yes").text


def test_who_sits_at_the_screen_is_asked_twice_for_a_new_passphrase(
    kept: Operator, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[dict[str, object]] = []

    def prompt(words: str, **how: object) -> str:
        asked.append({"words": words, **how})
        return PASSPHRASE

    kept.sets(backup_passphrase="")
    monkeypatch.setattr(backups, "sys", SimpleNamespace(stdin=SimpleNamespace(isatty=lambda: True)))
    monkeypatch.setattr(typer, "prompt", prompt)
    assert kept.types("backup", FILE).code == 0
    assert kept.types("restore", FILE, "--replace", "--yes").code == 0
    hidden = {"words": "Passphrase", "hide_input": True}
    assert asked == [hidden | {"confirmation_prompt": True}, hidden | {"confirmation_prompt": False}]


def test_what_is_in_doubt_after_a_restore_is_listed_and_let_go(kept: Operator) -> None:
    kept.sets(bot_token="1:sandbox")
    kept.stores(Message(id=1, text="Xin chào", created_at=START))
    to = {"message_id": 1, "bot": 1, "chat": 5, "lane": 3, "not_before": START, "deadline": START}
    kept.stores(Delivery(**to))
    kept.types("backup", FILE)
    said = kept.types("restore", FILE, "--replace", "--yes")
    assert "In doubt, and not sent or handled by itself: 1 messages, 0 updates." in said.text
    assert "it may have been sent" in " ".join(kept.types("queue").text.split())
    assert "1 message to be sent again" in kept.types("queue", "retry", "--state", "unknown", "--yes").text


# ── migrate ────────────────────────────────────────────────────────────────────────────────────────


def test_going_back_says_what_it_loses_and_asks(kept: Operator) -> None:
    said = kept.types("migrate", "--to", "0009", answer="n\n")
    assert "0010: Going back loses who gets a cell's digest" in said.text and "0009:" not in said.text
    assert kept.finds("SELECT version_num FROM alembic_version") != [("0009",)]
    assert kept.types("migrate", "--to", "0009", answer="y\n").code == 0
    assert kept.finds("SELECT version_num FROM alembic_version") == [("0009",)]
    assert "Run `chibo migrate`" in kept.types("backup", FILE).text
    assert "up to date" in kept.types("migrate").text
    assert names(kept) == ["Hoa"]


def test_a_revision_that_is_not_there_is_named(kept: Operator) -> None:
    said = kept.types("migrate", "--to", "12")
    assert said.code == 1 and "There is no revision 12. They go from 0001 to" in said.text
