"""How often pages are asked for in a language: counted without the database, also from the cache, without secrets."""

from datetime import date

import pytest
from django.test import Client
from django.utils import timezone

from editorial import page_requests
from editorial.models import PageRequests
from editorial.page_requests import LINES, Numbers
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.DATA_DIR = tmp_path


@pytest.fixture
def ask(settings):
    """Asks for addresses, and lets the process leave its numbers at once."""
    settings.PAGE_REQUESTS_SECONDS = 1e-9
    settings.PAGE_CACHE_SECONDS = 300

    def asked(*addresses: str) -> list[int]:
        return [Client().get(address).status_code for address in addresses]

    return asked


def counted() -> dict[tuple[str, object], int]:
    page_requests.count_requests()
    page_requests.count_requests()
    return {(row.language, row.translation_key): row.count for row in PageRequests.objects.all()}


def test_pages_and_profiles_are_counted_by_language_also_in_one_that_they_do_not_have(ask):
    factories.tree("fr")
    bread = factories.standard_page(title="Bread")
    factories.translated(bread, "fr")
    boats = factories.standard_page(title="Boats")
    profile = factories.profile(factories.city(code="dk-aarhus"))
    french = bread.get_translations().get().specific.url
    assert ask(bread.url, bread.url, french, bread.url + "?page=2") == [200] * 4
    assert ask(boats.url.replace("/en/", "/fr/"), "/en/nothing/", "/en/search/", "/en/desk/sign-in/") == [
        404,
        404,
        200,
        200,
    ]
    assert ask("/fr/cities/dk-aarhus/", "/en/cities/") == [200, 200]
    found = counted()
    assert found.pop(("en", bread.translation_key)) == 3, "one of them is from the cache"
    assert found.pop(("fr", bread.translation_key)) == 1
    assert found.pop(("fr", boats.translation_key)) == 1
    assert found.pop(("fr", profile.translation_key)) == 1
    assert [language for language, _key in found] == ["en"], "the list of cities"
    ask(french)
    assert counted()["fr", bread.translation_key] == 2


def test_the_file_has_addresses_of_pages_and_nothing_about_readers(ask):
    factories.tree()
    ask("/en/cities/?name=Somebody", "/en/desk/sign-in/link/c2VjcmV0LXRva2Vu/", "/en/desk/sign-in/")
    month = f"{timezone.now():%Y-%m}"
    (file,) = LINES.folder.iterdir()
    assert file.read_text() == f'["{month}", "en", "cities/", 1]\n'


def test_a_broken_line_holds_up_no_other_and_old_months_are_forgotten(ask):
    factories.tree()
    ask("/en/cities/")
    with (LINES.folder / LINES.file_name).open("ab") as file:
        file.write(b'["2026-\n\xff\n{}\n["2026-99", "en", "cities/", 1]\n["2026-01", "en", "cities/", "x"]\n')
    assert list(counted().values()) == [1]
    PageRequests.objects.update(month=date(2020, 1, 1))
    page_requests.forget()
    assert not PageRequests.objects.exists()


def test_a_process_keeps_its_numbers_for_a_while_and_no_more_than_it_has_room_for(settings, monkeypatch):
    settings.PAGE_REQUESTS_SECONDS = 60
    monkeypatch.setattr(page_requests, "MOST_ADDRESSES", 2)
    numbers = Numbers()
    for path in ("a/", "b/", "c/", "a/"):
        numbers.add(("en", path))
    assert numbers.counts == {("en", "a/"): 2, ("en", "b/"): 1}
    assert not LINES.folder.exists()
    numbers.leave()
    numbers.leave()
    (file,) = LINES.folder.iterdir()
    assert len(file.read_text().splitlines()) == 2
