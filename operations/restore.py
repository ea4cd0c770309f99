"""A backup becomes the portal again.

Everything is checked before anything is changed. The files are copied beside their place first, which takes long. Then
the database is replaced in one transaction, and the files get their names.
"""

import os
import shutil
from collections.abc import Callable
from pathlib import Path

from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from post_office.models import STATUS, Email

from core.page_cache.content_version import note_change
from core.page_cache.models import ContentChange
from mails.kinds import WITH_SECRET
from mails.models import Notice
from operations import manifest
from operations.backup import MEDIA
from operations.databases import current_database
from operations.databases.base import VENDORS, ask_now, quoted
from operations.file_copies import media_folder
from operations.manifest import Manifest, need_space
from operations.refused import Refused, in_one_sentence
from operations.stopped import stopped_portal
from search.current_engine import current_engine
from search_engines import EngineUnavailable

RESTORING, REPLACED = ".restoring", ".replaced"

Say = Callable[[str], object]
"""Tells the operator what was done."""


def check_backup(folder: Path) -> Manifest:
    """Return what is in a backup. Raises Refused unless it is complete, and each file has its checksum."""
    with in_one_sentence():
        found = manifest.read(folder)
        manifest.check_files(folder, found)
        return found


def restore(folder: Path, *, replace: bool = False, say: Say = lambda _line: None) -> Manifest:
    """Restore database and files from a backup, and return what was in it. Raises Refused.

    replace: instead of the database and the files that are there; without it, both have to be empty. No session, no
    e-mailed link and no count of a limit is restored. The worker builds the search index when it starts.
    """
    with in_one_sentence():
        found = check_backup(folder)
        say(f"The backup of {found.moment:%Y-%m-%d %H:%M} UTC is complete: {len(found.files):,} files.")
        _refuse_other_kind(folder, found)
        with stopped_portal():
            _restore(folder, found, replace=replace, say=say)
    return found


def _restore(folder: Path, found: Manifest, *, replace: bool, say: Say) -> None:
    database, media = current_database(), media_folder()
    database.check(folder / found.database, found.tables)
    if not replace:
        if not database.is_empty():
            raise Refused("The database is not empty: --replace deletes what is in it, and all files.")
        if media.exists() and any(path.name not in {RESTORING, REPLACED} for path in media.iterdir()):
            raise Refused(f"{media} is not empty: --replace deletes the files in it, and the database.")
    _copy_files(folder, found, media)
    database.restore(folder / found.database, replace=replace)
    _swap_files(media)
    _compare_rows(found)
    say(f"Database: {len(found.tables)} tables with {sum(found.tables.values()):,} rows.")
    say(f"Files: {sum(name.startswith(f'{MEDIA}/') for name in found.files):,}.")
    _end_mailed_links()
    _forget_what_was_computed(found, say)
    if _is_behind(found):
        say("The backup is of an earlier version: run manage.py deploy.")


def _refuse_other_kind(folder: Path, found: Manifest) -> None:
    """Raise Refused for a backup of another kind of database, or of a newer version."""
    if found.vendor != connection.vendor:
        raise Refused(
            f"{folder} is a backup of {VENDORS.get(found.vendor, found.vendor)}, and DATABASE_URL names "
            f"{VENDORS[connection.vendor]}: restore it into {VENDORS.get(found.vendor, found.vendor)}."
        )
    if unknown := sorted(_of_backup(found) - _of_this_version()):
        raise Refused(
            f"{folder} was made by a newer version of Lyceum: {'.'.join(unknown[0])} is unknown here. "
            "Restore it with that version."
        )


def _of_backup(found: Manifest) -> set[tuple[str, str]]:
    return {(app, name) for app, names in found.migrations.items() for name in names}


def _of_this_version() -> set[tuple[str, str]]:
    """The migrations on disk, also those that a squashed one replaces."""
    known = MigrationLoader(None, ignore_no_migrations=True).disk_migrations
    replaced = {key for migration in known.values() for key in migration.replaces}
    return {*known, *replaced}


def _is_behind(found: Manifest) -> bool:
    """Whether this version has migrations that the backup has not had."""
    loader = MigrationLoader(connection)
    return bool(set(loader.graph.nodes) - set(loader.applied_migrations))


def _copy_files(folder: Path, found: Manifest, media: Path) -> None:
    """Copy the files into a hidden folder among the present ones. Raises Refused if one is damaged on the way."""
    media.mkdir(parents=True, exist_ok=True)
    draft = media / RESTORING
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir()
    need_space(draft, sum(file.size for file in found.files.values()))
    for name, expected in found.files.items():
        if not name.startswith(f"{MEDIA}/"):
            continue
        target = draft / name.removeprefix(f"{MEDIA}/")
        if manifest.copy(folder / name, target) != expected:
            shutil.rmtree(draft, ignore_errors=True)
            raise Refused(f"{folder / name} changed while it was read.")
        if settings.FILE_UPLOAD_PERMISSIONS is not None:
            target.chmod(settings.FILE_UPLOAD_PERMISSIONS)
    os.sync()


def _swap_files(media: Path) -> None:
    """Put the copied files in the place of the present ones. The folder itself stays: a disk may be mounted there."""
    old = media / REPLACED
    old.mkdir(exist_ok=True)
    for path in media.iterdir():
        if path.name not in {RESTORING, REPLACED}:
            path.rename(old / path.name)
    for path in (media / RESTORING).iterdir():
        path.rename(media / path.name)
    (media / RESTORING).rmdir()
    shutil.rmtree(old)


def _compare_rows(found: Manifest) -> None:
    for table, expected in found.tables.items():
        ((rows,),) = ask_now(f"SELECT COUNT(*) FROM {quoted(table)}")  # noqa: S608
        if rows != expected:
            raise Refused(
                f"The table {table} has {rows} rows and not {expected}, as in the backup: do not use this database."
            )


def _end_mailed_links() -> None:
    """Send no mail whose link is not in the backup: it would not work."""
    mails = Notice.objects.filter(kind__in=WITH_SECRET, mail__isnull=False).values("mail_id")
    waiting = Email.objects.filter(pk__in=mails, status__in=[STATUS.queued, STATUS.requeued])
    waiting.update(status=STATUS.failed, message="", html_message="")


def _forget_what_was_computed(found: Manifest, say: Say) -> None:
    """Remove what was computed from the database before: cache, files of the open data, search index."""
    cache.clear()
    # Pages that are kept elsewhere, or that a process made meanwhile, are of another version of the content.
    if ContentChange._meta.db_table in found.tables:
        note_change()
    shutil.rmtree(Path(settings.DATA_DIR) / "open-data", ignore_errors=True)
    try:
        current_engine().destroy()
        say("Search index: the worker builds it when it starts.")
    except EngineUnavailable as error:
        say(f"Search index: the engine cannot be reached ({error}). When it can: manage.py search rebuild.")
