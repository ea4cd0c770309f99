"""The content of the checks: made once for all of them, each rolls back what it changes itself.

Only a process whose setting LANGUAGES has the samples can make it.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import pytest
from django.conf import settings

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


@pytest.fixture(scope="session")
def network(django_db_setup, django_db_blocker):
    """The trees of all added languages with one page of each kind, and a search index."""
    with django_db_blocker.unblock():
        warnings = {code: added(code)[1] for code in ("fr", "pt", *SAMPLES)}
        city = _content()
        rebuild_index()
        yield Network(city, warnings)
        if settings.SEARCH_ENGINE == "elasticsearch":
            current_engine().destroy()


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
