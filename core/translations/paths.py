"""Content paths of wagtail-localize: from the name of a place to the field or block that is there.

A *field path* names a place of every page of a type: `body.figure.text`, `results.label`. The items of a ListBlock are
called `item`. A *content path* has the ids of blocks and the keys of rows instead: `body.3f9c….text`.
"""

from collections.abc import Iterator

from django.core.exceptions import FieldDoesNotExist
from django.db import models
from wagtail import blocks
from wagtail.fields import StreamField

# A link in rich text is at the path of its text, followed by the quoted address.
LINK_MARK = ".'"


def child_block(block: blocks.Block, name: str) -> blocks.Block | None:
    """Return the block called `name` inside a block; None if there is none."""
    if isinstance(block, blocks.ListBlock):
        return block.child_block
    return getattr(block, "child_blocks", {}).get(name)


def objects_on_path(model: type[models.Model], field_path: str) -> Iterator:
    """Yield the relation, the field and the blocks along a field path, the outermost first.

    Stops where the path leads to nothing that exists (a block type that was removed). Raises FieldDoesNotExist for an
    unknown field.
    """
    name, _dot, rest = field_path.partition(".")
    field = model._meta.get_field(name)
    yield field
    if isinstance(field, models.ForeignObjectRel):
        if rest:
            yield from objects_on_path(field.related_model, rest)
    elif isinstance(field, StreamField):
        block: blocks.Block | None = field.stream_block
        for part in filter(None, rest.split(LINK_MARK)[0].split(".")):
            block = child_block(block, part)
            if block is None:
                return
            yield block


def part_at(model: type[models.Model], field_path: str) -> models.Field | blocks.Block | None:
    """Return the innermost field or block on a field path; None if it does not exist any more."""
    try:
        *_around, part = objects_on_path(model, field_path)
    except FieldDoesNotExist:
        return None
    return part


def is_link(path: str) -> bool:
    """Whether a content path is that of a link in rich text."""
    return LINK_MARK in path


def text_path(path: str) -> str:
    """Return the path of the text that contains a link; a path without a link is returned as it is."""
    return path.split(LINK_MARK)[0]
