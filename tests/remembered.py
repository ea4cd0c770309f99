"""Test data that takes long to create: created once per process, then inserted as rows.

The rows of a test are rolled back at its end, so the next test that needs the data starts from the same
database. If it does not, because the test has created something before, the data is created again.
"""

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.db import connection, transaction

# Triggers fill these tables.
NOT_COPIED = ("sqlite_", "_fts")


@dataclass(frozen=True)
class Table:
    """Rows that were added to a table, changed in it or deleted from it."""

    name: str
    key: str
    columns: tuple[str, ...]
    rows: tuple[tuple, ...]
    deleted: tuple[Any, ...]
    before: tuple[int, object]
    """How many rows there were, and the highest key."""


_made: dict[Hashable, tuple[Table, ...]] = {}


def remembered(name: Hashable, make: Callable[[], object]) -> bool:
    """Insert the rows that `make` has created earlier under this name, or call it; return whether rows were inserted.

    `make` writes to the database and has no other effect.
    """
    tables = _made.get(name)
    if tables and all(_extent(table.name, table.key) == table.before for table in tables):
        with transaction.atomic():  # rows refer to rows of later tables
            for table in tables:
                _write(table)
        return True
    if tables is not None:
        make()
        return False
    before = {table: _rows(table) for table in _tables()}
    make()
    differences = (_difference(table, before[table]) for table in _tables())
    _made[name] = tuple(table for table in differences if table)
    return False


@cache
def _tables() -> tuple[tuple[str, str, tuple[str, ...]], ...]:
    """Return every table with its primary key and its columns."""
    with connection.cursor() as cursor:
        names = [name for name in connection.introspection.table_names(cursor) if not _is_left_out(name)]
        keys = [(name, connection.introspection.get_primary_key_column(cursor, name)) for name in names]
        return tuple((name, key, _columns(cursor, name)) for name, key in keys if key)


def _columns(cursor, table: str) -> tuple[str, ...]:
    return tuple(column.name for column in connection.introspection.get_table_description(cursor, table))


def _is_left_out(name: str) -> bool:
    return any(part in name for part in NOT_COPIED)


def _difference(table: tuple[str, str, tuple[str, ...]], before: dict) -> Table | None:
    name, key, columns = table
    after = _rows(table)
    rows = [row for pk, row in after.items() if before.get(pk) != row]
    deleted = tuple(pk for pk in before if pk not in after)
    if not rows and not deleted:
        return None
    return Table(name, key, columns, tuple(rows), deleted, (len(before), max(before, default=None)))


def _rows(table: tuple[str, str, tuple[str, ...]]) -> dict[object, tuple]:
    name, key, columns = table
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {_listed(columns)} FROM {_quoted(name)}")
        place = columns.index(key)
        return {row[place]: tuple(row) for row in cursor.fetchall()}


def _extent(name: str, key: str) -> tuple[int, object]:
    with connection.cursor() as cursor:
        # PostgreSQL has no MAX() for UUIDs.
        highest = f"SELECT {_quoted(key)} FROM {_quoted(name)} ORDER BY {_quoted(key)} DESC LIMIT 1"
        cursor.execute(f"SELECT COUNT(*), ({highest}) FROM {_quoted(name)}")
        return cursor.fetchone()


def _write(table: Table) -> None:
    kept = [column for column in table.columns if column != table.key]
    changes = ", ".join(f"{_quoted(column)} = excluded.{_quoted(column)}" for column in kept)
    places = ", ".join(["%s"] * len(table.columns))
    with connection.cursor() as cursor:
        cursor.executemany(
            f"INSERT INTO {_quoted(table.name)} ({_listed(table.columns)}) VALUES ({places}) "
            f"ON CONFLICT ({_quoted(table.key)}) DO {f'UPDATE SET {changes}' if changes else 'NOTHING'}",
            table.rows,
        )
        cursor.executemany(
            f"DELETE FROM {_quoted(table.name)} WHERE {_quoted(table.key)} = %s",
            [(pk,) for pk in table.deleted],
        )
        keys = [row[table.columns.index(table.key)] for row in table.rows]
        if connection.vendor == "postgresql" and all(isinstance(key, int) for key in keys):
            _move_sequence(cursor, table)


def _move_sequence(cursor, table: Table) -> None:
    """Let the next row get a new key: in another copy of the database the sequence has not seen these rows."""
    sequence = f"pg_get_serial_sequence('{_quoted(table.name)}', '{table.key}')::regclass"
    highest = f"(SELECT MAX({_quoted(table.key)}) FROM {_quoted(table.name)})"
    cursor.execute(f"SELECT setval({sequence}, GREATEST({highest}, nextval({sequence})))")


def _listed(columns) -> str:
    return ", ".join(map(_quoted, columns))


def _quoted(name: str) -> str:
    return connection.ops.quote_name(name)
