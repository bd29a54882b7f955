"""Lists of names longer than a screen: a page of them, and the buttons to turn it."""

from collections.abc import Sequence
from typing import TypeVar

from bot.buttons import Button, tap
from bot.texts import Texts

PAGE = 20
"""Names on one page of buttons."""
T = TypeVar("T")


def page_of(listed: Sequence[T], page: int) -> Sequence[T]:
    """One page of a list, counted from 0."""
    return listed[page * PAGE : (page + 1) * PAGE]


def last_page(total: int) -> int:
    """The last page of a list of so many."""
    return max(total - 1, 0) // PAGE


def turns(texts: Texts, language: str, verb: str, *args: object, page: int, total: int) -> list[list[Button]]:
    """A row to turn the page; nothing when one page holds them all. The page is the tap's last argument."""
    to = [(page - 1, "pages.back")] if page else []
    to += [(page + 1, "pages.next")] if (page + 1) * PAGE < total else []
    row = [tap(texts.label(key, language), verb, *args, number) for number, key in to]
    return [row] if row else []
