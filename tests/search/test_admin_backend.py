"""Operators may let the admin's own search run on Elasticsearch, too."""

import secrets

import pytest
from django.core.management import call_command
from django.urls import reverse
from elasticsearch import Elasticsearch

from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin_on_elasticsearch(elasticsearch_url, settings):
    prefix = f"admin-{secrets.token_hex(6)}_"
    settings.WAGTAILSEARCH_BACKENDS = {
        "default": {
            "BACKEND": "wagtail.search.backends.elasticsearch8",
            "URLS": [elasticsearch_url],
            "INDEX_PREFIX": prefix,
            "TIMEOUT": 30,
        }
    }
    yield
    client = Elasticsearch(elasticsearch_url, request_timeout=30)
    for name in client.indices.get(index=f"{prefix}*"):
        client.indices.delete(index=name)


def test_editors_find_pages_in_the_admin(admin_on_elasticsearch, sign_in):
    factories.tree()
    wanted, decoy = factories.practice(title="Lighthouse lessons"), factories.practice(title="Other things")
    city = factories.city(own_name="Beaconstadt")
    call_command("update_index", verbosity=0)
    browser = sign_in(factories.user("Moderators"))
    found = browser.get(reverse("wagtailadmin_pages:search"), {"q": "lighthouse"}).content.decode()
    assert reverse("wagtailadmin_pages:edit", args=[wanted.pk]) in found
    assert reverse("wagtailadmin_pages:edit", args=[decoy.pk]) not in found
    cities = browser.get(reverse("wagtailsnippets_cities_city:list"), {"q": "beaconstadt"}).content.decode()
    assert city.own_name in cities
