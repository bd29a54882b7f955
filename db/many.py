"""Many new rows at once.

Row by row, PostgreSQL runs a statement and Python makes its parameters for each, which is most of the work
where something is queued for a hundred thousand people: there they travel as one value and become rows inside
the database. SQLite is in the process itself and takes them one by one as fast.
"""

import json
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from sqlalchemy import JSON, Dialect, String, Table, bindparam, cast, column, func
from sqlalchemy import select as select_rows
from sqlalchemy.dialects import postgresql

from db.session import Session, has_one_writer, insert

Row = Mapping[str, Any]


async def insert_new(session: Session, table: Any, rows: Sequence[Row], **same: Any) -> None:
    """Put rows with equal columns into a table, in this order; `same` is alike in all of them.

    One that is there already, by a unique key, is left as it is.
    """
    if not rows:
        return
    columns: Table = table.__table__
    connection = await session.connection()
    if has_one_writer(session):
        statement = insert(session, columns).on_conflict_do_nothing()
        await connection.execute(statement, [{**row, **same} for row in rows])
    else:
        statement = _all_in_one(columns, tuple(rows[0]), tuple(same))
        await connection.execute(statement, {"rows": _as_json(columns, rows, connection.dialect), **same})


@cache
def _all_in_one(table: Table, names: tuple[str, ...], same: tuple[str, ...]) -> Any:
    arriving = func.json_to_recordset(cast(bindparam("rows", type_=String), JSON))
    typed = arriving.table_valued(*(column(name, table.c[name].type) for name in names))
    chosen = select_rows(
        *typed.render_derived(name="arriving", with_types=True).c,
        *(bindparam(name, type_=table.c[name].type) for name in same),
    )
    return postgresql.insert(table).from_select([*names, *same], chosen).on_conflict_do_nothing()


def _as_json(table: Table, rows: Sequence[Row], dialect: Dialect) -> str:
    """The rows in the form in which the columns' types bind their values."""
    ways = {name: table.c[name].type.dialect_impl(dialect).bind_processor(dialect) for name in rows[0]}
    changed = [(name, way) for name, way in ways.items() if way]
    return json.dumps(
        [{**row, **{name: way(row[name]) for name, way in changed}} for row in rows], default=str
    )
