"""The home page of the admin: each number is that of the list behind its link, for everyone who sees it."""

import pytest
from bs4 import BeautifulSoup
from django.urls import reverse

from editorial.kinds_of_work import KINDS_OF_WORK
from moderation import services
from tests import factories
from tests.moderation.submissions import Case

pytestmark = pytest.mark.django_db

ROLES = ("Editors", "Moderators", "Translators", None)


def practices_waiting() -> None:
    """One that waits; decoys: one that was sent back, one that was withdrawn."""
    Case()
    Case().send_back()
    withdrawn = Case()
    services.withdraw(withdrawn.page, by=withdrawn.owner)


# By the code of the row: adds one or more of what it counts, and others that only look like it.
PLANTS = {
    "practices-waiting": practices_waiting,
}


def staff(role: str | None):
    return factories.user(role) if role else factories.user(is_superuser=True)


def day_of(browser) -> BeautifulSoup:
    return BeautifulSoup(browser.get(reverse("wagtailadmin_home")).content, "html.parser")


def rows_behind(browser, url: str) -> int:
    answer = browser.get(url)
    assert answer.status_code == 200, url
    return len(BeautifulSoup(answer.content, "html.parser").select("main table.listing > tbody > tr"))


def test_each_number_is_that_of_its_list(sign_in):
    factories.tree("ar", "fr")
    assert set(PLANTS) == {kind.code for kind in KINDS_OF_WORK}
    seen = set()
    for _time in range(2):
        for plant in PLANTS.values():
            plant()
        for role in ROLES:
            browser = sign_in(staff(role))
            for row in day_of(browser).select("li[data-work]"):
                links = row.select("a")
                parts = [int(found.text) for found in row.select("b")]
                numbers = parts or [int(found.text) for found in row.select(".work__count")]
                assert numbers == [rows_behind(browser, link["href"]) for link in links], row["data-work"]
                seen.add(row["data-work"])
    assert seen == set(PLANTS)
