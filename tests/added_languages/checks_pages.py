"""What holds for the pages of every added language. test_added_languages.py runs it in a process that has them."""

import re
from datetime import date
from decimal import Decimal

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import translation
from wagtail.models import Page

from core.i18n import dates
from core.i18n.countries import country_name
from core.i18n.languages import LANGUAGE_CODES, html_code
from core.querysets.versions import best_versions
from events.models import EventPage
from practices.models import PracticePage
from tests import admin_forms, factories
from tests.added_languages.samples import SAMPLES, added, each_language, is_in, practice
from tests.reading import by_class, fetch, main, words

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("network")]

# The headings of the search and of the list of cities in the catalogues.
HEADINGS = {"en": ("Search", "Cities"), "pt": ("Pesquisa", "Cidades")}


# --- Pages --------------------------------------------------------------------------------


@each_language
def test_every_page_answers_in_its_language_and_direction(code, network):
    pages = Page.objects.filter(locale__language_code=code, live=True, depth__gt=1).specific()
    addresses = [page.url for page in pages] + [f"/{code}/cities/{network.city.code}/", f"/{code}/search/"]
    assert len(addresses) == 17
    assert [address for address in addresses if not is_in(fetch(address), code)] == []


@each_language
def test_an_address_without_a_page_answers_404_in_the_language(code):
    assert is_in(fetch(f"/{code}/nothing-here/", status=404), code)


@each_language
def test_interface_strings_are_those_of_the_fallback(code):
    heading, cities = HEADINGS[SAMPLES[code].interface]
    page = fetch(f"/{code}/search/")
    assert words(page.xpath("//h1")[0]) == heading
    assert words(fetch(f"/{code}/cities/").xpath("//h1")[0]) == cities


@each_language
def test_every_page_leads_to_the_language_by_its_own_name(code):
    (link,) = fetch("/en/").xpath(f"//nav//a[@hreflang='{html_code(code)}']")[:1]
    assert words(link) == SAMPLES[code].own_name
    assert link.get("href") == f"/{code}/"


@each_language
def test_readers_of_other_languages_are_told_which_language_a_page_is_in(code):
    title, sample = SAMPLES[code].title, SAMPLES[code]
    for reader, label in (("en", f"In {sample.in_english} (original)"), ("fr", f"En {sample.in_french} (original)")):
        (row,) = [row for row in by_class(fetch(f"/{reader}/practices/"), "hit") if title in words(row)]
        assert label in words(row)


@each_language
def test_a_translation_names_the_language_that_it_is_from(code):
    version = factories.translated(practice(code), "fr")
    page = main(fetch(version.url))
    assert f"(original en {SAMPLES[code].in_french})" in page
    assert "traducteur non nommé" in page


def test_languages_and_countries_are_named_in_the_language_of_the_page():
    page = fetch("/de/cities/dk-harbour/")
    assert "Deutsch, Amharisch, Chinesisch (traditionell)" in main(page)
    assert "Dänemark" in main(page)


@pytest.mark.parametrize("code", [*SAMPLES, "pt"])
def test_each_reader_gets_the_version_in_the_own_language(code):
    # "pt" is the beginning of "pt-br".
    original = PracticePage.objects.get(title="Lantern school")
    factories.translated(original, "pt")
    versions = PracticePage.objects.filter(translation_key=original.translation_key)
    assert [page.language for page in best_versions(versions, code)] == [code]


# --- Dates and numbers --------------------------------------------------------------------


@each_language
def test_all_formats_exist_with_western_digits(code):
    first, last = date(2026, 6, 30), date(2026, 7, 2)
    with translation.override(code):
        formatted = [
            *(form(first) for form in (dates.day, dates.day_month, dates.month, dates.year, dates.weekday_date)),
            *(form(first) for form in (dates.weekday_short, dates.weekday_in_full, dates.weekday_day)),
            dates.day_range(first, last),
            dates.year_range(2019, 2021),
            dates.number(Decimal("1234567.5")),
            dates.percent(12.5),
            dates.money(25000, "EUR"),
            dates.zone_place("America/Bogota"),
            country_name("DK"),
        ]
    assert all(formatted)
    assert set(re.findall(r"\d", "".join(formatted))) <= set("0123456789")


def test_dates_are_in_the_language_of_the_page():
    assert "30. Juni 2026" in main(fetch(practice("de").url))
    assert "30 ژوئن 2026" in main(fetch(practice("fa").url))


# --- Files --------------------------------------------------------------------------------


@each_language
def test_calendars_data_and_the_sitemap_have_the_language(code):
    event = EventPage.objects.get(locale__language_code=code)
    browser = Client()
    calendars = (f"/{code}/events/calendar.ics", f"/events/{event.code}.ics", "/calls/membership.ics")
    for address in calendars:
        answer = browser.get(address, {"lang": code})
        assert answer.status_code == 200
        assert f"LANGUAGE={html_code(code)}" in answer.content.decode()
    assert code in [page["language"] for page in browser.get("/calls/membership.json").json()["pages"]]
    assert f'hreflang="{html_code(code)}"' in browser.get("/sitemap.xml").content.decode()


# --- Admin --------------------------------------------------------------------------------


@pytest.fixture
def admin(sign_in):
    """The browser of an administrator."""
    return sign_in(factories.user(is_staff=True, is_superuser=True))


@each_language
def test_the_editor_opens_in_the_admin(code, admin):
    page = practice(code)
    for address in (admin_forms.edit_url(page), f"/admin/pages/{page.get_parent().pk}/", admin_forms.submit_url(page)):
        assert admin.get(address).status_code == 200


@each_language
def test_a_page_is_translated_into_the_language_in_the_admin(code, admin):
    original = factories.practice(title="Evening school")
    assert admin_forms.submit(admin, original, code).status_code == 200
    version = admin_forms.version_of(original, code)
    for segment in admin_forms.strings_in_editor(admin, version):
        admin_forms.save_string(admin, segment, SAMPLES[code].title)
    assert admin_forms.press_publish(admin, version).status_code == 200
    version.refresh_from_db()
    assert (version.live, version.title) == (True, SAMPLES[code].title)
    assert is_in(fetch(version.url), code)


# --- The command --------------------------------------------------------------------------


def test_a_language_is_added_once():
    made, lacking = added("ru")
    assert "/ru/cities/" in made
    assert lacking == ""
    assert added("ru") == ("", "")


def test_the_strings_that_the_catalogue_lacks_are_listed(network):
    first, *strings = network.warnings["de"].splitlines()
    assert first == f"The catalogue of de lacks {len(strings)} strings, which are English until they are translated:"
    assert "  The cities of the network." in strings
    assert network.warnings["fr"] == network.warnings["pt-br"] == ""


def test_a_language_outside_the_setting_is_refused():
    with pytest.raises(CommandError, match=f"ja is not one of the languages .*: {', '.join(LANGUAGE_CODES)}"):
        call_command("add_language", "ja")
