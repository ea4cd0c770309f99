"""A call as JSON has stable names, instants with UTC offsets, and nothing before its announcement."""

from datetime import UTC, date, datetime, timedelta

import pytest
from wagtail.models import Collection, CollectionViewRestriction

from calls.models import CallSession
from tests import factories
from tests.calls.builders import BERLIN, at, call_document, extend, extend_both, membership
from tests.queries import queries_of

pytestmark = pytest.mark.django_db

ADDRESS = "/calls/membership-2026.json"


@pytest.fixture
def call():
    factories.tree("fr", "ar")
    row = membership(quota_per_country=3)
    factories.call_page(row, title="Join the network")
    return row


def test_it_contains_what_is_in_effect_at_the_time_of_the_request(client, call):
    with at(2026, 6, 18, 12):
        data = client.get(ADDRESS).json()
    assert (data["code"], data["kind"], data["is_example"]) == ("membership-2026", "membership", False)
    assert (data["state"], data["as_of"]) == ("under-review", "2026-06-18T10:00:00+00:00")
    assert data["opens_at"] == "2026-04-01T00:00:00+02:00"
    assert data["deadlines"] == {
        "city": {
            "too_late_from": "2026-06-01T00:00:00+02:00",
            "last_day": "2026-05-31",
            "last_minute": "2026-05-31T23:59+02:00",
            "sequence": 0,
        },
        "commission": {
            "too_late_from": "2026-06-15T18:01:00+02:00",
            "last_day": "2026-06-15",
            "last_minute": "2026-06-15T18:00+02:00",
            "sequence": 0,
        },
    }
    assert data["history"] == []
    assert data["quota_per_country"] == 3
    assert data["results"] == {"expected": "2026-09", "published_at": None}
    assert [page["language"] for page in data["pages"]] == ["en"]
    assert data["pages"][0]["url"].endswith("/en/calls/join-the-network/")


def test_an_extension_shows_from_its_instant_with_the_date_that_it_replaced(client, call):
    with at(2026, 4, 29):
        extend_both(call, announce_at=datetime(2026, 5, 4, 9, tzinfo=BERLIN))
    with at(2026, 5, 4, 8, 59, 59):
        before = client.get(ADDRESS)
    with at(2026, 5, 4, 9):
        after = client.get(ADDRESS).json()
    assert before.json()["history"] == []
    assert b"2026-06-30" not in before.content
    assert "max-age=1" in before["Cache-Control"]
    assert after["deadlines"]["city"]["last_day"] == "2026-06-30"
    assert after["deadlines"]["city"]["sequence"] == 1
    assert after["state"] == "extended"
    assert after["history"][1] == {
        "clock": "city",
        "old": "2026-06-01T00:00:00+02:00",
        "new": "2026-07-01T00:00:00+02:00",
        "old_time_zone": "Europe/Berlin",
        "new_time_zone": "Europe/Berlin",
        "reason": "emergency",
        "decided_by": "secretariat",
        "announced_at": "2026-05-04T09:00:00+02:00",
    }


def test_what_is_not_on_record_is_null(client):
    factories.tree()
    call = membership(precision="day", first_deadline=None, first_commission_deadline=None, results_on=None)
    factories.call_page(call)
    call.date_changes.create(
        clock="city",
        new=datetime(2026, 7, 1, tzinfo=BERLIN),
        reason="other",
        decided_by="not-on-record",
        announce_at=datetime(2026, 4, 29, tzinfo=BERLIN),
        announcement_on_record=False,
    )
    data = client.get(ADDRESS).json()
    assert data["deadlines"]["city"]["last_minute"] is None
    assert data["deadlines"]["commission"] is None
    assert (data["history"][0]["old"], data["history"][0]["announced_at"]) == (None, None)
    assert data["results"]["expected"] is None


def test_results_stay_unpublished_until_their_instant(client):
    factories.tree()
    factories.call_page(membership(results_published_at=datetime(2026, 9, 2, 10, tzinfo=BERLIN)))
    with at(2026, 9, 1):
        assert client.get(ADDRESS).json()["results"]["published_at"] is None
    with at(2026, 9, 3):
        assert client.get(ADDRESS).json()["results"]["published_at"] == "2026-09-02T10:00:00+02:00"


def test_documents_have_their_language_version_type_and_size(client, call):
    with at(2026, 4, 10):
        call_document(
            call,
            kind="flyer",
            language="fr",
            version="2",
            document=factories.document(licence="cc-by-4.0"),
            shows_deadline=date(2026, 5, 30),
        )
        (document,) = client.get(ADDRESS).json()["documents"]
    assert document.pop("url").startswith("http")
    assert document == {
        "kind": "flyer",
        "language": "fr",
        "version": "2",
        "type": "txt",
        "pages": None,
        "bytes": 4,
        "licence": "cc-by-4.0",
        "shows_deadline": "2026-05-30",
        "outdated": True,
    }


def test_a_document_in_a_private_collection_is_not_listed(client, call):
    private = Collection.get_first_root_node().add_child(name="Private")
    below = private.add_child(name="Below it")
    CollectionViewRestriction.objects.create(collection=private, restriction_type="login")
    call_document(call, language="en", document=factories.document(title="Secret", collection=private))
    call_document(call, language="fr", document=factories.document(title="Hidden", collection=below))
    call_document(call, language="es", document=factories.document(title="Open"))
    assert [document["language"] for document in client.get(ADDRESS).json()["documents"]] == ["es"]


def test_only_public_versions_of_the_page_are_listed(client, call):
    page = call.pages.get()
    factories.translated(page, "fr")
    factories.translated(page, "ar", publish=False)
    assert [entry["language"] for entry in client.get(ADDRESS).json()["pages"]] == ["en", "fr"]


def test_it_can_be_cached_for_minutes_and_needs_no_cookie(client, call):
    with at(2026, 4, 10):
        response = client.get(ADDRESS)
    assert response["Content-Type"] == "application/json"
    assert "public" in response["Cache-Control"]
    assert "max-age=300" in response["Cache-Control"]
    assert not response.cookies


def test_an_unknown_call_is_answered_as_json(client):
    factories.tree()
    response = client.get("/calls/nobody.json")
    assert response.status_code == 404
    assert response.json() == {"error": "There is no public call with this code."}


def test_it_needs_as_many_queries_for_one_row_of_each_kind_as_for_three(call):
    call.clusters.set([factories.cluster()])
    call.save()
    page = call.pages.get()
    counts = []
    for number, language in enumerate(("es", "fr", "ar")):
        call_document(call, language=language)
        starts = datetime(2026, 4, 1 + number, 12, tzinfo=UTC)
        CallSession.objects.create(call=call, starts_at=starts, ends_at=starts + timedelta(hours=1))
        with at(2026, 4, 10 + number):
            extend(call, "commission", datetime(2026, 7, 1 + number, tzinfo=BERLIN))
        if number:
            factories.translated(page, language)
            call.clusters.add(factories.cluster())
        counts.append(queries_of(ADDRESS))
    assert counts[0] == counts[1] == counts[2] <= 10


def test_as_of_is_in_utc(client, call):
    with at(2026, 4, 10):
        as_of = datetime.fromisoformat(client.get(ADDRESS).json()["as_of"])
    assert as_of.utcoffset() == datetime.now(UTC).utcoffset()
