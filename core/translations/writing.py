"""Write a whole translation from code, through wagtail-localize.

Translators find the strings in the admin and can edit them there.
"""

from collections.abc import Iterable, Iterator, Mapping
from itertools import zip_longest
from typing import Any

from django.db import transaction
from wagtail.models import Locale
from wagtail_localize.models import StringTranslation, Translation, TranslationSource
from wagtail_localize.strings import StringValue, extract_strings

from core.translations.source_state import refresh


def pair_texts(source: Any, target: Any) -> Iterator[tuple[str, str]]:
    """Yield pairs of source and translated strings from two structures of the same shape (dicts, lists, strings).

    Rich text (a string that begins with a tag) is split into strings as wagtail-localize does. Raises ValueError
    with the two values where the shapes differ.
    """
    if isinstance(source, Mapping):
        if not isinstance(target, Mapping) or source.keys() != target.keys():
            raise ValueError(f"Different keys: {source!r:.120} and {target!r:.120}")
        for key in source:
            yield from pair_texts(source[key], target[key])
    elif isinstance(source, list):
        if not isinstance(target, list) or len(source) != len(target):
            raise ValueError(f"Different lengths: {source!r:.120} and {target!r:.120}")
        for one, other in zip(source, target, strict=True):
            yield from pair_texts(one, other)
    elif isinstance(source, str):
        yield from _pair_strings(source, str(target))


def _pair_strings(source: str, target: str) -> Iterator[tuple[str, str]]:
    for one, other in zip_longest(_strings(source), _strings(target)):
        if one is None or other is None:
            raise ValueError(f"Different paragraphs: {source!r:.120} and {target!r:.120}")
        yield one, other


def _strings(text: str) -> list[str]:
    if text.lstrip().startswith("<"):
        _template, strings = extract_strings(text)
        return [string.data for string, _attributes in strings]
    return [StringValue.from_plaintext(text).data]


@transaction.atomic
def write_translation(
    original, language: str, texts: Mapping[str, str] | Iterable[tuple[str, str]], *, user=None, publish: bool
) -> list[str]:
    """Translate `original` (a page or translatable snippet) into `language`.

    texts: source string → translated string, as `pair_texts` yields them.
    Returns the source strings that are missing in `texts`. The translation is published if none is missing and
    `publish` is true; otherwise it is a draft.
    """
    texts = dict(texts)
    locale = Locale.objects.get(language_code=language)
    source, created = TranslationSource.get_or_create_from_instance(original)
    if not created and not original.live:
        refresh(source)  # saving a live original has done this already
    segments = list(source.stringsegment_set.select_related("string", "context"))
    missing = [segment.string.data for segment in segments if segment.string.data not in texts]
    for segment in segments:
        if segment.string.data in texts:
            StringTranslation.objects.update_or_create(
                translation_of=segment.string,
                context=segment.context,
                locale=locale,
                defaults={
                    "data": texts[segment.string.data],
                    "translation_type": StringTranslation.TRANSLATION_TYPE_MANUAL,
                    "last_translated_by": user,
                    "has_error": False,
                    "field_error": "",
                },
            )
    translation, begun = Translation.objects.get_or_create(source=source, target_locale=locale)
    # The strings are written before the page, so that it is created once and never contains source text.
    if begun or (publish and not missing):
        translation.save_target(user=user, publish=publish and not missing)
    return missing
