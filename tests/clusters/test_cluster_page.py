"""The hub of a cluster."""

import re
from datetime import UTC, datetime

import pytest

from calls.models import CallPage
from cities.models import ClusterCoordination
from clusters.models import ClusterDocument
from events.models import EventCluster
from tests import factories
from tests.queries import queries_of

pytestmark = pytest.mark.django_db


def read(client, hub, language="en") -> str:
    response = client.get(f"/{language}/clusters/{hub.slug}/")
    assert response.status_code == 200
    return response.content.decode()


def section(page: str, name: str) -> str:
    """The part of the page whose heading has the id `name`."""
    start = page.index(f'id="{name}"')
    return page[start : page.index("</section>", start)]


def event_in(cluster, **fields):
    page = factories.event(**fields)
    page.event_clusters = [EventCluster(cluster=cluster)]
    page.save_revision().publish()
    return page


def test_the_header_has_colour_sign_name_and_introduction(client):
    factories.tree()
    cluster = factories.cluster(code="health", sign="heart", valid_from=2019, valid_to=2021)
    hub = factories.cluster_page(cluster, title="Health and well-being", introduction="Learning keeps people well.")
    page = read(client, hub)
    band = page[page.index("band--cluster") : page.index("</svg>", page.index("band--cluster"))]
    assert "cluster-health" in band
    assert "Health and well-being</h1>" in band
    assert "Learning keeps people well." in band
    assert "sprite.svg#heart" in band
    assert "Strategy 2019–2021" in page
    assert 'style="' not in page


def test_a_hub_lists_only_what_belongs_to_its_cluster(client):
    factories.tree()
    hub, other = factories.cluster_page(), factories.cluster_page()
    cork = factories.city(own_name="Cork", country="IE")
    osan = factories.city(own_name="Osan", country="KR")
    ClusterCoordination.objects.create(city=cork, cluster=hub.cluster, first_year=2019, last_year=2021)
    factories.practice(title="Walking and talking", city=osan, clusters=[hub.cluster])
    factories.practice(title="Of another cluster", city=factories.city(own_name="Far away"), clusters=[other.cluster])
    event_in(hub.cluster, title="Meeting about health")
    event_in(other.cluster, title="Meeting about money")
    page = read(client, hub)
    coordinators = section(page, "coordinators")
    assert re.findall(r"<bdi>([^<]*)</bdi>", coordinators) == ["Cork", "Ireland", "2019–2021"]
    assert "Walking and talking" in section(page, "practices")
    assert f'href="/en/practices/?cluster={hub.cluster.code}"' in section(page, "practices")
    cities = section(page, "cities")
    assert re.findall(r'/en/cities/[^"]*"><bdi>([^<]*)</bdi>', cities) == ["Cork", "Osan"]
    assert 'role="img" aria-label="Map of the world with dots for 2 cities of this cluster"' in cities
    assert '<a href="#cities-list">' in cities
    assert "Meeting about health" in section(page, "events")
    for word in ("Of another cluster", "Far away", "Meeting about money"):
        assert word not in page


def test_open_calls_of_the_cluster_are_shown_and_closed_ones_are_not(client):
    factories.tree()
    hub = factories.cluster_page()
    for title, fields in (
        ("Open to all", {}),
        ("Closed for good", {"first_deadline": datetime(2021, 1, 1, tzinfo=UTC)}),
        ("Of no cluster", {}),
    ):
        call = factories.call(**fields)
        factories.call_page(call, title=title)
        if title != "Of no cluster":
            call.clusters.set([hub.cluster])
            call.save()
    page = read(client, hub)
    assert "Open to all" in section(page, "calls")
    assert "Closed for good" not in page
    assert "Of no cluster" not in page
    CallPage.objects.get(title="Open to all").unpublish()
    assert 'id="calls"' not in read(client, hub)


def test_the_newest_six_practices_are_shown_with_a_link_to_all(client):
    factories.tree()
    hub = factories.cluster_page()
    for number in range(7):
        factories.practice(title=f"Practice number {number}", clusters=[hub.cluster])
    shown = section(read(client, hub), "practices")
    assert re.findall(r"Practice number (\d)", shown) == ["6", "5", "4", "3", "2", "1"]
    assert "All 7 practices in this cluster" in shown


def test_documents_are_shown_with_language_type_and_size(client):
    factories.tree()
    hub = factories.cluster_page()
    hub.documents = [
        ClusterDocument(title="Guide for cities", document=factories.document(language="fr"), locale=hub.locale)
    ]
    hub.save_revision().publish()
    documents = section(read(client, hub), "documents")
    assert "Guide for cities" in documents
    for word in ("TXT", "1 kB", "Français"):
        assert word in documents


def test_the_contact_is_at_the_end(client):
    factories.tree()
    hub = factories.cluster_page(contact_role="Cluster desk", contact_email="desk@example.org")
    contact = section(read(client, hub), "contact")
    assert "Cluster desk" in contact
    assert '<a href="mailto:desk@example.org" dir="ltr">desk@example.org</a>' in contact


def test_a_hub_without_content_has_no_empty_section(client):
    factories.tree()
    page = read(client, factories.cluster_page())
    for name in ("coordinators", "calls", "practices", "cities", "events", "documents", "about"):
        assert f'id="{name}"' not in page


def test_a_hub_without_a_version_in_a_language_is_not_found_and_other_versions_are_offered(client):
    factories.tree("fr")
    hub = factories.cluster_page()
    missing = client.get(f"/fr/clusters/{hub.slug}/")
    assert missing.status_code == 404
    assert f'href="/en/clusters/{hub.slug}/"' in missing.content.decode()
    factories.translated(hub, "fr")
    page = read(client, hub, "fr")
    assert '<html lang="fr"' in page
    assert f'hreflang="en" href="http://localhost:8000/en/clusters/{hub.slug}/"' in page


def test_the_number_of_queries_does_not_depend_on_the_number_of_rows():
    factories.tree()
    hub = factories.cluster_page()

    def add() -> None:
        factories.practice(clusters=[hub.cluster])
        ClusterCoordination.objects.create(city=factories.city(), cluster=hub.cluster, first_year=2019)
        event_in(hub.cluster)
        call = factories.call()
        factories.call_page(call)
        call.clusters.set([hub.cluster])
        call.save()
        hub.documents = [
            *hub.documents.all(),
            ClusterDocument(title="Guide", document=factories.document(), locale=hub.locale),
        ]
        hub.save_revision().publish()

    add()
    one = queries_of(f"/en/clusters/{hub.slug}/")
    add()
    add()
    assert one == queries_of(f"/en/clusters/{hub.slug}/") <= 15
