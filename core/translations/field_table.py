"""Which fields and blocks are facts, and which are translated: the table of docs/translations.md.

`tests/test_docs.py` compares the table in the document with the models.
"""

from collections.abc import Iterator
from typing import NamedTuple

from django.apps import apps
from django.db import models
from modelcluster.fields import ParentalKey
from wagtail import blocks
from wagtail.documents.blocks import DocumentChooserBlock
from wagtail.fields import RichTextField, StreamField
from wagtail.images.blocks import ImageChooserBlock
from wagtail.models import TranslatableMixin
from wagtail_localize.fields import SynchronizedField, get_translatable_fields

from core.translations.model import OriginalOrTranslation
from core.translations.synchronised_fields import EXCLUDED

FACT = "fact"
TEXT = "text"

COPIED = "copied"
OVERRIDABLE = "copied; a language can have its own"
ROWS = "rows replaced"
TRANSLATED = "translated"
RICH = "translated; its links are copied, a language can have its own address"

CONTAINERS = (blocks.StructBlock, blocks.StreamBlock, blocks.ListBlock)
TEXT_BLOCKS = (blocks.CharBlock, blocks.TextBlock, blocks.BlockQuoteBlock)
FACT_BLOCKS = (
    blocks.BooleanBlock,
    blocks.IntegerBlock,
    blocks.FloatBlock,
    blocks.DecimalBlock,
    blocks.DateBlock,
    blocks.TimeBlock,
    blocks.DateTimeBlock,
    blocks.ChoiceBlock,
    blocks.MultipleChoiceBlock,
)
OVERRIDABLE_BLOCKS = (blocks.URLBlock, blocks.EmailBlock, DocumentChooserBlock, ImageChooserBlock)


class Unclassified(TypeError):
    """Nothing says whether a field or block is a fact or text."""


class Row(NamedTuple):
    """A place in a type of page: its field path, whether it is a fact or text, and how it follows the original."""

    path: str
    kind: str
    how: str


def field_rows(model: type[models.Model]) -> Iterator[Row]:
    """Yield the rows of all fields, child rows and blocks of a model, in the order of the model.

    Raises Unclassified for a block of a kind that is not known here: wagtail-localize would leave its words in the
    language of the original. Add the kind to this module, and say how it follows.
    """
    for rule in get_translatable_fields(model):
        field = rule.get_field(model)
        if isinstance(field, models.ManyToOneRel) and isinstance(field.remote_field, ParentalKey):
            if issubclass(field.related_model, TranslatableMixin):
                yield from (
                    Row(f"{field.name}.{row.path}", row.kind, row.how)
                    for row in field_rows(field.related_model)
                    if row.path != "sort_order"
                )
            else:
                yield Row(field.name, FACT, ROWS)
        elif field.name in EXCLUDED:
            continue
        elif isinstance(rule, SynchronizedField):
            can_differ = rule.overridable and isinstance(field, models.ForeignKey | models.CharField)
            yield Row(field.name, FACT, OVERRIDABLE if can_differ else COPIED)
        elif isinstance(field, StreamField):
            yield from _block_rows(field.stream_block, field.name)
        elif isinstance(field, RichTextField):
            yield Row(field.name, TEXT, RICH)
        else:
            yield Row(field.name, TEXT, TRANSLATED)


def _block_rows(block: blocks.Block, path: str) -> Iterator[Row]:
    if hasattr(block, "get_translatable_segments"):
        is_text = bool(block.get_translatable_segments(block.normalize("A text")))
        yield Row(path, TEXT if is_text else FACT, TRANSLATED if is_text else COPIED)
    elif isinstance(block, CONTAINERS):
        inner = {"item": block.child_block} if isinstance(block, blocks.ListBlock) else block.child_blocks
        for name, child in inner.items():
            yield from _block_rows(child, f"{path}.{name}")
    elif isinstance(block, blocks.RichTextBlock):
        yield Row(path, TEXT, RICH)
    elif isinstance(block, OVERRIDABLE_BLOCKS):
        yield Row(path, FACT, OVERRIDABLE)
    elif isinstance(block, TEXT_BLOCKS):
        yield Row(path, TEXT, TRANSLATED)
    elif isinstance(block, FACT_BLOCKS):
        yield Row(path, FACT, COPIED)
    else:
        raise Unclassified(
            f"Is the {type(block).__name__} at {path} a fact or text? See core/translations/field_table.py."
        )


def hidden_texts(block: blocks.Block, path: str, *, in_struct: bool = False) -> Iterator[str]:
    """Yield the paths of texts that wagtail-localize does not find: lists in a struct that is directly in a struct."""
    is_struct = isinstance(block, blocks.StructBlock)
    if isinstance(block, blocks.ListBlock):
        yield from hidden_texts(block.child_block, f"{path}.item")
    for name, child in getattr(block, "child_blocks", {}).items():
        if in_struct and is_struct and isinstance(child, blocks.ListBlock):
            yield f"{path}.{name}"
        yield from hidden_texts(child, f"{path}.{name}", in_struct=is_struct)


def table() -> str:
    """Return the table of docs/translations.md in Markdown: one row per type and place."""
    lines = ["| type | fact or text | how it follows the original | fields and blocks |", "|---|---|---|---|"]
    for model in translatable_models():
        groups: dict[tuple[str, str], list[str]] = {}
        for row in field_rows(model):
            groups.setdefault((row.kind, row.how), []).append(f"`{row.path}`")
        lines += [
            f"| {model.__name__} | {kind} | {how} | {', '.join(paths)} |"
            for (kind, how), paths in sorted(groups.items())
        ]
    return "\n".join(lines)


def translatable_models() -> list[type[models.Model]]:
    """Return all page types and snippets with an original and translations, by name."""
    found = [model for model in apps.get_models() if issubclass(model, OriginalOrTranslation)]
    return sorted(found, key=lambda model: model.__name__)
