"""What the source of a translation contained before and after a change of its original.

wagtail-localize stores the strings and links of an original as segments, by content path. `refresh` brings them up to
date. Blocks and rows that were replaced by others with the same words have new paths: what was translated at the old
paths is copied to the new ones, so that nobody translates the same words twice.
"""

import json
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from bs4 import BeautifulSoup
from django.utils import timezone
from wagtail_localize.models import (
    OverridableSegment,
    SegmentOverride,
    StringSegment,
    StringTranslation,
    TranslationContext,
    TranslationSource,
)
from wagtail_localize.segments.extract import quote_path_component

from core.translations.paths import is_link

# The attributes of a link: {"href": "https://…"}, or {"linktype": "page", "id": "7"}.
Link = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class SourceString:
    """A string of the original: its HTML without attributes, and the attributes by the ids in it."""

    text: str
    attributes: Mapping[str, Mapping[str, str]]

    def links(self) -> list[tuple[str, Link]]:
        """Return the links in the string as (text, attributes)."""
        found = BeautifulSoup(self.text, "html.parser").find_all("a", id=True)
        return [(link.get_text(), as_link(self.attributes.get(str(link["id"]), {}))) for link in found]


@dataclass(frozen=True)
class SourceState:
    """The strings of an original by content path, and the values that a language can override."""

    strings: Mapping[str, list[SourceString]]
    values: Mapping[str, str] = field(default_factory=dict)
    """The JSON of each value that a language can override, without links: these are in the strings."""

    def is_same_text(self, other: "SourceState") -> bool:
        """Whether the two have the same strings at the same places; links do not count."""

        def texts(state: SourceState):
            return {path: [string.text for string in strings] for path, strings in state.strings.items()}

        return texts(self) == texts(other)


@dataclass(frozen=True)
class SourceChange:
    """The states of a source before and after an update."""

    before: SourceState
    after: SourceState

    @property
    def gone(self) -> set[str]:
        """The paths at which the original has no text any more."""
        return set(self.before.strings) - set(self.after.strings)

    @cached_property
    def replaced_values(self) -> set[str]:
        """The content paths of files and addresses that changed, as they are now."""
        before, after = self.before.values, self.after.values
        found = {path for path in before if path in after and before[path] != after[path]}
        for path in set(self.before.strings) & set(self.after.strings):
            links = self.changed_links(path).values()
            found |= {link_path(path, address) for link in links if (address := dict(link).get("href"))}
        return found

    def changed_links(self, path: str) -> dict[Link, Link]:
        """Return the links of a text that were replaced: old → new.

        A link is paired with a new one that has the same text. The others are paired in their order if there are as
        many new ones.
        """
        old, new = (
            list(dict.fromkeys(link for string in state.strings.get(path, []) for link in string.links()))
            for state in (self.before, self.after)
        )
        kept = {link for _text, link in old} & {link for _text, link in new}
        gone = [item for item in old if item[1] not in kept]
        added = [item for item in new if item[1] not in kept]
        changes: dict[Link, Link] = {}
        for text, link in gone[:]:
            match = next((item for item in added if item[0] == text), None)
            if match and link not in changes:
                changes[link] = match[1]
                added.remove(match)
                gone.remove((text, link))
        if len(gone) == len(added):
            changes |= {link: other for (_t, link), (_u, other) in zip(gone, added, strict=True) if link not in changes}
        return changes


def link_path(path: str, address: str) -> str:
    """Return the content path of a link with this address in the text at `path`."""
    return f"{path}.{quote_path_component(address)}"


def as_link(attributes: Mapping[str, str]) -> Link:
    """Return the attributes of a link as a value that can be compared."""
    return tuple(sorted((name, str(value)) for name, value in attributes.items()))


def state_of(source: TranslationSource) -> SourceState:
    """Read the state of a source from its segments."""
    strings = defaultdict(list)
    segments = StringSegment.objects.filter(source=source).order_by("order")
    for path, text, attributes in segments.values_list("context__path", "string__data", "attrs"):
        strings[path].append(SourceString(text, json.loads(attributes or "null") or {}))
    values = OverridableSegment.objects.filter(source=source).values_list("context__path", "data_json")
    return SourceState(dict(strings), {path: data for path, data in values if not is_link(path)})


def refresh(source: TranslationSource) -> SourceChange:
    """Read the original again into its source, and keep what was translated of strings and links that moved."""
    before = state_of(source)
    source.update_from_db()
    change = SourceChange(before, state_of(source))
    _carry_translations(source, change)
    _carry_link_overrides(source, change)
    # Overrides of values that changed are newer than the last publication: `outdated.mark_outdated` reads it.
    overrides = SegmentOverride.objects.filter(context__object_id=source.object_id)
    overrides.filter(context__path__in=change.replaced_values).update(updated_at=timezone.now())
    return change


def _carry_translations(source: TranslationSource, change: SourceChange) -> None:
    """Copy the translations of strings at places that are gone to the places where the same strings are now.

    The newest translation in each language counts. A translation that exists is not replaced.
    """
    if not set(change.after.strings) - set(change.before.strings):
        return
    new_paths = set(change.after.strings) - set(change.before.strings)
    segments = StringSegment.objects.filter(source=source, context__path__in=new_paths)
    contexts = defaultdict(set)
    for string, context in segments.values_list("string_id", "context_id"):
        contexts[string].add(context)
    known = StringTranslation.objects.filter(translation_of__in=contexts, context__object_id=source.object_id)
    present = set(known.values_list("translation_of_id", "context_id", "locale_id"))
    for translation in known.exclude(context__path__in=change.after.strings).order_by("-updated_at"):
        for context in contexts[translation.translation_of_id]:
            key = (translation.translation_of_id, context, translation.locale_id)
            if key not in present:
                present.add(key)
                translation.pk, translation.context_id = None, context
                translation._state.adding = True
                StringTranslation.objects.bulk_create([translation])


def _carry_link_overrides(source: TranslationSource, change: SourceChange) -> None:
    """Keep a language's own address of a link when the original's address changes."""
    for path in set(change.before.strings) & set(change.after.strings):
        for old, new in change.changed_links(path).items():
            addresses = dict(old).get("href"), dict(new).get("href")
            if all(addresses):
                _carry_override(source, *(link_path(path, str(address)) for address in addresses))


def _carry_override(source: TranslationSource, old_path: str, new_path: str) -> None:
    context = TranslationContext.objects.filter(object_id=source.object_id, path=new_path).first()
    if context is None:
        return
    moved = SegmentOverride.objects.filter(context__object_id=source.object_id, context__path=old_path)
    SegmentOverride.objects.filter(context=context, locale__in=moved.values("locale")).delete()
    moved.update(context=context)
