"""Lists of names longer than a screen: a page of them, and the buttons to turn it."""

from collections.abc import Sequence
from typing import TypeVar

from bot.buttons import Button, Tap
from handlers.common import Visit

PAGE = 20
"""Names on one page of buttons."""
T = TypeVar("T")


def page_of(listed: Sequence[T], page: int) -> Sequence[T]:
    """One page of a list, counted from 0."""
    return listed[page * PAGE : (page + 1) * PAGE]


def turned_to(pressed: Tap, index: int) -> int:
    """The page a tap asks for with the argument of this index; the first where it has none."""
    return pressed.number(index) if len(pressed.args) > index else 0


def turns(v: Visit, verb: str, *args: object, page: int, total: int) -> list[list[Button]]:
    """A row to turn the page; nothing when one page holds them all. The page is the tap's last argument."""
    to = [(page - 1, "pages.back")] if page else []
    to += [(page + 1, "pages.next")] if (page + 1) * PAGE < total else []
    row = [v.button(key, verb, *args, number) for number, key in to]
    return [row] if row else []
