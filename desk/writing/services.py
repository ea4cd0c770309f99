"""Starting, submitting, withdrawing, discarding and revising a practice of a city.

What happens to the page itself is in `moderation.services`, which each of these calls in its own transaction.
"""

from uuid import UUID

from django.db import transaction

from audit import log
from audit.actions import Action
from cities.models import City
from core.vocabularies import Licence
from desk.files.services import discard as discard_file
from desk.files.services import files_of
from desk.models import WorkingCopy
from desk.writing.checking import check
from desk.writing.page import answers_of, build_page
from desk.writing.rebasing import adopt_files, bring_up_to_date
from moderation import services as moderation
from moderation.states import Stage, submission_status
from practices.models import PracticePage


class NotComplete(Exception):
    """Something that is needed to publish is missing or cannot be read."""


class NothingNew(Exception):
    """Nothing has changed since the last submission."""


@transaction.atomic
def start(city: City, key: UUID, *, language: str, title: str, by, request=None) -> WorkingCopy:
    """Begin a practice of a city; a second call with the same key returns the same working copy.

    key: made by the form. That of another city's working copy gives a new one. Side effect: an entry in the audit log.
    """
    fields = {"city": city, "language": language, "answers": {"title": title} if title else {}}
    copy, is_new = WorkingCopy.objects.get_or_create(key=key, defaults={**fields, "created_by": by, "updated_by": by})
    if copy.city_id != city.pk:
        copy, is_new = WorkingCopy.objects.create(**fields, created_by=by, updated_by=by), True
    if is_new:
        log.record(Action.STARTED, copy, by=by, request=request, city=city.code)
    return copy


def is_published_as_it_is(copy: WorkingCopy) -> bool:
    """Whether readers see what the working copy says: there is nothing to submit."""
    page = copy.page
    is_current = page is not None and page.live and page.live_revision_id == copy.submitted_revision_id
    return is_current and copy.submitted_version == copy.version


@transaction.atomic
def submit(copy: WorkingCopy, *, by, request=None) -> None:
    """Submit a working copy as it is now; nothing happens while a submission waits: twice is once.

    Side effects: those of `moderation.services.submit`; the working copy remembers the revision and its answers.
    Raises NotComplete, NothingNew, TooBusy, and moderation.services.NobodyReviews.
    """
    locked = WorkingCopy.objects.select_for_update().get(pk=copy.pk)
    locked.city = copy.city
    stage = submission_status(locked.page).stage
    if stage == Stage.SUBMITTED:
        return
    bring_up_to_date(locked)
    if is_published_as_it_is(locked):
        raise NothingNew
    if check(locked).problems:
        raise NotComplete
    _describe_pictures(locked)
    page = build_page(locked)
    try:
        revision = moderation.submit(page, by=by, request=request)
    except moderation.NotPossibleNow:
        return
    answers = answers_of(page, locked.files.all(), known=locked.answers)
    WorkingCopy.objects.filter(pk=locked.pk).update(
        page=page,
        base_revision=revision,
        base_answers=answers,
        submitted_revision=revision,
        submitted_version=locked.version,
    )


def _describe_pictures(copy: WorkingCopy) -> None:
    """Write credit, licence and consent to the pictures that are not public yet. Those of public ones stay."""
    files = files_of(copy)
    for row in copy.answers.get("photos", []):
        file = files.get(row.get("file", ""))
        if file is None or file.image is None or not file.image.withheld:
            continue
        file.image.credit = " ".join(row.get("credit", "").split())
        file.image.licence = row.get("licence") or Licence.ALL_RIGHTS
        file.image.consent = row.get("consent") == "yes"
        file.image.save(update_fields=["credit", "licence", "consent"])


@transaction.atomic
def withdraw(copy: WorkingCopy, *, by, request=None) -> None:
    """Take back the submission. Raises moderation.services.NotPossibleNow if none waits.

    Editors of a published page begin with what is published again. So does what is merged from them later: the
    withdrawn text is the city's own change of it.
    """
    if copy.page is None:
        raise moderation.NotPossibleNow
    moderation.withdraw(copy.page, by=by, request=request)
    page = PracticePage.objects.get(pk=copy.page_id)
    if page.live:
        published = answers_of(page.get_latest_revision_as_object(), copy.files.all(), known=copy.answers)
        WorkingCopy.objects.filter(pk=copy.pk).update(base_revision=page.latest_revision, base_answers=published)


@transaction.atomic
def discard(copy: WorkingCopy, *, by, request=None) -> None:
    """Delete a working copy with its files. The published page stays, and the secretariat keeps what was submitted.

    Side effect: an entry in the audit log. Raises moderation.services.NotPossibleNow while a submission waits.
    """
    locked = WorkingCopy.objects.select_for_update().get(pk=copy.pk)
    if submission_status(locked.page).stage == Stage.SUBMITTED:
        raise moderation.NotPossibleNow
    log.record(Action.DISCARDED, locked, by=by, request=request, city=copy.city.code)
    for file in locked.files.all():
        discard_file(file)
    locked.delete()


@transaction.atomic
def revise(page: PracticePage, *, by, request=None) -> WorkingCopy:
    """The working copy of a practice that exists; a new one is read from the newest revision of its page.

    page: the original. Side effect of a new one: an entry in the audit log.
    """
    newest = page.get_latest_revision_as_object()
    copy, is_new = WorkingCopy.objects.get_or_create(
        page=page,
        defaults={"city": page.city, "language": page.language, "created_by": by, "updated_by": by},
    )
    if is_new:
        adopt_files(copy, newest)
        copy.answers = copy.base_answers = answers_of(newest, copy.files.all())
        copy.base_revision = page.latest_revision
        copy.submitted_version, copy.submitted_revision = copy.version, page.latest_revision
        copy.save()
        log.record(Action.STARTED, copy, by=by, request=request, city=page.city.code)
    return copy
