"""Facets and documents agree: what the one declares, the other fills."""

from datetime import timedelta

import pytest
from django.core.files.base import ContentFile
from django.utils import timezone, translation

from calls.models import CallDocument
from cities.models import ClusterCoordination
from cities.services import record_status
from core.i18n.languages import LANGUAGE_CODES
from events.models import EventCluster
from home.models import NewsCity
from search.checks import document_kinds
from search.filters import value_names
from search.group_documents import all_documents
from search_engines.facets import FACETS, FACETS_BY_CODE, VALUE_FACETS, CodeFacet, TimedFacet, ValueFacet
from search_engines.kinds import KINDS
from tests import factories
from tests.core.media.test_media import pdf

FIELDS = ("facets", "instants", "ranges")


def test_no_two_facets_have_the_same_code():
    assert len(FACETS_BY_CODE) == len(FACETS)


@pytest.mark.parametrize("missing", ["code", "label", "kinds", "values"])
@pytest.mark.parametrize("facet_class", [CodeFacet, TimedFacet])
def test_a_facet_without_one_of_its_parts_cannot_be_made(facet_class, missing):
    parts = {"code": "level", "label": "Level", "kinds": ["practice"], "values": {}}
    facet_class(**parts)
    del parts[missing]
    with pytest.raises(TypeError, match=missing):
        facet_class(**parts)


@pytest.mark.parametrize("language", LANGUAGE_CODES)
def test_every_facet_has_a_label_and_names_for_its_values(language):
    with translation.override(language):
        for facet in FACETS:
            assert str(facet.label), facet.code
            names = facet.names() if isinstance(facet, ValueFacet) else None
            if names is not None:
                assert names, facet.code
                assert all(names.values()), facet.code


def test_values_without_names_are_no_page_but_an_error():
    rows = {facet.code: {} for facet in VALUE_FACETS.values() if facet.names() is None}
    assert set(rows) == {"cluster", "city"}
    assert list(value_names(rows)) == list(VALUE_FACETS)
    for code in rows:
        with pytest.raises(KeyError, match=code):
            value_names({other: names for other, names in rows.items() if other != code})


def make_one_of_each_kind():
    """Publish one thing of each kind that fills every field that its kind has."""
    cluster, city = factories.cluster(), factories.city()
    record_status(city, status="admitted", by=None, round=factories.membership_round())
    ClusterCoordination.objects.create(city=city, cluster=cluster, first_year=2020)
    factories.cluster_page(cluster)
    file = factories.document(language="en", file=ContentFile(pdf(), "a.pdf"))
    factories.practice(
        clusters=[cluster],
        city=city,
        sdgs=["4"],
        action_lines=["workplace"],
        target_groups=["women"],
        learning_settings=["workplace"],
        governance_levels=["city"],
        cost_band="under-10k",
        state="stopped",
        period_start="2015-01-01",
        confirmed_on=timezone.localdate() - timedelta(days=30),
    )
    call = factories.call()
    call.clusters.add(cluster)
    call.save()
    factories.call_page(call)
    CallDocument.objects.create(call=call, language="en", document=file)
    factories.event(host_city=city, event_clusters=[EventCluster(cluster=cluster)])
    factories.news(news_cities=[NewsCity(city=city)])
    factories.standard_page()


@pytest.mark.usefixtures("network")
def test_documents_fill_exactly_the_fields_that_their_kind_declares():
    make_one_of_each_kind()
    filled = {code: {name: set() for name in FIELDS} for code in KINDS}
    for document in all_documents():
        for name in FIELDS:
            filled[document.type][name] |= getattr(document, name).keys()
    declared = {kind.code: {name: set(getattr(kind, name)) for name in FIELDS} for kind in document_kinds()}
    assert filled == declared
