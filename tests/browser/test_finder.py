"""Filters that apply at once with JavaScript, and the same filters without it."""

import pytest
from playwright.sync_api import expect

PHONE = 360


def settled(page, words: str):
    """Wait until the results are those of an address that contains this text."""
    page.wait_for_url(f"**{words}**")
    expect(page.locator(".htmx-request, .htmx-swapping, .htmx-settling")).to_have_count(0)


def heading(page) -> str:
    return page.locator("[data-summary]").inner_text()


@pytest.fixture
def results(open_page):
    """A page of results with a mark that a reload would remove."""

    def opened(path="/en/search/?q=learning", **options):
        page = open_page(path, **options)
        page.evaluate("window.untouched = true")
        return page

    return opened


def still_there(page) -> bool:
    return page.evaluate("window.untouched === true")


def test_a_ticked_box_changes_results_counts_and_address_and_keeps_the_focus(results):
    page = results()
    before, calls = heading(page), page.locator("#type-call + * + .option__count").inner_text()
    page.locator("#cluster-literacy").focus()
    page.keyboard.press("Space")
    settled(page, "cluster=literacy")
    assert still_there(page)
    assert "q=learning" in page.url
    assert "from=" not in page.url, "what is empty is not asked for"
    assert heading(page) != before
    assert page.locator("#type-call + * + .option__count").inner_text() != calls
    assert page.locator(".chip").count() == 1
    assert page.evaluate("document.activeElement.id") == "cluster-literacy"
    assert page.locator("#cluster-literacy").is_checked()
    assert page.complaints == []


def test_how_many_there_are_is_said_once_and_only_after_something_changed(results):
    page = results()
    said = page.locator("[data-found]")
    assert said.inner_text() == ""
    page.locator("#cluster-literacy").check()
    settled(page, "cluster=literacy")
    assert said.inner_text() == heading(page)
    assert page.locator("[role=status]").filter(has_text=heading(page)).count() == 1


def test_going_back_takes_the_filter_back(results):
    page = results()
    before = heading(page)
    page.locator("#cluster-literacy").check()
    settled(page, "cluster=literacy")
    page.go_back()
    expect(page.locator("[data-summary]")).to_have_text(before)
    assert "cluster" not in page.url
    assert not page.locator("#cluster-literacy").is_checked()


def test_a_dropped_filter_leads_to_the_heading(results):
    page = results("/en/search/?q=learning&cluster=literacy")
    page.locator(".chip").click()
    page.wait_for_url(lambda address: "cluster" not in address)
    expect(page.locator("[data-summary]")).to_be_focused()
    assert still_there(page)
    assert not page.locator("#cluster-literacy").is_checked()


def test_facets_that_a_reader_opened_stay_open(results):
    page = results()
    page.locator("#facet-region > summary").click()
    page.locator("#facet-type > summary").click()
    page.locator("#cluster-literacy").check()
    settled(page, "cluster=literacy")
    assert page.locator("#facet-region").evaluate("facet => facet.open")
    assert not page.locator("#facet-type").evaluate("facet => facet.open")


def test_new_words_and_other_languages_keep_what_was_ticked(results):
    page = results("/en/search/?q=learning&page=2")
    page.locator("#cluster-literacy").check()
    settled(page, "cluster=literacy")
    french = page.locator(".strip a[hreflang=fr]").get_attribute("href")
    assert "cluster=literacy" in french
    assert "page=" not in french
    page.locator("#search-page").fill("school")
    page.locator("#search-page").press("Enter")
    page.wait_for_url("**q=school**")
    assert "cluster=literacy" in page.url


def test_two_quick_ticks_count_both(results):
    page = results()
    page.locator("#cluster-literacy").check()
    page.locator("#type-practice").check()
    settled(page, "type=practice")
    assert "cluster=literacy" in page.url
    assert page.locator(".chip").count() == 2


def test_years_are_asked_for_when_the_reader_says_so(results):
    page = results("/en/practices/")
    page.locator("#facet-period > summary").click()
    page.locator("#year-from").fill("2015")
    page.locator("#year-to").focus()
    page.wait_for_timeout(300)
    assert "from" not in page.url
    page.locator("#year-to").press("Enter")
    page.wait_for_url("**from=2015**")
    assert "since 2015" in page.locator(".chip").inner_text()


def test_on_a_phone_the_panel_stays_open_until_the_reader_shows_the_results(results):
    page = results(width=PHONE)
    page.locator(".filter-bar:not(.filter-bar--close)").click()
    page.locator("#cluster-literacy").check()
    settled(page, "cluster=literacy")
    assert page.locator(".filters__panel").is_visible()
    page.get_by_role("button", name="Show results").click()
    page.wait_for_url("**#results")
    assert not page.locator(".filters__panel").is_visible()
    assert page.locator("[data-summary]").evaluate("heading => heading.getBoundingClientRect().top") < 300


def test_where_nothing_was_found_there_is_nothing_to_filter(open_page):
    for width in (PHONE, 1280):
        page = open_page("/en/search/?q=zzzzqq", width=width)
        assert not [link for link in page.locator(".filters :is(a, button)").all() if link.is_visible()], width


def test_without_script_a_button_shows_the_results(open_page):
    page = open_page("/en/search/?q=learning", java_script_enabled=False)
    before = heading(page)
    page.locator("#cluster-literacy").check()
    assert heading(page) == before
    page.get_by_role("button", name="Show results").click()
    page.wait_for_url("**cluster=literacy**")
    assert heading(page) != before
