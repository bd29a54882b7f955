"""What is fuzzed: everything that reads what strangers send. A target gets any bytes and raises only on a finding.

Errors a reader's docstring names are answers; anything else, and a broken promise about what was read, is a finding.
"""

import json
import tempfile
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import datetime
from functools import cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from telegram import Bot, Update, User

from bot import first_page, plan_file
from bot.buttons import pack, unpack
from bot.config import ZONE
from bot.errors import BadInput, NotAllowed
from bot.reports import papers_checked
from bot.reports.papers import built_in
from bot.roster import RosterUnreadable, open_list
from bot.roster_written import FileKind, write_template
from bot.rules import (
    check_in,
    names,
    notice_head,
    notice_questions,
    notices,
    occurrence_words,
    plain_words,
    progress_words,
    reminder_wishes,
    schedule_words,
    skip_words,
    skipping,
    snooze_words,
    task_plan,
    task_words,
)
from bot.rules.papers import PaperKind
from bot.rules.roster import read_listing
from bot.rules.words import Answer, RollState
from bot.texts import Texts
from db import inbox
from tests.rules.tables import DATA

NOW = datetime(2026, 11, 24, 9, 30)
TODAY = NOW.date()
KINDS = ("Vận động quần chúng", "Xây dựng nông thôn mới")
PEOPLE = [(1, "Sùng Thị Hoa"), (2, "Lý A Minh"), (3, "Lý A Minh")]
ROWS = 200
"""So many of a list are read."""


def words(data: bytes) -> None:
    """A message typed in a chat, read in every way the bot reads it."""
    text = data.decode(errors="replace")[:4096]
    answer = plain_words.read_answer(text)
    assert not answer.sure or answer.answer or answer.digit, text
    for target in (None, 5):
        progress = progress_words.read_progress(text, target)
        assert progress.percent is None or 0 <= progress.percent <= 100, text
    wish = snooze_words.read_snooze(text, NOW)
    assert wish is None or wish > NOW, text
    occurrence = occurrence_words.read_occurrence(text, NOW, NOW)
    assert occurrence is None or datetime.combine(occurrence.day, occurrence.at) > NOW, text
    asked = skip_words.read_skip(text, TODAY)
    if isinstance(asked, skipping.Asked):
        assert skipping.Asked.decoded(asked.code) == asked, text
    reminder_wishes.read_reminder_wish(text)
    schedule_words.read_schedule(text)
    check_in.read_code(text)
    _of_tasks(text)
    _of_notices(text)
    folded = names.fold(names.clean(text))
    assert names.fold(folded) == folded, text
    names.normal_phone(text)


def _of_tasks(text: str) -> None:
    with suppress(ValueError):  # a day that does not exist
        task_words.read_line(text, KINDS, today=TODAY)
    for line in task_plan.split_lines(text)[:5]:
        task_plan.typed_row(1, line, PEOPLE, KINDS, today=TODAY)


def _of_notices(text: str) -> None:
    notice_head.read_head(text)
    notice_head.read_name(text)
    notice_questions.read_question(text)
    notices.find_secrecy(text)


def buttons(data: bytes) -> None:
    """What a press carries, and what is behind the words in it."""
    text = data.decode(errors="replace")
    tap = unpack(text)
    assert ":".join([tap.verb, *tap.args]) == text
    if len(text.encode()) <= 64:
        assert unpack(pack(tap.verb, *tap.args)) == tap
    for place in range(4):
        with suppress(NotAllowed):
            assert tap.number(place) >= 0
        for choices in (Answer, RollState, PaperKind):
            with suppress(NotAllowed):
                assert tap.choice(place, choices) in choices
    with suppress(ValueError):
        assert skipping.Asked.decoded(text)


def updates(data: bytes) -> None:
    """What is fetched from Telegram, or posted by whoever knows the secret."""
    try:
        raw: Any = json.loads(data)
    except (ValueError, RecursionError):
        return
    if not isinstance(raw, dict):
        return
    inbox.sender(raw)
    try:
        update = Update.de_json(raw | {"update_id": 7}, _bot())
    except Exception:  # python-telegram-bot's own parsing: the ingress sets such an update aside
        return
    for handler in _handlers():
        with suppress(AttributeError):  # without a chat: what its filters raise, too, sets the update aside
            handler.check_update(update)


