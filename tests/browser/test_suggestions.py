"""The search fields as comboboxes (WAI-ARIA Authoring Practices: editable, with list autocomplete)."""

import pytest

from tests.axe.findings import RULES, findings

FIELDS = {
    "header": ("/en/about/", "#search-header"),
    "home": ("/en/", "#search-hero"),
    "search page": ("/en/search/", "#search-page"),
}


def asked(page) -> list[str]:
    return [address for address in page.requests if "/search/suggest/" in address]


def type_into(page, field: str, text: str):
    """Type, wait for the list, and return the field."""
    box = page.locator(field)
    box.click()
    page.keyboard.type(text, delay=20)
    page.locator(f"{field}-suggestions [role=option]").first.wait_for()
    return box


def active(page, field: str) -> str:
    """Return the text of the active option; "" if none is."""
    return page.evaluate(
        "field => document.getElementById(document.querySelector(field)"
        ".getAttribute('aria-activedescendant'))?.innerText ?? ''",
        field,
    )


@pytest.mark.parametrize("where", FIELDS)
def test_every_search_field_offers_titles_and_says_how_many(open_page, where):
    path, field = FIELDS[where]
    page = open_page(path)
    box = page.locator(field)
    assert box.get_attribute("aria-expanded") == "false"
    type_into(page, field, "liter")
    options = page.get_by_role("option")
    assert any("Literacy" in text for text in options.all_inner_texts())
    assert box.get_attribute("aria-expanded") == "true"
    assert page.locator(f"#{box.get_attribute('aria-controls')}").get_attribute("role") == "listbox"
    said = page.locator(f"form:has({field}) [role=status]").inner_text()
    assert said.startswith(str(options.count()))
    assert page.complaints == []


def test_arrows_go_through_the_list_and_back_to_the_field(open_page):
    field = "#search-page"
    page = open_page("/en/search/")
    box = type_into(page, field, "learning")
    count = page.get_by_role("option").count()
    assert active(page, field) == ""
    page.keyboard.press("ArrowDown")
    first = active(page, field)
    assert first
    assert page.locator("[role=option][aria-selected=true]").all_inner_texts() == [first]
    page.keyboard.press("ArrowUp")
    assert active(page, field) == ""
    page.keyboard.press("ArrowUp")
    assert active(page, field) == page.get_by_role("option").nth(count - 1).inner_text()
    page.keyboard.press("Home")
    assert active(page, field) == ""
    assert box.evaluate("box => box.selectionStart") == 0
    assert box.input_value() == "learning", "the field keeps what was typed"
    assert page.evaluate("document.activeElement.id") == "search-page", "the focus never leaves it"


def test_enter_on_a_title_opens_it_and_enter_alone_searches(open_page):
    page = open_page("/en/search/")
    type_into(page, "#search-page", "literacy")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search/?q=literacy*")
    type_into(page, "#search-header", "literacy")
    while "Cluster" not in active(page, "#search-header").split("\n"):
        page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url("**/clusters/literacy/")


def test_a_click_opens_a_title(open_page):
    page = open_page("/en/search/")
    type_into(page, "#search-page", "literacy")
    page.locator("[role=option][data-url$='/clusters/literacy/']").click()
    page.wait_for_url("**/clusters/literacy/")


def test_escape_closes_the_list_first_and_keeps_the_words(open_page):
    page = open_page("/en/search/")
    box = type_into(page, "#search-page", "literacy")
    page.keyboard.press("Escape")
    assert not page.locator("#search-page-suggestions").is_visible()
    assert box.get_attribute("aria-expanded") == "false"
    assert box.input_value() == "literacy"


def test_leaving_the_field_closes_the_list(open_page):
    page = open_page("/en/search/")
    type_into(page, "#search-page", "literacy")
    page.keyboard.press("Tab")
    assert not page.locator("#search-page-suggestions").is_visible()


def test_quick_typing_asks_once_and_not_for_every_letter(open_page):
    page = open_page("/en/search/")
    type_into(page, "#search-page", "literacy")
    assert len(asked(page)) < len("literacy") - 2
    assert asked(page)[-1].endswith("?q=literacy")


def test_nothing_is_asked_while_chinese_is_being_put_together(open_page):
    page = open_page("/zh-hans/search/")
    page.locator("#search-page").click()
    keyboard = page.context.new_cdp_session(page)
    for letters in ("x", "xu", "xue", "xuexi"):
        keyboard.send("Input.imeSetComposition", {"text": letters, "selectionStart": len(letters), "selectionEnd": 0})
        page.wait_for_timeout(200)
    assert asked(page) == []
    keyboard.send("Input.insertText", {"text": "学习"})
    page.locator("#search-page-suggestions [role=option]").first.wait_for()
    assert len(asked(page)) == 1
    assert "学习" in page.get_by_role("option").first.inner_text()


def test_in_arabic_the_list_lies_under_the_field_from_right_to_left(open_page):
    page = open_page("/ar/search/", width=320)
    type_into(page, "#search-page", "تعل")
    options = page.locator("#search-page-suggestions")
    assert options.evaluate("list => getComputedStyle(list).direction") == "rtl"
    assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") == 0


@pytest.mark.parametrize("colours", ["light", "dark"])
def test_the_open_list_is_accessible(open_page, colours):
    page = open_page("/en/search/?q=xyzzyplugh", color_scheme=colours)
    type_into(page, "#search-header", "learning")
    page.keyboard.press("ArrowDown")
    # Only the field and its list: the contrast of text under the list cannot be determined.
    assert findings(page, RULES, ".header__search") == []


def test_without_script_it_is_a_plain_search_field(open_page):
    page = open_page("/en/search/", java_script_enabled=False)
    box = page.locator("#search-page")
    assert box.get_attribute("role") is None
    box.fill("literacy")
    box.press("Enter")
    page.wait_for_url("**/search/?q=literacy*")
