"""The report of translations: which are out of date and since when, as readers are told; which have open strings."""

from collections import defaultdict
from collections.abc import Iterable

from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from wagtail.models import Page
from wagtail.permission_policies.pages import PagePermissionPolicy
from wagtail.permissions import policy_registry
from wagtail_localize.models import StringSegment, StringTranslation, Translation

from core.translations.model import OriginalOrTranslation


def translated_models() -> list[type[models.Model]]:
    """Return the page types and snippets that have translations."""
    return [model for model in apps.get_models() if issubclass(model, OriginalOrTranslation)]


def translations_in_report() -> QuerySet[Translation]:
    """Return the translations that exist, with `outdated_since`, `is_live` and `has_open_strings`.

    `outdated_since`: the instant that the public page of a translation names; None for what readers do not see. A
    record that another version has become the original of is left out.
    """
    records = Translation.objects.annotate(
        is_live=_of_version("live"),
        version_outdated_since=_of_version("text_outdated_since"),
        has_open_strings=Exists(_open_strings()),
    ).filter(is_live__isnull=False, enabled=True)
    shown = records.filter(pk=OuterRef("pk"), is_live=True)
    return records.annotate(outdated_since=Subquery(shown.values("version_outdated_since")[:1]))


def _of_version(field: str) -> Coalesce:
    """A field of the version that a translation makes, whatever its model is; NULL if there is none."""
    values = [
        Subquery(
            model._default_manager.filter(
                translation_key=OuterRef("source__object_id"),
                locale=OuterRef("target_locale"),
                original_language=OuterRef("source__locale__language_code"),
            )
            .order_by()
            .values(field)[:1]
        )
        for model in translated_models()
    ]
    return Coalesce(*values)


def _open_strings() -> QuerySet:
    translated = StringTranslation.objects.filter(
        translation_of=OuterRef("string"),
        context=OuterRef("context"),
        locale=OuterRef("_target_locale"),
        has_error=False,
    )
    segments = StringSegment.objects.filter(source=OuterRef("source")).annotate(
        _target_locale=OuterRef("target_locale")
    )
    return segments.filter(~Exists(translated))


def translations_for(user) -> QuerySet[Translation]:
    """Return those of the report that `user` may edit: in the trees and of the snippets where they have the right."""
    pages = PagePermissionPolicy(Page).instances_user_has_permission_for(user, "change")
    version = {"translation_key": OuterRef("source__object_id"), "locale": OuterRef("target_locale")}
    snippets = [
        model
        for model in translated_models()
        if not issubclass(model, Page) and policy_registry.get_by_type(model).user_has_permission(user, "change")
    ]
    kinds = ContentType.objects.get_for_models(*snippets).values()
    return translations_in_report().filter(
        Exists(pages.order_by().filter(**version)) | Q(source__specific_content_type__in=[kind.pk for kind in kinds])
    )


def attach_versions(records: Iterable[Translation]) -> None:
    """Set `version` and `original` of translations with one query for each type; None where there is none.

    The records have their `source` with its type and language, and their `target_locale`.
    """
    by_type = defaultdict(list)
    for record in records:
        by_type[record.source.specific_content_type.model_class()].append(record)
    for model, found in by_type.items():
        keys = {record.source.object_id for record in found}
        versions = {
            (version.translation_key, version.locale_id): version
            for version in model._default_manager.filter(translation_key__in=keys).select_related("locale")
        }
        for record in found:
            record.version = versions.get((record.source.object_id, record.target_locale_id))
            record.original = versions.get((record.source.object_id, record.source.locale_id))
