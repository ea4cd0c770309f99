"""Begin a page from an earlier one: a draft with its words and translations."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction
from wagtail.models import Locale
from wagtail_localize.models import StringSegment

from core.translations.groups import translation_record, translations_of
from core.translations.writing import write_translation


@transaction.atomic
def copy_as_draft(original, *, values: Mapping[str, Any], left_out: Sequence[str] = (), user) -> list:
    """Copy an original beside itself as a draft, with the translations of its words. Return the drafts, the copy first.

    values: the values of the copy, by field, also of fields that a copy leaves out. left_out: names of fields and
    child rows that are not copied. A language in which `user` may not add translations is left out; there, a
    translator begins it.
    """
    parent = original.get_parent().specific
    copy = original.copy(
        to=parent,
        update_attrs=dict(values),
        exclude_fields=list(left_out),
        copy_revisions=False,
        keep_live=False,
        user=user,
    )
    # A copy leaves some fields out of its row, which `update_attrs` does not change; its revision has them.
    excluded = {name: value for name, value in values.items() if name in type(original).exclude_fields_in_copy}
    if excluded:
        type(original).objects.filter(pk=copy.pk).update(**excluded)
        copy.refresh_from_db()
    pages = [copy]
    for translation in translations_of(original):
        place = parent.get_translation_or_none(translation.locale)
        words = _translated_words(translation)
        if words and place is not None and place.permissions_for_user(user).can_add_translation():
            write_translation(copy, translation.language, words, user=user, publish=False)
            pages.append(copy.get_translation(Locale.objects.get(pk=translation.locale_id)))
    return pages


def _translated_words(translation) -> dict[str, str]:
    """The strings of an original with their translations, as far as they are translated."""
    record = translation_record(translation)
    if record is None:
        return {}
    segments = StringSegment.objects.filter(source=record.source).annotate_translation(record.target_locale)
    return {
        segment.string.data: segment.translation
        for segment in segments.select_related("string")
        if (segment.translation or "").strip()
    }
