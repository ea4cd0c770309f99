"""Titles while somebody types: what the address answers."""

import pytest
from django.test import Client

from search.rebuild import rebuild_index
from tests import factories
from tests.queries import queries_of

pytestmark = [pytest.mark.usefixtures("network"), pytest.mark.one_database]

# Whether the language has a home page; the titles; their pages.
QUERY_CEILING = 3
MOST_OFFERED = 8


def suggest(text: str, language: str = "en"):
    response = Client().get(f"/{language}/search/suggest/", {"q": text})
    assert response.status_code == 200
    return response


def titles(text: str, language: str = "en") -> list[str]:
    return ["".join(piece for piece, _typed in item["title"]) for item in suggest(text, language).json()["items"]]


def test_titles_cities_and_clusters_come_with_their_kinds():
    factories.practice(title="Lanternford evening school")
    factories.city(own_name="Lanternby", code="dk-lanternby")
    factories.cluster_page(title="Lanterns")
    factories.practice(title="A decoy without the word")
    rebuild_index()
    items = suggest("lant").json()["items"]
    kinds = {"".join(piece for piece, _typed in item["title"]): item["kind"] for item in items}
    assert kinds == {"Lanternford evening school": "Practice", "Lanternby": "City", "Lanterns": "Cluster"}
    assert [item["title"][0] for item in items if item["kind"] == "City"] == [["Lanternby", True]]
    assert "/en/cities/dk-lanternby/" in [item["url"] for item in items]


def test_how_many_there_are_is_said_in_the_readers_language():
    factories.practice(title="Lantern lessons")
    rebuild_index()
    assert suggest("lantern").json()["said"] == "1 suggestion"
    assert suggest("xyzzy").json()["said"] == "No suggestions"
    assert suggest("xyzzy", "fr").json()["said"] != "No suggestions"


def test_a_title_in_another_language_says_which_one_and_its_direction():
    factories.practice("ar", title="مدرسة مسائية")
    rebuild_index()
    (item,) = suggest("مدرسة", "en").json()["items"]
    assert (item["lang"], item["dir"]) == ("ar", "rtl")
    assert item["kind"] == "Practice (in Arabic)"
    assert [item["kind"] for item in suggest("مدرسة", "fr").json()["items"]] == ["Pratique (en arabe)"]


def test_what_left_the_public_a_moment_ago_is_not_offered_whatever_the_index_holds():
    page = factories.practice(title="Lantern lessons")
    factories.practice(title="Lantern decoy")
    rebuild_index()
    type(page).objects.filter(pk=page.pk).update(live=False)
    assert titles("lantern") == ["Lantern decoy"]


@pytest.mark.parametrize("typed", ["", "  ", "\x00", '"', "*", "a" * 5000, "'; DROP TABLE", "%", "\ufdd0", "?"])
def test_nothing_that_is_typed_is_an_error(typed):
    suggest(typed)


def test_an_answer_is_kept_by_the_readers_browser_only_and_sets_no_cookie():
    response = suggest("lantern")
    assert "private" in response["Cache-Control"]
    assert "max-age" in response["Cache-Control"]
    assert not response.cookies


def test_asking_is_reading():
    assert Client().post("/en/search/suggest/", {"q": "lantern"}).status_code == 405


def test_an_answer_of_one_takes_as_many_queries_as_one_of_three_of_each_kind():
    counts = []
    for number in range(1, 4):
        factories.practice(title=f"Lantern lessons {number}")
        factories.event(title=f"Lantern walk {number}")
        factories.city(own_name=f"Lanternby {number}")
        rebuild_index()
        counts.append(queries_of("/en/search/suggest/?q=lantern"))
        assert len(titles("lantern")) == min(3 * number, MOST_OFFERED)
    assert counts[0] == counts[1] == counts[2] <= QUERY_CEILING


def test_without_an_engine_nothing_is_offered_and_nothing_fails(settings, tmp_path):
    settings.SEARCH_DIRECTORY = tmp_path / "no-folder"
    settings.SEARCH_DIRECTORY.write_text("a file, so that no engine can be here")
    assert suggest("lantern").json()["items"] == []
