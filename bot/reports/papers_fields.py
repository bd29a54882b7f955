"""What a paper's template may say: its fields with their meaning and an example, and the words papers are made of."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from types import SimpleNamespace
from typing import Any

from bot.rules.papers import KINDS, TAIL, symbol
from bot.rules.words import PaperKind
from bot.texts import PLAIN, TEMPLATES

FOLDER = TEMPLATES / "vi" / "papers"
"""Papers are written in Vietnamese only."""
Values = Mapping[str, Any]
"""Of a field its text, its lines, or its entries, whose fields are attributes."""
EXAMPLES = 3
"""So many entries a list has in a sample."""


@dataclass(frozen=True)
class Field:
    """A field of a template: `list.column` for what each entry of a list has."""

    name: str
    means: str
    example: str | list[str]

    @property
    def of_list(self) -> str | None:
        """The list it is a column of."""
        return self.name.rpartition(".")[0] or None


@cache
def fields(kind: PaperKind) -> Mapping[str, Field]:
    """The fields a template of this kind may use, by name."""
    found = [(name, row) for group in KINDS[kind].groups for name, row in _written()[group].items()]
    return {name: Field(name, means, example) for name, (means, example) in found}


def lists(kind: PaperKind) -> set[str]:
    """Those of its fields that are lists."""
    return {each.name for each in fields(kind).values() if isinstance(each.example, list)}


def columns(kind: PaperKind, name: str) -> dict[str, str]:
    """The fields of each entry of a list, with their examples; none where its entries are mere lines."""
    theirs = [each for each in fields(kind).values() if each.of_list == name]
    return {each.name.partition(".")[2]: str(each.example) for each in theirs}


def sample(kind: PaperKind) -> Values:
    """A paper's values, made up of the examples."""
    made: dict[str, Any] = {}
    for each in fields(kind).values():
        if each.of_list is None:
            entry = columns(kind, each.name)
            made[each.name] = [SimpleNamespace(**entry) for _ in range(EXAMPLES)] if entry else each.example
    series = KINDS[kind].series
    return made | {"number": word("number", symbol=symbol(5, series, TAIL)) if series else ""}


def word(key: str, **values: object) -> str:
    """A word papers are made of, out of the section `words`, filled like a template."""
    words: str = _written()["words"][key]
    return PLAIN.from_string(words).render(**values)


def month_sign(state: str) -> str:
    """What stands for a state of the roll in the table of a year."""
    sign: str = _written()["months"][state]
    return sign


@cache
def _written() -> Mapping[str, Any]:
    with (FOLDER / "papers.toml").open("rb") as file:
        return tomllib.load(file)
