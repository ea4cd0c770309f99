"""What stood at the place of an open string before its original changed, for the translator."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from django.utils.html import strip_tags
from wagtail_localize.models import StringSegment, StringTranslation, Translation

# A word, a single character of a script without spaces, blanks, or another character.
TOKENS = re.compile(r"[\u0e00-\u0eff\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff]|\w+|\s+|.", re.DOTALL)


@dataclass(frozen=True)
class EarlierString:
    """An earlier text of the original and its translation, as wagtail-localize stores them (HTML)."""

    source: str
    translation: str


@dataclass(frozen=True)
class Part:
    """A part of a text: whether the other text does not have it."""

    text: str
    is_changed: bool


def earlier_strings(record: Translation) -> dict[tuple[str, str], EarlierString]:
    """Return what was translated before at the places of the open strings, by (content path, text of the original)."""
    found = open_strings_of([record])[record.pk]
    return {(row.path, row.text): row.earlier for row in found if row.earlier is not None}


@dataclass(frozen=True)
class StringToTranslate:
    """An open string: its segment, content path and text (HTML), and what was at its place before."""

    segment: int
    path: str
    text: str
    earlier: EarlierString | None

    @property
    def changed_words(self) -> int:
        """How many words a translator has to look at: those that are new, or that are gone; characters of Chinese."""
        if self.earlier is None:
            return _word_count(TOKENS.findall(strip_tags(self.text)))
        return _changed_words(strip_tags(self.earlier.source), strip_tags(self.text))


def open_strings_of(records: Sequence[Translation]) -> dict[int, list[StringToTranslate]]:
    """Return the open strings of translations by their primary keys, in the order of the page: two queries.

    Where a place has several strings (paragraphs), an open one gets the earlier string that is most like it. Where it
    has one, it gets the one that was translated last.
    """
    sources = {record.source_id for record in records}
    segments = defaultdict(list)
    rows = StringSegment.objects.filter(source__in=sources).select_related("context", "string").order_by("order", "pk")
    for segment in rows:
        segments[segment.source_id].append(segment)
    contexts = {segment.context_id for found in segments.values() for segment in found}
    known = StringTranslation.objects.filter(
        context__object_id__in={record.source.object_id for record in records},
        locale__in={record.target_locale_id for record in records},
    )
    translations = defaultdict(list)
    for row in known.select_related("translation_of").order_by("-updated_at", "-pk"):
        if row.context_id in contexts:
            translations[row.locale_id, row.context_id].append(row)
    return {
        record.pk: list(_open_of(segments[record.source_id], translations, record.target_locale_id))
        for record in records
    }


def _open_of(segments: Sequence[StringSegment], translations: Mapping, locale: int) -> Iterator[StringToTranslate]:
    current = defaultdict(set)
    for segment in segments:
        current[segment.context_id].add(segment.string_id)
    for segment in segments:
        known = translations.get((locale, segment.context_id), [])
        if any(row.translation_of_id == segment.string_id and _is_valid(row) for row in known):
            continue
        texts = current[segment.context_id]
        candidates = [
            EarlierString(row.translation_of.data, row.data) for row in known if row.translation_of_id not in texts
        ]
        text, earlier = segment.string.data, None
        if candidates:
            earlier = candidates[0] if len(texts) == 1 else max(candidates, key=_likeness_to(text))
        yield StringToTranslate(segment.pk, segment.context.path, text, earlier)


def _is_valid(translation: StringTranslation) -> bool:
    return not translation.has_error and bool(translation.data.strip())


def _likeness_to(text: str):
    return lambda earlier: SequenceMatcher(None, earlier.source, text, autojunk=False).ratio()


def compared(old: str, new: str) -> tuple[list[Part], list[Part]]:
    """Return the parts of two texts; those that only one of them has are marked."""
    words = TOKENS.findall(old), TOKENS.findall(new)
    changes = SequenceMatcher(None, *words, autojunk=False).get_opcodes()
    return (
        _parts((words[0][start:end], kind != "equal") for kind, start, end, _from, _to in changes),
        _parts((words[1][start:end], kind != "equal") for kind, _from, _to, start, end in changes),
    )


def _parts(runs: Iterable[tuple[list[str], bool]]) -> list[Part]:
    return [Part("".join(words), is_changed) for words, is_changed in runs if words]


def _changed_words(old: str, new: str) -> int:
    before, after = TOKENS.findall(old), TOKENS.findall(new)
    changes = SequenceMatcher(None, before, after, autojunk=False).get_opcodes()
    return sum(
        max(_word_count(before[start:end]), _word_count(after[first:last]))
        for kind, start, end, first, last in changes
        if kind != "equal"
    )


def _word_count(tokens: Iterable[str]) -> int:
    return sum(any(map(str.isalnum, token)) for token in tokens)
