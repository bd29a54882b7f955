"""Many rows at once.

One by one, PostgreSQL runs a statement and Python makes its parameters for each row, which is most of the work
where something is queued for a hundred thousand people: there they travel as one value, and become rows inside
the database. SQLite is in the process itself and takes them one by one as fast.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import (
    JSON,
    BigInteger,
    BindParameter,
    ColumnElement,
    Dialect,
    String,
    Table,
    any_,
    bindparam,
    case,
    cast,
    column,
    func,
    true,
)
from sqlalchemy import select as select_rows
from sqlalchemy.dialects import postgresql

from db.session import Session, has_one_writer, insert

Row = Mapping[str, Any]


class Batch(NamedTuple):
    """Rows with equal columns, and what is the same in all of them."""

    same: Row
    rows: Sequence[Row]


async def insert_new(session: Session, model: Any, batches: Sequence[Batch]) -> None:
    """Put rows into a table, in this order; batches have equal columns, and none is without rows.

    A row that is there already, by a unique key, is left as it is.
    """
    if not batches:
        return
    await session.flush()
    table: Table = model.__table__
    connection = await session.connection()
    if has_one_writer(session):
        each = [{**batch.same, **row} for batch in batches for row in batch.rows]
        await connection.execute(insert(session, table).on_conflict_do_nothing(), each)
    else:
        same, rows = batches[0]
        statement = _all_in_one(table, tuple(same), tuple(rows[0]))
        await connection.execute(statement, {"batches": _as_json(table, batches, connection.dialect)})


async def reserve_numbers(session: Session, model: Any, count: int) -> list[int]:
    """The numbers for so many new rows of a table, growing; nobody else gets them."""
    key = model.__table__.c.id
    if has_one_writer(session):
        last = (await session.execute(select_rows(func.max(key)))).scalar_one() or 0
        return list(range(last + 1, last + 1 + count))
    sequence = func.pg_get_serial_sequence(key.table.name, key.name)
    numbers = select_rows(func.nextval(sequence)).select_from(func.generate_series(1, count))
    return list((await session.execute(numbers)).scalars())


def is_among(column: Any, *, one_writer: bool, name: str = "numbers") -> ColumnElement[bool]:
    """That a column is one of the parameter of this name, however many: PostgreSQL plans it once for any number."""
    if one_writer:
        among: ColumnElement[bool] = column.in_(bindparam(name, expanding=True))
    else:
        among = column == any_(bindparam(name, type_=postgresql.ARRAY(BigInteger)))
    return among


def given_pairs(*, one_writer: bool, name: str = "pairs") -> Any:
    """Rows of two numbers, `first` and `second`: the parameter of this name, a JSON list of lists, however long."""
    whole: Any = bindparam(name, type_=String)
    if one_writer:
        rows = func.json_each(whole).table_valued(column("value", JSON), name="pair")
    else:
        whole = cast(whole, JSON)
        rows = func.json_array_elements(whole).table_valued(column("value", JSON)).render_derived(name="pair")
    first, second = (cast(rows.c.value[place].as_string(), BigInteger) for place in (0, 1))
    return select_rows(first.label("first"), second.label("second")).subquery()


def is_one_of(column: Any, *values: Any) -> ColumnElement[bool]:
    """That a column is one of few known values, which stand in the query as they do in a partial index.

    SQLite uses such an index only then; with the values as parameters every claim read the whole table once for
    each row in it.
    """
    listed: BindParameter[Any] = bindparam(
        "listed", values, unique=True, expanding=True, literal_execute=True
    )
    among: ColumnElement[bool] = column.in_(listed)
    return among


def how_many(fact: Any) -> Any:
    """In how many rows of a group it holds; 0 where the group has none."""
    return func.coalesce(func.sum(case((fact, 1), else_=0)), 0)


@cache
def _all_in_one(table: Table, same: tuple[str, ...], names: tuple[str, ...]) -> Any:
    """An INSERT of all batches, which arrive as the one parameter."""
    whole = cast(bindparam("batches", type_=String), JSON)
    batch = _rows_of(whole, "batch", [*_columns(table, same), column("rows", JSON)])
    each = _rows_of(batch.c.rows, "each", _columns(table, names))
    chosen = [cast(batch.c[name], table.c[name].type) for name in same]
    chosen += [cast(each.c[name], table.c[name].type) for name in names]
    arriving = select_rows(*chosen).select_from(batch.join(each, true()))
    return postgresql.insert(table).from_select([*same, *names], arriving).on_conflict_do_nothing()


def _rows_of(source: Any, name: str, columns: Iterable[Any]) -> Any:
    rows = func.json_to_recordset(source).table_valued(*columns)
    return rows.render_derived(name=name, with_types=True)


def _columns(table: Table, names: Iterable[str]) -> list[Any]:
    """Columns as they travel: what is JSON itself as its text, or its null would become no value at all."""
    types = {name: table.c[name].type for name in names}
    return [column(name, String if isinstance(type_, JSON) else type_) for name, type_ in types.items()]


def _as_json(table: Table, batches: Sequence[Batch], dialect: Dialect) -> str:
    same, rows = batches[0]
    bind_same, bind_row = _binding(table, same, dialect), _binding(table, rows[0], dialect)
    whole = [{**bind_same(b.same), "rows": [bind_row(row) for row in b.rows]} for b in batches]
    return json.dumps(whole, default=str, ensure_ascii=False)


def _binding(table: Table, names: Iterable[str], dialect: Dialect) -> Any:
    """What turns a row into values as the columns' types bind them."""
    ways = [(name, way) for name in names if (way := _way(table.c[name].type, dialect))]
    return (
        (lambda row: {**row, **{name: way(row[name]) for name, way in ways}}) if ways else (lambda row: row)
    )


def _way(type_: Any, dialect: Dialect) -> Any:
    return json.dumps if isinstance(type_, JSON) else type_.dialect_impl(dialect).bind_processor(dialect)
