"""A year by member of all cells of a subtree as one table, read and written in steps: in the memory of one step."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path

from bot.reports import sheets
from bot.rules.names import given_name_key
from db import attendance_counts, organisations
from db.models import Organisation
from db.session import Database

CELLS = 100
"""Cells that are read and written at a time."""
SAID = 500
"""Every so many cells it is said how far the file is."""


async def write_year(
    database: Database,
    path: Path,
    top: Organisation,
    year: int,
    language: str,
    say: Callable[[int, int], Awaitable[None]],
) -> int:
    """Write the file and say now and then how many cells of how many are in it; how many rows of members it has.

    Each step reads by itself: a long look would be cut off. One that fails leaves no file.
    """
    async with database.read() as session:
        cells = await organisations.list_cells(session, top.id or 0)
    members = 0
    with ExitStack() as unfinished:
        write = unfinished.enter_context(sheets.year_file(path, top.name, year, language))
        for start in range(0, len(cells), CELLS):
            if start and start % SAID == 0:
                await say(start, len(cells))
            some = cells[start : start + CELLS]
            async with database.read() as session:
                found = await attendance_counts.list_years(session, [cell.id or 0 for cell in some], year)
            members += await asyncio.to_thread(_write_some, write, some, found)
        await asyncio.to_thread(unfinished.pop_all().close)
    return members


def _write_some(
    write: sheets.WriteYear,
    cells: Sequence[Organisation],
    found: Mapping[int, Sequence[tuple[str, sheets.Marks]]],
) -> int:
    """Write the members of some cells, by given name; how many rows they are."""
    rows = [
        (cell.name, name, marks)
        for cell in cells
        for name, marks in sorted(found.get(cell.id or 0, ()), key=lambda one: given_name_key(one[0]))
    ]
    write(rows)
    return len(rows)
