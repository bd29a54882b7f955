"""Answers that are settings: kept in `.env` beside its other lines, readable by its owner only."""

import os
from pathlib import Path

from dotenv import set_key

from bot.setup.asking import Asking
from bot.terminal import Stop

FILE = Path(".env")
OWNER_ONLY = 0o600


def keep(asking: Asking, name: str, value: str) -> None:
    """Write a setting to `.env`. Stop where the environment says it already, which goes before the file."""
    variable = f"CHIBO_{name.upper()}"
    if variable in os.environ:
        raise Stop(asking.words("setup.in_environment", name=variable))
    try:
        FILE.touch(mode=OWNER_ONLY)
        FILE.chmod(OWNER_ONLY)
        set_key(FILE, variable, value, quote_mode="auto")
    except OSError as error:
        raise Stop(asking.words("setup.not_kept", name=variable, why=type(error).__name__)) from None
