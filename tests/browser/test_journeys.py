"""What people do on the portal, in a real browser: with the keyboard alone, and without JavaScript."""

from functools import partial

import pytest

from tests.browser.addresses import TEMPLATES

LANGUAGES = ("en", "ar")
PHONE = 360
# Presses of the Tab key: more than any target needs, fewer than a map has dots.
PATIENCE = 60
CALL = TEMPLATES["open-call"]
MENU = "details.menu:has(.menu__panel li a[href$='/calls/'])"
HEADING = "main h1"

in_both = pytest.mark.parametrize("language", LANGUAGES)


# --- Helpers ------------------------------------------------------------------------------

# The focused element: where it is, and how its focus is visible.
FOCUS = """() => {
  const element = document.activeElement;
  if (!element || element === document.body) return null;
  const style = getComputedStyle(element);
  const box = element.getBoundingClientRect();
  const probe = document.createElement("i");
  probe.style.color = getComputedStyle(document.documentElement).getPropertyValue("--chalk");
  document.body.append(probe);
  const chalk = getComputedStyle(probe).color;
  probe.remove();
  const isSolid = style.outlineColor !== "transparent" && !/, 0[)]$/.test(style.outlineColor);
  const above = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
  const dot = element.querySelector(".map__dot");
  const own = [element, ...(element.labels ?? [])];
  return {
    what: element.outerHTML.slice(0, 120),
    isInMain: !!element.closest("main"),
    isOutlined: style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2 && isSolid,
    isOnChalk: style.backgroundColor === chalk,
    isRingedDot: !!dot && parseFloat(getComputedStyle(dot).strokeWidth) >= 3 && getComputedStyle(dot).stroke !== "none",
    isOnScreen: box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth,
    isCovered: !!above && !own.some((part) => part.contains(above) || above.contains(part)),
  };
}"""


def focused(page) -> dict | None:
    return page.evaluate(FOCUS)


def is_seen(stop: dict) -> bool:
    """Whether the focus is visible: a background behind text, or a line around a control or dot."""
    return stop["isOutlined"] or stop["isOnChalk"] or stop["isRingedDot"]


def tab_to(page, selector: str, presses: int = PATIENCE) -> None:
    """Press Tab until the first element of `selector` has the focus."""
    target = page.locator(selector).first
    for _press in range(presses):
        page.keyboard.press("Tab")
        if target.evaluate("element => element === document.activeElement"):
            stop = focused(page)
            assert stop, "nothing has the focus"
            assert is_seen(stop), stop
            assert stop["isOnScreen"], stop
            return
    pytest.fail(f"{presses} times Tab do not lead to {selector}; the focus is at {focused(page)}")


def press(page, key: str) -> None:
    """Press a key that leads to another page, and wait for the page."""
    with page.expect_navigation():
        page.keyboard.press(key)


def click(page, selector: str) -> None:
    """Click something that leads to another page, and wait for the page."""
    with page.expect_navigation():
        page.locator(selector).first.click()


def path_of(page) -> str:
    """Return the address without its host."""
    return page.evaluate("location.pathname + location.search + location.hash")


# --- With the keyboard alone --------------------------------------------------------------


@in_both
def test_the_first_stop_leads_past_the_head_of_the_page(open_page, language):
    page = open_page(f"/{language}/")
    page.keyboard.press("Tab")
    link = page.locator(".skip-link").first
    assert link.evaluate("element => element === document.activeElement")
    assert link.bounding_box()["height"] > 20, "it is to be seen when it has the focus"
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert focused(page)["isInMain"]


@in_both
@pytest.mark.parametrize(
    ("template", "width"),
    [("home", 1280), ("home", PHONE), ("open-call", 1280), ("search-with-filters", 1280), ("practice", PHONE)],
)
def test_the_focus_is_seen_at_every_stop_and_leaves_the_page_at_its_end(open_page, language, template, width):
    page = open_page(f"/{language}/{TEMPLATES[template]}", width=width)
    seen, wrong = [], []
    for _press in range(300):
        page.keyboard.press("Tab")
        stop = focused(page)
        if stop is None or (seen and stop["what"] == seen[0]["what"]):
            break
        seen.append(stop)
        if not is_seen(stop) or not stop["isOnScreen"] or stop["isCovered"]:
            wrong.append(stop)
    else:
        pytest.fail(f"the focus never leaves: {seen[-3:]}")
    assert wrong == []
    assert len(seen) > 15


