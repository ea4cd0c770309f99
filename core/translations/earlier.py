"""What stood at the place of an open string before its original changed, for the translator."""

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import SequenceMatcher

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
    """Return what was translated before at the places of the open strings, by (content path, text of the original).

    Where a place has several strings (paragraphs), an open one gets the earlier string that is most like it. Where it
    has one, it gets the one that was translated last.
    """
    segments = StringSegment.objects.filter(source=record.source).annotate_translation(record.target_locale)
    current = defaultdict(set)
    wanted = []
    for segment in segments.select_related("context", "string").order_by("order"):
        current[segment.context_id].add(segment.string_id)
        if not (segment.translation or "").strip():
            wanted.append(segment)
    candidates = defaultdict(list)
    known = StringTranslation.objects.filter(
        context__in={segment.context_id for segment in wanted}, locale=record.target_locale
    )
    for row in known.select_related("translation_of").order_by("-updated_at", "-pk"):
        if row.translation_of_id not in current[row.context_id]:
            candidates[row.context_id].append(EarlierString(row.translation_of.data, row.data))
    found = {}
    for segment in wanted:
        if rows := candidates[segment.context_id]:
            text = segment.string.data
            earlier = rows[0] if len(current[segment.context_id]) == 1 else max(rows, key=_likeness_to(text))
            found[segment.context.path, text] = earlier
    return found


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
