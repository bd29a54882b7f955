"""The audit log, read by an officer in their chat: who did what, by numbers and roles, never by name."""

from telegram import Update

from bot.actions import auditing
from handlers.common import Context, Visit, tapped, visit

PAGE = 20
"""Entries in one message."""


async def on_audit(update: Update, context: Context) -> None:
    """`/nhatky`: the newest entries of the officer's subtree."""
    async with visit(update, context) as v:
        await _show(v, None)


async def on_older(update: Update, context: Context) -> None:
    """Entries older than the last one shown."""
    older_than = tapped(update).number(0)

    async with visit(update, context) as v:
        await _show(v, older_than)


async def _show(v: Visit, older_than: int | None) -> None:
    entries = await auditing.read(
        v.session, by=v.member, older_than=older_than, limit=PAGE, now=v.now, on=v.today
    )
    rows = []
    if len(entries) == PAGE:
        last, _ = entries[-1]
        rows = [[v.button("pages.next", "audit", last.id)]]
    v.edit("audit", rows, protect=True, entries=entries)


TAPS = {"audit": on_older}