@in_both
def test_the_menu_of_a_phone_opens_closes_and_leads_on(open_page, language):
    page = open_page(f"/{language}/", width=PHONE)
    tab_to(page, f"{MENU} summary")
    page.keyboard.press("Enter")
    assert page.locator(f"{MENU} .menu__panel").is_visible()
    page.keyboard.press("Tab")
    assert page.evaluate("!!document.activeElement.closest('.menu__panel')")
    page.keyboard.press("Escape")
    assert not page.locator(f"{MENU} .menu__panel").is_visible()
    assert page.evaluate("document.activeElement.matches('.menu > summary')"), "back where one came from"
    page.keyboard.press("Space")
    tab_to(page, f"{MENU} .menu__panel li a[href$='/calls/']")
    press(page, "Enter")
    assert path_of(page) == f"/{language}/calls/"


@in_both
def test_one_menu_closes_the_other(open_page, language):
    page = open_page(f"/{language}/", width=PHONE)
    languages = "details.menu:has(a[hreflang])"
    tab_to(page, f"{languages} summary")
    page.keyboard.press("Enter")
    assert page.locator(f"{languages} .menu__panel").is_visible()
    tab_to(page, f"{MENU} summary")
    page.keyboard.press("Enter")
    assert page.locator(f"{MENU} .menu__panel").is_visible()
    assert not page.locator(f"{languages} .menu__panel").is_visible()


@in_both
def test_the_language_changes_and_the_page_stays(open_page, language):
    page = open_page(f"/{language}/{CALL}", width=PHONE)
    heading = page.locator(HEADING).inner_text()
    tab_to(page, "details.menu:has(a[hreflang]) summary")
    page.keyboard.press("Enter")
    tab_to(page, "details.menu a[hreflang='fr']")
    press(page, "Enter")
    assert path_of(page) == f"/fr/{CALL}"
    assert page.locator("html").get_attribute("lang") == "fr"
    assert page.locator(HEADING).inner_text() != heading


@in_both
def test_from_home_to_an_open_call_and_its_dates_into_the_calendar(open_page, language):
    page = open_page(f"/{language}/")
    tab_to(page, f".nav a[href='/{language}/calls/']")
    press(page, "Enter")
    tab_to(page, f"main a[href='/{language}/{CALL}']")
    press(page, "Enter")
    assert path_of(page) == f"/{language}/{CALL}"
    tab_to(page, "main a[href*='.ics']")
    with page.expect_download() as download:
        page.keyboard.press("Enter")
    assert download.value.path().read_text().startswith("BEGIN:VCALENDAR")


@in_both
def test_search_filter_and_open_what_was_found(open_page, language):
    word = {"en": "learning", "ar": "تعلم"}[language]
    page = open_page(f"/{language}/")
    tab_to(page, ".header input[name=q]")
    page.keyboard.type(word)
    press(page, "Enter")
    everything = page.locator("#results .summary h2").first.inner_text()
    tab_to(page, "#filters input[name=type][value=practice]")
    page.keyboard.press("Space")
    tab_to(page, "#filters button[type=submit]", presses=200)
    press(page, "Enter")
    assert "type=practice" in path_of(page)
    assert page.locator("#filters input[value=practice]").is_checked()
    assert page.locator("#results .summary h2").first.inner_text() != everything
    tab_to(page, "#results .list a", presses=200)
    title = page.evaluate("document.activeElement.innerText.trim()")
    press(page, "Enter")
    assert "/practices/" in path_of(page)
    assert page.locator(HEADING).inner_text().strip() == title


@in_both
def test_a_chosen_filter_is_taken_back(open_page, language):
    page = open_page(f"/{language}/search/?cluster=literacy&region=africa")
    tab_to(page, ".chip")
    press(page, "Enter")
    assert path_of(page).count("=") == 1


@in_both
def test_the_next_page_of_results(open_page, language):
    page = open_page(f"/{language}/search/?type=city")
    first = page.locator("#results .list a").first.inner_text()
    tab_to(page, ".pages a[rel=next]", presses=200)
    press(page, "Enter")
    assert "page=2" in path_of(page)
    assert page.locator("#results .list a").first.inner_text() != first


@in_both
def test_the_map_of_cities_can_be_skipped(open_page, language):
    page = open_page(f"/{language}/cities/")
    assert page.locator(".map a").count() > 50
    tab_to(page, ".band--map .skip-link")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("!!document.activeElement.closest('#list')")


