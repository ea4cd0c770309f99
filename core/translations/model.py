"""What a model with an original and translations inherits."""

from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.models import Locale, Page, Revision

from core.translations.groups import original_of, translation_record, translations_of
from core.translations.outdated import mark_outdated
from core.translations.strings import (
    IncompleteTranslation,
    TextMismatch,
    reasons_against_publishing,
    translatable_text,
    translated_text,
)
from core.translations.synchronised_fields import bring_schedule_forward, copy_schedule, copy_synchronised_fields

# What a model with this mixin knows about its versions.
VERSION_FIELDS = ("original_language", "text_outdated_since")


class OriginalOrTranslation:
    """Mixin of PortalPage and of translatable snippets with drafts.

    The model has `original_language` and `text_outdated_since`. Two rules hold on every path, by
    hand, in bulk, scheduled, through the API and in code, because they are kept where the row is
    saved, in the same transaction:

    * Saving the live row of an original carries its facts to the translations.
    * The words of a live translation are those that its translated strings give, all of them.
    """

    pk: int | None
    locale: Locale
    original_language: str
    text_outdated_since: datetime | None
    live: bool
    live_revision_id: int | None
    go_live_at: datetime | None

    @property
    def language(self) -> str:
        """The code of the language that this version is written in."""
        return self.locale.language_code

    @property
    def is_original(self) -> bool:
        """Whether this version is the one that the others are translated from."""
        return self.original_language == self.language

    def default_original_language(self) -> str:
        """What a new version's `original_language` is: that of the versions there are, else its own."""
        known = translations_of(self).exclude(original_language="").values_list("original_language", flat=True)
        return known.first() or self.language

    def save(self, *args, **kwargs):
        """Save; raise PermissionDenied for an alias, IncompleteTranslation for words that are not ready."""
        if kwargs.get("update_fields") is not None:
            return super().save(*args, **kwargs)
        with transaction.atomic():
            if getattr(self, "alias_of_id", None):
                raise PermissionDenied(_("There are no aliases here: translate the page, or link to it."))
            before = type(self)._default_manager.filter(pk=self.pk).first() if self.pk else None
            if self.live and not self.is_original:
                self._validate_translatable_text(before)
            result = super().save(*args, **kwargs)
            if self.is_original and before is not None:
                self._update_translations(appears=self.live and not before.live)
        return result

    def save_synchronised_fields(self) -> None:
        """Save the row as it is: a fact of the original is right whatever state the words are in."""
        options = {"clean": False} if isinstance(self, Page) else {}
        super().save(**options)  # type: ignore[misc]  # the model that this is mixed into has the method

    @transaction.atomic
    def publish(self, revision, user=None, **kwargs):
        """Publish a revision; of a translation the words that its strings give.

        Raises IncompleteTranslation while a string is open. A scheduled publication is called off then (and
        logged), since nobody is there to read the reasons.
        """
        # Publishing can wait for a commit; what the revision remembers of the page may be older than
        # pages that were added below since, and would be saved over their count.
        fresh = Revision.objects.get(pk=revision.pk)
        if self.is_original:
            return super().publish(fresh, user=user, **kwargs)
        scheduled = fresh.approved_go_live_at
        is_due = scheduled is not None and scheduled <= timezone.now()
        original = original_of(self)
        if is_due and original is not None and not original.live and _is_due(original):
            return None  # the scheduler takes the original in the same round, this one in the next
        try:
            with transaction.atomic():
                return self._publish_translation(fresh, original, user, **kwargs)
        except IncompleteTranslation:
            if not is_due:
                raise
            _cancel_schedule(fresh)
            return None

    def _publish_translation(self, revision, original, user, **kwargs):
        """Publish a draft that says what its strings say; write it anew when it does not."""
        if original is not None and not original.live:
            revision = self._prepare_for_schedule(revision, original, user)
        try:
            with transaction.atomic():
                return super().publish(revision, user=user, **kwargs)
        except TextMismatch:
            return super().publish(self._create_revision_from_strings(user), user=user, **kwargs)

    def _prepare_for_schedule(self, revision, original, user):
        """The revision to schedule for when the original appears; saving it checks nothing until then."""
        if reasons := reasons_against_publishing(self):
            raise IncompleteTranslation(reasons)
        if translatable_text(revision.as_object()) != translated_text(translation_record(self)):
            revision = self._create_revision_from_strings(user)
        waiting = original.revisions.filter(approved_go_live_at__isnull=False).first()
        revision.content = {**revision.content, "go_live_at": waiting.content["go_live_at"]}
        revision.save(update_fields=["content"])
        return revision

    def _create_revision_from_strings(self, user):
        """A revision with the words of today's strings."""
        translation_record(self).save_target(user=user, publish=False)
        return type(self)._default_manager.get(pk=self.pk).get_latest_revision()

    def _update_translations(self, appears: bool) -> None:
        """Carry to the translations what this original's live row says now."""
        if self.live:
            copy_synchronised_fields(self)
            mark_outdated(self)
            if appears:
                bring_schedule_forward(self)
        elif self.go_live_at:
            copy_schedule(self)

    def _validate_translatable_text(self, before) -> None:
        """Refuse to save a live translation with other words than its strings give.

        before: what is in the database; None when this is new.
        """
        is_publication = before is None or not before.live or before.live_revision_id != self.live_revision_id
        own_text = translatable_text(self)
        if not is_publication and own_text == translatable_text(before):
            return
        if reasons := reasons_against_publishing(self):
            raise IncompleteTranslation(reasons)
        if own_text != translated_text(translation_record(self)):
            raise TextMismatch([_("This draft has other words than the translated strings.")])
        self.text_outdated_since = None


def _is_due(original) -> bool:
    return original.revisions.filter(approved_go_live_at__lte=timezone.now()).exists()


def _cancel_schedule(revision) -> None:
    """Take a revision off the schedule; Wagtail logs that."""
    revision.approved_go_live_at = None
    revision.save(update_fields=["approved_go_live_at"])
