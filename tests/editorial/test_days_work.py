"""The home page of the admin: each number is that of the list behind its link, for everyone who sees it."""

from datetime import date

import pytest
from bs4 import BeautifulSoup, Tag
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from editorial.days_work import rows_for
from editorial.kinds_of_work import KINDS_OF_WORK
from moderation.practice_lists import originals, unconfirmed
from practices.provenance import is_unconfirmed, last_word
from tests import factories
from tests.editorial.plants import PLANTS

pytestmark = pytest.mark.django_db

MOST_QUERIES = 12
EVERYBODY = {"outdated-translations", "broken-links"}
CALLS = {"calls-due", "planned-announcements", "old-flyers"}
EDITORS = (
    EVERYBODY
    | CALLS
    | {
        "late-schedules",
        "failed-mails",
        "reported-mistakes",
        "unconfirmed-practices",
        "open-changes",
        "unanswered-searches",
    }
)
MODERATORS = EDITORS | {"practices-waiting"}
ROLES = {"Translators": EVERYBODY, "Editors": EDITORS, "Moderators": MODERATORS, "": MODERATORS}


def staff(role: str):
    return factories.user(role) if role else factories.user(is_superuser=True)


def rows_of(browser) -> dict[str, Tag]:
    """The rows of the home page by their codes, also the empty ones."""
    page = BeautifulSoup(browser.get(reverse("wagtailadmin_home")).content, "html.parser")
    return {str(row["data-work"]): row for row in page.select("[data-work]")}


def numbers_in(row: Tag) -> dict[str, int]:
    """The numbers of a row by the address of the list behind each."""
    shown = row.select("a b") or row.select(".work__count")
    return {str(link["href"]): int(number.text) for link, number in zip(row.select("a"), shown, strict=True)}


def rows_behind(browser, url: str) -> int:
    answer = browser.get(url)
    assert answer.status_code == 200, url
    page = BeautifulSoup(answer.content, "html.parser")
    return len(page.select("main table.listing > tbody > tr"))


def test_each_number_is_that_of_its_list_and_of_everybody_who_sees_it(sign_in):
    """The lists are opened by those with the fewest rights who see their number, and by an administrator."""
    factories.tree("ar", "fr")
    for plant in PLANTS.values():
        plant()
    opened = set()
    by_role = {}
    for role, codes in ROLES.items():
        browser = sign_in(staff(role))
        rows = rows_of(browser)
        assert set(rows) == codes, role
        by_role[role] = {code: numbers_in(row) for code, row in rows.items()}
        for code in codes - opened if role else codes:
            numbers = by_role[role][code]
            assert numbers, f"{role}: {code} is empty"
            assert numbers == {url: rows_behind(browser, url) for url in numbers}, f"{role}: {code}"
        opened |= codes
    for numbers in by_role.values():
        assert numbers == {code: by_role[""][code] for code in numbers}

    user = staff("")
    first = queries_for(user)
    assert first <= MOST_QUERIES
    for plant in PLANTS.values():
        plant()
    assert queries_for(user) == first


def queries_for(user) -> int:
    with CaptureQueriesContext(connection) as captured:
        assert all(row.numbers for row in rows_for(user, KINDS_OF_WORK))
    return len(captured)


def test_every_kind_of_work_has_rows_and_decoys_in_this_test():
    assert set(PLANTS) == {kind.code for kind in KINDS_OF_WORK} == ROLES[""]


def test_an_empty_row_says_so_in_a_sentence(sign_in):
    factories.tree()
    rows = rows_of(sign_in(staff("")))
    assert {code: row.text for code, row in rows.items()} == {kind.code: str(kind.empty) for kind in KINDS_OF_WORK}


def test_the_query_for_unconfirmed_practices_has_the_rule_that_readers_are_shown(settings):
    """On every day around the turn of a month, for days of writing and confirmation around it."""
    factories.tree()
    days = [date(2023, 12, 31), date(2024, 1, 1), date(2024, 1, 31), date(2024, 2, 1), date(2024, 2, 29)]
    for day in days:
        factories.practice(**factories.BY_CITY, written_on=day)
    for months in (1, 12, 25):
        settings.PRACTICE_CONFIRMATION_MONTHS = months
        for today in (date(2024, 12, 31), date(2025, 1, 1), date(2025, 2, 28), date(2026, 2, 1), date(2026, 3, 1)):
            by_rule = {page.pk for page in originals() if is_unconfirmed(last_word(page), today)}
            assert {page.pk for page in unconfirmed(today)} == by_rule
