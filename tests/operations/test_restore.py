"""A restore checks everything first, replaces only what it may, and brings no session and no link back to life."""

import json
import os
import shutil
import sqlite3
import subprocess
import sys
from hashlib import sha256
from pathlib import Path
from subprocess import PIPE

import pytest
from django.core.cache import cache
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from post_office.models import STATUS, Email

from accounts import links
from accounts.models import EmailLink, User
from core.media.models import PortalImage
from core.page_cache.content_version import current
from operations.backup import make_backup
from operations.restore import restore
from portal.locks import only_worker
from practices.models import PracticePage
from search.current_engine import current_engine
from search.rebuild import rebuild_if_needed, rebuild_index, rebuild_reason
from tests import factories
from tests.operations.conftest import all_files, all_rows, in_another_thread
from tests.waiting import wait_until


@pytest.fixture
def backup(portal, tmp_path) -> Path:
    make_backup(tmp_path / "backup")
    return tmp_path / "backup"


def changed_manifest(folder: Path, **changes) -> None:
    """Change the manifest of a backup, with its checksum."""
    told = json.loads((folder / "manifest.json").read_text()) | changes
    text = json.dumps(told)
    (folder / "manifest.json").write_text(text)
    (folder / "manifest.json.sha256").write_text(f"{sha256(text.encode()).hexdigest()}  manifest.json\n")


# --- What is not restored -------------------------------------------------------------------


def test_no_session_and_no_link_comes_back_to_life(portal, elsewhere, tmp_path):
    person = User.objects.get(first_name="Ana")
    browser = Client()
    browser.force_login(person)
    _link, token = links.make(person, EmailLink.Purpose.SIGN_IN)
    assert browser.get("/admin/").status_code == 200
    make_backup(tmp_path / "backup")
    elsewhere()
    restore(tmp_path / "backup")
    assert browser.get("/admin/").status_code == 302
    assert links.use(token, EmailLink.Purpose.SIGN_IN) is None
    # The mail with such a link is not sent; the other one is.
    with_link, other = Email.objects.order_by("pk")
    assert (with_link.status, with_link.message, with_link.html_message) == (STATUS.failed, "", "")
    assert other.status == STATUS.queued
    assert "Aarhus" in other.message


def test_what_was_computed_before_is_computed_again(backup, portal):
    restored, documents = PracticePage.objects.get(), rebuild_index().documents
    later = factories.practice()
    assert rebuild_index().documents > documents
    cache.set("page", "old")
    (portal / "open-data").mkdir()
    version = current().code
    restore(backup, replace=True)
    assert cache.get("page") is None
    assert current().code != version
    assert not (portal / "open-data").exists()
    assert rebuild_reason() == "the embedded index was not built yet"
    assert rebuild_if_needed()
    assert rebuild_reason() == ""
    assert list(PracticePage.objects.all()) == [restored]
    assert current_engine().count() == documents
    assert later.pk != restored.pk


# --- What is replaced -----------------------------------------------------------------------


def test_a_restore_replaces_everything_or_nothing(backup, portal):
    files = all_files(portal / "media")
    PortalImage.objects.get().delete()
    factories.document()
    rows = all_rows()
    with pytest.raises(CommandError, match="The database is not empty: --replace deletes what is in it, and all files"):
        restore(backup)
    assert all_rows() == rows
    call_command("restore", str(backup), "--replace")
    assert all_files(portal / "media") == files
    assert PortalImage.objects.count() == 1


@pytest.mark.one_database
def test_files_that_are_there_are_not_overwritten_unasked(backup, elsewhere):
    folder = elsewhere()
    (folder / "media").mkdir()
    (folder / "media" / "mine").touch()
    with pytest.raises(CommandError, match="media is not empty: --replace deletes the files in it, and the database"):
        restore(backup)
    assert set(all_files(folder / "media")) == {"mine"}
    assert connection.introspection.table_names() == []


@pytest.mark.one_database
def test_a_restore_that_was_killed_is_repeated(backup, elsewhere):
    folder = elsewhere()
    (folder / "media" / ".restoring" / "images").mkdir(parents=True)
    (folder / "media" / ".restoring" / "images" / "half").touch()
    restore(backup)
    assert "images/half" not in all_files(folder / "media")
    assert len(all_files(folder / "media")) == 3


def test_a_portal_whose_worker_runs_elsewhere_is_not_replaced(backup):
    rows = all_rows()
    with only_worker(), pytest.raises(CommandError, match="stop the worker and the web server first"):
        # Another connection, as another process has.
        in_another_thread(lambda: restore(backup, replace=True))
    assert all_rows() == rows


