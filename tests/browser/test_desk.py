"""Every page of the desk in a real browser: no findings of axe, no overflow, no refused requests."""

from contextlib import closing
from functools import cache

import pytest

from tests.axe.findings import CONTRASTS, RULES, findings
from tests.browser import desk_pages
from tests.browser.addresses import desk_files, desk_templates, parts_of
from tests.browser.desk_pages import NOBODY, PAGES
from tests.browser.links import write_link
from tests.browser.test_accessibility import ALL_LANGUAGES

LANGUAGES = ("en", "ar", "zh-hans")
# Sends a text to an address, as the form of a section does whose session has ended.
SEND = """(address) => {
  const form = Object.assign(document.createElement("form"), {method: "post", action: address});
  form.append(Object.assign(document.createElement("input"), {name: "title", value: "What I have typed"}));
  document.body.append(form);
  form.submit();
}"""
# Boxes to tick whose words begin less than 6 pixels beside them.
TOUCHING = """() => [...document.querySelectorAll(".option > input")].filter(box => {
  const [a, b] = [box, box.nextElementSibling].map(each => each.getBoundingClientRect());
  return Math.max(b.left - a.right, a.left - b.right) < 6;
}).map(box => box.name)"""
WIDTHS = (320, 1280)


def test_every_page_of_the_desk_is_opened():
    assert set(PAGES) == desk_templates()


def test_every_part_of_the_desk_belongs_to_a_page():
    assert desk_files() - parts_of(PAGES) == set()


@pytest.fixture(scope="module")
def places(browser, portal, portal_folder, signed_in) -> dict[str, str]:
    """What the names in the addresses stand for."""
    database = portal_folder / "portal.sqlite3"
    found = desk_pages.places(database)
    files = f"{desk_pages.DRAFT.format_map(found)}pictures-and-documents/"
    _upload(browser, f"{portal}/en/{files}", signed_in(desk_pages.OWNER))
    return found | {
        "with_file": files,
        "link": _link(database, "sign-in"),
        "address_link": _link(database, "address", "new@example.org"),
    }


def _upload(browser, address: str, options: dict) -> None:
    """Upload a document as a person does."""
    with closing(browser.new_context(**options)) as context:
        page = context.new_page()
        page.goto(address)
        document = {"name": "A plan.txt", "mimeType": "text/plain", "buffer": b"Monday: letters. Tuesday: numbers."}
        page.locator("#new-documents").set_input_files([document])
        with page.expect_navigation():
            page.locator("#section button[value=stay]").last.click()
        assert page.get_by_text("A plan.txt").count()


def _link(database, purpose: str, new_email: str = "") -> str:
    """The address of a link, as a mail has it."""
    return f"desk/sign-in/link/{write_link(database, purpose, desk_pages.OWNER, new_email)}/"


@pytest.fixture(scope="module")
def signed_in(browser, portal, demonstration):
    """A function of an e-mail address that returns an option of `open_page`."""
    lines = (demonstration / "demonstration-accounts.txt").read_text().splitlines()
    passwords = dict(line.split() for line in lines)

    @cache
    def state(email: str) -> dict:
        if email == NOBODY:
            return {}
        with closing(browser.new_context()) as context:
            page = context.new_page()
            page.goto(f"{portal}/en/desk/sign-in/password/")
            page.locator("main [type=email]").fill(email)
            page.locator("main [type=password]").fill(passwords[email])
            with page.expect_navigation():
                page.locator("main [type=password]").press("Enter")
            assert "/sign-in/" not in page.url
            return {"storage_state": context.storage_state()}

    return state


def addresses(places: dict[str, str], template: str) -> list[str]:
    return [path.format_map(places) for path in PAGES[template][1]]


def open_address(open_page, language: str, path: str, options: dict):
    """Open a page at the width of a small phone, dark from the start, so that no colour is measured in a transition."""
    options = {"color_scheme": "dark", "reduced_motion": "reduce", **options}
    if not path.startswith("POST "):
        return open_page(f"/{language}/{path}", width=320, **options)
    page = open_page(f"/{language}/desk/sign-in/", width=320, **options)
    page.complaints.clear()
    with page.expect_navigation():
        page.evaluate(SEND, f"/{language}/{path.removeprefix('POST ')}")
    return page


def check(page, where: str, widths_and_rules) -> None:
    for width, colours, rules in widths_and_rules:
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(color_scheme=colours)
        assert findings(page, rules) == [], f"{where}, {width} px, {colours}"
        assert page.evaluate(TOUCHING) == [], f"{where}, {width} px"
        overflow = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert overflow == 0, f"{where}, {width} px: {overflow} px too wide"
    # The answers of a link that has ended, and of a form that was sent without a session.
    expected = ("410", "403") if "link/unknown" in where or "POST" in where else ()
    assert [text for text in page.complaints if not any(status in text for status in expected)] == [], where


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_pages_of_the_desk_are_accessible(open_page, places, signed_in, language):
    """Each page in one of three languages; `make sweep` opens every page in every language."""
    for number, template in enumerate(sorted(PAGES)):
        if number % len(LANGUAGES) != LANGUAGES.index(language):
            continue
        for path in addresses(places, template):
            page = open_address(open_page, language, path, signed_in(PAGES[template][0]))
            check(
                page, f"{path} in {language}", ((320, "dark", CONTRASTS), (320, "light", RULES), (1280, "light", RULES))
            )


@pytest.mark.sweep
@pytest.mark.parametrize("language", ALL_LANGUAGES)
@pytest.mark.parametrize("template", sorted(PAGES))
def test_a_page_of_the_desk_is_accessible_in_every_language(open_page, places, signed_in, template, language):
    for path in addresses(places, template):
        page = open_address(open_page, language, path, signed_in(PAGES[template][0]))
        both = [
            (width, colours, rules) for width in WIDTHS for colours, rules in (("dark", CONTRASTS), ("light", RULES))
        ]
        check(page, f"{path} in {language}", both)
