"""What leads on where nothing was found, and what is said when the engine does not answer."""

import re

import pytest

from search.rebuild import rebuild_index
from tests import factories
from tests.reading import by_class, fetch, main, words

pytestmark = pytest.mark.usefixtures("network")


def search(query: str, language: str = "en"):
    rebuild_index()
    return fetch(f"/{language}/search/{query}")


def next_links(page) -> dict[str, str]:
    """The links of the empty state: their words and where they lead."""
    (empty,) = by_class(page, "empty")
    return {words(link): link.get("href") for link in empty.xpath(".//a")}


def found(address: str) -> int:
    """How many results an address gives."""
    (heading,) = fetch(address).xpath("//*[@data-summary]")
    number = re.match(r"\d+", words(heading))
    assert number, words(heading)
    return int(number[0])


def test_each_filter_that_can_go_says_how_many_results_it_hides():
    factories.practice(title="Lantern one", cost_band="under-10k", sdgs=["4"])
    factories.practice(title="Lantern two", cost_band="10k-50k", sdgs=["4"])
    factories.practice(title="Decoy", cost_band="over-250k", sdgs=["5"])
    links = next_links(search("?q=lantern&cost_band=over-250k&sdg=4"))
    assert links["Without “Over €250,000”: 2 results"] == "/en/search/?q=lantern&sdg=4"
    assert not any("Goal 4" in words for words in links), "without that one there is nothing, either"
    for said, address in links.items():
        if number := re.search(r": (\d+) result", said):
            assert found(address) == int(number[1])


def test_several_values_of_one_filter_go_together():
    factories.practice(title="Lantern")
    links = next_links(search("?q=lantern&cost_band=over-250k&cost_band=under-10k"))
    assert links["Without “Over €250,000, Under €10,000”: 1 result"] == "/en/search/?q=lantern"


def test_a_period_is_a_filter_like_others():
    factories.practice(title="Lantern", period_start="2015-01-01", period_end="2016-01-01")
    assert next_links(search("?q=lantern&from=2020"))["Without “since 2020”: 1 result"] == "/en/search/?q=lantern"


def test_the_name_of_a_country_without_a_member_leads_to_its_cities():
    english = next_links(search("?q=cote+divoire"))
    assert not any("country=" in address for address in english.values()), "not a name of a country"
    english = next_links(search("?q=Burma"))
    assert english["Cities: Myanmar"] == "/en/cities/?country=MM"
    assert "No member in Myanmar yet" in main(fetch(english["Cities: Myanmar"]))
    factories.tree("ar")
    assert next_links(search("?q=كيريباتي", "ar"))["المدن: كيريباس"] == "/ar/cities/?country=KI"


def test_a_phrase_that_nothing_has_can_be_searched_as_words():
    factories.practice(title="Evening lantern")
    links = next_links(search("?q=%22lantern+evening%22"))
    assert links["The words without quotation marks: 1 result"] == "/en/search/?q=lantern+evening"


def test_words_of_another_language_lead_to_its_search():
    page = factories.practice("fr", title="Bibliothèque du soir")
    factories.translated(page, "en", {"Bibliothèque du soir": "Evening reading room"})
    links = next_links(search("?q=biblioth%C3%A8que"))
    assert links["In French: 1 result"] == "/fr/search/?q=biblioth%C3%A8que"
    assert found("/fr/search/?q=biblioth%C3%A8que") == 1
    assert not any(said.startswith("In Spanish") for said in links)


def test_there_is_always_something_to_browse():
    page = search("?q=xyzzyplugh")
    assert "Nothing was found for “xyzzyplugh”." in main(page)
    assert next_links(page) == {"All practices": "/en/practices/", "Browse by cluster": "/en/clusters/"}


def test_a_word_that_nobody_knows_is_put_right():
    factories.practice(title="Lantern lessons")
    page = search("?q=lantrn&type=practice")
    (link,) = by_class(page, "did-you-mean")[0].xpath(".//a")
    assert words(link) == "lantern"
    assert link.get("href") == "/en/search/?q=lantern&type=practice"
    assert by_class(search("?q=lantern"), "did-you-mean") == []


def test_what_is_found_in_other_languages_only_stands_below_with_its_language():
    factories.practice("fr", title="Lanterne du soir")
    factories.practice(title="Lantern")
    page = search("?q=lanterne+lantern")
    own, others = page.xpath("//section[contains(@class, 'results')]")
    assert "1 result in English" in words(own)
    assert "Lanterne du soir" not in words(own)
    assert "1 more in another language" in words(others)
    (title,) = by_class(others, "hit__title")
    assert title.get("lang") == "fr"


def test_an_engine_that_does_not_answer_is_said_in_words_and_counts_nothing(settings, tmp_path):
    settings.SEARCH_DIRECTORY = tmp_path / "no-folder"
    settings.SEARCH_DIRECTORY.write_text("a file, so that no engine can be here")
    text = main(fetch("/en/search/?q=lantern&cluster=literacy"))
    assert "is not available" in text
    assert "0 results" not in text
    assert "Nothing was found" not in text
