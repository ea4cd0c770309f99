"""SQLite: a copy that SQLite makes itself, in one read transaction."""

import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from urllib.parse import quote

from django.db import connection

from operations.databases.base import (
    Database,
    Snapshot,
    compare_tables,
    left_out,
    quoted,
    read_snapshot,
)
from operations.manifest import new_file
from operations.refused import Refused

# Seconds that a restore waits for writers.
PATIENCE = 20


class SQLite(Database):
    """The file of DATABASE_URL."""

    file = "database.sqlite3"

    def size(self) -> int:
        path = _path()
        return path.stat().st_size if path.exists() else 0

    @contextmanager
    def snapshot(self, target: Path) -> Iterator[Snapshot]:
        new_file(target).close()
        with _refusals(), closing(sqlite3.connect(target, isolation_level=None)) as copy:
            with closing(_opened_to_write()) as source:
                # In one step, which is one read transaction. In WAL mode readers do not keep writers waiting.
                source.backup(copy)
            copy.execute("PRAGMA journal_mode=DELETE")
            for table in left_out():
                copy.execute(f"DELETE FROM {quoted(table)}")  # noqa: S608
            # Deleted rows are still in the file until now.
            copy.execute("VACUUM")
            _check(copy)
            yield read_snapshot(copy.execute, _tables(copy), f"SQLite {sqlite3.sqlite_version}")

    def check(self, file: Path, tables: Iterable[str]) -> None:
        with _refusals(), closing(_opened(file)) as copy:
            compare_tables(_tables(copy), tables, str(file))
            _check(copy)

    def last_numbers(self, database) -> dict[str, int]:
        with database.cursor() as cursor:
            cursor.execute("SELECT name, seq FROM sqlite_sequence WHERE seq > 0")
            return dict(cursor.fetchall())

    def go_on_from(self, numbers: Mapping[str, int]) -> None:
        known = self.last_numbers(connection)
        with connection.cursor() as cursor:
            for table, number in numbers.items():
                if table not in known:
                    cursor.execute("INSERT INTO sqlite_sequence (name, seq) VALUES (%s, %s)", [table, number])
                elif known[table] < number:
                    cursor.execute("UPDATE sqlite_sequence SET seq = %s WHERE name = %s", [number, table])

    def restore(self, file: Path, *, replace: bool) -> None:
        connection.close()
        _path().parent.mkdir(parents=True, exist_ok=True)
        with (
            _refusals(),
            closing(_opened(file)) as source,
            closing(sqlite3.connect(_path(), timeout=PATIENCE)) as target,
        ):
            # One write transaction: a process that is killed in it leaves the database as it was.
            source.backup(target)
            target.execute("PRAGMA journal_mode=WAL")


def _path() -> Path:
    return Path(connection.settings_dict["NAME"])


def _opened(file: Path) -> sqlite3.Connection:
    """The database of a backup, which nobody writes: no file is made beside it."""
    return sqlite3.connect(f"file:{quote(str(file.resolve()))}?mode=ro&immutable=1", uri=True)


def _opened_to_write() -> sqlite3.Connection:
    """The database of the portal."""
    return sqlite3.connect(_path(), timeout=PATIENCE)


def _tables(database: sqlite3.Connection) -> list[str]:
    names = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'"
    return [name for (name,) in database.execute(names)]


def _check(database: sqlite3.Connection) -> None:
    (said,) = database.execute("PRAGMA quick_check(1)").fetchone()
    if said != "ok":
        raise Refused(f"The database is damaged: {said}.")


@contextmanager
def _refusals() -> Iterator[None]:
    try:
        yield
    except sqlite3.Error as error:
        raise Refused(f"SQLite cannot do that: {error} ({_path()}).") from error
