"""A card whose text is in another language than the page says so in words, whatever its kind."""

from datetime import timedelta

import pytest
from django.utils import timezone

from events.models import EventCluster, EventPage
from home.models import NewsCity, StandardPage
from practices.models import PracticePage
from search.rebuild import rebuild_index
from tests import factories
from tests.reading import fetch, words

pytestmark = pytest.mark.django_db

# Every element with a title in another language, a heading or a link; not the links that are names of languages.
FOREIGN = "//main//*[self::h2 or self::h3 or self::h4 or self::a][@lang='en'][not(ancestor::*[@class='languages'])]"
KINDS = {"card", "item", "event", "hit"}


@pytest.fixture
def addresses(tmp_path, settings) -> list[str]:
    """The addresses of French pages that show cards of everything; everything is in English only."""
    settings.SEARCH_DIRECTORY = tmp_path / "search"
    home = factories.tree("fr")
    city = factories.city(code="dk-sonderborg")
    cluster = factories.cluster()
    hub = factories.cluster_page(cluster)
    first = factories.practice(city=city, clusters=[cluster])
    practice = factories.practice(city=city, clusters=[cluster], adapted_from=first)
    shown = PracticePage.objects.get(pk=factories.translated(practice, "fr").pk)
    past = timezone.localdate() - timedelta(days=30)
    factories.event(host_city=city, event_clusters=[EventCluster(cluster=cluster)])
    factories.event(series="iclc", edition=1, first_day=past, last_day=past, slug="first")
    edition = factories.event(series="iclc", edition=2, slug="second")
    factories.translated(edition, "fr")
    for kind in ("membership", "award"):
        call = factories.call(kind=kind)
        call.clusters.set([cluster])
        call.save()
        factories.call_page(call)
    factories.news(news_cities=[NewsCity(city=city)])
    text = factories.standard_page(next_page=factories.standard_page(title="Next"))
    rebuild_index()
    return [
        *(f"/fr/{path}" for path in ("", "practices/", "events/", "events/past/", "calls/", "news/", "how-to-join/")),
        "/fr/cities/dk-sonderborg/",
        factories.translated(hub, "fr").url,
        EventPage.objects.get(slug="second", locale__language_code="fr").url,
        factories.translated(StandardPage.objects.get(pk=text.pk), "fr").url,
        shown.url,
        home.get_translation(shown.locale).url,
    ]


def test_every_card_with_a_foreign_title_names_its_language(addresses):
    silent, found = [], set()
    for address in addresses:
        for title in fetch(address).xpath(FOREIGN):
            card = next(title.iterancestors("article"), None)
            if card is None or card.find(".//h1") is not None:
                card = next(title.iterancestors("li", "p", "div", "section"))
            found |= KINDS & set(card.get("class", "").split())
            if "anglais" not in words(card).lower():
                silent.append((address, words(card)))
    assert silent == []
    assert found == KINDS