@in_both
def test_a_dot_of_the_map_leads_to_its_city(open_page, language):
    page = open_page(f"/{language}/cities/")
    tab_to(page, f".map a[href^='/{language}/cities/']:not([href*='?'])", presses=100)
    name = page.evaluate("document.activeElement.getAttribute('aria-label')")
    press(page, "Enter")
    assert page.locator(HEADING).inner_text().strip() == name


@in_both
def test_an_answer_opens_below_its_question(open_page, language):
    page = open_page(f"/{language}/{CALL}")
    question = "main details.facet"
    tab_to(page, f"{question} > summary", presses=100)
    page.keyboard.press("Enter")
    assert page.locator(f"{question}[open] .prose").first.is_visible()


@in_both
def test_colours_are_chosen_and_kept_on_the_next_page(open_page, language):
    page = open_page(f"/{language}/about/", color_scheme="light")
    tab_to(page, "[data-theme-choice] input:checked", presses=100)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    chosen = page.locator("html").get_attribute("data-theme")
    assert chosen in {"light", "dark"}
    page.reload()
    assert page.locator("html").get_attribute("data-theme") == chosen


# --- Without script -----------------------------------------------------------------------


@pytest.fixture
def plain_page(open_page):
    """A function like `open_page`, in a browser without JavaScript."""
    return partial(open_page, java_script_enabled=False)


@in_both
def test_without_script_the_menu_of_a_phone_opens_and_leads_on(plain_page, language):
    page = plain_page(f"/{language}/", width=PHONE)
    panel = page.locator(f"{MENU} .menu__panel")
    assert not panel.is_visible()
    page.locator(f"{MENU} summary").click()
    assert panel.is_visible()
    panel.locator(f"li a[href='/{language}/calls/']").click()
    page.wait_for_url(f"**/{language}/calls/")


@in_both
def test_without_script_filters_open_on_a_phone_and_filter(plain_page, language):
    page = plain_page(f"/{language}/search/", width=PHONE)
    panel = page.locator(".filters__panel")
    assert not panel.is_visible()
    page.locator(".filter-bar:not(.filter-bar--close)").click()
    assert panel.is_visible()
    page.locator(".filter-bar--close").click()
    assert not panel.is_visible()
    page.locator(".filter-bar:not(.filter-bar--close)").click()
    page.locator(".filters__panel input[name=type][value=call]").check()
    page.locator(".filters__panel button[type=submit]").click()
    page.wait_for_url("**type=call**")
    assert page.locator("#results .list a[href*='/practices/']").count() == 0
    assert page.locator("#results .list a[href*='/calls/']").count() > 0
    assert page.locator(".filter-bar:not(.filter-bar--close)").is_visible(), "closed, before the results"


@in_both
def test_without_script_the_language_changes_and_the_page_stays(plain_page, language):
    page = plain_page(f"/{language}/{CALL}", width=PHONE)
    page.locator("details.menu:has(a[hreflang]) summary").click()
    page.locator("details.menu a[hreflang='zh-Hans']").click()
    page.wait_for_url(f"**/zh-hans/{CALL}")
    assert page.locator("html").get_attribute("lang") == "zh-Hans"


@in_both
def test_without_script_deadlines_are_said_in_a_zone_that_one_chooses(plain_page, language):
    page = plain_page(f"/{language}/{CALL}")
    zones = page.locator(".clock").first.locator(".clock__zones > div:visible")
    assert zones.count() == 2, "the secretariat's time and UTC are there without script"
    page.locator("[data-zone-menu] select").select_option("Asia/Kolkata")
    page.locator("[data-zone-menu] button").click()
    page.wait_for_url("**tz=Asia%2FKolkata**")
    assert zones.count() == 3
    utc, own = (
        page.locator(".clock").first.locator(f"time[datetime$='{offset}']").last for offset in ("+00:00", "+05:30")
    )
    assert own.is_visible()
    minutes = [int(time.inner_text().split(":")[-1]) for time in (utc, own)]
    assert (minutes[1] - minutes[0]) % 60 == 30
    assert page.locator("[data-zone-menu] select").input_value() == "Asia/Kolkata"


