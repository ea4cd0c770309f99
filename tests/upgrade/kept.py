"""Kept databases, brought back as they were: on SQLite the file, on PostgreSQL a copy of its rows."""

import lzma
import sqlite3
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path

from django.core.management.color import no_style
from django.db import connection, transaction
from django.db.migrations.executor import MigrationExecutor

FOLDER = Path(__file__).parent
# Django's own list of migrations, and the index of the admin's search, which each database has in a form of its own.
NOT_COPIED = ("sqlite_", "django_migrations", "wagtailsearch_indexentry")


def kept_databases() -> list[Path]:
    """The files that tests/upgrade/keep.py made, one for each state that must stay upgradable."""
    return sorted(FOLDER.glob("*.sqlite3.xz"))


def unpack(kept: Path, target: Path) -> None:
    """Write the SQLite database that was kept."""
    target.write_bytes(lzma.decompress(kept.read_bytes()))


def copy_to_postgresql(source: Path) -> None:
    """Bring the empty database of the connection to the migrations and the rows of an SQLite file."""
    with closing(sqlite3.connect(source)) as old:
        recorded = set(old.execute("SELECT app, name FROM django_migrations"))
        executor = MigrationExecutor(connection)
        # From scratch, and without the rows that migrations make: `migrate` as a function sends no signals.
        state = executor.migrate(_last_of_each_app(executor, recorded))
        tables = [
            name
            for (name,) in old.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
            if not name.startswith(NOT_COPIED)
        ]
        with transaction.atomic(), connection.cursor() as cursor:
            quoted = ", ".join(map(connection.ops.quote_name, tables))
            cursor.execute(f"TRUNCATE {quoted} CASCADE")
            for table in tables:
                _copy_rows(old, cursor, table)
            for statement in connection.ops.sequence_reset_sql(no_style(), state.apps.get_models()):
                cursor.execute(statement)


def _last_of_each_app(executor: MigrationExecutor, recorded: set[tuple[str, str]]) -> list[tuple[str, str]]:
    """The recorded migrations that no other one of their app follows; squashed ones count as one."""
    nodes = executor.loader.graph.node_map
    recorded = recorded & nodes.keys()
    followed = {parent.key for key in recorded for parent in nodes[key].parents if parent.key[0] == key[0]}
    return sorted(recorded - followed)


def _copy_rows(old: sqlite3.Connection, cursor, table: str) -> None:
    rows = old.execute(f'SELECT * FROM "{table}"')
    columns = [column[0] for column in rows.description]
    kinds = {column.name: column.type_code for column in connection.introspection.get_table_description(cursor, table)}
    is_boolean = [connection.introspection.data_types_reverse.get(kinds[name]) == "BooleanField" for name in columns]
    names = ", ".join(map(connection.ops.quote_name, columns))
    places = ", ".join(["%s"] * len(columns))
    cursor.executemany(
        f"INSERT INTO {connection.ops.quote_name(table)} ({names}) VALUES ({places})",
        [_converted(row, is_boolean) for row in rows],
    )


def _converted(row: Iterable, is_boolean: list[bool]) -> list:
    """SQLite keeps booleans as 0 and 1; everything else has a text that PostgreSQL reads."""
    return [
        bool(value) if boolean and value is not None else value for value, boolean in zip(row, is_boolean, strict=True)
    ]
