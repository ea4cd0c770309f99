"""What both databases do for a backup and a restore."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

from django.apps import apps
from django.db import connection
from django.db.models import FileField

from operations.refused import Refused

# Not in a backup: who was signed in, the links that sign somebody in, and what the limits count. A restored portal
# must not accept what was ended or used after the backup.
LEFT_OUT = (
    "sessions.Session",
    "accounts.EmailLink",
    "accounts.LinkRequest",
    "accounts.Attempt",
    "wagtailadmin.EditingSession",
)

VENDORS = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}
"""The names of the databases, by Django's names of them."""

Ask = Callable[[str], Iterable[tuple]]
"""Runs a query and returns its rows."""


def left_out() -> list[str]:
    """The tables whose rows are not in a backup."""
    return sorted(apps.get_model(label)._meta.db_table for label in LEFT_OUT)


def file_columns() -> list[tuple[str, str]]:
    """The tables and columns that name files of the storage."""
    return sorted(
        (model._meta.db_table, str(field.column))
        for model in apps.get_models(include_auto_created=True)
        if model._meta.managed and not model._meta.proxy
        for field in model._meta.local_fields
        if isinstance(field, FileField)
    )


@dataclass(frozen=True)
class Snapshot:
    """A database at one moment, as it is in a backup."""

    vendor: str
    """Django's name of the database: "sqlite" or "postgresql"."""
    server: str
    """The name and version of the database server."""
    tables: dict[str, int]
    """All tables, with the number of their rows in the backup."""
    migrations: dict[str, list[str]]
    """The migrations that the database has had, by app."""
    files: frozenset[str]
    """The files that its rows name."""


def read_snapshot(ask: Ask, tables: Iterable[str], server: str) -> Snapshot:
    """Read a snapshot by queries, which all have to see the same moment."""
    empty = left_out()
    migrations: dict[str, list[str]] = {}
    for app, name in ask("SELECT app, name FROM django_migrations ORDER BY app, name"):
        migrations.setdefault(app, []).append(name)
    return Snapshot(
        vendor=connection.vendor,
        server=server,
        tables={
            table: 0 if table in empty else next(iter(ask(f"SELECT COUNT(*) FROM {quoted(table)}")))[0]  # noqa: S608
            for table in sorted(tables)
        },
        migrations=migrations,
        files=frozenset(names_of_files(ask)),
    )


def names_of_files(ask: Ask) -> Iterable[str]:
    """The files that rows name, relative to the storage."""
    for table, column in file_columns():
        query = f"SELECT {quoted(column)} FROM {quoted(table)}"  # noqa: S608
        for (name,) in ask(f"{query} WHERE {quoted(column)} <> ''"):
            yield name


def ask_now(query: str) -> Iterable[tuple]:
    """Run a query on the database as it is now."""
    with connection.cursor() as cursor:
        cursor.execute(query)
        return cursor.fetchall()


def quoted(name: str) -> str:
    """A name in SQL."""
    return connection.ops.quote_name(name)


class Database(ABC):
    """A database that is saved to a file and restored from it."""

    file: str
    """The name of its file in a backup."""

    @abstractmethod
    def size(self) -> int:
        """About how many bytes its file has."""

    @abstractmethod
    def snapshot(self, target: Path) -> AbstractContextManager[Snapshot]:
        """Save the database at this moment to a file, without the rows of LEFT_OUT, and yield what is in it.

        Nobody has to wait meanwhile. Raises Refused.
        """

    @abstractmethod
    def check(self, file: Path, tables: Iterable[str]) -> None:
        """Raise Refused unless the file is whole and holds exactly these tables."""

    @abstractmethod
    def restore(self, file: Path, *, replace: bool) -> None:
        """Put the file's content into the database, all or nothing. Raises Refused.

        replace: instead of everything that is there; without it, the database has to be empty.
        """

    @abstractmethod
    def last_numbers(self, database) -> dict[str, int]:
        """The number of the newest row that each table of a database of this kind has ever had."""

    @abstractmethod
    def go_on_from(self, numbers: Mapping[str, int]) -> None:
        """Number new rows from these on: the number of a deleted row is not given again."""

    def is_empty(self) -> bool:
        """Whether the database has no tables."""
        return not connection.introspection.table_names()


def compare_tables(found: Iterable[str], expected: Iterable[str], what: str) -> None:
    """Raise Refused unless both have the same tables."""
    found, expected = set(found), set(expected)
    if lacking := expected - found:
        raise Refused(f"{what} is incomplete: it has no table {', '.join(sorted(lacking))}.")
    if unknown := found - expected:
        raise Refused(f"{what} has tables that its manifest does not name: {', '.join(sorted(unknown))}.")
