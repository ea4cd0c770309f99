"""Every page of the public site, in seven languages, on six screens, at two sizes of text, with the longest texts and
the shortest: nothing overlaps, is cut off, sticks out of its box or leaves the screen, and no word is broken.
"""

import pytest

from core.i18n.languages import html_code
from tests.browser import layout
from tests.browser.addresses import RENDERED, TEMPLATES

# What `make test` measures: each template in one language, on the screens where layouts change.
SOME = {code: list(TEMPLATES)[place :: len(layout.LANGUAGES)] for place, code in enumerate(layout.LANGUAGES)}
SOME_STATES = ("as it is", "longest")


@pytest.fixture(scope="module")
def words(demonstration) -> dict[str, dict]:
    """What can stand in for the texts of a page, by language."""
    return layout.words_of(demonstration / "portal.sqlite3")


@pytest.fixture
def measured(open_page, portal, demonstration, words):
    """A function that measures a template in a language; it returns the problems with where they were seen."""
    page = open_page("/healthz", reduced_motion="reduce")

    def problems(name: str, code: str, *states) -> dict[str, list[str]]:
        path = layout.address(demonstration / "portal.sqlite3", name, code)
        answer = page.goto(f"{portal}/{code}/{path}", wait_until="load")
        assert answer.status == (404 if name == "missing" else 200), path
        return layout.problems(page, words, *states)

    return problems


@pytest.mark.parametrize("code", layout.LANGUAGES)
def test_nothing_breaks_on_some_pages_of_every_template(measured, code):
    found = {name: measured(name, code, SOME_STATES, layout.SOME_SCREENS) for name in SOME[code]}
    assert {name: problems for name, problems in found.items() if problems} == {}


def test_a_phone_has_room_for_the_longest_word_of_a_title(open_page, portal, demonstration, words):
    page = open_page("/healthz", reduced_motion="reduce")
    found = []
    for code in layout.LANGUAGES:
        for path in layout.with_longest_word(demonstration / "portal.sqlite3", code, number=2):
            assert page.goto(f"{portal}{path}", wait_until="load").status == 200, path
            problems = layout.problems(page, words, ("as it is",), ((320, 100), (360, 100)))
            found += [f"{path} {problem}: {seen}" for problem, seen in problems.items()]
    assert found == []


@pytest.mark.parametrize("code", ["es", "pt"])
def test_two_deadlines_beside_each_other_have_room_for_the_longest_dates(measured, code):
    screens = [(width, 100) for width in (768, 1024, 1280)]
    assert measured("home", code, layout.STATES, screens) == {}


@pytest.mark.sweep
@pytest.mark.parametrize("code", layout.LANGUAGES)
@pytest.mark.parametrize("name", TEMPLATES)
def test_nothing_breaks_on_any_screen_at_any_size_of_text(measured, name, code):
    assert measured(name, code, layout.STATES, layout.SCREENS) == {}


@pytest.mark.sweep
@pytest.mark.parametrize("code", layout.LANGUAGES)
def test_nothing_breaks_on_pages_that_no_address_has(open_page, portal, words, code):
    page = open_page("/healthz")
    found = {}
    shown: list[str] = []
    page.route("**/rendered/", lambda route: route.fulfill(body=shown[-1], content_type="text/html"))
    for name, render in RENDERED.items():
        shown.append(render(code))
        page.goto(f"{portal}/{code}/rendered/")
        found[name] = layout.problems(page, words, layout.STATES, layout.SCREENS)
    assert {name: problems for name, problems in found.items() if problems} == {}


BROKEN = {
    "sideways": "<p style='inline-size: 400px'>Wide</p>",
    "off screen": "<p style='white-space: nowrap'>A line that never ends on a small screen and goes on and on</p>",
    "sticks out": "<p style='inline-size: 60px; white-space: nowrap'>Longer than its box</p>",
    "cut": "<p style='inline-size: 60px; overflow: hidden; white-space: nowrap'>Cut off at its end</p>",
    "overlap": "<p style='margin: 0'>Below</p><p style='margin: -1em 0 0'>Above</p>",
    "broken date": "<p style='inline-size: 240px'>Cities can submit until <time>28 September 2026, 23:59</time></p>",
    "broken word": "<p style='inline-size: 5em; overflow-wrap: anywhere'>Septemberseptember</p>",
}


@pytest.mark.parametrize("problem", BROKEN)
def test_each_kind_of_problem_is_found(open_page, portal, words, problem):
    page = open_page("/healthz", width=320)
    body = f"<!doctype html><html lang='en'><body style='margin: 8px'><main>{BROKEN[problem]}</main></body></html>"
    page.route("**/broken/", lambda route: route.fulfill(body=body, content_type="text/html"))
    page.goto(f"{portal}/en/broken/")
    found = layout.problems(page, words, ("as it is",), [(320, 100)])
    assert any(text.startswith(problem) for text in found), found


def test_other_texts_are_really_put_in(open_page, words):
    page = open_page("/es/", width=1280)
    page.evaluate(layout.SCRIPT)
    layout.show(page, "longest", words)
    text = page.locator("main").inner_text()
    assert "28 de septiembre" in text
    assert max(words[html_code("es")]["titles"], key=len) in text
    layout.show(page, "shortest", words)
    text = page.locator("main").inner_text()
    assert "septiembre" not in text
    assert "1 de" in text
    layout.show(page, "as it is", words)
    assert "28 de septiembre" not in page.locator("main").inner_text()
