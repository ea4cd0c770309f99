"""The list of clusters."""

import re

import pytest

from cities.models import ClusterCoordination
from clusters.models import ClusterName
from tests import factories
from tests.queries import queries_of

pytestmark = pytest.mark.django_db


def read(client, path="/en/clusters/") -> str:
    response = client.get(path)
    assert response.status_code == 200
    page = response.content.decode()
    return page[page.index("<main") : page.index("</main>")]


def lines(page: str) -> list[tuple[str, str, str]]:
    """The URL, the name and the line below it, for each cluster."""
    found = re.findall(
        r'<a class="title-link" href="([^"]*)"[^>]*>([^<]*)</a>(?:<span class="meta block">([^<]*)</span>)?', page
    )
    return [(address, name, " ".join(meta.split())) for address, name, meta in found]


def test_clusters_are_listed_in_order_with_their_numbers(client):
    factories.tree()
    later = factories.cluster_page(factories.cluster(order=2)).cluster
    first = factories.cluster_page(factories.cluster(order=1, sign="heart")).cluster
    city = factories.city()
    factories.practice(city=city, clusters=[first, later])
    factories.practice(city=city, clusters=[first])
    factories.practice(clusters=[first]).unpublish()
    ClusterCoordination.objects.create(city=factories.city(), cluster=first)
    page = read(client)
    assert [(name, meta) for _address, name, meta in lines(page)] == [
        (first.name, "2 practices · from 1 city · 1 coordinating city"),
        (later.name, "1 practice · from 1 city"),
    ]
    assert 'sprite.svg#heart"' in page


def test_a_practice_in_two_languages_counts_once(client):
    factories.tree("fr")
    cluster = factories.cluster_page().cluster
    factories.translated(factories.practice(clusters=[cluster]), "fr")
    assert lines(read(client)) == [
        (f"/en/clusters/{cluster.pages.get().slug}/", cluster.name, "1 practice · from 1 city")
    ]


def test_a_strategy_period_that_all_share_is_shown_once_else_at_each(client):
    factories.tree()
    for _number in range(2):
        factories.cluster_page(factories.cluster(valid_from=2019, valid_to=2021))
    page = read(client)
    assert page.count("Strategy 2019–2021") == 1
    factories.cluster_page(factories.cluster(valid_from=2022))
    assert [meta.rpartition(" · ")[2] for _address, _name, meta in lines(read(client))] == [
        "Strategy 2019–2021",
        "Strategy 2019–2021",
        "Strategy since 2022",
    ]


def test_a_cluster_without_a_public_hub_is_not_listed(client):
    factories.tree()
    factories.cluster()
    hidden = factories.cluster_page()
    hidden.unpublish()
    shown = factories.cluster_page()
    assert [name for _address, name, _meta in lines(read(client))] == [shown.cluster.name]


def test_a_cluster_without_a_hub_in_the_reader_s_language_links_to_another_version(client):
    factories.tree("fr")
    hub = factories.cluster_page()
    cluster = hub.cluster
    cluster.names = [*cluster.names.all(), ClusterName(language="fr", name="Alphabétisation")]
    cluster.save()
    page = read(client, "/fr/clusters/")
    [(address, name, meta)] = lines(page)
    assert (address, name) == (f"/en/clusters/{hub.slug}/", "Alphabétisation")
    assert 'hreflang="en"' in page
    assert meta.endswith(" · En anglais")
    factories.translated(hub, "fr")
    [(address, _name, _meta)] = lines(read(client, "/fr/clusters/"))
    assert address == f"/fr/clusters/{hub.slug}/"


def test_the_number_of_queries_does_not_depend_on_the_number_of_clusters():
    factories.tree()
    factories.practice(clusters=[factories.cluster_page().cluster])
    one = queries_of("/en/clusters/")
    for _number in range(2):
        factories.practice(clusters=[factories.cluster_page().cluster])
    assert one == queries_of("/en/clusters/") <= 14
