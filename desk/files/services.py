"""Files that a city uploads for a practice: the only functions that change a DeskFile or the rows that name it.

An upload waits in a folder that no address serves, under a random name, until the worker has checked it
(`desk.files.checking`). The words that belong to it are answers of the working copy: rows of `photos` and `documents`
({"key": .., "file": key of the DeskFile, ..}).
"""

from collections.abc import Callable
from contextlib import suppress

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import F, ProtectedError
from django.http import HttpRequest
from django.utils import timezone

from audit import log
from audit.actions import Action
from core.media.fields import random_name
from core.media.models import PortalDocument, PortalImage
from core.media.withheld import delete_unused_files
from desk.files.limits import DOCUMENT, PICTURE, check_number, extension_of
from desk.models import DeskFile, WorkingCopy

# The answers that hold the rows of a kind.
ROWS = {PICTURE: "photos", DOCUMENT: "documents"}
UNCHECKED_FOLDER = "unchecked"
LONGEST_NAME = 255


def files_of(working_copy: WorkingCopy, kind: str | None = None) -> dict[str, DeskFile]:
    """The files of a working copy by key, oldest first, with their picture or document."""
    found = working_copy.files.select_related("image", "document")
    return {str(file.key): file for file in (found.filter(kind=kind) if kind else found)}


@transaction.atomic
def receive(
    upload: UploadedFile, working_copy: WorkingCopy, kind: str, *, by, request: HttpRequest | None = None
) -> DeskFile:
    """Keep an upload until it is checked, and add a row for it to the answers.

    kind: of DeskFile.Kind. Side effects: a file below `unchecked/`, an entry in the audit log, a new version of the
    answers. Raises ValidationError with words in the language of the request for what cannot be published; then
    nothing is stored.
    """
    WorkingCopy.objects.select_for_update().get(pk=working_copy.pk)
    check_number(working_copy.files.filter(kind=kind).count(), kind)
    extension = extension_of(upload, kind)
    file = DeskFile(working_copy=working_copy, kind=kind, name=_shown_name(upload), uploaded_by=by)
    _store(file, upload, extension)
    log.record(Action.FILE_RECEIVED, file, by=by, request=request, kind=kind)
    key = {"key": str(file.key), "file": str(file.key)}
    _change_rows(working_copy, kind, by, lambda rows: [*rows, key])
    return file


@transaction.atomic
def replace(file: DeskFile, upload: UploadedFile, *, by, request: HttpRequest | None = None) -> None:
    """Put another file in the place of one. The row keeps its words; the new file waits to be checked.

    Raises ValidationError as `receive`.
    """
    file = DeskFile.objects.select_for_update().get(pk=file.pk)
    extension = extension_of(upload, file.kind)
    former = file.unchecked.name
    file.state, file.reason, file.checked_at, file.uploaded_by = DeskFile.State.WAITING, "", None, by
    file.uploaded_at, file.name = timezone.now(), _shown_name(upload)
    _store(file, upload, extension)
    _delete_after_commit(file, former)
    log.record(Action.FILE_RECEIVED, file, by=by, request=request, kind=file.kind)


@transaction.atomic
def remove(file: DeskFile, *, by, request: HttpRequest | None = None) -> None:
    """Remove a file with its row. A picture or document that a page has ever shown stays in the library.

    Side effects: an entry in the audit log, a new version of the answers.
    """
    file = DeskFile.objects.select_for_update().get(pk=file.pk)
    log.record(Action.FILE_REMOVED, file, by=by, request=request, kind=file.kind)
    _change_rows(
        file.working_copy, file.kind, by, lambda rows: [row for row in rows if row.get("file") != str(file.key)]
    )
    discard(file)


@transaction.atomic
def discard(file: DeskFile) -> None:
    """Delete a file and what was made of it, unless a revision of the practice shows it."""
    made = file.image or file.document
    shown = made is not None and (not made.withheld or file.working_copy.submitted_revision_id is not None)
    _delete_after_commit(file, file.unchecked.name)
    file.delete()
    if made is not None and not shown:
        delete_unless_used(made)


def delete_unless_used(made: PortalImage | PortalDocument) -> None:
    """Delete a picture or document, unless a page that somebody else has made shows it."""
    with suppress(ProtectedError), transaction.atomic():
        made.delete()


@transaction.atomic
def adopt(working_copy: WorkingCopy, made: PortalImage | PortalDocument, key: str, *, name: str = "") -> DeskFile:
    """The DeskFile of a picture or document that the practice shows already, so that its row can name it.

    key: the UUID of the row. The same file is returned when it is adopted again.
    """
    is_picture = isinstance(made, PortalImage)
    file, _new = DeskFile.objects.get_or_create(
        key=key,
        working_copy=working_copy,
        defaults={
            "kind": PICTURE if is_picture else DOCUMENT,
            "state": DeskFile.State.ACCEPTED,
            "name": (name or made.title)[:LONGEST_NAME],
            "image": made if is_picture else None,
            "document": None if is_picture else made,
            "checked_at": timezone.now(),
        },
    )
    return file


def _store(file: DeskFile, upload: UploadedFile, extension: str) -> None:
    upload.seek(0)
    file.unchecked.save(random_name(f"file.{extension}"), upload, save=False)
    stored, storage = str(file.unchecked.name), file.unchecked.storage
    try:
        with transaction.atomic():
            file.save()
    except Exception:
        storage.delete(stored)
        raise


def _delete_after_commit(file: DeskFile, name: str | None) -> None:
    """Delete an unchecked file. If the process is killed before, the worker deletes it in the night."""
    storage = file.unchecked.storage
    if name:
        transaction.on_commit(lambda: storage.delete(name))


def _shown_name(upload: UploadedFile) -> str:
    """The name that the person gave the file, for the desk only."""
    return "".join(letter for letter in upload.name or "" if letter.isprintable())[-LONGEST_NAME:] or "–"


def _change_rows(working_copy: WorkingCopy, kind: str, by, change: Callable[[list[dict]], list[dict]]) -> None:
    """Change the rows of the answers as they are now, in a new version; the copy in memory follows."""
    now = WorkingCopy.objects.select_for_update().get(pk=working_copy.pk)
    name = ROWS[DeskFile.Kind(kind)]
    rows = now.answers.get(name)
    answers = now.answers | {name: change(rows if isinstance(rows, list) else [])}
    WorkingCopy.objects.filter(pk=now.pk).update(
        answers=answers, version=F("version") + 1, updated_by=by, updated_at=timezone.now()
    )
    working_copy.refresh_from_db(fields=["answers", "version", "updated_at"])


def delete_unused_uploads() -> int:
    """Delete unchecked files that no row refers to any more, and return how many there were."""
    return delete_unused_files(UNCHECKED_FOLDER, DeskFile, "unchecked")
