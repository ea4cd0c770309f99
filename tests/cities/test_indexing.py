"""The search documents of cities."""

from datetime import timedelta

import pytest
from django.utils import timezone

from cities.indexing import city_documents
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def tree():
    return factories.tree("fr")


def summaries() -> dict[str, str]:
    """The summary of the city's document, by language."""
    return {document.language: document.summary for document in city_documents("dk-sonderborg")}


def test_a_document_has_the_profile_of_its_language():
    city = factories.city(code="dk-sonderborg")
    factories.profile(city, headline="A city that learns")
    assert summaries() == {"en": "A city that learns", "fr": ""}


def test_a_profile_that_is_not_public_is_not_indexed():
    city = factories.city(code="dk-sonderborg")
    profile = factories.profile(city, headline="A city that learns")
    profile.expire_at = timezone.now() - timedelta(minutes=1)  # and the scheduler has not run since
    profile.save()
    assert profile.live
    assert summaries()["en"] == ""


def test_a_city_that_does_not_exist_has_no_documents():
    assert city_documents("dk-unknown") == []