@pytest.mark.one_database
def test_a_portal_is_not_replaced_while_any_process_of_it_runs(backup, portal):
    """Web server, worker and commands begin with `use_settings`: tests/portal/test_entry_points.py."""
    begin = "import os; from portal.entry_points import use_settings; use_settings('portal.settings.test')"
    # A forked process, as each of gunicorn, goes on when its parent was killed.
    forked = f"{begin}; os.fork() or print(flush=True); input()"
    variables = os.environ | {"DATA_DIR": str(portal), "DJANGO_SETTINGS_MODULE": ""}
    rows = all_rows()
    process = subprocess.Popen([sys.executable, "-c", forked], env=variables, stdin=PIPE, stdout=PIPE)
    process.stdout.readline()
    process.kill()
    process.wait()
    with pytest.raises(CommandError, match="stop the worker and the web server first"):
        restore(backup, replace=True)
    assert all_rows() == rows
    process.stdin.close()
    wait_until(lambda: restored(backup))


def restored(backup: Path) -> bool:
    """Whether nothing keeps a backup from being restored any more."""
    try:
        restore(backup, replace=True)
    except CommandError:
        return False
    return True


# --- What is refused ------------------------------------------------------------------------


def damage_a_file(folder: Path) -> None:
    name = next(folder.glob("media/images/*"))
    name.write_bytes(name.read_bytes()[:-1] + b"!")


def lose_a_file(folder: Path) -> None:
    next(folder.glob("media/documents/*")).unlink()


def damage_the_database(folder: Path) -> None:
    (path,) = folder.glob("database.*")
    path.write_bytes(path.read_bytes()[:-1])


def damage_the_manifest(folder: Path) -> None:
    (folder / "manifest.json").write_text(
        (folder / "manifest.json").read_text().replace('"core_term": 0', '"core_term": 1')
    )


def lose_the_manifest(folder: Path) -> None:
    (folder / "manifest.json").unlink()


def lose_a_table(folder: Path) -> None:
    """Make a backup without a table, as one that forgot it: all checksums are right."""
    (path,) = folder.glob("database.*")
    if path.suffix == ".sqlite3":
        with sqlite3.connect(path) as database:
            database.execute("DROP TABLE practices_practicestep")
        database.close()
    else:
        names = connection.settings_dict
        address = f"postgres://{names['USER']}@{names['HOST']}:{names['PORT']}/{names['NAME']}"
        options = ["--format=custom", "--exclude-table=practices_practicestep", f"--file={path}", address]
        subprocess.run(["pg_dump", *options], check=True)
    content = path.read_bytes()
    told = json.loads((folder / "manifest.json").read_text())["files"]
    changed_manifest(folder, files=told | {path.name: {"size": len(content), "sha256": sha256(content).hexdigest()}})


def be_of_a_newer_version(folder: Path) -> None:
    changed_manifest(folder, migrations={"core": ["0999_of_next_year"]})


def be_of_a_newer_format(folder: Path) -> None:
    changed_manifest(folder, format=2)


def be_of_another_database(folder: Path) -> None:
    changed_manifest(folder, vendor="postgresql" if connection.vendor == "sqlite" else "sqlite")


def name_a_file_outside(folder: Path) -> None:
    changed_manifest(folder, files={"media/../../evil": {"size": 0, "sha256": ""}})


SPOILT = {
    damage_a_file: "is damaged: media/images/",
    lose_a_file: "is damaged: media/documents/",
    damage_the_database: r"is damaged: database\.",
    damage_the_manifest: "is damaged: it does not have the checksum",
    lose_the_manifest: "is no complete backup: manifest.json is missing",
    lose_a_table: "is incomplete: it has no table practices_practicestep",
    be_of_a_newer_version: "newer version of Lyceum: core.0999_of_next_year is unknown here",
    be_of_a_newer_format: "newer version of Lyceum: restore it with that version",
    be_of_another_database: "and DATABASE_URL names",
    name_a_file_outside: "names files outside of the backup",
}


def test_a_backup_that_is_not_whole_is_refused_in_a_sentence(backup, elsewhere, tmp_path):
    spoilt = {}
    for number, spoil in enumerate(SPOILT):
        spoilt[spoil] = tmp_path / f"spoilt {number}"
        shutil.copytree(backup, spoilt[spoil])
        spoil(spoilt[spoil])
    folder = elsewhere()
    for spoil, sentence in SPOILT.items():
        with pytest.raises(CommandError, match=sentence) as refused:
            restore(spoilt[spoil])
        assert "\n" not in str(refused.value)
        assert connection.introspection.table_names() == []
        assert not (folder / "media").exists()
