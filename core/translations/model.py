"""The mixin of all models with an original and translations."""

from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.models import Locale, Page, Revision

from core.protection import targets_exist, without_deleted_rows
from core.translations.groups import original_of, translation_record, translations_of
from core.translations.strings import (
    IncompleteTranslation,
    TextMismatch,
    reasons_against_publishing,
    translatable_text,
    translated_text,
)
from core.translations.synchronised_fields import bring_schedule_forward, copy_schedule, update_translations

# The fields in which a model with this mixin stores the state of a version.
VERSION_FIELDS = ("original_language", "text_outdated_since")


class OriginalOrTranslation:
    """Mixin of PortalPage and of translatable snippets with drafts.

    The model has the fields `original_language` and `text_outdated_since`. `save()` enforces two rules in the
    transaction of the row, so that they hold in the admin, in bulk actions, for the scheduler, the API and code:

    * Saving the live row of an original copies its synchronised fields to the translations.
    * The text of a live translation is what its translated strings give, and no string is missing.
    """

    pk: int | None
    locale: Locale
    original_language: str
    text_outdated_since: datetime | None
    live: bool
    live_revision_id: int | None
    go_live_at: datetime | None
    # Whether `clean()` is for a draft or a preview, which may lack what is only needed to publish.
    is_saved_as_draft = False

    @property
    def language(self) -> str:
        """The code of the language that this version is written in."""
        return self.locale.language_code

    @property
    def is_original(self) -> bool:
        """Whether the other versions are translated from this one."""
        return self.original_language == self.language

    def default_original_language(self) -> str:
        """Return the `original_language` of a new version: that of the existing versions, else its own language."""
        known = translations_of(self).exclude(original_language="").values_list("original_language", flat=True)
        return known.first() or self.language

    def save(self, *args, **kwargs):
        """Save the row, and update the translations of an original.

        Raises PermissionDenied for an alias, and IncompleteTranslation for a live translation whose strings are
        incomplete or whose text differs from its strings. With `update_fields` nothing is checked.
        """
        if kwargs.get("update_fields") is not None:
            return super().save(*args, **kwargs)
        with transaction.atomic():
            if getattr(self, "alias_of_id", None):
                raise PermissionDenied(_("This portal does not use aliases. Translate the page, or link to it."))
            before = type(self)._default_manager.filter(pk=self.pk).first() if self.pk else None
            if self.live and not self.is_original:
                self._validate_translatable_text(before)
            result = super().save(*args, **kwargs)
            if self.is_original and before is not None:
                self._update_translations(appears=self.live and not before.live)
        return result

    def with_content_json(self, content):
        """Return the version with the content of a revision; rows that were deleted since are left out."""
        return super().with_content_json(without_deleted_rows(self, content))

    @classmethod
    def from_serializable_data(cls, data, check_fks=True, strict_fks=False):
        """Return a version with this content. modelcluster asks for the target of each key of each row, one by one.

        So it does that only where one of them is gone.
        """
        check_fks = check_fks and not targets_exist(cls, data)
        return super().from_serializable_data(data, check_fks=check_fks, strict_fks=strict_fks)

    def save_synchronised_fields(self) -> None:
        """Save the row without checking its text: synchronised fields are copied to incomplete translations, too."""
        options = {"clean": False} if isinstance(self, Page) else {}
        super().save(**options)  # type: ignore[misc]  # the model that this is mixed into has the method

    @transaction.atomic
    def publish(self, revision, user=None, **kwargs):
        """Publish a revision. A translation is published with the text that its strings give.

        Raises IncompleteTranslation for a translation with open strings. The schedule of such a translation is
        cancelled and logged instead: the scheduler has no user to show the error to.
        """
        # Publishing can wait for a commit. The revision in memory may be older than child pages that were added
        # meanwhile, and saving it would overwrite their count.
        fresh = Revision.objects.get(pk=revision.pk)
        if self.is_original:
            return super().publish(fresh, user=user, **kwargs)
        scheduled = fresh.approved_go_live_at
        is_due = scheduled is not None and scheduled <= timezone.now()
        original = original_of(self)
        if is_due and original is not None and not original.live and _is_due(original):
            return None  # the scheduler publishes the original in this run and the translation in the next
        try:
            with transaction.atomic():
                return self._publish_translation(fresh, original, user, **kwargs)
        except IncompleteTranslation:
            if not is_due:
                raise
            _cancel_schedule(fresh)
            return None

    def _publish_translation(self, revision, original, user, **kwargs):
        """Publish a translation; if its text differs from its strings, from a new revision."""
        if original is not None and not original.live:
            revision = self._prepare_for_schedule(revision, original, user)
        try:
            with transaction.atomic():
                return super().publish(revision, user=user, **kwargs)
        except TextMismatch:
            return super().publish(self._create_revision_from_strings(user), user=user, **kwargs)

    def _prepare_for_schedule(self, revision, original, user):
        """Return the revision to publish together with a scheduled original.

        It is complete: a scheduled revision is not checked again before its date.
        """
        if reasons := reasons_against_publishing(self):
            raise IncompleteTranslation(reasons)
        if translatable_text(revision.as_object()) != translated_text(translation_record(self)):
            revision = self._create_revision_from_strings(user)
        waiting = original.revisions.filter(approved_go_live_at__isnull=False).first()
        revision.content = {**revision.content, "go_live_at": waiting.content["go_live_at"]}
        revision.save(update_fields=["content"])
        return revision

    def _create_revision_from_strings(self, user):
        """Return a new revision with the text that the strings give now."""
        translation_record(self).save_target(user=user, publish=False)
        return type(self)._default_manager.get(pk=self.pk).get_latest_revision()

    def _update_translations(self, appears: bool) -> None:
        """Bring the synchronised fields, the out-of-date marks and the schedules of the translations up to date.

        appears: whether this save publishes an original that was not live.
        """
        if self.live:
            update_translations(self)
            if appears:
                bring_schedule_forward(self)
        elif self.go_live_at:
            copy_schedule(self)

    def _validate_translatable_text(self, before) -> None:
        """Raise IncompleteTranslation if this live translation is incomplete or differs from its strings.

        before: the row in the database, None for a new one. A save that changes no text is always allowed.
        """
        is_publication = before is None or not before.live or before.live_revision_id != self.live_revision_id
        own_text = translatable_text(self)
        if not is_publication and own_text == translatable_text(before):
            return
        if reasons := reasons_against_publishing(self):
            raise IncompleteTranslation(reasons)
        if own_text != translated_text(translation_record(self)):
            raise TextMismatch([_("The text of this draft differs from the translated strings.")])
        self.text_outdated_since = None


def _is_due(original) -> bool:
    return original.revisions.filter(approved_go_live_at__lte=timezone.now()).exists()


def _cancel_schedule(revision) -> None:
    """Cancel the scheduled publication of a revision; Wagtail logs that."""
    revision.approved_go_live_at = None
    revision.save(update_fields=["approved_go_live_at"])
