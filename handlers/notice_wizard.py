"""How far a chat is with the study notice it is writing; the draft holds the rest.

The wizard knows which draft (`notice`), at which `step`, what was `taken` so far in the order it came, how long the
last piece of text was (`after`), the moment chosen for it to leave (`leaves`), the screen to go back to (`home`),
and whether the preview was `seen`.
"""

from datetime import datetime
from typing import Any

from bot.actions import notice_drafts
from bot.actions.authority import authorise
from bot.rules.permissions import Right
from db import wizards
from db.models import Notice
from handlers.common import Visit

NOTICE = "notice"
"""The wizard of a notice being written."""
FRESH: dict[str, Any] = {"after": 0, "taken": None, "leaves": None, "home": "preview", "seen": False}


async def go(v: Visit, notice: Notice, step: str, **changed: Any) -> dict[str, Any]:
    """On to a step, with what changes on the way; another draft begins afresh. What the chat now knows."""
    found = await wizards.find(v.session, v.known, now=v.now)
    same = found is not None and found.name == NOTICE and found.data["notice"] == notice.id
    kept = dict(found.data) if found is not None and same else FRESH
    data = {**FRESH, **kept, "notice": notice.id, "step": step, **changed}
    await wizards.start(v.session, v.known, NOTICE, data, now=v.now)
    return data


async def known(v: Visit) -> dict[str, Any]:
    """What the chat knows of the notice it is writing; TooLate when it writes none."""
    return FRESH | await wizards.get(v.session, v.known, NOTICE)


async def current(v: Visit) -> Notice:
    """The draft this chat is writing; TooLate when it writes none, NotAllowed for who may send nothing any more."""
    return await mine(v, (await known(v))["notice"])


async def mine(v: Visit, notice_id: int) -> Notice:
    """The person's own draft. NotFound, TooLate as for any draft; NotAllowed for who may send nothing any more."""
    notice = await notice_drafts.get_draft(v.session, notice_id=notice_id, by=v.member)
    await authorise(v.session, v.member, Right.SEND_NOTICE, notice.issuer_id, on=v.today)
    return notice


async def chosen_moment(v: Visit) -> datetime | None:
    """When the notice is to leave, as far as a moment was chosen."""
    said = (await known(v))["leaves"]
    return datetime.fromisoformat(said) if said else None
