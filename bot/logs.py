"""The log: one line for each event, as text or as JSON, with the update it belongs to and nobody's words.

    our own records        are written so that they hold no content: numbers, states, classes of errors
    records of libraries   at WARNING and above only, and of them the wording without the values put into it
    exceptions             their classes and the lines of code they passed, not their own words
    whatever is left       loses what looks like a token or a telephone number

Python-telegram-bot, aiosqlite and SQLAlchemy print updates, messages and parameters at DEBUG. This holds for each of
their records at every level, so that a level set for a moment lets nothing out.
"""

import json
import logging
import sys
import threading
import warnings
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final, Literal, TextIO

from bot import discreet, trail

OURS: Final = ("bot", "handlers", "scheduler", "db")
"""The packages whose records are written with care."""

log = logging.getLogger(__name__)


class Discreet(logging.Filter):
    """Makes a record fit to be written, in place; every record passes. Adds `update` and `fields`."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Clean message, arguments, exception and stack."""
        record.update = trail.shown()
        record.fields = _fields(record)
        record.msg, record.args = discreet.clean(_words(record)), None
        if record.exc_info and record.exc_info[1] is not None:
            record.exc_text = discreet.clean(discreet.traced(record.exc_info[1]))
        record.exc_info = None
        record.stack_info = record.stack_info and discreet.clean(record.stack_info)
        return True


def is_ours(record: logging.LogRecord) -> bool:
    """Whether one of our own modules wrote it."""
    return record.name.partition(".")[0] in OURS


def _words(record: logging.LogRecord) -> str:
    """What it says; of a library the first line of its wording: asyncio quotes an error in the next."""
    template = str(record.msg)
    if not is_ours(record):
        return discreet.without_content(template.partition("\n")[0])
    try:
        return template % _values(record.args) if record.args else template
    except (TypeError, ValueError, KeyError):
        return f"{template} (its values do not fit)"


def _values(args: Any) -> Any:
    """The values to be put in; an error is told in the words that may be."""
    if isinstance(args, Mapping):
        return {name: _value(value) for name, value in args.items()}
    return tuple(_value(value) for value in args)


def _value(value: object) -> object:
    return discreet.named(value) if isinstance(value, BaseException) else value


def _fields(record: logging.LogRecord) -> dict[str, Any]:
    """The values by their names, where our record names them."""
    if not (is_ours(record) and isinstance(record.args, Mapping)):
        return {}
    return {name: _value(value) for name, value in record.args.items()}


class TextLines(logging.Formatter):
    """`2026-03-02 08:00:00,000 INFO scheduler.sender [1:42] delivery 7 is sent`."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s%(where)s: %(message)s")

    def format(self, record: logging.LogRecord) -> str:
        """One line, and the trace of an error below it."""
        update = getattr(record, "update", "")
        record.where = f" [update={update}]" if update else ""
        return super().format(record)


class JsonLines(logging.Formatter):
    """An object a line: time (UTC), level, logger, event, update, the event's own fields, exception."""

    def format(self, record: logging.LogRecord) -> str:
        """One line, whatever is in it."""
        said: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "event": record.getMessage(),
        }
        if update := getattr(record, "update", ""):
            said["update"] = update
        said |= {name: value for name, value in getattr(record, "fields", {}).items() if name not in said}
        if trace := "\n".join(filter(None, (record.exc_text, record.stack_info))):
            said["exception"] = trace
        return discreet.clean(json.dumps(said, ensure_ascii=False, default=str))


def handler(form: Literal["text", "json"], stream: TextIO | None = None) -> logging.Handler:
    """What writes the log to a stream, standard error unless given."""
    made = logging.StreamHandler(stream)
    made.setFormatter(JsonLines() if form == "json" else TextLines())
    made.addFilter(Discreet())
    return made


def set_up(form: Literal["text", "json"], level: str) -> None:
    """Write the log of this process to standard error: ours from `level` on, of libraries what they warn of.

    What would print a traceback with an error's own words says it to the log instead.
    """
    logging.basicConfig(handlers=[handler(form)], level=logging.WARNING, force=True)
    for name in OURS:
        logging.getLogger(name).setLevel(level)
    sys.excepthook = _ended
    threading.excepthook = _thread_ended
    warnings.showwarning = _warned


def _ended(kind: type[BaseException], error: BaseException, trace: Any) -> None:
    if isinstance(error, KeyboardInterrupt):
        return
    log.critical("chibo ended by a fault of its own", exc_info=error)


def _thread_ended(args: threading.ExceptHookArgs) -> None:
    log.error("a thread ended by a fault", exc_info=args.exc_value)


def _warned(
    message: Warning | str,
    category: type[Warning],
    filename: str,
    lineno: int,
    file: Any = None,
    line: Any = None,
) -> None:
    log.warning("a warning: %s at %s:%s", category.__name__, filename, lineno)
