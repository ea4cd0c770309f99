"""The queries of pages: at most fifteen, as many for three rows as for one, and none that reads all rows."""

from datetime import timedelta
from itertools import count

import pytest
from django.db import connection, transaction
from django.test import Client
from django.utils import timezone

from calls.models import CallDocument, CallQuestion, CallSession, CallStep
from cities.models import Award, CityName, ClusterCoordination
from cities.services import record_status
from clusters.models import ClusterDocument
from core.i18n.languages import LANGUAGE_CODES
from events.models import EventCluster, EventDocument, EventPractice, EventSession
from home.models import ExampleSearch, NewsCity, NewsSource
from home.structure import add_language
from practices.models import (
    PracticeCluster,
    PracticeDocument,
    PracticeFunder,
    PracticePage,
    PracticePartner,
    PracticePhoto,
    PracticeResult,
    PracticeSource,
    PracticeStep,
)
from scripts.bench import network as generated
from search.rebuild import rebuild_index
from tests import factories
from tests.calls.builders import extend
from tests.queries import queries_of

pytestmark = pytest.mark.django_db

MOST = 15
LISTS = ["", "practices/", "cities/", "clusters/", "events/", "events/past/", "calls/", "news/"]


class Network:
    """One page of every type. Each call of `add_rows` adds one row of every kind."""

    def __init__(self):
        self.home = factories.tree("ar")
        factories.network(mark=factories.image())
        self.editor = factories.user()
        self.numbers = count(1)
        self.city = factories.city(code="dk-sonderborg", population=27_766)
        factories.profile(self.city)
        self.hub = factories.cluster_page()
        self.call = factories.call()
        picture = {"picture": factories.image(), "picture_alternative_text": "A market"}
        self.call_page = factories.call_page(self.call, **picture)
        self.event = self._webinar(outcome_document=factories.document(), **picture)
        self.practice = self._practice()
        PracticePage.objects.filter(pk=self.practice.pk).update(adapted_from=self._practice())
        self.news = factories.news(**picture)
        self.text = factories.standard_page()

    @property
    def addresses(self) -> list[str]:
        pages = [self.practice, self.hub, self.call_page, self.event, self.news, self.text]
        return [
            *(f"/en/{path}" for path in LISTS),
            *("/ar/", "/ar/practices/", "/en/cities/dk-sonderborg/", "/ar/cities/dk-sonderborg/"),
            *(page.url for page in pages),
        ]

    def add_rows(self) -> None:
        """Add one of everything that a page can show."""
        number = next(self.numbers)
        CityName.objects.create(city=self.city, language=["en", "ar", "fr"][number - 1], name=f"Sønderborg {number}")
        self._add_to_city(number)
        self._add_to_practice(number)
        self._add_to_hub(number)
        self._add_to_call(number)
        self._add_to_event(number)
        NewsCity.objects.create(page=self.news, city=factories.city())
        NewsSource.objects.create(page=self.news, title="Report", publisher="Paper", url="https://example.org")
        ExampleSearch.objects.create(page=self.home, label="Roofs", query="roofs", locale=self.home.locale)
        self.text.add_child(instance=type(self.text)(title=f"Below {number}", locale=self.text.locale))

    def _practice(self, **fields) -> PracticePage:
        place = factories.city(population=30_000)
        place.names = [CityName(language="en", name="Harbour")]
        place.save()
        return factories.practice(
            clusters=[self.hub.cluster],
            photos=[PracticePhoto(image=factories.image(), alternative_text="A boat")],
            **{"city": place, **fields},
        )

    def _webinar(self, **fields):
        soon = timezone.now() + timedelta(days=3)
        return factories.event(
            **{
                "first_day": None,
                "last_day": None,
                "starts_at": soon,
                "ends_at": soon + timedelta(hours=1),
                "host_city": factories.city(),
                **fields,
            }
        )

    def _add_to_city(self, number: int) -> None:
        self._practice(city=self.city)
        self._webinar(host_city=self.city)
        past = timezone.localdate() - timedelta(days=30)
        factories.event(first_day=past, last_day=past, host_city=self.city)
        NewsCity.objects.create(page=factories.news(), city=self.city)
        record_status(self.city, status="admitted", round=factories.membership_round(2012 + number), by=self.editor)
        Award.objects.create(city=self.city, year=2010 + number)
        ClusterCoordination.objects.create(city=self.city, cluster=self.hub.cluster, first_year=2010 + number)

    def _add_to_practice(self, number: int) -> None:
        rows = {"page": self.practice, "sort_order": number}
        words = {**rows, "locale": self.practice.locale}
        self._practice()
        PracticeCluster.objects.create(cluster=factories.cluster(), **rows)
        PracticeSource.objects.create(title="Report", publisher="City", url="https://example.org", **rows)
        PracticeStep.objects.create(text="Then a course.", **words)
        PracticeResult.objects.create(label="of 530", value=12, evidence="output", source="Census", **words)
        PracticePartner.objects.create(name="Library", **words)
        PracticeFunder.objects.create(name="City", percent=30, **words)
        PracticePhoto.objects.create(image=factories.image(), alternative_text="A class", **words)
        PracticeDocument.objects.create(title="Guide", document=factories.document(), **words)

    def _add_to_hub(self, number: int) -> None:
        EventCluster.objects.create(page=self._webinar(), cluster=self.hub.cluster)
        call = factories.call()
        factories.call_page(call)
        call.clusters.set([self.hub.cluster])
        call.save()
        ClusterDocument.objects.create(
            page=self.hub, title="Guide", document=factories.document(), locale=self.hub.locale, sort_order=number
        )

    def _add_to_call(self, number: int) -> None:
        now = timezone.now()
        words = {"page": self.call_page, "locale": self.call_page.locale, "sort_order": number}
        CallStep.objects.create(actor="jury", text="The jury reads.", **words)
        CallQuestion.objects.create(question="May we?", answer="<p>Yes.</p>", **words)
        CallSession.objects.create(call=self.call, starts_at=now, ends_at=now + timedelta(days=1))
        CallDocument.objects.create(call=self.call, language="en", version=str(number), document=factories.document())
        extend(self.call, new=self.call.first_deadline + timedelta(days=number))

    def _add_to_event(self, number: int) -> None:
        rows = {"page": self.event, "sort_order": number}
        words = {**rows, "locale": self.event.locale}
        EventSession.objects.create(title="Talk", starts_at=self.event.starts_at, ends_at=self.event.ends_at, **words)
        EventDocument.objects.create(title="Programme", document=factories.document(), **words)
        EventCluster.objects.create(cluster=factories.cluster(), **rows)
        EventPractice.objects.create(practice=self._practice(), **rows)


