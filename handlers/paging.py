"""Pages of a list in the language of who looks at it."""

from bot import paging
from bot.buttons import Button, Tap
from bot.paging import PAGE, last_page, page_of
from handlers.common import Visit

__all__ = ["PAGE", "last_page", "page_of", "turned_to", "turns"]


def turned_to(pressed: Tap, index: int) -> int:
    """The page a tap asks for with the argument of this index; the first where it has none."""
    return pressed.number(index) if len(pressed.args) > index else 0


def turns(v: Visit, verb: str, *args: object, page: int, total: int) -> list[list[Button]]:
    """A row to turn the page; nothing when one page holds them all. The page is the tap's last argument."""
    return paging.turns(v.texts, v.language, verb, *args, page=page, total=total)
