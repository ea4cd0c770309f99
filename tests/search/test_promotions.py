"""What editors put above the results."""

import pytest
from django.contrib.auth.models import Group
from django.test import Client
from wagtail.contrib.search_promotions.models import Query, QueryDailyHits, SearchPromotion
from wagtail.models import PageViewRestriction

from tests import factories
from tests.reading import by_class, fetch, words

pytestmark = [pytest.mark.usefixtures("network"), pytest.mark.one_database]


def promote(text: str, page=None, **fields) -> SearchPromotion:
    query = Query.objects.get_or_create(query_string=text.lower())[0]
    return SearchPromotion.objects.create(query=query, page=page, **fields)


def shown(text: str, language: str = "en", more: str = "") -> str:
    """The words of the block above the results; "" where there is none."""
    page = fetch(f"/{language}/search/?q={text}{more}")
    return " ".join(words(block) for block in by_class(page, "promoted"))


def test_a_promoted_page_stands_above_the_results_of_its_words():
    promote("libraries", factories.standard_page(title="Where to begin"), description="Start here.")
    assert shown("libraries") == "The editors suggest Where to begin Start here."
    assert shown("library") == ""
    assert shown("") == ""


@pytest.mark.parametrize(
    ("kept", "typed"),
    [
        ("bibliothèque", "BIBLIOTHEQUE"),
        ("bibliotheque", "bibliothèque"),
        ("evening  school", " Evening   School "),
        ("evening school", '"evening school"'),
        ("ёлка", "елка"),
        ("مدرسة", "مَدرَسة"),
        ("２０２０", "2020"),
    ],
)
def test_case_accents_and_spaces_are_no_difference(kept, typed):
    promote(kept, factories.standard_page(title="Where to begin"))
    assert "Where to begin" in shown(typed)


def test_readers_get_the_version_in_their_language_else_the_one_that_stands_in():
    page = factories.standard_page(title="Where to begin")
    factories.translated(page, "fr", {"Where to begin": "Par où commencer"})
    promote("libraries", page, description="Start here.")
    assert shown("libraries", "fr").endswith("Par où commencer")
    arabic = fetch("/ar/search/?q=libraries")
    (link,) = by_class(arabic, "promoted")[0].xpath(".//a")
    assert (words(link), link.get("lang"), link.get("dir")) == ("Where to begin", "en", "ltr")


def test_a_promoted_practice_says_who_wrote_it_and_in_which_language():
    of_city = factories.practice(title="Evening school", **factories.BY_CITY)
    promote("evening", of_city)
    promote("morning", factories.practice(title="Morning school"))
    assert "Written by the city on" in shown("evening")
    assert "Original text" in shown("evening")
    assert "Written from public sources on" in shown("morning")
    assert "En anglais (original)" in shown("morning", "fr")
    factories.translated(of_city, "fr", {"Evening school": "École du soir"})
    french = shown("evening", "fr")
    assert "École du soir" in french
    assert "Rédigé par la ville le" in french
    assert "Traduit le" in french


def test_what_the_public_may_not_see_is_not_promoted():
    draft, secret = factories.standard_page(title="A draft"), factories.standard_page(title="A secret")
    promote("libraries", draft)
    promote("libraries", secret)
    promote("libraries", factories.standard_page(title="A decoy"))
    draft.unpublish()
    PageViewRestriction.objects.create(page=secret, restriction_type="login")
    assert shown("libraries") == "The editors suggest A decoy"


def test_an_address_elsewhere_can_be_promoted_too():
    promote("libraries", external_link_url="https://example.org/", external_link_text="Elsewhere")
    assert "Elsewhere" in shown("libraries")


def test_promotions_are_for_the_whole_search_and_its_first_page():
    promote("libraries", factories.standard_page(title="Where to begin"))
    assert shown("libraries", more="&type=practice") == ""
    assert shown("libraries", more="&page=2") == "The editors suggest Where to begin", "there is one page only"


def test_searching_writes_nothing():
    promote("libraries", factories.standard_page(title="Where to begin"))
    fetch("/en/search/?q=libraries")
    fetch("/en/search/?q=something%20else")
    assert list(Query.objects.values_list("query_string", flat=True)) == ["libraries"]
    assert not QueryDailyHits.objects.exists()


def test_editors_promote_in_the_admin_and_translators_do_not(sign_in):
    page = factories.standard_page(title="Where to begin")
    form = {
        "query_string": "libraries",
        "editors_picks-TOTAL_FORMS": 1,
        "editors_picks-INITIAL_FORMS": 0,
        "editors_picks-MIN_NUM_FORMS": 1,
        "editors_picks-MAX_NUM_FORMS": 1000,
        "editors_picks-0-page": page.pk,
        "editors_picks-0-description": "Start here.",
        "editors_picks-0-ORDER": 1,
    }
    assert Group.objects.filter(name="Translators").exists()
    translator = sign_in(factories.user("Translators"))
    assert translator.post("/admin/searchpicks/add/", form).status_code == 302
    assert shown("libraries") == ""
    editor = sign_in(factories.user("Editors"))
    assert "Promoted search results" in editor.get("/admin/").content.decode()
    editor.post("/admin/searchpicks/add/", form)
    assert shown("libraries") == "The editors suggest Where to begin Start here."
    assert Client().get("/admin/searchpicks/").status_code == 302
