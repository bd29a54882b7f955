"""Listening to the log: to all of it as a process writes it, and in every test for the token."""

import io
import logging
import sys
import threading
import warnings
from collections.abc import Collection, Iterator
from contextlib import contextmanager

from bot import logs


@contextmanager
def everything() -> Iterator[io.StringIO]:
    """What a process would write if every logger there is were at DEBUG."""
    stream, root = io.StringIO(), logging.getLogger()
    handler, level = logs.handler("json", stream), root.level
    before = {name: logging.getLogger(name).level for name in logs.OURS}
    root.addHandler(handler)
    for name in ("", *before):
        logging.getLogger(name).setLevel(logging.DEBUG)
    try:
        yield stream
    finally:
        root.removeHandler(handler)
        root.setLevel(level)
        for name, its in before.items():
            logging.getLogger(name).setLevel(its)


@contextmanager
def left_as_it_was() -> Iterator[None]:
    """Around what sets up the log of a process: afterwards this one's is as it was."""
    root = logging.getLogger()
    handlers, levels = root.handlers[:], {name: logging.getLogger(name).level for name in ("", *logs.OURS)}
    hooks = sys.excepthook, threading.excepthook, warnings.showwarning
    try:
        yield
    finally:
        root.handlers[:] = handlers
        sys.excepthook, threading.excepthook, warnings.showwarning = hooks
        for name, level in levels.items():
            logging.getLogger(name).setLevel(level)


def found(text: str, planted: Collection[str]) -> set[str]:
    """What of the planted can be read in a text, also as digits alone."""
    digits = "".join(filter(str.isdigit, text)) if any(each.isdigit() for each in planted) else ""
    return {each for each in planted if each in text or (each.isdigit() and each in digits)}


class Guard(logging.Handler):
    """Notes every record that holds a secret as it is, before anything takes it out: its place, not its words.

    What libraries say below a warning is never written (`logs.set_up`); python-telegram-bot names its address there.
    """

    def __init__(self, secret: str) -> None:
        super().__init__()
        self._secret = secret
        self.heard: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Look at the message, and at the words of an error."""
        if record.levelno < logging.WARNING and not logs.is_ours(record):
            return
        error = record.exc_info[1] if record.exc_info else None
        if self._secret in f"{record.msg} {record.args} {error!r}":
            self.heard.append(f"{record.name} at {record.pathname}:{record.lineno}")

    def take(self) -> list[str]:
        """What was heard since this was asked last."""
        heard, self.heard = self.heard, []
        return heard
