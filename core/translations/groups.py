"""The language versions of one thing, and which of them is the original.

Which of them the public may read is `core.querysets.versions.public_versions`.
"""

from datetime import datetime

from django.db.models import QuerySet
from wagtail.models import Page
from wagtail_localize.models import Translation


def group_of(version) -> QuerySet:
    """All versions of what `version` (a page or translatable snippet) is a version of."""
    model = version.specific_class if isinstance(version, Page) else type(version)
    versions = model._default_manager.filter(translation_key=version.translation_key)
    return versions.select_related("locale")


def translations_of(original) -> QuerySet:
    """The versions in other languages, public or not."""
    return group_of(original).exclude(pk=original.pk)


def original_of(version):
    """The version that `version` is translated from, itself if it is the original.

    None when there is no such version: its language's page was made without one.
    """
    if version.is_original:
        return version
    return group_of(version).filter(locale__language_code=version.original_language).first()


def outdated_since(version) -> datetime | None:
    """When the original's words changed after this translation was last published, or None."""
    return None if version.is_original else version.text_outdated_since


def translation_record(version) -> Translation | None:
    """wagtail-localize's record of this translation from its original; None if never submitted.

    The original's language says which source counts: a group can have several.
    """
    return (
        Translation.objects.filter(
            source__object_id=version.translation_key,
            source__locale__language_code=version.original_language,
            target_locale=version.locale,
        )
        .select_related("source", "target_locale")
        .first()
    )
