"""A backup: one folder with the database, the stored files and a manifest, all of one moment.

The folder has its name only when it is complete. Until then it is `.NAME.unfinished` beside its place.
"""

import os
import platform
import shutil
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import django
import wagtail
from django.conf import settings

from operations import manifest
from operations.databases import current_database
from operations.databases.base import Snapshot, ask_now, left_out, names_of_files
from operations.file_copies import FilesCopy, folder_size, media_folder
from operations.manifest import Manifest, need_space
from operations.refused import Refused, in_one_sentence
from portal.locks import Held, hold_file

MEDIA = "media"
LOCK = "lock"
# A backup begins again if files were deleted at the very moment of its snapshot. That is rare.
ATTEMPTS = 5

Say = Callable[[str], object]
"""Tells the operator what was done."""


def make_backup(folder: Path, say: Say = lambda _line: None) -> Manifest:
    """Save database and files in a new folder, while people go on writing, and return what is in it.

    Only the owner can read it: it has everything that the portal knows. Raises Refused.
    """
    folder = folder.absolute()
    with in_one_sentence():
        _refuse_unusable(folder)
        draft = folder.with_name(f".{folder.name}.unfinished")
        draft.mkdir(mode=0o700, exist_ok=True)
        try:
            lock = hold_file(draft / LOCK)
        except Held as error:
            raise Refused(f"Another backup is being written to {folder}.") from error
        with lock:
            _empty(draft)
            try:
                need_space(draft, current_database().size() + folder_size(media_folder()))
                made = _fill(draft, say)
                made.write(draft)
                (draft / LOCK).unlink()
                os.sync()
                draft.rename(folder)
            except BaseException:
                shutil.rmtree(draft, ignore_errors=True)
                raise
    return made


def _refuse_unusable(folder: Path) -> None:
    if not folder.parent.is_dir():
        raise Refused(f"There is no folder {folder.parent}: make it, or mount its disk.")
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise Refused(f"{folder} exists already: name a new folder for each backup.")
    if folder.resolve().is_relative_to(media_folder().resolve()):
        raise Refused(f"{folder} is among the files that are saved: name a folder elsewhere.")


def _empty(draft: Path) -> None:
    """Remove what a backup that was killed has left."""
    for path in draft.iterdir():
        if path.is_dir():
            shutil.rmtree(path)
        elif path.name != LOCK:
            path.unlink()


def _fill(draft: Path, say: Say) -> Manifest:
    database = current_database()
    files = FilesCopy(media_folder(), draft / MEDIA)
    for _attempt in range(ATTEMPTS):
        files.take_all()
        with database.snapshot(draft / database.file) as snapshot:
            moment = datetime.now(UTC)
            missing = files.agree(snapshot.files)
        # What the database does not name any more was deleted between the first copy and the snapshot.
        if not missing or missing <= set(names_of_files(ask_now)):
            return _described(draft, database.file, snapshot, files, missing, moment, say)
    raise Refused("Files are deleted all the time: make the backup when there is less to do.")


def _described(
    draft: Path, file: str, snapshot: Snapshot, files: FilesCopy, missing: set[str], moment: datetime, say: Say
) -> Manifest:
    stored = {f"{MEDIA}/{name}": copied.stored for name, copied in sorted(files.files.items())}
    saved = manifest.stored(draft / file)
    say(f"Database: {len(snapshot.tables)} tables with {sum(snapshot.tables.values()):,} rows.")
    say(f"Files: {len(stored):,}.")
    if missing:
        say(f"{len(missing)} files that the database names are not there: {', '.join(sorted(missing)[:5])}.")
    return Manifest(
        made_at=moment.isoformat(timespec="seconds"),
        vendor=snapshot.vendor,
        database=file,
        versions={
            "database": snapshot.server,
            "python": platform.python_version(),
            "django": django.__version__,
            "wagtail": wagtail.__version__,
        },
        languages=[code for code, _name in settings.LANGUAGES],
        migrations=snapshot.migrations,
        tables=snapshot.tables,
        left_out=left_out(),
        missing=sorted(missing),
        files={file: saved, **stored},
    )
