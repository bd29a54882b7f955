"""Two rows for every table of the models: one with the first of each choice, one with the last."""

from datetime import UTC, date, datetime, time
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from db.models import SQLModel

MOMENT = datetime(2026, 3, 2, 1, 2, 3, 4, tzinfo=UTC)
SPECIAL: dict[str, dict[str, Any]] = {
    "membership": {"until": None},
    "paper": {"since": None, "until": None},  # of a meeting
}
"""What a table's own rules ask for."""


async def fill(connection: AsyncConnection) -> None:
    """Insert both rows everywhere; a row refers to those of its own number."""
    for table in SQLModel.metadata.sorted_tables:
        rows = [{column.name: _value(column, number) for column in table.columns} for number in (1, 2)]
        await connection.execute(sa.insert(table), [row | SPECIAL.get(table.name, {}) for row in rows])


def _value(column: sa.Column[Any], number: int) -> Any:
    if column.foreign_keys:
        return (
            None
            if column.nullable and any(key.column.table is column.table for key in column.foreign_keys)
            else number
        )
    kind = column.type
    if isinstance(kind, sa.Enum):
        return kind.enums[0 if number == 1 else -1]
    if isinstance(kind, sa.String):
        return f"{column.name} {number}"[: kind.length]
    if isinstance(kind, sa.JSON):
        return {"number": number}
    return _PLAIN.get(type(kind).__name__, number)


_PLAIN: dict[str, Any] = {
    "Utc": MOMENT,
    "Date": date(2026, 3, 2),
    "Time": time(19, 30),
    "LargeBinary": b"\x00\xff",
    "Boolean": True,
    "Float": 0.5,
}
