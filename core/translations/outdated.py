"""Telling translations, and their translators, that the original says something else now."""

from django.utils import timezone
from wagtail_localize.models import StringSegment, TranslationSource

from core.translations.groups import translation_record, translations_of
from core.translations.strings import open_strings, translatable_text, translated_text


def mark_outdated(original) -> None:
    """Give translators the original's present strings; mark translations that these leave behind.

    original: live, as it is in the database. A translation keeps the date of the first change it
    has not followed. The mark goes when its strings say what it says (an original that was changed
    back), and when it is published.
    """
    source = TranslationSource.objects.get_for_instance_or_none(original)
    if source is None:
        return
    before = _strings(source)
    source.update_from_db()
    if _strings(source) == before:
        return
    now = timezone.now()
    for translation in translations_of(original):
        record = translation_record(translation)
        if record is None:
            continue
        if not open_strings(record) and translatable_text(translation) == translated_text(record):
            since = None
        else:
            since = translation.text_outdated_since or now
        type(translation)._default_manager.filter(pk=translation.pk).update(text_outdated_since=since)


def _strings(source: TranslationSource) -> list[tuple[int, int]]:
    segments = StringSegment.objects.filter(source=source).order_by("order")
    return list(segments.values_list("context_id", "string_id"))
