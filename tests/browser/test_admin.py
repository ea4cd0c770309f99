"""The pages that the portal adds to Wagtail's admin: no serious findings of axe, in both directions of writing."""

import sqlite3
from contextlib import closing

import pytest

from tests.axe.findings import STANDARD, answer

# Of Wagtail's own frame around our pages: reported in no place of ours.
OF_WAGTAIL = {
    "label-content-name-mismatch",  # the buttons at the top of a report
}
CALL = "SELECT id FROM calls_call WHERE code = 'membership-example'"
CITY = "SELECT id FROM cities_city ORDER BY id LIMIT 1"
CLUSTER = "SELECT id FROM clusters_cluster ORDER BY id LIMIT 1"
TRANSLATION = "SELECT id FROM wagtailcore_page WHERE url_path = '/en-4/about/'"
ADDRESSES = {
    "dashboard": ("/admin/", ""),
    "calls": ("/admin/calls/", ""),
    "a call": ("/admin/calls/edit/{}/", CALL),
    "extending a call": ("/admin/calls/extend/{}/", CALL),
    "correcting a call": ("/admin/calls/correct/{}/", CALL),
    "commissions": ("/admin/commissions/", ""),
    "searches": ("/admin/reports/search-analytics/", ""),
    "translations": ("/admin/localize/reports/translations/", ""),
    "a translation": ("/admin/pages/{}/edit/", TRANSLATION),
    "cities": ("/admin/snippets/cities/city/", ""),
    "a city": ("/admin/snippets/cities/city/edit/{}/", CITY),
    "status of a city": ("/admin/snippets/cities/city/status/{}/", CITY),
    "a cluster": ("/admin/snippets/clusters/cluster/edit/{}/", CLUSTER),
    "network": ("/admin/settings/home/networksettings/", ""),
}


def serious_findings(open_page, staff, portal, portal_folder, language: str) -> dict[str, list[str]]:
    """Return what axe finds that is serious or critical, by page."""
    found = {}
    page = open_page("/admin/", locale=language, reduced_motion="reduce", **staff("admin"))
    with closing(sqlite3.connect(portal_folder / "portal.sqlite3", timeout=60)) as database:
        for name, (address, query) in ADDRESSES.items():
            page.goto(portal + address.format(*(database.execute(query).fetchone() if query else ())))
            assert page.locator("main h1, main h2, header h1, header h2").count() > 0, name
            assert page.locator("html").get_attribute("lang") == language, name
            serious = [
                f"{rule['id']}: {node['html'][:160]}"
                for rule in answer(page, STANDARD)["violations"]
                for node in rule["nodes"]
                if rule["impact"] in {"serious", "critical"} and rule["id"] not in OF_WAGTAIL
            ]
            if serious:
                found[name] = serious
    return found


def test_our_pages_in_the_admin_are_accessible_from_right_to_left(open_page, staff, portal, portal_folder):
    assert serious_findings(open_page, staff, portal, portal_folder, "ar") == {}


@pytest.mark.sweep
def test_our_pages_in_the_admin_are_accessible_from_left_to_right(open_page, staff, portal, portal_folder):
    assert serious_findings(open_page, staff, portal, portal_folder, "en") == {}
