"""PostgreSQL: pg_dump in its custom format, at a snapshot that our own queries see too."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from subprocess import DEVNULL, PIPE
from typing import IO

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

SNAPSHOT = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
# How long the replacement of tables waits for those who use them.
LOCK_TIMEOUT = "SET lock_timeout = '20s'"
# The sequences (objid) of the tables (refobjid).
SEQUENCES = (
    "FROM pg_depend JOIN pg_class ON pg_class.oid = objid AND relkind = 'S' AND classid = 'pg_class'::regclass"
    " WHERE deptype IN ('a', 'i')"
)
# Seconds that psql has to say what is wrong, after its input broke off.
GRACE = 1


class PostgreSQL(Database):
    """The database of DATABASE_URL."""

    file = "database.dump"

    def size(self) -> int:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_database_size(current_database())")
            return cursor.fetchone()[0]

    @contextmanager
    def snapshot(self, target: Path) -> Iterator[Snapshot]:
        # A connection of its own: the snapshot lasts as long as its transaction.
        own = connection.copy()
        try:
            with own.cursor() as cursor:

                def ask(query: str) -> list[tuple]:
                    cursor.execute(query)
                    return cursor.fetchall()

                cursor.execute(SNAPSHOT)
                ((identity,),) = ask("SELECT pg_export_snapshot()")
                new_file(target).close()
                without = [f"--exclude-table-data={table}" for table in left_out()]
                options = ["--format=custom", "--no-owner", "--no-privileges", f"--snapshot={identity}", *without]
                _run(*_command("pg_dump", *options, f"--file={target}"))
                ((version,),) = ask("SHOW server_version")
                tables = own.introspection.table_names(cursor)
                self.check(target, tables)
                yield read_snapshot(ask, tables, f"PostgreSQL {version}")
        finally:
            own.close()

    def check(self, file: Path, tables: Iterable[str]) -> None:
        listed = _run([_program("pg_restore"), "--list", str(file)])
        # 3456; 1259 16385 TABLE public accounts_user lyceum
        lines = [line.split() for line in listed.splitlines() if not line.startswith(";")]
        found = [words[5] for words in lines if words[3] == "TABLE" and words[4] != "DATA"]
        with_rows = [words[6] for words in lines if words[3:5] == ["TABLE", "DATA"]]
        compare_tables(found, tables, str(file))
        compare_tables(with_rows, set(tables) - set(left_out()), f"The rows of {file}")

    def last_numbers(self, database) -> dict[str, int]:
        with database.cursor() as cursor:
            cursor.execute(f"SELECT refobjid::regclass::text, pg_sequence_last_value(objid) {SEQUENCES}")
            return {table: number for table, number in cursor.fetchall() if number is not None}

    def go_on_from(self, numbers: Mapping[str, int]) -> None:
        statement = (
            f"SELECT setval(objid::regclass, GREATEST(%s, pg_sequence_last_value(objid))) {SEQUENCES}"
            " AND refobjid = to_regclass(%s)"
        )
        with connection.cursor() as cursor:
            for table, number in numbers.items():
                cursor.execute(statement, [number, table])

    def restore(self, file: Path, *, replace: bool) -> None:
        dropped = f"DROP TABLE {', '.join(map(quoted, tables))} CASCADE" if (tables := _tables()) and replace else ""
        commands = [f"--command={command}" for command in (LOCK_TIMEOUT, dropped) if command]
        # One transaction: a process that is killed in it leaves the database as it was.
        options = ["--no-psqlrc", "--quiet", "--single-transaction", "--set=ON_ERROR_STOP=1", *commands, "--file=-"]
        written = [_program("pg_restore"), "--no-owner", "--no-privileges", "--file=-", str(file)]
        with tempfile.TemporaryFile() as said, tempfile.TemporaryFile() as answered:
            script = subprocess.Popen(written, stdout=PIPE, stderr=said)  # noqa: S603
            command, variables = _command("psql", *options)
            psql = subprocess.Popen(command, stdin=PIPE, stdout=DEVNULL, stderr=answered, env=variables)  # noqa: S603
            _pass_on(script, psql)
            if psql.returncode > 0:
                raise Refused(_sentence("psql", _read(answered)))
            if script.returncode or psql.returncode:
                raise Refused(_sentence("pg_restore", _read(said)))


def _pass_on(script: subprocess.Popen[bytes], psql: subprocess.Popen[bytes]) -> None:
    """Give psql what pg_restore writes, and wait for both. If the script is not whole, psql commits nothing."""
    if script.stdout is None or psql.stdin is None:
        raise ValueError("Both need a pipe.")
    whole = False
    try:
        with script.stdout, suppress(BrokenPipeError):  # psql has ended, and says why
            shutil.copyfileobj(script.stdout, psql.stdin)
        whole = script.wait() == 0
    finally:
        if not whole and psql.poll() is None:
            # Before the end of its input, at which it would commit. An error of psql itself ends it first.
            with suppress(subprocess.TimeoutExpired):
                psql.wait(GRACE)
            psql.kill()
        with suppress(BrokenPipeError):
            psql.stdin.close()
        psql.wait()
        script.wait()


def _tables() -> list[str]:
    return connection.introspection.table_names()


def _program(name: str) -> str:
    found = shutil.which(name)
    if found is None:
        raise Refused(f"The program {name} is missing: apt-get install postgresql-client.")
    return found


def _command(name: str, *options: str) -> tuple[list[str], dict[str, str]]:
    """The command of a program for this database, and its environment, in which the password is."""
    arguments, variables = connection.client.settings_to_cmd_args_env(connection.settings_dict, [])
    # Django's are for psql: the name of the database comes last.
    return [_program(name), *arguments[1:-1], f"--dbname={arguments[-1]}", *options], os.environ | (variables or {})


def _run(command: list[str], variables: dict[str, str] | None = None) -> str:
    """Run a command to its end and return its output."""
    ended = subprocess.run(command, stdin=DEVNULL, capture_output=True, env=variables, check=False)  # noqa: S603
    if ended.returncode:
        raise Refused(_sentence(Path(command[0]).name, ended.stderr.decode(errors="replace")))
    return ended.stdout.decode()


def _read(file: IO[bytes]) -> str:
    file.seek(0)
    return file.read().decode(errors="replace")


def _sentence(program: str, said: str) -> str:
    lines = [line for line in said.splitlines() if line.strip()]
    return f"{program} failed: {' '.join(lines[:3]) or 'it said nothing'}"
