"""Files that are withheld: only their city and the people who moderate see them, until they are published.

A withheld file has a random name, and its renditions lie in a folder that no web server serves: a view answers for
them, which asks `may_see`. When a page that shows the file is published, `release_files_of(page)` makes it public in
the same transaction. No file is moved. The renditions are deleted after the commit and made again in the public folder
when a page asks for them, so a process that is killed in between loses nothing.
"""

import logging
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from pathlib import PurePosixPath

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import Model, QuerySet
from django.utils import timezone
from wagtail.models import GroupApprovalTask, Page, ReferenceIndex, UploadedFile

from core.media.models import WITHHELD_FOLDER, PortalDocument, PortalImage, PortalRendition

logger = logging.getLogger(__name__)

# A file without a row is deleted when it is older: a younger one may belong to a transaction that is not committed.
UNUSED_AFTER = timedelta(days=1)
FILES = (PortalImage, PortalDocument)
# Where files lie, and the model whose rows name them in `file`.
FOLDERS: tuple[tuple[str, type[Model]], ...] = (
    ("original_images", PortalImage),
    ("documents", PortalDocument),
    ("images", PortalRendition),
    (WITHHELD_FOLDER, PortalRendition),
    ("wagtail_uploads", UploadedFile),
)
NAMES_AT_ONCE = 500
# So many files without a row are deleted even if they are most of a folder: a small portal has few files.
MOST_UNUSED = 10

Rule = Callable[[object, PortalImage | PortalDocument], bool]
"""Takes a person who is signed in and a file, and returns whether the file is theirs."""

_rules: list[Rule] = []


def register_rule(rule: Rule) -> None:
    """Let an upper app say which withheld files a person may see."""
    _rules.append(rule)


def may_see(user, file: PortalImage | PortalDocument) -> bool:
    """Whether a person may see a file: anybody a public one; a withheld one its owners and the people who moderate."""
    if not file.withheld:
        return True
    if not (user.is_authenticated and user.is_active):
        return False
    return moderates(user) or any(rule(user, file) for rule in _rules)


def moderates(user) -> bool:
    """Whether a person approves what cities submit: an administrator, or a member of a group of an approval task.

    Where staff need a second factor, only after they have shown it.
    """
    if not (user.is_authenticated and user.is_active):
        return False
    if settings.REQUIRE_STAFF_SECOND_FACTOR and not getattr(user, "is_verified", bool)():
        return False
    return user.is_superuser or GroupApprovalTask.objects.filter(active=True, groups__user=user).exists()


def visible_in_admin(user, files: QuerySet) -> QuerySet:
    """Filter pictures or documents to those that the admin may show to a person."""
    return files if moderates(user) else files.filter(withheld=False)


@transaction.atomic
def release(files: Iterable[PortalImage | PortalDocument]) -> None:
    """Make withheld files public, in the transaction of the caller. Files that are public stay as they are."""
    _set(files, withheld=False)


@transaction.atomic
def withhold(files: Iterable[PortalImage | PortalDocument]) -> None:
    """Withhold files again, for example when the only page that shows them is taken down.

    Addresses of pictures that were public end; somebody who has stored a picture keeps it.
    """
    _set(files, withheld=True)


@transaction.atomic
def release_files_of(page: Page) -> None:
    """Make the withheld files public that a page shows: in its fields, its rows and its text, as they are stored."""
    if not any(model.objects.filter(withheld=True).exists() for model in FILES):
        return
    ReferenceIndex.create_or_update_for_object(page.specific)
    for model in FILES:
        release(model.objects.filter(pk__in=keys_of_files(model, [page]), withheld=True))


def keys_of_files(model: type, pages: Iterable[Page]) -> set[int]:
    """The primary keys of the pictures or documents that pages refer to, by Wagtail's reference index."""
    references = ReferenceIndex.objects.filter(
        base_content_type=ContentType.objects.get_for_model(Page),
        object_id__in=[str(page.pk) for page in pages],
        to_content_type=ContentType.objects.get_for_model(model),
    )
    return {int(key) for key in references.values_list("to_object_id", flat=True)}


def _set(files: Iterable[PortalImage | PortalDocument], *, withheld: bool) -> None:
    for file in files:
        if file.withheld == withheld:
            continue
        if isinstance(file, PortalImage):
            file.renditions.all().delete()  # Wagtail deletes their files after the commit
        file.withheld = withheld
        file.save(update_fields=["withheld"])


def delete_unused_files(folder: str, model: type[Model], field: str = "file") -> int:
    """Delete the files of a folder that no row of a model names in this field; return how many there were.

    A file is left alone for a day, and so are all if most would go: then the database is not the one of these files.
    """
    try:
        names = [str(PurePosixPath(folder, name)) for name in default_storage.listdir(folder)[1]]
    except FileNotFoundError:
        return 0
    used: set[str] = set()
    for start in range(0, len(names), NAMES_AT_ONCE):
        chunk = names[start : start + NAMES_AT_ONCE]
        used.update(model._default_manager.filter(**{f"{field}__in": chunk}).values_list(field, flat=True))
    limit = timezone.now() - UNUSED_AFTER
    unused = [name for name in names if name not in used and default_storage.get_modified_time(name) < limit]
    if len(unused) > max(MOST_UNUSED, len(names) // 2):
        logger.error("%d of %d files in %s belong to no row: none is deleted", len(unused), len(names), folder)
        return 0
    for name in unused:
        default_storage.delete(name)
    return len(unused)


def delete_orphans() -> int:
    """Delete the stored files that no row names; return how many there were.

    A process that is killed between storing a file and the commit leaves one.
    """
    return sum(delete_unused_files(folder, model) for folder, model in FOLDERS)


def delete_forgotten_uploads() -> int:
    """Delete the files whose other fields an editor has never filled in; return how many there were.

    Wagtail has no date for them: the time of the file counts.
    """
    limit = timezone.now() - UNUSED_AFTER
    forgotten = [row for row in UploadedFile.objects.all() if _is_older(row.file.name, limit)]
    for row in forgotten:
        row.file.delete(save=False)
        row.delete()
    return len(forgotten)


def _is_older(name: str, limit: datetime) -> bool:
    """Whether a file is older than a moment, or is not there."""
    try:
        return default_storage.get_modified_time(name) < limit
    except FileNotFoundError:
        return True
