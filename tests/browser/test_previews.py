"""The editor's preview and checks, in the admin: every page type and every snippet that has a preview."""

import sqlite3
from contextlib import closing

import pytest
from django.apps import apps
from django.urls import reverse
from wagtail.models import Page, PreviewableMixin

from core.pages import PortalPage
from tests.axe.findings import STANDARD, findings

PREVIEWED = [model for model in apps.get_models() if issubclass(model, PreviewableMixin)]
PAGE_TYPES = [model for model in PREVIEWED if issubclass(model, PortalPage)]
SNIPPETS = [model for model in PREVIEWED if not issubclass(model, Page)]

# The id of an original of one type in one language. It is older than its translations.
PAGE = """
SELECT page.id FROM wagtailcore_page AS page
JOIN django_content_type AS type ON type.id = page.content_type_id
JOIN wagtailcore_locale AS locale ON locale.id = page.locale_id
WHERE type.app_label = ? AND type.model = ? AND locale.language_code = ? AND page.live AND NOT EXISTS
  (SELECT 1 FROM wagtailcore_page AS older WHERE older.translation_key = page.translation_key AND older.id < page.id)
ORDER BY page.id LIMIT 1"""
REPORTED = """() => ["[data-content-word-count]", ".w-content-checker__count"].every((count) =>
  /^[0-9]+$/.test(document.querySelector(`[data-side-panel=checks] ${count}`).textContent.trim()))"""
FRAME = "[data-w-preview-target=iframe] >> nth=-1"


@pytest.fixture
def first(portal, portal_folder):
    """A function that returns the first id that a query finds in the database of the portal."""
    with closing(sqlite3.connect(portal_folder / "portal.sqlite3", timeout=60)) as database:
        yield lambda query, *values: database.execute(query, values).fetchone()[0]


def preview_and_checks(page) -> str:
    """Open both panels, and wait until the checks have read the preview; return the title that the preview shows."""
    page.locator("[data-side-panel-toggle=preview]").click()
    heading = page.frame_locator(FRAME).locator("h1").first
    title = heading.inner_text()
    page.locator("[data-side-panel-toggle=checks]").click()
    page.wait_for_function(REPORTED)
    assert int(page.locator("[data-content-word-count]").inner_text()) > 0
    return title


@pytest.mark.parametrize("model", PAGE_TYPES, ids=lambda model: model.__name__)
def test_every_page_type_is_previewed_and_checked_in_the_editor(open_page, staff, first, model):
    number = first(PAGE, model._meta.app_label, model._meta.model_name, "en")
    page = open_page(reverse("wagtailadmin_pages:edit", args=[number]), **staff("editor"))
    title = page.locator("[name=title]").input_value()
    assert preview_and_checks(page) == title
    assert page.complaints == []


@pytest.mark.parametrize("model", SNIPPETS, ids=lambda model: model.__name__)
def test_every_snippet_with_a_preview_is_previewed_and_checked_in_the_editor(open_page, staff, first, model):
    page = open_page(reverse(model.snippet_viewset.get_url_name("add")), **staff("editor"))
    # The demonstration has none. A preview needs the city; the chooser writes into a hidden field.
    chosen = first("SELECT id FROM cities_city ORDER BY id LIMIT 1")
    page.locator("[name=city]").evaluate("(field, city) => { field.value = city; }", str(chosen))
    page.locator("[name=headline]").fill("A city that reads")
    assert "A city that reads" in page.locator("[name=headline]").input_value()
    assert preview_and_checks(page)
    assert "A city that reads" in page.frame_locator(FRAME).locator("main").inner_text()
    assert page.complaints == []


def test_the_first_draft_of_a_page_is_previewed_before_it_is_saved(open_page, staff, first):
    parent = first(PAGE, "home", "newsindexpage", "en")
    page = open_page(reverse("wagtailadmin_pages:add", args=["home", "newspage", parent]), **staff("editor"))
    page.locator("[name=title]").fill("The river school opens")
    assert preview_and_checks(page) == "The river school opens"


@pytest.mark.parametrize("colours", ["light", "dark"])
def test_staff_see_their_bar_on_public_pages_and_readers_do_not(open_page, staff, colours):
    page = open_page("/ar/", **staff("editor"), color_scheme=colours, reduced_motion="reduce")
    bar = page.locator("#wagtail-userbar-trigger")
    bar.focus()
    page.keyboard.press("Enter")
    page.locator("wagtail-userbar [role=menuitem]").first.wait_for()
    page.keyboard.press("Escape")
    assert (
        page.evaluate("document.querySelector('wagtail-userbar').shadowRoot.activeElement.id")
        == "wagtail-userbar-trigger"
    )
    # The bar is Wagtail's: without AAA, and without what axe cannot determine inside it.
    assert findings(page, STANDARD, with_undecided=False) == []
    assert page.complaints == []
    assert open_page("/ar/").locator("wagtail-userbar").count() == 0
