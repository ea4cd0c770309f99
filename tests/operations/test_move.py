"""A database moves from SQLite to PostgreSQL, and back, with every row; what cannot move is refused in a sentence."""

import os
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connection
from django_tasks_db.models import DBTaskResult
from wagtail.models import PageLogEntry
from wagtail.search.backends import get_search_backend

from core.models import Term
from operations.move import COMPUTED
from portal.locks import only_process
from practices.models import PracticePage
from tests import factories
from tests.operations.conftest import all_rows
from tests.portal.errands import write_down

pytestmark = pytest.mark.skipif(connection.vendor != "postgresql", reason="needs a PostgreSQL server")


@pytest.fixture
def file(migrated_database, tmp_path) -> Path:
    """A database of SQLite that has its tables."""
    return Path(shutil.copyfile(migrated_database, tmp_path / "portal.sqlite3"))


def move_from(source: str | Path) -> None:
    """Move a database to that of the test."""
    call_command("move_database", "--from", source if isinstance(source, str) else f"sqlite:///{source}")


def address() -> str:
    """The address of the database of the test."""
    names = connection.settings_dict
    return f"postgres://{names['USER']}:{names['PASSWORD']}@{names['HOST']}:{names['PORT']}/{names['NAME']}"


def copied_rows() -> dict[str, list[str]]:
    """The rows of every table that is copied."""
    return {table: rows for table, rows in all_rows().items() if table not in {*COMPUTED, "django_migrations"}}


def change(file: Path, statement: str) -> None:
    """Change a database of SQLite."""
    with closing(sqlite3.connect(file)) as database, database:
        database.execute(statement)


def test_a_database_moves_and_comes_back_with_every_row(portal, elsewhere, file):
    """From PostgreSQL to SQLite, by the command itself, and from there to another database of PostgreSQL."""
    factories.practice(title="Ünïque 学习")
    # JSON that is null and that is missing, texts without and with many characters, a day before 1970, a file's row.
    write_down.enqueue("/dev/null")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE wagtailcore_pagelogentry SET data = 'null'")
    assert PageLogEntry.objects.exists()
    assert DBTaskResult.objects.filter(return_value__isnull=True).exists()
    text = factories.standard_page(search_description="long " * 100_000)
    type(text).objects.filter(pk=text.pk).update(
        go_live_at=datetime(1899, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC), seo_title=""
    )
    factories.image()
    newest = Term.objects.create()
    number = newest.pk
    newest.delete()
    rows = copied_rows()
    variables = {"DATABASE_URL": f"sqlite:///{file}", "DATA_DIR": str(portal)}
    moved = subprocess.run(
        [sys.executable, "manage.py", "move_database", "--from", address()],
        cwd=settings.BASE_DIR,
        env=os.environ | {"DJANGO_SETTINGS_MODULE": "portal.settings.demo", **variables},
        capture_output=True,
        text=True,
    )
    assert moved.stdout.endswith("Moved. Next: start web server and worker.\n"), moved.stderr
    with pytest.raises(CommandError, match="has people or pages already: name an empty one"):
        move_from(file)

    elsewhere(migrated=True)
    # One value that PostgreSQL does not take: nothing is copied. The move is repeated.
    change(file, "UPDATE accounts_user SET first_name = 'secret' || char(0) || ''")
    with pytest.raises(CommandError, match=r"The row \d+ of accounts_user cannot be copied: ") as refused:
        move_from(file)
    assert "secret" not in str(refused.value)
    change(file, "UPDATE accounts_user SET first_name = 'Ana'")
    move_from(file)
    assert copied_rows() == rows
    assert sum(map(len, rows.values())) > 100
    # A number that was given is not given again, and the search of the admin finds what has moved.
    assert Term.objects.create().pk == number + 1
    (found,) = get_search_backend().search("Ünïque", PracticePage)
    assert found.title == "Ünïque 学习"


def test_what_cannot_move_is_refused_in_a_sentence(bare_portal, elsewhere, file, tmp_path):
    first = address()
    folder = elsewhere()
    (tmp_path / "letter").write_text("No database." * 1000)
    refused: dict[str | Path, str] = {
        "mysql://lyceum:secret@127.0.0.1/lyceum": "--from must have the form postgres://",
        first: "Both databases are PostgreSQL: manage.py backup and restore move it",
        tmp_path / "none": "There is no database .*none",
        tmp_path / "letter": "The database cannot be read: file is not a database",
    }
    for source, sentence in refused.items():
        with pytest.raises(CommandError, match=sentence) as error:
            move_from(source)
        assert "secret" not in str(error.value)
    with only_process(folder), pytest.raises(CommandError, match="The portal is running: stop the worker"):
        move_from(file)
    columns = "app, name, applied"
    change(file, f"INSERT INTO django_migrations ({columns}) VALUES ('core', '0999_of_next_year', '2030-01-01')")
    with pytest.raises(CommandError, match=r"of a newer version: core\.0999_of_next_year is unknown"):
        move_from(file)
    change(file, "DELETE FROM django_migrations WHERE app = 'operations' OR app = 'core'")
    with pytest.raises(CommandError, match=r"of an earlier version: run manage\.py deploy"):
        move_from(file)
    assert connection.introspection.table_names() == []
