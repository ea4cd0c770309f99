"""Mark translations as out of date when the text of their original changes."""

from django.utils import timezone
from wagtail_localize.models import StringSegment, TranslationSource

from core.translations.groups import translation_record, translations_of
from core.translations.strings import open_strings, translatable_text, translated_text


def mark_outdated(original) -> None:
    """Update the strings of the translation source, and set `text_outdated_since` of the translations.

    original: a live original, as it is in the database. A translation keeps the date of the first change that it
    does not have. The date is removed when the translation is published, or when its text is what its strings give
    again (the original was changed back).
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
