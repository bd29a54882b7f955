"""What the scorecard's numbers are held against: the file beside this one, and what the setting says otherwise."""

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path

FILE = Path(__file__).with_name("targets.toml")

Targets = Mapping[str, tuple[float, float]]
"""By the name of the number: the rates (0 to 1) from which it is reached, and nearly."""


@cache
def usual() -> Targets:
    """The targets of the file."""
    with FILE.open("rb") as file:
        return {name: (each["at"] / 100, each["near"] / 100) for name, each in tomllib.load(file).items()}


def read_targets(text: str) -> Targets:
    """The file's targets with those of a setting in their place, such as `attendance=85/70, read=90/60`.

    ValueError, with the piece that is wrong between « and », when it cannot be read.
    """
    parts = [part.strip() for part in text.split(",")]
    return {**usual(), **dict(_read(part) for part in parts if part)}


def _read(part: str) -> tuple[str, tuple[float, float]]:
    name, _, numbers = (piece.strip() for piece in part.partition("="))
    at, slash, near = numbers.partition("/")
    if name not in usual() or not slash or not (_is_percent(at) and _is_percent(near)):
        raise ValueError(f"not a target: «{part}»")
    return name, (int(at) / 100, int(near) / 100)


def _is_percent(text: str) -> bool:
    return text.strip().isdecimal() and int(text) <= 100
