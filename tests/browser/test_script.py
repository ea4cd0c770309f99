"""What JavaScript adds, and that nothing is missing without it."""

import re

from django.conf import settings

PHONE = 360
CALL = "/en/calls/membership-example/"


def _menus_that_are_open(page) -> int:
    return page.locator("details[data-menu][open]").count()


def test_escape_closes_a_menu_and_gives_the_focus_back(open_page):
    page = open_page("/en/", width=PHONE)
    page.get_by_text("Menu", exact=True).click()
    assert page.get_by_role("navigation", name="Menu").get_by_role("link", name="Cities").is_visible()
    page.keyboard.press("Escape")
    assert _menus_that_are_open(page) == 0
    assert page.evaluate("document.activeElement.innerText").strip() == "Menu"


def test_a_click_elsewhere_closes_a_menu(open_page):
    page = open_page("/en/", width=PHONE)
    page.get_by_text("Menu", exact=True).click()
    page.mouse.click(PHONE / 2, 880)
    assert _menus_that_are_open(page) == 0


def test_opening_one_menu_closes_the_other(open_page):
    page = open_page("/en/", width=PHONE)
    page.get_by_text("Menu", exact=True).click()
    page.locator("details[data-menu] > summary").first.click()
    assert _menus_that_are_open(page) == 1


def test_menus_open_without_script(open_page):
    page = open_page("/ar/", width=PHONE, java_script_enabled=False)
    page.locator("details[data-menu] > summary").last.click()
    assert page.locator("details[data-menu][open] a").first.is_visible()


def test_readers_see_deadlines_in_their_own_time_too(open_page):
    page = open_page(CALL, timezone_id="America/Bogota")
    clock = page.locator(".clock--city")
    assert "Your time (UTC−5)" in clock.inner_text()
    assert "UTC\n" in clock.inner_text()


def test_their_own_time_has_western_digits_in_arabic(open_page):
    page = open_page("/ar/calls/membership-example/", timezone_id="Asia/Riyadh")
    own = page.locator(".clock--city [data-your-time] dd").inner_text()
    assert re.search(r"\d\d:\d\d", own, re.ASCII)
    assert not re.search("[٠-٩]", own)


def test_without_script_the_server_offers_the_zones(open_page):
    page = open_page(CALL, java_script_enabled=False)
    assert "Your time" not in page.locator(".clock--city").inner_text()
    assert page.get_by_label("Show these times in").is_visible()


def test_the_choice_of_dark_colours_stays(open_page):
    page = open_page("/en/", color_scheme="light")
    ground = "getComputedStyle(document.documentElement).backgroundColor"
    light = page.evaluate(ground)
    page.get_by_label("Dark").check()
    dark = page.evaluate(ground)
    assert dark != light
    page.reload()
    assert page.evaluate(ground) == dark
    page.get_by_label("Same as the device").check()
    assert page.evaluate(ground) == light


def test_without_script_there_is_no_choice_of_colours(open_page):
    page = open_page("/en/", java_script_enabled=False)
    assert not page.get_by_label("Same as the device").is_visible()


def test_the_link_of_a_page_is_copied_and_given_to_the_share_sheet(open_page):
    page = open_page(CALL, permissions=["clipboard-read", "clipboard-write"])
    known, allowed = (
        set(page.evaluate(f"document.featurePolicy.{name}()")) for name in ("features", "allowedFeatures")
    )
    denied = {feature.partition("=")[0] for feature in settings.PERMISSIONS_POLICY.split(", ")}
    # It warns on every page of a name that it does not know.
    assert denied <= known
    assert not denied & allowed
    assert "web-share" in allowed or "web-share" not in known
    # Chromium has a share sheet on some systems only.
    page.add_init_script("navigator.share = async (given) => { window.given = given; }")
    page.reload()
    page.get_by_text("Share", exact=True).click()
    page.get_by_role("button", name="Share with another app").click()
    given = page.evaluate("given")
    assert given["url"] == page.url
    assert given["title"] in page.title()
    page.get_by_role("button", name="Copy the link").click()
    page.get_by_role("button", name="Copied").wait_for()
    assert page.evaluate("navigator.clipboard.readText()") == page.url
    assert page.complaints == []


def test_a_chinese_line_begins_with_no_suffix_and_does_not_end_in_a_prefix(open_page):
    marked = open_page("/zh-hans/privacy/").evaluate(
        """async () => {
          const text = document.createElement("p");
          text.textContent = "国际学习型城市大会，从市级老年大学到第一份订单";
          document.querySelector("main").append(text);
          await new Promise((done) => requestAnimationFrame(done));
          return [...text.childNodes].map((node) => node.data ?? "|").join("");
        }"""
    )
    assert marked.count("|") > 5
    assert not [end for end in ("|型", "|级", "第|", "|，") if end in marked], marked
    assert "学习型|" in marked
