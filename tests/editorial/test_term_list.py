"""The term list: which terms are in a string, and what the translation editor shows beside it."""

import pytest
from bs4 import BeautifulSoup
from django.urls import reverse

from core.translations.terms import Term, TermList, TermWord
from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]


def term(note: str = "", **words: str) -> Term:
    """A term; its words by language, with other forms after a comma."""
    made = Term.objects.create(note=note)
    for language, text in words.items():
        word, _, other_forms = text.partition(",")
        TermWord.objects.create(term=made, language=language.replace("_", "-"), text=word, other_forms=other_forms)
    return made


def words_in(text: str, source: str, target: str) -> list[tuple[str, str]]:
    return [(hint.word, hint.translation) for hint in TermList(source, target).hints(text)]


def test_a_term_is_found_in_each_of_its_forms_and_only_as_a_whole_word():
    term(en="practice,practices", zh_hans="实践", ar="ممارسة,الممارسة، الممارسات")
    term(en="call", fr="appel")
    assert words_in("Two PRACTICES of a city", "en", "ar") == [("practice", "ممارسة")]
    assert words_in("Practiced, malpractice, recall", "en", "ar") == []
    assert words_in("Call us.", "en", "ar") == [("call", "")]
    assert words_in("城市的实践很多", "zh-hans", "en") == [("实践", "practice")]
    assert words_in("كل الممارسات هنا", "ar", "en") == [("ممارسة", "practice")]
    assert words_in("L’appel", "fr", "en") == [("appel", "call")]


def test_the_editor_shows_the_terms_beside_the_strings_that_contain_them(sign_in):
    factories.tree("ar")
    term(note="Never “best practice”.", en="practice,practices", ar="ممارسة")
    page = factories.translated(factories.standard_page(title="No term", lede="Many practices"), "ar", publish=False)
    browser = sign_in(factories.user("Translators"))
    editor = BeautifulSoup(browser.get(reverse("wagtailadmin_pages:edit", args=[page.pk])).content, "html.parser")
    with_terms = [form for form in editor.select("[data-string]") if form.select("[data-terms]")]
    assert ["Many practices" in form.text for form in with_terms] == [True]
    (shown,) = with_terms[0].select("[data-terms]")
    assert "practice" in shown.text
    assert "Never “best practice”." in shown.text
    word = shown.find(lang="ar")
    assert (word["dir"], word.text.strip()) == ("rtl", "ممارسة")


def test_translators_keep_the_list(sign_in):
    factories.tree()
    term(en="practice,practices", fr="pratique")
    other = term(en="call", fr="appel")
    browser = sign_in(factories.user("Translators"))
    address = reverse("terms:index")
    found = BeautifulSoup(browser.get(address, {"q": "prati"}).content, "html.parser").select("table.listing tbody tr")
    assert ["practice" in row.text for row in found] == [True]
    form = {
        "note": "An invitation",
        "words-TOTAL_FORMS": "1",
        "words-INITIAL_FORMS": "0",
        "words-MIN_NUM_FORMS": "1",
        "words-MAX_NUM_FORMS": "1000",
        "words-0-language": "en",
        "words-0-text": "call for practices",
        "words-0-other_forms": "",
        "words-0-id": "",
        "words-0-ORDER": "1",
        "words-0-DELETE": "",
    }
    assert browser.post(reverse("terms:add"), form).status_code == 302
    assert Term.objects.get(note="An invitation").word_in("en") == "call for practices"
    assert browser.post(reverse("terms:delete", args=[other.pk])).status_code == 302
    assert not Term.objects.filter(pk=other.pk).exists()
