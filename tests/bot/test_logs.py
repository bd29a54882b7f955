"""The log tells what happened in numbers, states and classes: no token, no telephone number, nobody's words."""

import asyncio
import io
import json
import logging
import sys
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from sqlalchemy.exc import IntegrityError
from telegram.error import BadRequest

from bot import discreet, logs, trail
from tests.overheard import left_as_it_was

TOKEN = "123456789:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw"
WORDS = "Vàng Thị Lan bận việc gia đình"


class Written:
    """A root handler as a process has it, and what it wrote."""

    def __init__(self, form: Any) -> None:
        self.stream = io.StringIO()
        self.handler = logs.handler(form, self.stream)

    @property
    def text(self) -> str:
        return self.stream.getvalue()

    @property
    def objects(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.text.splitlines()]


@pytest.fixture(params=["text", "json"])
def written(request: pytest.FixtureRequest) -> Iterator[Written]:
    yield from _writing(request.param)


@pytest.fixture
def as_json() -> Iterator[Written]:
    yield from _writing("json")


def _writing(form: str) -> Iterator[Written]:
    made, root = Written(form), logging.getLogger()
    before = root.handlers[:]
    root.handlers = [made.handler]
    yield made
    root.handlers = before


def test_the_log_never_shows_a_token(written: Written) -> None:
    logger = logging.getLogger("bot.somewhere")
    logger.warning("POST %s", f"https://api.telegram.org/bot{TOKEN}/sendMessage")
    logger.warning(f"{TOKEN} and %d", "not a number")  # arguments that do not fit
    logging.getLogger("httpx").warning(f"HTTP Request: POST https://api.telegram.org/bot{TOKEN}/sendMessage")
    try:
        raise ValueError(f"no answer from /bot{TOKEN}/getMe")
    except ValueError:
        logger.exception("it failed", stack_info=True)
    assert TOKEN.partition(":")[2] not in written.text
    assert written.text.count("<token>") == 3
    assert "ValueError" in written.text and "in test_the_log_never_shows_a_token" in written.text


def test_a_token_that_does_not_look_like_one_is_known(
    written: Written, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(discreet, "_secrets", set())
    discreet.hide("1:x")
    logging.getLogger("bot").warning("short tokens of the sandbox: %s", {"token": "1:x"})
    assert "1:x" not in written.text and "<token>" in written.text


PHONES = [
    "0912345678",
    "+84912345678",
    "84 912 345 678",
    "0912.345.678",
    "(+84) 912-345-678",
    "024 3825 5678",
]


@pytest.mark.parametrize("phone", PHONES)
def test_a_telephone_number_is_taken_out_wherever_it_slips_in(written: Written, phone: str) -> None:
    logging.getLogger("bot").warning("somebody at %s wrote", phone)
    assert "somebody at <number> wrote" in written.text


NUMBERS = [
    "delivery 1234567 at 2026-03-02 08:00:00",
    "update 1:100000001",
    "chat 5000000001",
    "0.0912345678 s",
]


@pytest.mark.parametrize("said", NUMBERS)
def test_other_numbers_stay(written: Written, said: str) -> None:
    logging.getLogger("bot").warning("%s", said)
    assert said in written.text


def _unique() -> Exception:
    cause = psycopg.errors.UniqueViolation(f"duplicate key\nDETAIL:  Key (name)=({WORDS}) already exists.")
    return IntegrityError("INSERT INTO member …", {"name": WORDS}, cause)


ERRORS = [
    (ValueError(WORDS), "ValueError"),
    (KeyError(WORDS), "KeyError"),
    (_unique(), "IntegrityError (UniqueViolation 23505)"),
    (
        BadRequest(f'Can\'t parse entities: tag near "{WORDS}"'),
        "BadRequest: Can't parse entities: tag near …",
    ),
    (AttributeError("'NoneType' object has no attribute 'name'"), "has no attribute"),
    (ExceptionGroup(WORDS, [ValueError(WORDS), OSError(WORDS)]), "ExceptionGroup"),
]


@pytest.mark.parametrize(("error", "said"), ERRORS)
def test_an_error_is_told_by_its_class_and_not_in_its_own_words(
    written: Written, error: Exception, said: str
) -> None:
    try:
        try:
            raise error
        except Exception as first:
            raise RuntimeError(WORDS) from first
    except RuntimeError as last:
        logging.getLogger("bot").exception("it failed")
        logging.getLogger("bot").warning("it failed: %s", last.__cause__)
    assert WORDS not in written.text
    assert said in written.text.replace('\\"', '"')
    assert written.text.count("Traceback") >= 2


def test_libraries_tell_their_wording_and_not_what_they_put_into_it(written: Written) -> None:
    logging.getLogger().setLevel(logging.DEBUG)
    logging.getLogger("telegram.ext.Application").debug("Processing update %s", {"text": WORDS})
    logging.getLogger("aiosqlite").debug("executing %s", (WORDS,))
    logging.getLogger("telegram.Bot").warning('refused "%s"', WORDS)
    assert WORDS not in written.text
    assert "Processing update" in written.text and "executing" in written.text


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
async def test_asyncio_does_not_quote_the_error_of_a_task_nobody_asked(written: Written) -> None:
    asyncio.get_running_loop().call_exception_handler(
        {"message": "Task exception was never retrieved", "exception": ValueError(WORDS), "future": WORDS}
    )
    assert WORDS not in written.text
    assert "Task exception was never retrieved" in written.text and "ValueError" in written.text


def test_a_line_of_json_has_the_event_its_update_and_its_fields(as_json: Written) -> None:
    trail.follow(trail.Origin(1, 42))
    logging.getLogger("scheduler.sender").warning(
        "delivery %(delivery)s: %(state)s", {"delivery": 7, "state": "dead"}
    )
    trail.follow(None)
    logging.getLogger("bot").info("two\nlines")
    one, two = as_json.objects
    assert {key: one[key] for key in ("level", "logger", "event", "update", "delivery", "state")} == {
        "level": "WARNING",
        "logger": "scheduler.sender",
        "event": "delivery 7: dead",
        "update": "1:42",
        "delivery": 7,
        "state": "dead",
    }
    assert one["time"].endswith("+00:00")
    assert "update" not in two and two["event"] == "two\nlines"


def test_a_process_writes_ours_from_its_level_on_and_of_libraries_what_they_warn_of(
    capfd: pytest.CaptureFixture[str],
) -> None:
    with left_as_it_was():
        logs.set_up("text", "DEBUG")
        for name in ("bot.x", "handlers.x", "db.x", "aiosqlite", "telegram.ext"):
            logging.getLogger(name).debug("a detail of %s", name)
        logging.getLogger("sqlalchemy.pool").warning("a warning")
        sys.excepthook(ValueError, ValueError(WORDS), None)
    said = capfd.readouterr().err
    assert said.count("a detail of") == 3 and "a warning" in said
    assert "chibo ended by a fault of its own" in said and "ValueError" in said and WORDS not in said
