"""What a row of results says about the words that a reader gets."""

from datetime import UTC, date, datetime

import pytest
from django.test import Client
from django.utils import translation
from django.utils.translation import gettext
from wagtail.models import PageViewRestriction
from wagtail_localize.models import StringTranslation

from calls.services import extend_deadline
from cities.models import CityIndexPage
from search.rebuild import rebuild_index
from tests import factories
from tests.reading import by_class, fetch, words

pytestmark = [pytest.mark.usefixtures("network"), pytest.mark.one_database]


def tags_of(title: str, language: str = "en") -> list[str]:
    rebuild_index()
    page = fetch(f"/{language}/search/")
    (hit,) = [hit for hit in by_class(page, "hit") if title in words(by_class(hit, "hit__title")[0])]
    return [words(tag) for tag in by_class(hit, "tag")]


def by_machine(page, number: int | None = None) -> None:
    """Have a machine translate the page's strings (or the first of them), as wagtail-localize notes it."""
    strings = StringTranslation.objects.filter(locale=page.locale, context__object_id=page.translation_key)
    chosen = list(strings.order_by("pk").values_list("pk", flat=True)[:number])
    strings.filter(pk__in=chosen).update(translation_type=StringTranslation.TRANSLATION_TYPE_MACHINE)
    page.get_latest_revision().publish()


def provenance_of(title: str, language: str = "en") -> list[str]:
    rebuild_index()
    page = fetch(f"/{language}/search/")
    (hit,) = [hit for hit in by_class(page, "hit") if title in words(by_class(hit, "hit__title")[0])]
    return [words(item) for item in by_class(hit, "provenance")[0].iter("li")]


def test_an_original_in_the_readers_language_says_who_wrote_it_and_when(time_machine):
    time_machine.move_to("2026-06-01T12:00:00Z")
    factories.practice(title="Plain lessons")
    assert provenance_of("Plain lessons") == ["Written from public sources on 1 June 2026", "Original text"]


def test_a_translation_names_the_language_it_was_translated_from(time_machine):
    time_machine.move_to("2026-06-01T12:00:00Z")
    page = factories.practice("fr", title="Leçons", written_on=date(2025, 3, 4), **factories.BY_CITY)
    factories.translated(page, "en", {"Leçons": "Own lessons"})
    assert provenance_of("Own lessons") == [
        "Written by the city on 4 March 2025",
        "Translated from French on 1 June 2026; the translator is not named",
    ]


@pytest.mark.parametrize("number", [1, None])
def test_one_string_by_a_machine_makes_a_machine_translation(number, time_machine):
    time_machine.move_to("2026-06-01T12:00:00Z")
    page = factories.translated(factories.practice("fr", title="Leçons"), "en", {"Leçons": "Own lessons"})
    factories.translated(factories.practice("fr", title="Autre"), "en", {"Autre": "Other lessons"})
    by_machine(page, number)
    machine = "Machine translation from French on 1 June 2026, not checked"
    assert machine in provenance_of("Own lessons")
    assert machine in words(by_class(fetch(page.url), "provenance")[0])
    assert "Translated from French on 1 June 2026; the translator is not named" in provenance_of("Other lessons")


def test_what_is_in_another_language_says_in_which_and_how_it_came_about():
    factories.practice("fr", title="Leçons du soir")
    factories.translated(factories.practice("fr", title="Leçons"), "en", {"Leçons": "Own lessons"})
    assert "In French (original)" in provenance_of("Leçons du soir")
    with translation.override("ar"):
        english = gettext("In %(language)s") % {"language": "الإنجليزية"}
    assert english in provenance_of("Own lessons", "ar")


def test_a_page_of_text_in_another_language_says_how_it_came_about():
    factories.standard_page("fr", title="Texte du soir")
    page = factories.translated(factories.standard_page("fr", title="Texte"), "en", {"Texte": "A text"})
    assert tags_of("Texte du soir") == ["In French (original)"]
    with translation.override("ar"):
        english = {"language": "الإنجليزية"}
        human = gettext("In %(language)s (translation)") % english
        machine = gettext("In %(language)s (machine translation, not checked)") % english
    assert tags_of("A text", "ar") == [human]
    by_machine(page)
    assert tags_of("A text", "ar") == [machine]


def test_a_page_of_text_by_a_machine_says_so_too():
    page = factories.translated(factories.standard_page("fr", title="Texte"), "en", {"Texte": "A text"})
    factories.translated(factories.standard_page("fr", title="Autre"), "en", {"Autre": "Another text"})
    by_machine(page)
    assert tags_of("A text") == ["Machine translation, not checked"]
    assert tags_of("Another text") == []


def row_of(title: str, language: str = "en") -> str:
    rebuild_index()
    (hit,) = [
        hit for hit in by_class(fetch(f"/{language}/search/"), "hit") if title in words(by_class(hit, "hit__title")[0])
    ]
    return words(hit)


def test_a_call_is_shown_with_its_dates_of_this_moment(time_machine):
    time_machine.move_to("2026-06-01T12:00:00Z")
    call = factories.call(first_deadline=datetime(2026, 6, 10, 22, tzinfo=UTC))
    factories.call_page(call, title="Lantern call")
    before = row_of("Lantern call")
    assert "10 June 2026" in before
    assert "Open – deadline extended" not in before
    extend_deadline(call, clock="city", new=datetime(2026, 6, 30, 22, tzinfo=UTC), reason="emergency", by="secretariat")
    after = words(by_class(fetch("/en/search/?q=lantern"), "hit")[0])
    assert "30 June 2026" in after, "the index was not asked for the date"
    assert "Open – deadline extended" in after
    assert "10 June" not in after


def test_an_event_is_shown_with_its_days_and_place():
    city = factories.city(own_name="Lanternby")
    factories.event(
        title="Lantern meeting",
        kind="conference",
        mode="place",
        host_city=city,
        first_day=date(2019, 10, 1),
        last_day=date(2019, 10, 3),
    )
    factories.event(title="Decoy", state="cancelled")
    row = row_of("Lantern meeting")
    assert "Conference" in row
    assert "1–3 October 2019" in row.replace("\u2009", "")
    assert "Lanternby" in row
    assert "Cancelled" not in row
    assert "Cancelled" in row_of("Decoy")


def test_a_city_leads_to_its_page_though_the_index_holds_its_address_before_the_list_was_renamed():
    factories.city(own_name="Lanternby", code="dk-lanternby")
    rebuild_index()
    factories.rename(CityIndexPage.objects.get(locale__language_code="en"), "places")
    (hit,) = by_class(fetch("/en/search/?q=lanternby"), "hit")
    assert hit.xpath(".//h3/a/@href") == ["/en/places/dk-lanternby/"]


@pytest.mark.parametrize("restricted", [True, False])
def test_a_city_whose_list_is_hidden_is_not_shown_whatever_the_index_holds(restricted):
    factories.city(own_name="Lanternby", code="dk-lanternby")
    rebuild_index()
    page = CityIndexPage.objects.get(locale__language_code="en")
    if restricted:
        PageViewRestriction.objects.create(page=page, restriction_type="login")
    else:
        page.unpublish()
    assert by_class(fetch("/en/search/?q=lanternby"), "hit") == []
    assert Client().get("/en/search/suggest/?q=lanternby").json()["items"] == []
