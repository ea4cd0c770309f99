"""Signal handlers that keep translations in line with their originals."""

from django.apps import apps
from django.core.exceptions import ObjectDoesNotExist
from django.db import transaction
from django.db.models.signals import m2m_changed, post_delete, post_save, pre_delete, pre_save
from wagtail.documents import get_document_model
from wagtail.images import get_image_model
from wagtail.models import Page, PageViewRestriction
from wagtail.signals import post_page_move, unpublished
from wagtail_localize.models import SegmentOverride, StringTranslation

from core.translations import effects
from core.translations.deletion import deletion_is_complete
from core.translations.files import check_file_permission, delete_overrides_of
from core.translations.input_rules import clean_string, override_errors
from core.translations.model import OriginalOrTranslation
from core.translations.synchronised_fields import update_translations


def connect() -> None:
    """Connect the handlers; called once, when all models are loaded."""
    unpublished.connect(on_unpublished)
    for model in apps.get_models():
        if issubclass(model, OriginalOrTranslation):
            pre_delete.connect(on_pre_delete, sender=model)
    post_page_move.connect(on_moved)
    post_save.connect(on_restriction, sender=PageViewRestriction)
    post_delete.connect(on_restriction, sender=PageViewRestriction)
    m2m_changed.connect(on_restriction_groups, sender=PageViewRestriction.groups.through)
    pre_save.connect(on_override, sender=SegmentOverride)
    post_save.connect(on_override_saved, sender=SegmentOverride)
    pre_save.connect(on_string_translation, sender=StringTranslation)
    for model in (get_document_model(), get_image_model()):
        pre_delete.connect(on_file_delete, sender=model)


def _as_original(instance):
    """Return the specific instance of an original; None for other objects and while it is being deleted."""
    try:
        specific = instance.specific if isinstance(instance, Page) else instance
    except ObjectDoesNotExist:
        return None
    if isinstance(specific, OriginalOrTranslation) and specific.is_original:
        return specific
    return None


def on_unpublished(instance, **kwargs):
    if original := _as_original(instance):
        effects.unpublish_translations(original)


def on_pre_delete(instance, **kwargs):
    if instance.is_original and not deletion_is_complete():
        effects.delete_translations(instance)


def on_moved(instance, parent_page_before, parent_page_after, **kwargs):
    if parent_page_before != parent_page_after and (original := _as_original(instance)):
        effects.move_translations(original, parent_page_after)


def on_restriction(instance, **kwargs):
    if original := _as_original(instance.page):
        effects.restrict_translations(original)


def on_restriction_groups(instance, reverse, **kwargs):
    if not reverse:
        on_restriction(instance)


def on_override(instance, **kwargs):
    check_file_permission(instance)


def on_override_saved(instance, raw=False, update_fields=None, **kwargs):
    """Store the error of a value, or that it has none any more: wagtail-localize alone keeps an old error."""
    if raw or (update_fields is not None and "data_json" not in update_fields):
        return
    error = " ".join(override_errors(instance))
    if (instance.has_error, instance.field_error) != (bool(error), error):
        instance.has_error, instance.field_error = bool(error), error
        SegmentOverride.objects.filter(pk=instance.pk).update(has_error=bool(error), field_error=error)


def on_string_translation(instance, raw=False, update_fields=None, **kwargs):
    if not raw and (update_fields is None or "data" in update_fields):
        clean_string(instance)


def on_file_delete(instance, **kwargs):
    versions = delete_overrides_of(instance)
    for version in versions:
        if isinstance(version, OriginalOrTranslation) and version.is_original:
            transaction.on_commit(lambda original=version: update_translations(original))
