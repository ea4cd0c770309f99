"""Uploading a file, starting its import, checking it again, discarding it: what people do. The worker does the rest."""

import hashlib

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from audit import log
from audit.actions import Action
from core.imports import ImportKind
from core.media.fields import random_name
from core.media.withheld import delete_unused_files
from editorial.imports.models import FOLDER, Import, RowState, Stage
from editorial.imports.reading import LARGEST_FILE, Unreadable, opened, too_large

LONGEST_NAME = 150


class NotNow(Exception):
    """This cannot be done in the present stage. The message says why, in the active language."""


def receive(
    upload: UploadedFile, kind: type[ImportKind], language: str, *, by, request: HttpRequest | None = None
) -> Import:
    """Keep an uploaded file, and let the worker check its rows.

    Raises Unreadable for a file that is too large, empty, or no table; then nothing is stored.
    """
    if (upload.size or 0) > LARGEST_FILE:
        raise Unreadable(too_large())
    name = upload.name or ""
    with opened(upload, name) as table:
        file_format = table.file_format
    upload.seek(0)
    digest = hashlib.file_digest(upload, "sha256").hexdigest()
    upload.seek(0)
    job = Import(
        kind=kind.code,
        name="".join(sign for sign in name if sign.isprintable())[-LONGEST_NAME:] or f"table.{file_format}",
        digest=digest,
        language=language,
        reader_language=get_language(),
        created_by=by,
    )
    job.file.save(random_name(f"table.{file_format}"), upload, save=False)
    stored, storage = str(job.file.name), job.file.storage
    try:
        with transaction.atomic():
            job.save()
            log.record(Action.IMPORT_UPLOADED, job, by=by, request=request, kind=kind.code)
    except Exception:
        storage.delete(stored)
        raise
    return job


def imported_before(job: Import) -> Import | None:
    """The last finished import of the same file."""
    others = Import.objects.filter(kind=job.kind, digest=job.digest, stage=Stage.DONE).exclude(pk=job.pk)
    return others.order_by("-finished_at").first()


@transaction.atomic
def start(job: Import, *, by, request: HttpRequest | None = None) -> bool:
    """Let the worker import what was judged; return False if it was started before (a second click).

    Raises NotNow while rows are checked, and for a file that is not the one that was checked.
    """
    job = _locked(job)
    if job.stage in {Stage.RUNNING, Stage.DONE}:
        return False
    if job.stage != Stage.JUDGED:
        raise NotNow(_("The rows are not checked yet."))
    if _digest(job) != job.digest:
        raise NotNow(_("The stored file is not the one that was checked. Upload it again."))
    Import.objects.filter(pk=job.pk).update(stage=Stage.RUNNING, started_at=timezone.now())
    log.record(Action.IMPORT_STARTED, job, by=by, request=request, kind=job.kind)
    return True


@transaction.atomic
def check_again(job: Import) -> None:
    """Compare the rows with the database again. Raises NotNow unless they are checked and not imported."""
    job = _locked(job)
    if job.stage not in {Stage.JUDGED, Stage.DONE}:
        raise NotNow(_("The import is at work."))
    job.rows.update(verdict="", changes=[], problems=[], state=RowState.WAITING, reason="")
    Import.objects.filter(pk=job.pk).update(
        stage=Stage.JUDGING, judged_at=None, started_at=None, finished_at=None, reader_language=get_language()
    )


@transaction.atomic
def discard(job: Import, *, by, request: HttpRequest | None = None) -> None:
    """Delete an import with its file; what it has imported stays. Raises NotNow while it runs."""
    job = _locked(job)
    if job.stage == Stage.RUNNING:
        raise NotNow(_("The import runs. It cannot be discarded before it is done."))
    log.record(Action.IMPORT_DISCARDED, job, by=by, request=request, kind=job.kind)
    name, storage = str(job.file.name), job.file.storage
    job.delete()
    transaction.on_commit(lambda: storage.delete(name))


def _locked(job: Import) -> Import:
    return Import.objects.select_for_update().get(pk=job.pk)


def _digest(job: Import) -> str:
    try:
        with job.file.open("rb") as content:
            return hashlib.file_digest(content, "sha256").hexdigest()
    except OSError:
        return ""


def delete_unused_uploads() -> int:
    """Delete the files of imports that are gone, and return how many there were."""
    return delete_unused_files(FOLDER, Import, "file")