@cache
def _bot() -> Bot:
    bot = Bot("1:sandbox")
    bot._bot_user = User(1, "chibo", is_bot=True, username="chibo_bot")  # commands ask for its name
    return bot


@cache
def _handlers() -> list[Any]:
    from telegram.ext import Application

    import handlers

    application = Application.builder().token("1:sandbox").updater(None).build()
    application.bot_data["house"] = SimpleNamespace(texts=Texts(ZONE))
    handlers.register(application)
    return [handler for group in application.handlers.values() for handler in group]


def lists(data: bytes) -> None:
    """A list of members somebody sends: the first byte says under which name."""
    for path in _file(data):
        with suppress(RosterUnreadable):
            read_listing(open_list(path, most=ROWS, unpacked=1_000_000))


def plans(data: bytes) -> None:
    """A year's plan of tasks somebody sends."""
    with suppress(RosterUnreadable):
        plan_file.read_plan(_name(data), data[1:])


def documents(data: bytes) -> None:
    """A document of a notice, and an office's template of a paper."""
    with suppress(BadInput):
        first_page.first_page("a.docx" if data[:1] < b"\x80" else "a.txt", data[1:])
    with suppress(BadInput):
        papers_checked.check(data[1:], PaperKind.INVITATION)


def _name(data: bytes) -> str:
    return "list.xlsx" if data[:1] >= b"\x80" else "list.csv"


def _file(data: bytes) -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, _name(data))
        path.write_bytes(data[1:])
        yield path


TARGETS: dict[str, Callable[[bytes], None]] = {
    each.__name__: each for each in (words, buttons, updates, lists, plans, documents)
}
RUNS = {"words": 200_000, "buttons": 500_000, "updates": 280_000, "lists": 12_000, "plans": 10_000}
RUNS["documents"] = 1_010_000 - sum(RUNS.values())
"""How often each is called by `make long`: a million times and more together."""
CASES = Path(__file__).parent / "cases"
"""Inputs that once were findings, by target; each is run by every `make test`."""


def seeds(target: str) -> Iterator[bytes]:
    """Inputs to begin with: what people and Telegram are known to send, and what was a finding once."""
    for path in sorted((CASES / target).glob("*")):
        yield path.read_bytes()
    if target in ("words", "buttons"):
        for path in sorted(DATA.glob("*")):
            yield from path.read_bytes().splitlines()[::8]
    if target == "updates":
        yield from (json.dumps(update).encode() for update in _SENT)
    if target == "lists":
        yield b"\0" + "Mã,Họ và tên,Chi bộ,Vai trò\n38.1,Sùng Thị Hoa,Thôn A,Bí thư\n".encode()
        yield b"\xff" + _template()
    if target == "plans":
        yield b"\xff" + plan_file.template("vi")
    if target == "documents":
        yield b"\0" + built_in(PaperKind.INVITATION)


def _template() -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "list.xlsx")
        write_template(path, FileKind.XLSX, "vi")
        return path.read_bytes()


_PERSON = {"id": 5, "is_bot": False, "first_name": "Hoa", "language_code": "vi"}
_CHAT = {"id": 5, "type": "private", "first_name": "Hoa"}
_MESSAGE = {"message_id": 3, "date": 1767225600, "chat": _CHAT, "from": _PERSON, "text": "/start abc"}
_SENT: list[dict[str, Any]] = [
    {"message": _MESSAGE | {"entities": [{"type": "bot_command", "offset": 0, "length": 6}]}},
    {"edited_message": _MESSAGE | {"edit_date": 1767225601}},
    {"message": _MESSAGE | {"contact": {"phone_number": "84900", "first_name": "Hoa", "user_id": 5}}},
    {"message": _MESSAGE | {"document": {"file_id": "a", "file_unique_id": "b", "file_name": "x.docx"}}},
    {"message": _MESSAGE | {"photo": [{"file_id": "a", "file_unique_id": "b", "width": 1, "height": 1}]}},
    {
        "callback_query": {
            "id": "9",
            "from": _PERSON,
            "chat_instance": "1",
            "data": "m:7",
            "message": _MESSAGE,
        }
    },
    {
        "my_chat_member": {
            "chat": {"id": -5, "type": "group", "title": "Chi bộ"},
            "from": _PERSON,
            "date": 1767225600,
            "old_chat_member": {"user": _PERSON, "status": "left"},
            "new_chat_member": {"user": _PERSON, "status": "member"},
        }
    },
]
