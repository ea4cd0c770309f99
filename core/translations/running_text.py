"""Bring the text fields of a version in line with its original: blocks, rows, links and facts follow, words stay."""

import copy
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from django.db import models
from wagtail import blocks
from wagtail.fields import RichTextField, StreamField
from wagtail_localize.fields import TranslatableField, get_translatable_fields
from wagtail_localize.segments.extract import extract_segments
from wagtail_localize.segments.ingest import ingest_segments
from wagtail_localize.segments.types import OverridableSegmentValue, StringSegmentValue, TemplateSegmentValue
from wagtail_localize.strings import StringValue

from core.translations.source_state import SourceChange, link_path
from core.translations.version_words import VersionWords, by_path, replaced_link


@dataclass
class VersionText:
    """What a version keeps when its original changes.

    overrides: the values that its language overrides, by content path. untranslated: the content paths at which the
    original has strings that the version has no words for; `follow` adds to them.
    """

    change: SourceChange
    words: VersionWords
    overrides: Mapping[str, object]
    untranslated: set[str] = field(default_factory=set)

    def has_words_for(self, part, path: str) -> bool:
        """Whether the version has words for all strings of a part of the original (a row) at a content path."""
        return all(
            self.words.translation(f"{path}{segment.path}", segment.string.data) is not None
            for segment in extract_segments(part)
            if isinstance(segment, StringSegmentValue)
        )

    def follow(self, source, target, path: str = "") -> None:
        """Write the text fields of `target`, a version or a row of one, from the original `source` in memory.

        Fields have the blocks, links and facts of the original and the words of the version. A text that contains a
        string without words stays as it is, with new links; a block with such a string that the version does not
        have is left out until it is translated.
        """
        fields = [rule.get_field(type(source)) for rule in text_rules(type(source))]
        own = by_path(extract_segments(target))
        present = {place for stream in _streams(fields) for place in _places(stream, target)}
        shadow = copy.copy(source)
        for stream in _streams(fields):
            value = stream.to_python(stream.get_prep_value(stream.value_from_object(source)))
            setattr(shadow, stream.name, value)
            setattr(target, stream.name, value)
        self._clear(fields, target, path)
        left_out: set[str] = set()
        segments = []
        names = {found.name for found in fields}
        for place, theirs in by_path(extract_segments(source)).items():
            if place.split(".")[0] in names:
                segments += self._segments(place, theirs, own, present, left_out, path)
        ingest_segments(shadow, target, None, None, segments)  # locales are for related objects, which are no text
        for stream in _streams(fields):
            _leave_out(stream.stream_block, stream.value_from_object(target), left_out, stream.name)

    def _clear(self, fields, target, path: str) -> None:
        """Empty the fields that the original had text in and has none any more."""
        for found in fields:
            if not isinstance(found, StreamField) and f"{path}{found.name}" in self.change.gone:
                setattr(target, found.attname, "")

    def _segments(self, place: str, theirs: list, own: Mapping[str, list], present, left_out: set[str], path: str):
        """Return what belongs at a place of the version; add the block to `left_out` if it has to wait."""
        if isinstance(theirs[0], OverridableSegmentValue):
            return own.get(place, []) if f"{path}{place}" in self.overrides else []
        if not isinstance(theirs[0], StringSegmentValue | TemplateSegmentValue):
            return []
        translated = [self._translated(segment, f"{path}{place}", own.get(place, [])) for segment in theirs]
        if None not in translated:
            return translated
        self.untranslated.add(f"{path}{place}")
        if missing := _outermost_missing(place, present):
            left_out.add(missing)
            return theirs
        if place in own:
            return [self._with_new_links(segment, f"{path}{place}") for segment in own[place]]
        return [_emptied(segment) for segment in theirs[:1]]

    def _translated(self, segment, path: str, own: list):
        """Return a segment of the original with the version's words; None if there are none."""
        if isinstance(segment, TemplateSegmentValue):
            return segment
        words = self.words.translation(path, segment.string.data)
        if words is None:
            return None
        addresses = {attributes.get("href") for found in own for attributes in _attributes(found)}
        links = {}
        for name, attributes in (segment.attrs or {}).items():
            own_address = self.overrides.get(link_path(path, attributes.get("href", "")))
            links[name] = attributes | {"href": own_address} if own_address in addresses - {None} else attributes
        return StringSegmentValue(segment.path, StringValue(words), attrs=links, order=segment.order)

    def _with_new_links(self, segment, path: str):
        """Return a segment of the version whose links are those of the original now."""
        if isinstance(segment, TemplateSegmentValue):
            return segment
        changes = self.change.changed_links(path)
        links = {name: replaced_link(attributes, changes) for name, attributes in (segment.attrs or {}).items()}
        return StringSegmentValue(segment.path, segment.string, attrs=links, order=segment.order)


def text_rules(model: type[models.Model]) -> Iterator[TranslatableField]:
    """Yield wagtail-localize's rules of the fields with translatable text, without child rows."""
    for rule in get_translatable_fields(model):
        found = rule.get_field(model)
        is_text = isinstance(found, StreamField | RichTextField | models.CharField | models.TextField)
        if isinstance(rule, TranslatableField) and is_text:
            yield rule


def _attributes(segment) -> list[Mapping[str, str]]:
    return list((getattr(segment, "attrs", None) or {}).values())


def _emptied(segment):
    """Return a segment that makes a text empty: the version has none at this place yet."""
    if isinstance(segment, TemplateSegmentValue):
        return TemplateSegmentValue(segment.path, segment.format, "", 0, order=segment.order)
    return StringSegmentValue(segment.path, StringValue(""), order=segment.order)


def _streams(fields) -> list[StreamField]:
    return [found for found in fields if isinstance(found, StreamField)]


def _children(block: blocks.Block, value) -> Iterator[tuple[str, blocks.Block, object]]:
    """Yield the children of a block as (name in content paths, block, value); none of a block with a single value."""
    if isinstance(block, blocks.StreamBlock):
        for child in value:
            yield child.id, child.block, child.value
    elif isinstance(block, blocks.ListBlock):
        for child in value.bound_blocks:
            yield child.id, child.block, child.value
    elif isinstance(value, blocks.StructValue):
        for name, inner in value.block.child_blocks.items():
            yield name, inner, value[name]


def _places(stream: StreamField, version) -> Iterator[str]:
    """Yield the content paths of all blocks in a field of a version."""

    def walk(block, value, path):
        yield path
        for name, inner, child in _children(block, value):
            yield from walk(inner, child, f"{path}.{name}")
        if isinstance(block, blocks.StructBlock) and not isinstance(value, blocks.StructValue):
            yield from (f"{path}.{name}" for name in block.child_blocks)  # an ImageBlock, whose value is the picture

    yield from walk(stream.stream_block, stream.value_from_object(version), stream.name)


def _outermost_missing(place: str, present: set[str]) -> str:
    """Return the path of the outermost block around a place that the version does not have; "" for a plain field."""
    parts = place.split(".")
    paths = [".".join(parts[:end]) for end in range(2, len(parts) + 1)]
    return next((path for path in paths if path not in present), "")


def _leave_out(block: blocks.Block, value, left_out: set[str], path: str) -> None:
    """Remove blocks from a value in memory."""
    children = list(_children(block, value))
    for index in reversed(range(len(children))):
        name, inner, child = children[index]
        if f"{path}.{name}" in left_out:
            del value[index]
        else:
            _leave_out(inner, child, left_out, f"{path}.{name}")
