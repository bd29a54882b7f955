"""The kinds of updates there are for us."""

from telegram import Update

from bot.hooks import ALLOWED_UPDATES


def kind(update: Update | None) -> str:
    """Of which of them an update is."""
    return next((name for name in ALLOWED_UPDATES if getattr(update, name, None) is not None), "other")
