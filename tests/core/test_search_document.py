"""Search documents: cleaning, validation and hash."""

import pickle
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest

from core.search_document import MAX_BODY, MAX_TITLE, DocumentKind, SearchDocument, clean_text, page_kind

NOW = datetime(2026, 6, 15, 12, 0, tzinfo=UTC)
FULL = SearchDocument(
    id="page:1",
    group="page:abc",
    language="fr",
    shown_in=("fr", "es"),
    type="practice",
    url="/fr/p/",
    title="Ville",
    summary="Résumé",
    body="Texte",
    names=("Pékin", "北京"),
    facets={"cluster": ("literacy", "health"), "country": ("CN",)},
    instants={"published": NOW, "updated": NOW},
    ranges={"period": (2015, None)},
    place=(39.9, 116.4),
    origin="human",
)


def test_text_is_composed_and_without_controls_and_lone_surrogates():
    made = replace(FULL, title="Re\u0301gion\x00un\ud800", names=("Pe\u0301kin", "P\u00e9kin", ""))
    assert made.title == "R\u00e9gion un"
    assert made.names == ("P\u00e9kin",)


def test_text_is_cut_to_size():
    made = replace(FULL, title="t" * 10_000, body="b" * 10**6)
    assert (len(made.title), len(made.body)) == (MAX_TITLE, MAX_BODY)


def test_empty_values_are_removed_from_mappings():
    made = replace(
        FULL, facets={"cluster": (), "sdg": ("4", "4")}, instants={"published": None}, ranges={"period": None}
    )
    assert (made.facets, made.instants, made.ranges) == ({"sdg": ("4",)}, {}, {})


@pytest.mark.parametrize(
    "mistake",
    [
        {"id": ""},
        {"id": "x" * 201},
        {"id": "a\x00b"},
        {"group": " padded "},
        {"facets": {"cluster": "literacy"}},
        {"facets": {"cluster": ("",)}},
        {"instants": {"published": datetime(2026, 6, 15)}},
        {"instants": {"published": "yesterday"}},
        {"ranges": {"period": (2020, 2015)}},
        {"ranges": {"period": (0, None)}},
        {"place": (100.0, 0.0)},
        {"place": (float("nan"), 0.0)},
        {"origin": "guessed"},
    ],
)
def test_invalid_values_are_an_error(mistake):
    with pytest.raises(ValueError, match=r"must be"):
        replace(FULL, **mistake)


def test_a_document_cannot_change_with_the_mapping_it_was_made_of():
    facets = {"cluster": ("literacy",)}
    made = replace(FULL, facets=facets)
    facets["cluster"] = ("health",)
    assert made.facets == {"cluster": ("literacy",)}


def test_the_hash_does_not_depend_on_order_or_zone():
    same = replace(
        FULL,
        shown_in=("es", "fr"),
        facets={"country": ("CN",), "cluster": ("health", "literacy")},
        instants={"updated": NOW.astimezone(timezone(timedelta(hours=8))), "published": NOW},
    )
    assert same.content_hash == FULL.content_hash
    assert len(FULL.content_hash) == 64


@pytest.mark.parametrize(
    "change",
    [
        {"id": "page:2"},
        {"group": "page:abd"},
        {"language": "es"},
        {"shown_in": ("fr",)},
        {"type": "news"},
        {"url": "/fr/q/"},
        {"title": "Villes"},
        {"summary": ""},
        {"body": "Text"},
        {"names": ("Pékin",)},
        {"facets": {"cluster": ("literacy",), "country": ("CN",)}},
        {"instants": {"published": NOW, "updated": NOW + timedelta(seconds=1)}},
        {"ranges": {"period": (2015, 2020)}},
        {"place": None},
        {"origin": "machine"},
    ],
)
def test_the_hash_changes_with_everything_that_is_indexed(change):
    assert replace(FULL, **change).content_hash != FULL.content_hash


def test_documents_can_be_kept_in_sets_and_sent_between_processes():
    assert pickle.loads(pickle.dumps(FULL)) == FULL
    assert len({FULL, replace(FULL), replace(FULL, title="Autre")}) == 2


def test_cleaning_is_done_once():
    for text in ("a\u0301\x00b", "\ud800", "x" * 100, "e" + "\u0301" * 50):
        assert clean_text(clean_text(text, 40), 40) == clean_text(text, 40)


KIND = DocumentKind("practice", facets={"cluster"}, instants={"updated"}, ranges={"period"})
IDENTITY = {"id": "1", "group": "1", "language": "en", "shown_in": (), "url": "/", "title": "Notes"}


def test_a_document_has_the_code_of_its_kind():
    made = KIND.document(**IDENTITY, facets={"cluster": ("literacy",)}, instants={"updated": NOW})
    assert (made.type, made.facets, made.instants) == ("practice", {"cluster": ("literacy",)}, {"updated": NOW})
    assert made.indexed_facets.keys() == KIND.indexed_facets == {"cluster", "type"}


@pytest.mark.parametrize(
    "fields", [{"facets": {"level": ()}}, {"instants": {"deadline": None}}, {"ranges": {"term": (2015, 2016)}}]
)
def test_a_field_that_the_kind_does_not_declare_is_refused_even_when_it_is_empty(fields):
    with pytest.raises(ValueError, match="'practice' documents do not declare"):
        KIND.document(**IDENTITY, **fields)


def test_kinds_of_pages_have_the_fields_of_all_pages():
    assert page_kind("news", facets={"city"}).facets == {"original_language", "available_language", "city"}
    assert page_kind("news", instants={"deadline"}).instants == {"published", "updated", "dated", "deadline"}