def test_no_page_takes_more_queries_for_three_rows_than_for_one(tmp_path, settings):
    settings.SEARCH_DIRECTORY = tmp_path / "search"
    network = Network()

    def queries() -> dict[str, int]:
        network.add_rows()
        rebuild_index()
        return {address: queries_of(address) for address in network.addresses}

    with_one = queries()
    network.add_rows()
    assert queries() == with_one
    assert {address: number for address, number in with_one.items() if number > MOST} == {}


def test_an_address_without_a_page_takes_few_queries():
    factories.tree("ar")
    factories.news(slug="here")
    for address in ("/ar/news/here/", "/en/news/nowhere/", "/en/cities/dk-nowhere/"):
        assert queries_of(address, status=404) <= MOST


@pytest.mark.skipif(connection.vendor != "sqlite", reason="only SQLite counts its steps")
def test_a_page_costs_the_database_no_more_in_a_larger_network():
    """A query that reads all pages is detected by its number of steps, not by its time."""
    for code in LANGUAGE_CODES:
        add_language(code)
    address = factories.news().url

    def steps_in_a_network_of(practices: int) -> int:
        with transaction.atomic():
            generated.fill(practices)
            steps = _steps_of_database(address)
            transaction.set_rollback(True)
        return steps

    few, many = steps_in_a_network_of(400), steps_in_a_network_of(1_600)
    assert many <= 1.2 * few


def _steps_of_database(address: str) -> int:
    """Return how many hundreds of virtual-machine instructions SQLite runs for a page with warm caches."""
    reader = Client()
    reader.get(address)
    steps = 0

    def count_them() -> None:
        nonlocal steps
        steps += 1

    connection.connection.set_progress_handler(count_them, 100)
    reader.get(address)
    connection.connection.set_progress_handler(None, 0)
    return steps
