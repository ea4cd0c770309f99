"""Blocks inside blocks, as an editor's next wish may bring them: lists, structs and streams in a text."""

from wagtail import blocks

from core.blocks import TEXT_FEATURES, FigureBlock


class Point(blocks.StructBlock):
    """A point of a list: a fact, a text, and running text with links."""

    share = blocks.IntegerBlock()
    url = blocks.URLBlock(required=False)
    label = blocks.CharBlock(max_length=40)
    text = blocks.RichTextBlock(features=TEXT_FEATURES, required=False)


class Section(blocks.StreamBlock):
    """A stream in a stream, with a list in it."""

    text = blocks.RichTextBlock(features=TEXT_FEATURES)
    points = blocks.ListBlock(Point())
    figure = FigureBlock()


class Card(blocks.StructBlock):
    """A struct with a list and a stream."""

    heading = blocks.CharBlock(max_length=60)
    level = blocks.IntegerBlock()
    points = blocks.ListBlock(Point())
    names = blocks.ListBlock(blocks.CharBlock())
    section = Section(required=False)


def add_to(stream_block: blocks.StreamBlock, monkeypatch) -> None:
    """Let a stream have these blocks, too, for one test."""
    for name, block in {"card": Card(), "section": Section(), "words": blocks.ListBlock(blocks.CharBlock())}.items():
        block.set_name(name)
        monkeypatch.setitem(stream_block.child_blocks, name, block)
