"""Overridden files: the document or picture that a translation has instead of the original's.

wagtail-localize stores them as `SegmentOverride` rows with the primary key of the file in JSON. The database does
not know this reference, so this module checks permissions and deletes overrides of deleted files.
"""

import json
from collections.abc import Iterable

from django.core.exceptions import PermissionDenied
from django.db import models
from wagtail import blocks
from wagtail.documents import get_document_model
from wagtail.images import get_image_model
from wagtail.permissions import policy_registry
from wagtail_localize.models import SegmentOverride, TranslationSource

from core.translations.paths import objects_on_path


def file_model_of(override: SegmentOverride) -> type[models.Model] | None:
    """Return the document or image model that an override refers to; None for other overrides."""
    source = TranslationSource.objects.filter(object_id=override.context.object_id).first()
    if source is None:
        return None
    *_around, part = objects_on_path(source.specific_content_type.model_class(), override.context.field_path)
    target = getattr(part, "model_class", None) if isinstance(part, blocks.Block) else part.related_model
    return target if target in (get_document_model(), get_image_model()) else None


def check_file_permission(override: SegmentOverride) -> None:
    """Raise PermissionDenied if the user who saved the override may not choose its file."""
    user = override.last_translated_by
    model = file_model_of(override)
    if user is None or model is None:
        return
    choosable = policy_registry.get_by_type(model).instances_user_has_permission_for(user, "choose")
    if not str(override.data).isdecimal() or not choosable.filter(pk=override.data).exists():
        raise PermissionDenied


def delete_overrides_of(file: models.Model) -> Iterable[models.Model]:
    """Delete the overrides that refer to a file, when the file is being deleted.

    Returns the source instances of these overrides, so that the caller can copy the original's file to them.
    """
    found = SegmentOverride.objects.filter(data_json__in=[json.dumps(file.pk), json.dumps(str(file.pk))])
    sources = set()
    for override in found.select_related("context"):
        if file_model_of(override) is type(file):
            sources |= set(TranslationSource.objects.filter(object_id=override.context.object_id))
            override.delete()
    return [source.get_source_instance() for source in sources]
