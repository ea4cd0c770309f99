"""A portal that somebody backs up, and an empty place elsewhere."""

import os
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from django.apps import apps
from django.db import connection
from django.test import Client
from django.utils import timezone

from accounts import links
from accounts.models import Attempt, EmailLink, LinkRequest
from mails.kinds import MailKind
from mails.outbox import send_once
from tests import factories
from tests.portal.conftest import own_database

__all__ = ["own_database"]


@pytest.fixture
def bare_portal(own_database, settings, tmp_path) -> Path:
    """The folder of a portal in which nobody has done anything."""
    return _move_to(settings, tmp_path / "first")


@pytest.fixture
def portal(bare_portal) -> Path:
    """The folder of a portal with a page, files, people, sessions, links and waiting mails."""
    factories.tree()
    page = factories.practice()
    picture = factories.image()
    picture.get_rendition("width-8")
    factories.document()
    person = factories.user("Editors", first_name="Ana")
    Client().force_login(person)
    _link, token = links.make(person, EmailLink.Purpose.SIGN_IN)
    now = timezone.now()
    send_once(
        MailKind.SIGN_IN, to=person, about="key", context={"expires_at": now, "links": []}, path=f"/en/desk/{token}/"
    )
    send_once(MailKind.RECEIVED, to=person, about="key", context={"title": "Books", "city": "Aarhus", "days": 5})
    LinkRequest.objects.create(email=person.email, language="en")
    Attempt.objects.create(kind="password", key="key", at=now)
    apps.get_model("wagtailadmin", "EditingSession").objects.create(user=person, content_object=page, last_seen_at=now)
    return bare_portal


@pytest.fixture
def elsewhere(bare_portal, settings, tmp_path, request) -> Iterator[Callable[..., Path]]:
    """A function that moves to an empty database and an empty folder, which it returns.

    migrated: the database has its tables; on PostgreSQL only.
    """
    names, made = connection.settings_dict, list[str]()
    first = names["NAME"]

    def moved(*, migrated: bool = False) -> Path:
        folder = _move_to(settings, tmp_path / f"place {len(made) + 2} #?")
        connection.close()
        if connection.vendor == "sqlite":
            names["NAME"] = str(folder / "portal.sqlite3")
        else:
            name = f"elsewhere_{os.getpid()}_{len(made)}"
            template = request.getfixturevalue("migrated_template") if migrated else "template1"
            with connection._nodb_cursor() as cursor:
                cursor.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
            names["NAME"] = name
        made.append(names["NAME"])
        return folder

    yield moved
    connection.close()
    names["NAME"] = first
    if connection.vendor != "sqlite":
        with connection._nodb_cursor() as cursor:
            for name in made:
                cursor.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def _move_to(settings, folder: Path) -> Path:
    folder.mkdir()
    settings.DATA_DIR, settings.MEDIA_ROOT = folder, folder / "media"
    settings.SEARCH_DIRECTORY = folder / "search"
    return folder


def in_another_thread(work: Callable[[], object]) -> None:
    """Do some work with another connection to the database, as another process has."""

    def and_close() -> None:
        try:
            work()
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        pool.submit(and_close).result()


def all_rows() -> dict[str, list[str]]:
    """The rows of every table, in an order that does not depend on the database."""
    found = {}
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            found[table] = sorted(repr(row) for row in cursor.fetchall())
    return found


def all_files(folder: Path) -> dict[str, bytes]:
    """The content of every file below a folder."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
