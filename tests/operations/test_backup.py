"""A backup holds every row and file of one moment, while people write, upload and delete."""

import json
import shutil
import threading

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db import connection, transaction

from core.media.models import PortalImage
from core.models import Term, TermWord
from operations.backup import make_backup
from operations.databases.base import file_columns, left_out
from operations.file_copies import FilesCopy
from operations.restore import check_backup, restore
from tests import factories
from tests.operations.conftest import all_files, all_rows
from tests.waiting import CEILING


def test_a_backup_is_restored_elsewhere_with_every_row_and_file(portal, elsewhere, tmp_path):
    # One that no row names: an earlier version of the portal, or a person, has put it there.
    (portal / "media" / "original_images" / "unnamed").write_text("unnamed")
    rows, files = all_rows(), all_files(portal / "media")
    tables = {model._meta.db_table for model in apps.get_models(include_auto_created=True)}
    empty = set(left_out())
    assert empty == {
        "accounts_attempt",
        "accounts_emaillink",
        "accounts_linkrequest",
        "django_session",
        "wagtailadmin_editingsession",
    }
    assert tables <= set(rows)
    assert len(files) == 4
    assert all(rows[table] for table in empty)
    call_command("backup", str(tmp_path / "backup"))
    folder = elsewhere()
    call_command("restore", str(tmp_path / "backup"))
    restored = all_rows()
    changed = {table for table in rows if rows[table] != restored.get(table)}
    assert changed == {*empty, "post_office_email", "core_contentchange"}
    assert [table for table in empty if restored[table]] == []
    assert all_files(folder / "media") == files


def test_the_manifest_tells_what_is_in_the_backup(portal, tmp_path):
    lost = PortalImage.objects.get().file
    (portal / "media" / lost.name).unlink()
    call_command("backup", str(tmp_path / "backup"))
    told = json.loads((tmp_path / "backup" / "manifest.json").read_text())
    rows = {table: len(found) for table, found in all_rows().items()}
    assert told["tables"] == rows | dict.fromkeys(told["left_out"], 0)
    assert told["missing"] == [lost.name]
    assert told["made_at"].endswith("+00:00")
    assert "core" in told["migrations"]
    assert set(told["versions"]) == {"database", "python", "django", "wagtail"}
    assert set(told["files"]) == set(all_files(tmp_path / "backup")) - {"manifest.json", "manifest.json.sha256"}
    # Everything that the portal knows is in it.
    assert [path for path in (tmp_path / "backup").rglob("*") if path.stat().st_mode & 0o077 and path.is_file()] == []
    assert (tmp_path / "backup").stat().st_mode & 0o077 == 0


def test_a_backup_while_people_write_is_of_one_moment(bare_portal, elsewhere, tmp_path):
    stop, errors = threading.Event(), []

    def write() -> None:
        try:
            while not stop.is_set():
                with transaction.atomic():
                    term = Term.objects.create()
                    TermWord.objects.create(term=term, language="en", text=f"Word {term.pk}")
                    factories.image()
                if (pictures := PortalImage.objects.order_by("pk")).count() > 3:
                    with transaction.atomic():
                        pictures[0].delete()
        except Exception as error:
            errors.append(error)
        finally:
            connection.close()

    writer = threading.Thread(target=write)
    writer.start()
    try:
        made = [make_backup(tmp_path / f"backup {number}") for number in range(2)]
    finally:
        stop.set()
        writer.join(CEILING)
    assert errors == []
    assert [backup.missing for backup in made] == [[], []]
    assert made[0].tables["core_term"] < made[1].tables["core_term"]
    for number in range(2):
        folder = elsewhere()
        restore(tmp_path / f"backup {number}")
        assert Term.objects.count() == TermWord.objects.count()
        for picture in PortalImage.objects.all():
            assert (folder / "media" / picture.file.name).stat().st_size == picture.file_size


# --- The files ------------------------------------------------------------------------------


@pytest.fixture
def files(tmp_path) -> FilesCopy:
    (tmp_path / "media" / "images").mkdir(parents=True)
    for name in ("kept", "deleted", "replaced", "unnamed"):
        (tmp_path / "media" / "images" / name).write_text(name)
    copy = FilesCopy(tmp_path / "media", tmp_path / "copy")
    copy.take_all()
    return copy


def test_files_that_change_around_the_snapshot_agree_with_it(files):
    images = files.source / "images"
    (images / "deleted").unlink()
    (images / "unnamed").unlink()
    (images / "added").write_text("added")
    (images / "half").write_text("ha")
    (images / "replaced").write_text("replaced later")
    named = {f"images/{name}" for name in ("kept", "deleted", "replaced", "added", "lost")}
    assert files.agree(named) == {"images/lost"}
    copied = {name.removeprefix("images/"): text.decode() for name, text in all_files(files.target).items()}
    assert copied == {"kept": "kept", "deleted": "deleted", "replaced": "replaced later", "added": "added"}


def test_a_file_that_no_row_names_is_kept_if_nobody_touches_it(files):
    assert files.agree(set()) == set()
    assert set(files.files) == {"images/kept", "images/deleted", "images/replaced", "images/unnamed"}


def test_every_kind_of_file_is_looked_for():
    assert {"core_portalimage", "core_portalrendition", "core_portaldocument", "desk_deskfile"} <= {
        table for table, _column in file_columns()
    }


# --- What cannot be done --------------------------------------------------------------------


@pytest.mark.one_database
def test_a_folder_that_cannot_be_used_is_refused(bare_portal, tmp_path):
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "letter").touch()
    images = bare_portal / "media" / "images"
    images.mkdir(parents=True)
    before = set(tmp_path.rglob("*"))
    for folder, sentence in {
        "no/such/folder/backup": "There is no folder ",
        "full": "exists already: name a new folder for each backup",
        "first/media/backup": "is among the files that are saved",
    }.items():
        with pytest.raises(CommandError, match=sentence):
            make_backup(tmp_path / folder)
        assert set(tmp_path.rglob("*")) == before
    with (images / "sparse").open("wb") as picture:
        picture.truncate(shutil.disk_usage(tmp_path).free + 10**12)
    with pytest.raises(CommandError, match=r"has room for [\d.]+ \wB, but [\d.]+ TB are needed"):
        make_backup(tmp_path / "backup")
    assert not list(tmp_path.glob("*backup*"))


@pytest.mark.one_database
def test_what_a_killed_backup_left_is_not_in_the_next(bare_portal, tmp_path):
    left = tmp_path / ".backup.unfinished" / "media" / "images"
    left.mkdir(parents=True)
    (left / "old").touch()
    (left.parent.parent / "database.sqlite3").write_text("half")
    make_backup(tmp_path / "backup")
    check_backup(tmp_path / "backup")
    assert "media/images/old" not in all_files(tmp_path / "backup")
    assert not left.exists()


def test_nothing_is_left_of_a_backup_that_fails(bare_portal, tmp_path, monkeypatch):
    if connection.vendor == "sqlite":
        connection.close()
        (tmp_path / "copy.sqlite3").write_bytes(b"no database" * 1000)
    else:
        monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(CommandError, match=r"not a database|The program pg_dump is missing"):
        make_backup(tmp_path / "backup")
    assert not list(tmp_path.glob("*backup*"))
