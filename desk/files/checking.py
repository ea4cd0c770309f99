"""Checks uploaded files in the worker, and makes the pictures and documents of those that are accepted.

First the scanner, if there is one: a file waits until it says that the file is clean. Then the structure: a picture is
decoded and encoded again, a document is read and cleaned. What is made is withheld (`core.media.withheld`).
"""

import logging
import time
from pathlib import PurePosixPath

from django.core.exceptions import ValidationError
from django.core.files import File
from django.db import transaction
from django.utils import timezone

from audit import log
from audit.actions import Action
from core.media.cleaning import clean_document
from core.media.fields import random_name
from core.media.models import PortalDocument, PortalImage
from core.media.reencoding import clean_picture
from core.media.refusals import CannotBeCleaned, CleanFile
from core.media.uploads import validate_file_content
from desk.files import scanner
from desk.files.limits import PICTURE
from desk.files.services import delete_unless_used
from desk.models import DeskFile

logger = logging.getLogger(__name__)

# Seconds until a file is given to the scanner again, after the first failure and at most.
FIRST_PAUSE, LONGEST_PAUSE = 2, 300
LONGEST_TITLE = 200


class Refused(Exception):
    """The file is not accepted. `reason` is a code of `desk.files.reasons`."""

    def __init__(self, reason: str):
        super().__init__(reason)
        self.reason = reason


class FileChecks:
    """Checks the waiting files, the oldest first. A periodic task.

    A file that the scanner does not answer for waits, longer each time, and holds up no other file.
    """

    def __init__(self) -> None:
        self.later: dict[int, tuple[int, float]] = {}
        """Primary key → how often the scanner has not answered, and when it is asked again (`time.monotonic()`)."""

    def __call__(self) -> bool:
        """Check one file; return whether there was one."""
        now = time.monotonic()
        resting = [pk for pk, (_failures, again) in self.later.items() if again > now]
        waiting = DeskFile.objects.filter(state=DeskFile.State.WAITING).exclude(pk__in=resting)
        file = waiting.select_related("working_copy__city").order_by("uploaded_at", "pk").first()
        if file is None:
            return False
        try:
            check(file)
        except scanner.NotScanned as error:
            failures = self.later.get(file.pk, (0, now))[0] + 1
            pause = min(FIRST_PAUSE * 2 ** (failures - 1), LONGEST_PAUSE)
            self.later[file.pk] = failures, time.monotonic() + pause
            logger.warning("Uploaded file %s waits (%d times): %s", file.pk, failures, error)
        else:
            self.later.pop(file.pk, None)
        return True


def check(file: DeskFile) -> None:
    """Accept or refuse a waiting file. Raises scanner.NotScanned, and then the file waits as before."""
    checked = str(file.unchecked.name)
    try:
        made = _make(file)
    except Refused as refusal:
        _refuse(file, checked, refusal.reason)
    else:
        _accept(file, checked, made)


def _make(file: DeskFile) -> PortalImage | PortalDocument:
    try:
        with file.unchecked.open("rb") as content:
            if scanner.is_configured() and not scanner.is_clean(content):
                raise Refused("virus")
            clean = _clean(content, file)
    except FileNotFoundError as error:
        raise Refused("lost") from error
    title = PurePosixPath(file.name).stem[:LONGEST_TITLE] or "–"
    words = {"title": title, "withheld": True, "uploaded_by_user": file.uploaded_by}
    if file.kind == PICTURE:
        return PortalImage(file=clean, **words)
    return PortalDocument(file=clean, language=file.working_copy.language, **words)


def _clean(content: File, file: DeskFile) -> CleanFile | File:
    name = random_name(str(file.unchecked.name))
    try:
        if file.kind == PICTURE:
            clean: CleanFile | File = clean_picture(content)
        else:
            extension = PurePosixPath(name).suffix[1:]
            validate_file_content(content, extension)
            clean = clean_document(content, extension)
    except CannotBeCleaned as error:
        raise Refused(error.code or "unreadable") from error
    except ValidationError as error:
        raise Refused("unreadable") from error
    if clean is content:  # a text, which is stored as it is
        content.seek(0)
        clean = CleanFile.of(content.read(), name)
    clean.name = name
    return clean


@transaction.atomic
def _accept(file: DeskFile, checked: str, made: PortalImage | PortalDocument) -> None:
    if not _is_still_waiting(file, checked):
        return
    made.save()
    former = file.image or file.document
    field = "image" if file.kind == PICTURE else "document"
    _finish(file, checked, state=DeskFile.State.ACCEPTED, reason="", **{field: made})
    if former is not None and former.withheld and file.working_copy.submitted_revision_id is None:
        delete_unless_used(former)
    log.record(Action.FILE_ACCEPTED, file, kind=file.kind)


@transaction.atomic
def _refuse(file: DeskFile, checked: str, reason: str) -> None:
    if _is_still_waiting(file, checked):
        _finish(file, checked, state=DeskFile.State.REFUSED, reason=reason)
        log.record(Action.FILE_REFUSED, file, kind=file.kind, reason=reason)


def _is_still_waiting(file: DeskFile, checked: str) -> bool:
    """Whether the file was neither removed nor replaced while it was checked. Locks its row."""
    rows = DeskFile.objects.select_for_update().filter(pk=file.pk, state=DeskFile.State.WAITING, unchecked=checked)
    return rows.exists()


def _finish(file: DeskFile, checked: str, **changes) -> None:
    storage = file.unchecked.storage
    DeskFile.objects.filter(pk=file.pk).update(unchecked="", checked_at=timezone.now(), **changes)
    transaction.on_commit(lambda: storage.delete(checked))
