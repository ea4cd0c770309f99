"""Pages and documents for some people only: what asks for the password or the account, in the portal's own look."""

import sqlite3
from contextlib import closing

import pytest

from tests.axe.findings import CONTRASTS, RULES, findings
from tests.browser.test_accessibility import ALL_LANGUAGES
from tests.browser.test_states import LANGUAGES

PASSWORD = "a word for members"
HEADING = "main h1"
# A page that every language has, with the same address.
PATH = "privacy/"
DOCUMENT = "SELECT id, file FROM core_portaldocument ORDER BY id LIMIT 1"


def check(page, language: str, where: str, widths: tuple[int, ...]) -> None:
    """The whole page: no findings of axe, nothing too wide, in the portal's frame and the reader's language."""
    for width in widths:
        page.set_viewport_size({"width": width, "height": 900})
        for colours, rules in (("dark", CONTRASTS), ("light", RULES)):
            page.emulate_media(color_scheme=colours)
            assert findings(page, rules) == [], f"{where} in {language}, {width} px, {colours}"
        overflow = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert overflow == 0, f"{where} in {language}, {width} px"
    assert page.locator("html").get_attribute("lang").lower() == language
    assert page.locator(".header .brand").count() == 1
    assert page.complaints == []


def submit(page, password: str) -> None:
    page.locator("input[type=password]").fill(password)
    with page.expect_navigation():
        page.keyboard.press("Enter")


def has_error(page) -> bool:
    """Whether the summary of errors has the focus and leads to the field, which is marked, too."""
    assert page.evaluate("document.activeElement.matches('.error-summary')")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    return page.evaluate("document.activeElement.matches('form input[aria-invalid=true]')")


def check_password(open_page, restrict, language: str, widths: tuple[int, ...]) -> None:
    open_page(f"/{language}/{PATH}")  # the portal keeps it, as it reads before
    restrict("password", PATH, PASSWORD)
    page = open_page(f"/{language}/{PATH}", color_scheme="dark", reduced_motion="reduce")
    check(page, language, "password", widths)
    asked = page.locator(HEADING).inner_text()
    for wrong in ("guess", ""):
        submit(page, wrong)
        assert page.locator(HEADING).inner_text() == asked
        assert has_error(page), wrong
    check(page, language, "wrong password", widths)
    submit(page, PASSWORD)
    assert page.url.endswith(f"/{language}/{PATH}")
    assert page.locator(HEADING).inner_text() != asked


def check_account(open_page, restrict, language: str, widths: tuple[int, ...]) -> None:
    open_page(f"/{language}/{PATH}")
    restrict("login", PATH)
    page = open_page(f"/{language}/{PATH}", color_scheme="dark", reduced_motion="reduce")
    check(page, language, "sign in", widths)
    with page.expect_navigation():
        page.locator("main a[href*='/sign-in/password/']").click()
    check(page, language, "sign in with a password", widths)
    page.locator("input[name=email]").fill("nobody@example.org")
    submit(page, "guess")
    assert has_error(page)
    assert page.locator("input[name=email]").input_value() == "nobody@example.org"
    assert f"next=%2F{language}%2F" in page.url
    check(page, language, "wrong account", widths)


def check_document(open_page, restrict, portal_folder, language: str, widths: tuple[int, ...]) -> None:
    with closing(sqlite3.connect(portal_folder / "portal.sqlite3")) as database:
        number, name = database.execute(DOCUMENT).fetchone()
    restrict("password", password=PASSWORD)
    address = f"/documents/{number}/{name.rpartition('/')[2]}"
    page = open_page(address, locale=language, color_scheme="dark", reduced_motion="reduce")
    check(page, language, "document", widths)
    submit(page, "guess")
    assert has_error(page)
    check(page, language, "document, wrong password", widths)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_password_is_asked_for_and_a_wrong_one_is_explained(open_page, restrict, language):
    check_password(open_page, restrict, language, (360,))


def test_a_page_for_people_with_an_account_asks_them_to_sign_in(open_page, restrict):
    check_account(open_page, restrict, "ar", (1280,))


def test_a_document_with_a_password_asks_for_it(open_page, restrict, portal_folder):
    check_document(open_page, restrict, portal_folder, "zh-hans", (360,))


@pytest.mark.sweep
@pytest.mark.parametrize("language", ALL_LANGUAGES)
def test_what_is_restricted_is_accessible_in_every_language_and_width(open_page, restrict, portal_folder, language):
    check_document(open_page, restrict, portal_folder, language, (360, 1280))
    check_account(open_page, restrict, language, (360, 1280))


@pytest.mark.sweep
@pytest.mark.parametrize("language", ALL_LANGUAGES)
def test_a_password_is_asked_for_in_every_language_and_width(open_page, restrict, language):
    check_password(open_page, restrict, language, (360, 1280))


def test_staff_whose_account_is_not_meant_are_told_so_and_not_sent_in_circles(open_page, restrict, staff):
    restrict("groups", PATH)
    page = open_page(f"/fr/{PATH}", **staff("editor"))
    assert "Vous êtes connecté comme" in page.locator("main").inner_text()
