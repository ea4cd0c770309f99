"""The ways into the search from other pages, with filters set; and from one practice to the next."""

import pytest
from django.db import connection
from django.template import Context, Template
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from clusters.models import Cluster
from practices import cards
from search.rebuild import rebuild_index
from tests import factories
from tests.reading import by_class, fetch, links, words

pytestmark = [pytest.mark.usefixtures("network"), pytest.mark.one_database]

QUERY_CEILING = 2


def titles(page) -> list[str]:
    return sorted(words(heading) for heading in by_class(page, "hit__title"))


def test_a_hub_leads_to_everything_of_its_cluster():
    cluster = factories.cluster(code="literacy")
    hub = factories.cluster_page(cluster, title="The hub")
    factories.practice(title="Wanted", clusters=[cluster])
    factories.practice(title="Decoy")
    rebuild_index()
    page = fetch(hub.url)
    assert "/en/practices/?cluster=literacy" in links(page)
    assert titles(fetch("/en/practices/?cluster=literacy")) == ["Wanted"]
    assert "/en/search/?cluster=literacy" in links(page)
    assert titles(fetch("/en/search/?cluster=literacy")) == ["The hub", "Wanted"]


def test_a_city_leads_to_everything_about_it():
    city = factories.city(own_name="Wanted city", code="dk-wanted")
    factories.practice(title="Wanted", city=city)
    factories.event(title="Wanted meeting", host_city=city)
    factories.practice(title="Decoy")
    rebuild_index()
    assert "/en/search/?city=dk-wanted" in links(fetch("/en/cities/dk-wanted/"))
    assert titles(fetch("/en/search/?city=dk-wanted")) == ["Wanted", "Wanted city", "Wanted meeting"]


def test_home_leads_to_the_honest_lessons():
    factories.practice(title="Decoy")
    factories.practice(title="Stopped", state="stopped")
    factories.practice(title="Not again", not_again="Begin in winter.")
    rebuild_index()
    (address,) = [link for link in links(fetch("/en/")) if "lessons=" in link]
    assert titles(fetch(address)) == ["Not again", "Stopped"]


# --- Related practices --------------------------------------------------------------------


def related(page) -> dict[str, str]:
    """The titles of the related practices and the reason that is given for each."""
    rebuild_index()
    return {
        words(by_class(card, "card__title")[0]): words(by_class(card, "meta")[0])
        for card in by_class(fetch(page.url), "card")
    }


@pytest.fixture
def literacy():
    return factories.public_cluster(code="literacy")


def test_a_practice_shows_others_and_says_in_words_why(literacy):
    city = factories.city()
    page = factories.practice(
        title="Lantern school for traders", clusters=[literacy], city=city, sdgs=["4"], target_groups=["women"]
    )
    factories.practice(title="Lantern school by the sea", clusters=[literacy])
    factories.practice(title="Lantern walks", sdgs=["4", "5"])
    factories.practice(title="Lantern makers", city=city)
    factories.practice(title="A decoy about something else")
    cluster = literacy.name
    assert related(page) == {
        "Lantern school by the sea": f"Also in {cluster} · Same country",
        "Lantern walks": "Same goal: SDG 4 · Same country",
        "Lantern makers": "From the same city",
    }


def test_where_words_find_too_few_the_clusters_help(literacy):
    page = factories.practice(title="Lantern school", clusters=[literacy], city=factories.city(country="KE"))
    factories.practice(title="Evening lessons", clusters=[literacy])
    factories.practice(title="A decoy of another cluster")
    assert related(page) == {"Evening lessons": f"Also in {literacy.name}"}


def test_what_is_alike_in_words_only_says_so():
    page = factories.practice(title="Lantern school", city=factories.city(country="KE"))
    factories.practice(title="Lantern walks")
    assert related(page) == {"Lantern walks": "Similar topic"}


def test_neither_the_practice_itself_nor_what_is_hidden_is_related(literacy):
    page = factories.practice(title="Lantern school", clusters=[literacy])
    factories.translated(page, "fr")
    hidden = factories.practice(title="Lantern secret", clusters=[literacy])
    rebuild_index()
    type(hidden).objects.filter(pk=hidden.pk).update(live=False)
    assert by_class(fetch(page.url), "card") == []


def test_a_reader_gets_related_practices_in_the_own_language(literacy):
    page = factories.translated(
        factories.practice(title="Lantern school", clusters=[literacy]), "fr", {"Lantern school": "École aux lanternes"}
    )
    other = factories.practice(title="Lantern walks", clusters=[literacy])
    factories.translated(other, "fr", {"Lantern walks": "Marches aux lanternes"})
    assert list(related(page)) == ["Marches aux lanternes"]


def test_without_an_engine_the_page_stands_and_shows_none(literacy, settings, tmp_path):
    page = factories.practice(title="Lantern school", clusters=[literacy])
    factories.practice(title="Lantern walks", clusters=[literacy])
    settings.SEARCH_DIRECTORY = tmp_path / "no-folder"
    settings.SEARCH_DIRECTORY.write_text("a file, so that no engine can be here")
    read = fetch(page.url)
    assert by_class(read, "card") == []
    assert "Lantern school" in words(read.xpath("//h1")[0])


def test_one_related_practice_takes_as_many_queries_as_three(literacy):
    page = factories.practice(title="Lantern school", clusters=[literacy])
    page = type(page).objects.select_related("city", "locale").get(pk=page.pk)
    cards.prefetch_card_rows([page])
    template = Template("{% load related %}{% related_practices page as found %}{{ found|length }}")

    def related_and_queries() -> tuple[str, int]:
        factories.practice(title="Lantern", clusters=[literacy])
        rebuild_index()
        with translation.override("en"):
            context = Context({"page": page, "cluster_links": Cluster.objects.links("en")})
            template.render(context)  # the caches are warm now
            with CaptureQueriesContext(connection) as captured:
                return template.render(context), len(captured)

    related, with_one = related_and_queries()
    assert related == "1"
    related_and_queries()
    assert related_and_queries() == ("3", with_one)
    assert with_one <= QUERY_CEILING