@in_both
def test_without_script_one_searches_and_goes_on_to_the_next_page(plain_page, language):
    page = plain_page(f"/{language}/")
    page.locator("main input[name=q]").fill({"en": "city", "ar": "مدينة"}[language])
    page.locator("main input[name=q]").press("Enter")
    page.wait_for_url("**/search/?q=**")
    first = page.locator("#results .list a").first.inner_text()
    page.locator(".pages a[rel=next]").click()
    page.wait_for_url("**page=2**")
    assert page.locator("#results .list a").first.inner_text() != first
    page.locator(".pages a[rel=prev]").click()
    page.wait_for_url(lambda url: "page=" not in url)
    assert page.locator("#results .list a").first.inner_text() == first


@in_both
def test_without_script_dates_go_into_the_calendar(plain_page, language):
    page = plain_page(f"/{language}/{CALL}")
    with page.expect_download() as download:
        page.locator("main a[href^='/'][href*='.ics']").click()
    assert download.value.path().read_text().startswith("BEGIN:VCALENDAR")
    assert page.locator("main a[href^='webcal:'][href*='.ics']").count() == 1


@in_both
def test_without_script_answers_and_filters_unfold(plain_page, language):
    page = plain_page(f"/{language}/{CALL}")
    question = page.locator("main details.facet").first
    assert not question.locator(".prose").is_visible()
    question.locator("summary").click()
    assert question.locator(".prose").is_visible()


@in_both
def test_without_script_the_map_and_its_list_lead_to_a_city(plain_page, language):
    page = plain_page(f"/{language}/cities/")
    page.locator(".map a[href*='near=']").first.focus()
    press(page, "Enter")
    cities = page.locator("#list .columns a")
    assert 2 <= cities.count() <= 12
    name = cities.first.inner_text().strip()
    cities.first.click()
    page.wait_for_url(lambda url: "near=" not in url)
    assert page.locator(HEADING).inner_text().strip() == name


@in_both
def test_without_script_past_events_and_an_old_call_are_found(plain_page, language):
    page = plain_page(f"/{language}/events/")
    page.locator(f"main a[href='/{language}/events/past/']").first.click()
    page.wait_for_url("**/events/past/")
    assert page.locator("main a[href*='/events/']").count() > 3
    page.locator(f".nav a[href='/{language}/calls/']").click()
    page.wait_for_url(f"**/{language}/calls/")
    page.locator(f"main a[href='/{language}/{TEMPLATES['closed-call']}']").click()
    page.wait_for_url(f"**/{TEMPLATES['closed-call']}")


@in_both
def test_without_script_nothing_stands_there_that_needs_one(plain_page, language):
    page = plain_page(f"/{language}/{CALL}")
    assert not page.locator("[data-theme-choice]").is_visible()
    assert page.locator("[data-your-time]:visible").count() == 0
    page = plain_page(f"/{language}/events/")
    assert page.locator("[data-your-time]:visible").count() == 0


# --- In other letters ---------------------------------------------------------------------

# Text spacing that must not lose content (WCAG 2.2, 1.4.12), and text at twice the size (1.4.4).
SPACING = "* { line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important }"
SPACING += "p { margin-block-end: 2em !important }"
TWICE = "html { font-size: 200% !important }"
# Text that its box cuts off. Intentionally cut text is for screen readers.
CUT_OFF = """() => [...document.querySelectorAll("body *")].filter((element) =>
  !element.childElementCount && element.textContent.trim() && element.clientWidth > 1
  && !element.closest(".visually-hidden, .nav__note")
  && /hidden|clip/.test(getComputedStyle(element).overflow)
  && (element.scrollWidth > element.clientWidth + 1 || element.scrollHeight > element.clientHeight + 1)
).map((element) => element.outerHTML.slice(0, 120))"""


def what_breaks(open_page, portal: str, language: str, style: str, width: int) -> list:
    """Return the templates on which something is cut off or overflows the page with a reader's style."""
    wrong = []
    page = open_page(f"/{language}/", width=width, bypass_csp=True)
    for template, address in TEMPLATES.items():
        page.goto(f"{portal}/{language}/{address}")
        page.add_style_tag(content=style)
        overflow = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        if overflow or page.evaluate(CUT_OFF):
            wrong.append((template, overflow, page.evaluate(CUT_OFF)))
    return wrong


@in_both
def test_letters_and_lines_can_be_set_wider_on_the_smallest_screen(open_page, portal, language):
    assert what_breaks(open_page, portal, language, SPACING, 320) == []


@pytest.mark.sweep
@in_both
def test_letters_can_be_twice_as_large(open_page, portal, language):
    assert what_breaks(open_page, portal, language, TWICE, 640) == []
