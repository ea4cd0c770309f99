"""Documents in the index that the portal did not write, or not like that: planted with Elasticsearch's own API."""

import pytest
from elasticsearch import Elasticsearch

from search_engines.criteria import Criteria
from tests.search_engines.conftest import elasticsearch_engine, make_document

WHOLE = {
    "id": "page:7",
    "group": "page:x",
    "language": "en",
    "shown_in": ["en"],
    "type": ["practice"],
    "url": "/7/",
    "origin": "original",
    "title": "Foreign libraries",
    "summary": "",
    "body": "",
    "opening": "",
    "words": "|",
    "title_en": "foreign librari",
    "beginnings": "foreign libraries",
}
SPOILT = {
    "without an id": {"id": None},
    "with the title alone": dict.fromkeys(WHOLE.keys() - {"title", "title_en", "beginnings", "shown_in"}),
    "with several ids": {"id": ["page:7", "page:8"]},
    "without a kind": {"type": None},
    "with a kind that is no list": {"type": "practice"},
    "of no language": {"language": None},
    "of a language that the portal does not have": {"language": "tlh"},
    "without an address": {"url": None},
    "with two titles": {"title": ["Foreign libraries", "Libraries"]},
    "without the beginning of its text": {"opening": None},
}


@pytest.fixture
def engine(elasticsearch_url):
    with elasticsearch_engine(elasticsearch_url) as engine:
        engine.rebuild([make_document("ours", "Our libraries", group="page:ours")], lambda groups: [])
        yield engine


@pytest.fixture
def plant(engine, elasticsearch_url):
    """Put fields into the live index, past the portal."""
    client = Elasticsearch(elasticsearch_url, request_timeout=30)

    def put(name, source):
        fields = {key: value for key, value in source.items() if value is not None}
        client.index(index=f"{engine.prefix}.live", id=name, document=fields, refresh=True)

    return put


@pytest.mark.parametrize("changes", SPOILT.values(), ids=SPOILT)
def test_a_malformed_document_costs_no_search_and_no_suggestion(engine, plant, now, changes, caplog):
    plant("planted", WHOLE | changes)
    results = engine.search(Criteria(language="en", instant=now, words="libraries"))
    assert [hit.id for hit in results.hits] == ["ours"]
    assert "'planted'" in caplog.text
    assert [found.id for found in engine.suggest("librar", "en")] == ["ours"]


@pytest.mark.parametrize("changes", [{}, *SPOILT.values()], ids=["whole, with another name", *SPOILT])
def test_a_foreign_document_is_named_and_removed(engine, plant, changes):
    plant("planted", WHOLE | changes)
    contents = engine.contents()
    assert (contents.foreign, set(contents.documents)) == (("planted",), {"ours"})
    engine.remove_foreign(contents.foreign)
    assert engine.contents().foreign == ()
    assert set(engine.hashes()) == {"ours"}


def test_a_document_that_was_altered_keeps_its_place_and_has_no_hash(engine, plant):
    plant("page:ours:en", WHOLE | {"id": "ours", "group": "page:ours", "opening": None})
    contents = engine.contents()
    assert contents.foreign == ()
    assert contents.documents["ours"].content_hash != make_document("ours", "Our libraries").content_hash


def test_what_the_portal_itself_keeps_beside_documents_is_not_foreign(engine):
    engine.replace({"page:ours": [make_document("ours", "Our libraries", group="page:ours")]}, version=5)
    engine.rebuild([make_document("ours", "Our libraries", group="page:ours")], lambda groups: [])
    engine.replace({"page:ours": [make_document("ours", "Our libraries", group="page:ours")]}, version=6)
    assert engine.contents().foreign == ()
    assert engine.count() == 1
