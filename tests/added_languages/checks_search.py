"""What the search does in every added language, with each engine that test_added_languages.py names."""

from urllib.parse import urlencode

import pytest
from django.test import Client

from practices.models import PracticeIndexPage
from tests.added_languages.samples import SAMPLES, each_language, is_in
from tests.reading import by_class, fetch, main, words

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("indexed")]


def search(code: str, **asked: str) -> str:
    """The address of a search in a language."""
    return f"/{code}/search/?{urlencode(asked)}"


def titles(page) -> list[str]:
    """The titles of the results on a search page."""
    return [words(heading) for heading in by_class(page, "hit__title")]


@each_language
def test_a_search_finds_a_text_by_an_exact_word(code):
    page = fetch(search(code, q=SAMPLES[code].word))
    assert is_in(page, code)
    assert SAMPLES[code].title in titles(page)


@each_language
def test_the_result_message_names_the_language_of_the_reader(code):
    english = SAMPLES[code].in_english
    result, practice = {
        "en": (f"1 result in {english}", f"1 practice in {english}"),
        "pt": ("1 resultado em português", "1 prática em português"),
    }[SAMPLES[code].interface]
    assert result in main(fetch(search(code, q=SAMPLES[code].word, type="practice")))
    practices = PracticeIndexPage.objects.get(locale__language_code=code).url
    assert practice in main(fetch(f"{practices}?{urlencode({'q': SAMPLES[code].word})}"))


def test_a_word_is_found_in_the_written_form_only():
    assert titles(fetch(search("de", q="Straßenbahnhofs"))) == []
    # As Arabic, it would have the stem of the word in the title.
    assert titles(fetch(search("fa", q="بازاره"))) == []


@each_language
def test_filters_suggestions_and_corrections_work(code):
    word = SAMPLES[code].word
    filtered = fetch(search(code, q=word, cluster="literacy", type="practice", language=code))
    assert titles(filtered) == [SAMPLES[code].title]
    suggested = Client().get(f"/{code}/search/suggest/", {"q": word[:4]}).json()
    assert SAMPLES[code].title in ["".join(text for text, _typed in item["title"]) for item in suggested["items"]]
    assert is_in(fetch(search(code, q=f"{word[:-1]}{word[-1] * 2}")), code)
    assert is_in(fetch(search(code, q=f'"{SAMPLES[code].title}" zzz', cluster="literacy")), code)
    assert is_in(fetch(search(code, q="zzzz", country="DK")), code)


@each_language
def test_readers_of_other_languages_find_it_too(code):
    for reader in ("en", "pt"):
        assert SAMPLES[code].title in titles(fetch(search(reader, q=SAMPLES[code].word)))
