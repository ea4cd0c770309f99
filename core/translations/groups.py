"""The language versions of a page or snippet (its translation group), and which of them is the original.

`core.querysets.versions.public_versions` returns those that the public may see.
"""

from datetime import datetime

from django.db.models import QuerySet
from wagtail.models import Page
from wagtail_localize.models import Translation


def group_of(version) -> QuerySet:
    """Return all language versions of a page or translatable snippet, itself included."""
    model = version.specific_class if isinstance(version, Page) else type(version)
    versions = model._default_manager.filter(translation_key=version.translation_key)
    return versions.select_related("locale")


def translations_of(original) -> QuerySet:
    """Return the versions in other languages, public or not."""
    return group_of(original).exclude(pk=original.pk)


def original_of(version):
    """Return the version that `version` is translated from, or itself if it is the original.

    None if there is no version in the original language.
    """
    if version.is_original:
        return version
    return group_of(version).filter(locale__language_code=version.original_language).first()


def outdated_since(version) -> datetime | None:
    """Return when the original's text changed after this translation was last published; None if it did not."""
    return None if version.is_original else version.text_outdated_since


def translation_record(version) -> Translation | None:
    """Return wagtail-localize's `Translation` from the original to this version; None if it was never submitted.

    A group can have several translation sources: the one in the original's language counts.
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
