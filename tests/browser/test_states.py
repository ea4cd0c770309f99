"""Every state of a page that opens: no findings of axe, light and dark; opened and closed with the keyboard."""

import pytest

from tests.axe.findings import CONTRASTS, RULES, findings
from tests.browser.addresses import TEMPLATES
from tests.browser.states import OPENABLE, STATES, address, open_state
from tests.browser.test_accessibility import ALL_LANGUAGES

# Quick: each language at another width where a state has two.
LANGUAGES = ("en", "ar")

UNKNOWN = """([openable, known]) => [...document.querySelectorAll(openable)]
  .filter((element) => !element.matches(known)).map((element) => element.outerHTML.slice(0, 160))"""
CLOSED = """([trigger, shown]) => {
  const fold = trigger.matches("summary") && trigger.parentElement;
  if (fold) return !fold.open;
  return ![...document.querySelectorAll(shown)].some((element) => element.checkVisibility());
}"""

# axe cannot determine the ground of the option at the edge of a list that scrolls; the others look the same.
CUT_OFF = "could not be determined because it partially overlaps other elements"

each_state = pytest.mark.parametrize("state", STATES, ids=[state.name for state in STATES])


def check(open_page, state, language: str, width: int, rules: dict = RULES) -> None:
    page = open_page(address(state, language), width=width, color_scheme="dark", reduced_motion="reduce")
    open_state(page, state, language)
    # Only what has opened: the contrast of text below a list cannot be determined, nor that of a name in a drawing.
    part = {"include": [state.part or state.shown], "exclude": [".map__name"]}
    found = {}
    for colours, chosen in (("dark", CONTRASTS), ("light", rules)):
        page.emulate_media(color_scheme=colours)
        found[colours] = [finding for finding in findings(page, chosen, part) if CUT_OFF not in finding]
    assert found == {"dark": [], "light": []}, f"{state.name} in {language}, {width} px"
    overflow = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert overflow == 0, f"{state.name} in {language}, {width} px: {overflow} px too wide"
    assert page.complaints == []


@pytest.mark.parametrize("language", LANGUAGES)
@each_state
def test_what_opens_is_accessible_light_and_dark(open_page, state, language):
    check(open_page, state, language, state.widths[LANGUAGES.index(language) % len(state.widths)])


@pytest.mark.sweep
@pytest.mark.parametrize("language", ALL_LANGUAGES)
@each_state
def test_what_opens_is_accessible_in_every_language_and_width(open_page, state, language):
    for width in state.widths:
        check(open_page, state, language, width)


def test_every_element_that_opens_belongs_to_a_state(open_page, portal):
    known = ", ".join(state.covers for state in STATES if state.covers)
    page = open_page("/en/")
    unknown = {}
    for template, path in TEMPLATES.items():
        page.goto(f"{portal}/en/{path}")
        if found := page.evaluate(UNKNOWN, [OPENABLE, known]):
            unknown[template] = found
    assert unknown == {}


@pytest.mark.parametrize("state", [state for state in STATES if state.escape], ids=lambda state: state.name)
def test_escape_closes_what_is_open_and_gives_the_focus_back(open_page, state):
    page = open_page(address(state, "en"), width=state.widths[0])
    open_state(page, state, "en")
    # The filters of a phone hide the link that opened them.
    trigger = page.locator(state.trigger).first if state.name == "filters" else page.locator(":focus")
    handle = trigger.element_handle()
    page.keyboard.press("Escape")
    assert page.evaluate(CLOSED, [handle, state.shown])
    assert page.evaluate("trigger => trigger === document.activeElement", handle)


@pytest.mark.parametrize(
    "state", [state for state in STATES if state.trigger and not state.needs_script], ids=lambda state: state.name
)
def test_without_script_it_opens_too(open_page, state):
    page = open_page(address(state, "en"), width=state.widths[0], java_script_enabled=False)
    open_state(page, state, "en")
