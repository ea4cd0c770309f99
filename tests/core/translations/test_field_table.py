"""The line between facts and text. tests/test_docs.py compares the table in the document with it."""

import pytest
from wagtail import blocks
from wagtail.contrib.table_block.blocks import TableBlock

from core.blocks import FactBlock
from core.checks import check_blocks_can_be_translated
from core.translations.field_table import Unclassified, field_rows, hidden_texts, translatable_models
from home.models import StandardPage
from tests.core.translations import nested_blocks


def test_places_and_numbers_are_facts_and_no_field_is_forgotten():
    kinds = {(model.__name__, row.path): row.kind for model in translatable_models() for row in field_rows(model)}
    for place in (("EventPage", "venue"), ("EventPage", "sessions.room"), ("StandardPage", "body.figure.number")):
        assert kinds[place] == "fact"
    assert kinds["PracticePage", "results.label"] == kinds["CityProfile", "vision"] == "text"
    assert len(kinds) == sum(len({row.path for row in field_rows(model)}) for model in translatable_models())


def test_the_blocks_of_all_models_can_be_translated():
    assert check_blocks_can_be_translated(None) == []


def test_a_block_of_an_unknown_kind_is_named(monkeypatch):
    stream = StandardPage._meta.get_field("body").stream_block
    monkeypatch.setitem(stream.child_blocks, "table", TableBlock())
    with pytest.raises(Unclassified, match=r"TableBlock at body.table"):
        list(field_rows(StandardPage))
    assert [error.id for error in check_blocks_can_be_translated(None)] == ["core.E003"]


def test_lists_and_streams_inside_blocks_have_their_places(monkeypatch):
    stream = StandardPage._meta.get_field("body").stream_block
    nested_blocks.add_to(stream, monkeypatch)
    rows = {row.path: row.kind for row in field_rows(StandardPage)}
    assert rows["body.card.section.points.item.share"] == "fact"
    assert rows["body.card.section.points.item.text"] == rows["body.words.item"] == "text"


def test_a_list_that_wagtail_localize_does_not_see_is_named(monkeypatch):
    inner = blocks.StructBlock([("names", blocks.ListBlock(blocks.CharBlock())), ("code", FactBlock())])
    outer = blocks.StructBlock([("inner", inner)])
    assert list(hidden_texts(blocks.StreamBlock([("outer", outer)]), "body")) == ["body.outer.inner.names"]
    monkeypatch.setitem(StandardPage._meta.get_field("body").stream_block.child_blocks, "outer", outer)
    assert [error.id for error in check_blocks_can_be_translated(None)] == ["core.E004"]
