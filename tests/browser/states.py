"""What opens on a public page: each state, the pages that have it, and how a reader opens it with the keyboard.

An element that opens (`OPENABLE`) on any page belongs to a state in STATES; `test_states.py` compares the pages with
this list, and checks each state.
"""

from dataclasses import dataclass

from playwright.sync_api import Page

from tests.browser.addresses import TEMPLATES

PHONE, DESKTOP = 360, 1280
PASSWORD = "a word for members"
# The beginning of a word in titles of the demonstration.
TYPED = {"en": "lear", "fr": "appr", "es": "apre", "pt": "apre", "ar": "تعل", "ru": "обуч", "zh-hans": "学"}
# What can open, whatever its state is now.
OPENABLE = (
    "details, dialog, [popover], [aria-expanded], [aria-haspopup], [role=combobox], [role=listbox], [role=dialog],"
    "[role=menu], [role=tablist], [role=tooltip], a[href='#filters'], select, [data-map], [data-theme-choice]"
)


@dataclass(frozen=True)
class State:
    """A state of a page.

    template: a name in TEMPLATES, or an address without its language.
    widths: of the window, in pixels, where the state exists.
    trigger: a selector of what opens it; each of these elements that is visible. "": the address alone opens it.
    shown: a selector of what can be seen only while it is open.
    part: a selector of the part of the page that is checked; "": `shown`.
    covers: a selector of the elements of OPENABLE that this state opens.
    keys: pressed on the trigger; "text" types the word of TYPED.
    before: the name of the state that has to be open first.
    escape: whether Escape closes it; the focus is then at the trigger.
    needs_script: whether it exists with JavaScript only.
    """

    name: str
    template: str
    widths: tuple[int, ...]
    shown: str
    trigger: str = ""
    covers: str = ""
    keys: tuple[str, ...] = ("Enter",)
    before: str = ""
    escape: bool = False
    needs_script: bool = False
    part: str = ""


_CALL = TEMPLATES["open-call"]
_LANGUAGES = "details.menu:has(a[hreflang])"
_MENU = "details.menu:not(:has(a[hreflang]))"


def _suggestions(name: str, template: str, field: str, widths: tuple[int, ...], before: str = "") -> State:
    """The suggestions below a search field, the first of them active."""
    return State(
        f"suggestions {name}",
        template,
        widths,
        shown=f"#{field}-suggestions",
        trigger=f"#{field}",
        covers=f"#{field}, #{field}-suggestions",
        keys=("text", "ArrowDown"),
        before=before,
        escape=True,
        needs_script=True,
    )


STATES = [
    State("languages", "open-call", (PHONE,), f"{_LANGUAGES} nav", f"{_LANGUAGES} > summary", _LANGUAGES, escape=True),
    State("menu", "home", (PHONE,), f"{_MENU} nav", f"{_MENU} > summary", _MENU, escape=True),
    _suggestions("in the menu", "home", "search-menu", (PHONE,), before="menu"),
    _suggestions("in the header", "about", "search-header", (DESKTOP,)),
    _suggestions("on the band of the home page", "home", "search-hero", (PHONE, DESKTOP)),
    _suggestions("of the search", "search", "search-page", (PHONE, DESKTOP)),
    State(
        "filters",
        "search-with-filters",
        (PHONE,),
        shown=".filters__panel",
        trigger=".filter-bar:not(.filter-bar--close)",
        covers="a[href='#filters']",
        escape=True,
    ),
    State(
        "facets on a phone",
        "search",
        (PHONE,),
        shown="#facets",
        trigger="#facets details:not([open]) > summary",
        covers="#facets details",
        before="filters",
        escape=True,
    ),
    State("facets", "search", (DESKTOP,), "#facets", "#facets details:not([open]) > summary", escape=True),
    State(
        "folds of a call",
        "open-call",
        (PHONE, DESKTOP),
        shown="main",
        trigger="article details:not([open]) > summary",
        covers="article details",
        escape=True,
    ),
    State(
        "tools below a page",
        "practice",
        (PHONE, DESKTOP),
        shown=".page-tools",
        trigger=".page-tools details:not([open]) > summary",
        covers=".page-tools details",
        escape=True,
    ),
    State(
        "list of commissions",
        "how-to-join/?country=zz",
        (PHONE, DESKTOP),
        shown="#commission",
        trigger="#commission details > summary",
        covers="#commission details",
        escape=True,
    ),
    State("chosen country", "how-to-join/?country=gh", (PHONE, DESKTOP), "#commission h3", covers="select#country"),
    State(
        "chosen zone", f"{TEMPLATES['open-call']}?tz=Asia/Kolkata", (PHONE, DESKTOP), "main", covers="select#zone-menu"
    ),
    State("no city", "cities/?region=africa&country=fr", (PHONE, DESKTOP), "#list", covers=".filter-row select"),
    State(
        "name on the map",
        "cities",
        (PHONE, DESKTOP),
        shown=".map a:focus .map__name",
        trigger=".map a >> visible=true",
        covers="[data-map]",
        keys=(),
        escape=True,
        part="#map",
    ),
    State("link over the header", "search", (PHONE, DESKTOP), ".skip-link:focus", ".skip-link", keys=()),
    State("link over the filters", "search", (PHONE, DESKTOP), ".skip-here:focus", ".skip-here", keys=()),
    State(
        "dark colours on a light device",
        "home",
        (DESKTOP,),
        shown="body",
        trigger="[data-theme-choice] input:checked",
        covers="[data-theme-choice]",
        keys=("ArrowUp",),
        needs_script=True,
    ),
]
BY_NAME = {state.name: state for state in STATES}


def open_state(page: Page, state: State, language: str) -> None:
    """Open a state with the keyboard, on a page that is loaded; the focus stays at what opened it."""
    if state.before:
        open_state(page, BY_NAME[state.before], language)
    triggers = page.locator(state.trigger)
    opens_all = ":not([open])" in state.trigger
    while state.trigger:
        triggers.first.focus()
        for key in state.keys:
            if key == "text":
                page.keyboard.press("Control+A")
                page.keyboard.type(TYPED[language])
                page.locator(state.shown).locator("[role=option]").first.wait_for()
            else:
                page.keyboard.press(key)
        if not opens_all or not triggers.count():
            break
    page.locator(state.shown).first.wait_for()


def address(state: State, language: str) -> str:
    """Return the address of the page of a state."""
    return f"/{language}/{TEMPLATES.get(state.template, state.template)}"
