"""Each list to which the menu of the admin leads has a search box: it finds a row and leaves out the others."""

import json
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from bs4 import BeautifulSoup
from django.contrib.contenttypes.models import ContentType
from django.core.management import call_command
from post_office.models import STATUS, Email

from calls.models import NationalCommission
from cities.models import CityName
from core.translations.terms import Term, TermWord
from feedback.services import report
from links.models import Address, Fault, Link
from mails.models import Notice
from moderation import services
from search.models import SearchStatistic
from search.search_analytics import this_month
from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]

FOUND, DECOY = "kestrel", "heron"
LISTS = {
    "/admin/calls/",
    "/admin/cities/invitations/",
    "/admin/commissions/",
    "/admin/documents/",
    "/admin/events/",
    "/admin/localize/reports/translations/",
    "/admin/mails/undelivered/",
    "/admin/practices/all/",
    "/admin/practices/review/",
    "/admin/reports/audit-log/",
    "/admin/reports/broken-links/",
    "/admin/reports/mistakes/",
    "/admin/reports/search-analytics/",
    "/admin/snippets/cities/city/",
    "/admin/snippets/cities/cityprofile/",
    "/admin/snippets/cities/membershipround/",
    "/admin/snippets/clusters/cluster/",
    "/admin/terms/",
    "/admin/users/",
}
# Lists of Wagtail as they are, pages with one form, and pages to read.
OTHERS = {
    "/admin/",
    "/admin/account/",
    "/admin/collections/",
    "/admin/groups/",
    "/admin/guides/editors/",
    "/admin/guides/translators/",
    "/admin/images/",
    "/admin/locales/",
    "/admin/pages/",
    "/admin/redirects/",
    "/admin/reports/aging-pages/",
    "/admin/reports/locked/",
    "/admin/reports/page-types-usage/",
    "/admin/reports/site-history/",
    "/admin/reports/workflow/",
    "/admin/reports/workflow_tasks/",
    "/admin/searchpicks/",
    "/admin/searchpicks/reports/search-terms/",
    "/admin/settings/home/networksettings/",
    "/admin/sites/",
    "/admin/system/",
    "/admin/workflows/list/",
    "/admin/workflows/tasks/index/",
}


def make_rows(word: str, country: str) -> None:
    """A row with this word in every list."""
    city = factories.city(own_name=f"City {word}")
    owner = factories.person(city, "owner", email=f"{word}@example.org")
    factories.profile(city, headline=f"Words of {word}")
    factories.membership_round(code=f"round-{word}")
    factories.cluster(code=f"cluster-{word}")
    factories.call_page(title=f"Call {word}")
    NationalCommission.objects.create(country=country, name=f"Commission {word}")
    factories.document(title=f"Document {word}")
    factories.event(title=f"Event {word}")
    practice = factories.practice(title=f"Practice {word}", city=city, **factories.BY_CITY)
    french = factories.translated(practice, "fr")
    services.submit(practice, by=owner)  # a mail and an entry in the audit log
    report("/en/", "en", f"Wrong: {word}")
    Term.objects.create(words=[TermWord(language="en", text=word)])
    SearchStatistic.objects.create(language="en", month=this_month(), kind="words", value=word, count=9)
    address = Address.objects.create(key=word, address=f"/en/{word}/", fault=Fault.NOT_FOUND)
    kind = ContentType.objects.get_for_model(french)
    Link.objects.create(address=address, content_type=kind, object_id=french.pk, language="fr", part="body")


def test_what_belongs_to_a_city_is_found_once_by_its_name_in_any_language(sign_in):
    factories.tree()
    city = factories.city(code="dk-copenhagen", own_name="København")
    city.names = [CityName(language=language, name="Copenhague") for language in ("es", "fr")]
    city.save()
    other = factories.city(code="dk-odense", own_name="Odense")
    for host in (city, other):
        factories.profile(host, headline=f"Words of {host.code}")
        factories.practice(title=f"Practice of {host.code}", city=host)
        factories.event(title=f"Event of {host.code}", host_city=host)
    browser = sign_in(factories.user("Editors"))
    for address in ("/admin/practices/all/", "/admin/events/", "/admin/snippets/cities/cityprofile/"):
        page = BeautifulSoup(browser.get(address, {"q": "Copenhague"}).content, "html.parser")
        rows = [row.get_text(" ") for row in page.select("main table tbody tr")]
        assert [city.code in row for row in rows] == [True], address
        assert not any(other.code in row for row in rows), address


def menu(browser) -> set[str]:
    """The addresses to which the menu leads, with those of its submenus."""
    page = BeautifulSoup(browser.get("/admin/").content, "html.parser")
    found: set[str] = set()

    def walk(value: Any) -> None:
        if isinstance(value, dict):
            found.update([value["url"]] if isinstance(value.get("url"), str) else [])
        for one in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
            walk(one)

    walk(json.loads(page.select("#wagtail-sidebar-props")[0].get_text()))
    return {url for url in found if url.startswith("/admin/") and "logout" not in url}


def chosen(page: BeautifulSoup) -> dict[str, str]:
    """A value for every filter of a list, and an order by its last column that has one."""
    found = {}
    for field in page.select("select[name], input[type=radio][name], input[type=checkbox][name]"):
        values = [option.get("value", "") for option in field.select("option")] or [field.get("value", "")]
        found[str(field["name"])] = next((str(value) for value in reversed(values) if value), "")
    for link in page.select("thead th a[href*='ordering=']"):
        found["ordering"] = parse_qs(urlsplit(str(link["href"])).query)["ordering"][0]
    return found


def test_each_list_of_the_menu_finds_a_row_and_leaves_out_the_others(sign_in):
    factories.tree("fr")
    make_rows(FOUND, "DK")
    make_rows(DECOY, "DE")
    Email.objects.filter(pk__in=Notice.objects.values("mail")).update(status=STATUS.failed)
    call_command("update_index", verbosity=0)
    browser = sign_in(factories.user(is_superuser=True))
    assert menu(browser) == LISTS | OTHERS
    for address in sorted(LISTS):
        page = BeautifulSoup(browser.get(address, {"q": FOUND}).content, "html.parser")
        assert page.select_one("form[role=search] [name=q]"), f"{address} has no search box"
        rows = [row.get_text(" ").casefold() for row in page.select("main table tbody tr")]
        assert any(FOUND in row for row in rows), f"{address} does not find {FOUND}"
        assert not any(DECOY in row for row in rows), f"{address} shows {DECOY}, too"
        assert browser.get(address, {"q": FOUND, **chosen(page)}).status_code == 200, address
