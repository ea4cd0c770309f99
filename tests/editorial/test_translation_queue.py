"""The translators' queue: what is open, how much of it, where it opens, and who has taken it."""

from datetime import timedelta

import pytest
from bs4 import BeautifulSoup, Tag
from django.contrib.auth.models import Group, Permission
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from wagtail.models import GroupPagePermission

from core.translations.groups import translation_record
from editorial import page_requests
from editorial.models import PageRequests
from editorial.translation_queue import TranslationQueue
from home.models import HomePage
from search.search_analytics import this_month
from tests import factories

pytestmark = pytest.mark.django_db

QUEUE = "wagtail_localize:translations_report"
OUTDATED = {"is_outdated": "true"}


def rows(browser, **query: str) -> list[Tag]:
    answer = browser.get(reverse(QUEUE), query)
    assert answer.status_code == 200
    return BeautifulSoup(answer.content, "html.parser").select("main table.listing > tbody > tr")


def translator_of(language: str):
    """A person who may edit and publish translations in one language only."""
    group = Group.objects.create(name=f"Only {language}")
    group.permissions.add(Permission.objects.get(codename="access_admin"))
    home = HomePage.objects.get(locale__language_code=language)
    for codename in ("change_page", "publish_page"):
        permission = Permission.objects.get(codename=codename, content_type__app_label="wagtailcore")
        GroupPagePermission.objects.create(group=group, page=home, permission=permission)
    user = factories.user()
    user.groups.add(group)
    return user


def changed_page(title: str, lede: str, languages: tuple[str, ...], before: str = "Ten old words"):
    """A page whose lede changed after its translations were published; its translations by language."""
    page = factories.standard_page(title=title, lede=before)
    made = {code: factories.translated(page, code) for code in languages}
    page.refresh_from_db()
    page.lede = lede
    page.save_revision().publish()
    for version in made.values():
        version.refresh_from_db()
        assert version.text_outdated_since
    return made


def test_a_translator_finds_what_has_changed_in_their_language_and_how_much_of_it(sign_in):
    factories.tree("ar", "fr")
    much = changed_page("Much", "Ten entirely different and longer words", ("fr", "ar"))
    little = changed_page("Little", "Ten new words", ("fr",))
    factories.translated(factories.standard_page(title="Unchanged"), "fr")
    browser = sign_in(translator_of("fr"))

    found = rows(browser, **OUTDATED)
    cells = [cell for row in found for cell in row.select("td:not(.title)") if cell.text.strip()]
    assert all(cell.get("data-label") for cell in cells), "on a phone a cell names itself"
    assert len(found) == 2 == len(rows(browser, language="fr", **OUTDATED))
    by_words = rows(browser, ordering="changed_words", **OUTDATED)
    assert [row.select("td")[3].text.strip() for row in by_words] == ["1", "4"]
    PageRequests.objects.bulk_create(
        PageRequests(month=month, language=language, translation_key=version.translation_key, count=count)
        for month, language, version, count in (
            (this_month(), "fr", little["fr"], 2),
            (page_requests.since(), "fr", little["fr"], 5),
            (page_requests.since() - timedelta(days=1), "fr", little["fr"], 90),
            (this_month(), "ar", much["fr"], 90),
            (this_month(), "fr", much["fr"], 6),
        )
    )
    by_requests = rows(browser, ordering="-asked", **OUTDATED)
    assert [row.select("td")[4].text.strip() for row in by_requests] == ["7", "6"]
    assert len(rows(browser)) == len(found) + 1  # what is up to date, too
    assert len(rows(browser, is_outdated="false", has_open_strings="false")) == 1
    assert not rows(browser, language="ar")
    by_original = {row.select_one(".queue__original bdi").text: row for row in found}
    assert set(by_original) == {"Much", "Little"}
    assert [row.select_one("bdi").text for row in rows(browser, q="litt")] == ["Little"]
    assert [row.select_one("bdi").text for row in rows(browser, q=much["fr"].title, **OUTDATED)] == ["Much"]

    link = by_original["Little"].select_one("td.title a")
    assert (link["lang"], link["dir"]) == ("fr", "ltr")
    address, _, anchor = link["href"].partition("#")
    editor = BeautifulSoup(browser.get(address).content, "html.parser")
    field = editor.find("textarea", id=anchor)
    place = field.find_parent("form")
    assert (field["lang"], field["dir"]) == ("fr", "ltr")
    assert place["data-state"] == "outdated"
    assert place is editor.select("[data-string]:not([data-state=done])")[0]
    assert ([part.text for part in place.select("del")], [part.text for part in place.select("ins")]) == (
        ["old"],
        ["new"],
    )
    assert editor.select_one(f'a[href^="{reverse(QUEUE)}?language=fr"]')

    record = translation_record(little["fr"])
    take = reverse("translation-assign", args=[record.pk])
    assert not rows(browser, translator="me")
    browser.post(take, {"next": reverse(QUEUE)})
    assert len(rows(browser, translator="me")) == 1
    assert len(rows(browser, translator="nobody", **OUTDATED)) == 1
    browser.post(take, {"give_back": "1"})
    assert not rows(browser, translator="me")
    foreign = translation_record(much["ar"])
    assert browser.post(reverse("translation-assign", args=[foreign.pk])).status_code == 404
    assert browser.get(take).status_code == 405


def test_a_translator_of_arabic_reads_titles_from_right_to_left(sign_in):
    factories.tree("ar")
    factories.translated(factories.standard_page(), "ar")
    link = rows(sign_in(translator_of("ar")))[0].select_one("td.title a")
    assert (link["lang"], link["dir"]) == ("ar", "rtl")


def test_the_queue_takes_as_many_queries_for_three_rows_as_for_one(rf):
    factories.tree("fr")
    user = factories.user("Translators")

    def queries() -> int:
        request = rf.get("/", OUTDATED | {"ordering": "-changed_words"})
        request.user = type(user).objects.get(pk=user.pk)
        view = TranslationQueue()
        view.setup(request)
        with CaptureQueriesContext(connection) as captured:
            view.get(request).render()
        return len(captured)

    changed_page("One", "Ten new words", ("fr",))
    queries()  # what the frame of the admin reads once for all pages
    first = queries()
    changed_page("Two", "Ten new words", ("fr",))
    changed_page("Three", "Ten new words", ("fr",))
    assert queries() == first
