"""The content of the checks: made once for all of them, each rolls back what it changes itself.

Only a process whose setting LANGUAGES has the samples can make it. `INDEXED_BY` of the environment names the engines
of the checks of the search.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import pytest
from django.conf import settings
from django.test import override_settings

from cities.models import City, CityName
from search.current_engine import current_engine
from search.rebuild import rebuild_index
from tests import factories
from tests.added_languages.samples import SAMPLES, added


@dataclass(frozen=True)
class Network:
    """What tests need to know of the content."""

    city: City
    warnings: dict[str, str]
    """What `manage.py add_language` wrote to its errors, by language."""


ENGINES = os.environ.get("INDEXED_BY", "embedded").split()


@contextmanager
def indexed_by(engine: str) -> Iterator[None]:
    """Let the portal use an engine, with an index of the test's own that is removed afterwards."""
    # Patient: the deadlines of readers are the business of other tests.
    patient = settings.ELASTICSEARCH | {"timeout": 20, "deadline": 30}
    with override_settings(SEARCH_ENGINE=engine, ELASTICSEARCH=patient):
        rebuild_index()
        yield
        if engine == "elasticsearch":
            current_engine().destroy()


@pytest.fixture
def empty_index() -> None:
    """Keep the index between tests, as the content that it is of."""


@pytest.fixture(scope="session")
def network(django_db_setup, django_db_blocker) -> Iterator[Network]:
    """The trees of all added languages with one page of each kind, and an embedded index."""
    with django_db_blocker.unblock():
        warnings = {code: added(code)[1] for code in ("fr", "pt", *SAMPLES)}
        city = _content()
        rebuild_index()
        yield Network(city, warnings)


@pytest.fixture(scope="session", params=ENGINES)
def indexed(network, django_db_blocker, request) -> Iterator[None]:
    """An index of the network, for each engine."""
    with django_db_blocker.unblock(), indexed_by(request.param):
        yield


def _content() -> City:
    literacy = factories.cluster(code="literacy")
    hub = factories.cluster_page(literacy)
    city = factories.city(code="dk-harbour", own_name="Harbour", answers_in=["de", "am", "zh-hant"])
    page = factories.call_page(factories.call(code="membership"))
    shared = factories.practice(title="Lantern school", clusters=[literacy], city=city)
    profile = None
    for code, sample in SAMPLES.items():
        CityName.objects.create(city=city, language=code, name=f"Harbour {code}")
        # One profile in the city's first language, translated into the others.
        if profile is None:
            profile = factories.profile(city, code, headline=sample.title)
        else:
            factories.translated(profile, code, {profile.headline: sample.title})
        factories.practice(
            code,
            title=sample.title,
            slug=f"practice-{code}",
            clusters=[literacy],
            city=city,
            cost_amount=25000,
            cost_currency="EUR",
            cost_year=2024,
            staff_fte=Decimal("0.5"),
            period_start=date(2024, 6, 30),
            confirmed_on=date(2026, 6, 30),
        )
        factories.event(code, languages=["de", "am"], host_city=city)
        factories.news(code)
        factories.standard_page(code)
        for original in (hub, page, shared):
            factories.translated(original, code, {original.title: f"{original.title} ({code})"})
    return city
