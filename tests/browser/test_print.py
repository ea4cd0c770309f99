"""Printed pages: what is folded is open, nothing for the screen is left, and sheets end in good places."""

import re
from io import BytesIO

import pytest
from pypdf import PdfReader

from tests.browser.addresses import TEMPLATES

SOME = ("home", "practice", "open-call", "how-to-join", "meeting-with-programme", "city", "cities")
FEWEST_LINES = 3
# The address beside the language and the date; Arabic text comes back with spaces inside the address.
FOOT = re.compile("·.*http ?: ?//localhost|http ?: ?//localhost.*·")
# For the screen only, and captions without what they describe.
LEFT_OVER = """() => {
  const shown = (element) => element.checkVisibility({ visibilityProperty: true });
  const tools = [...document.querySelectorAll("nav.strip, .header, .footer, form, button, .filters, .pages")];
  const captions = [...document.querySelectorAll("figcaption")]
    .filter((caption) => ![...caption.parentElement.children].some((other) => other !== caption && shown(other)));
  return [...tools, ...captions].filter(shown).map((element) => element.outerHTML.slice(0, 100));
}"""
WITHOUT_ADDRESS = """() => [...document.querySelectorAll("main a[href^=http]")]
  .filter((link) => link.checkVisibility() && getComputedStyle(link, "::after").content === "none")
  .filter((link) => !link.textContent.includes(new URL(link.href).host.replace("www.", "")))
  .map((link) => link.outerHTML.slice(0, 100))"""
FOLDED = """() => [...document.querySelectorAll("main details:not([open])")].filter((fold) => fold.checkVisibility() &&
  fold.getBoundingClientRect().bottom - fold.querySelector("summary").getBoundingClientRect().bottom < 10
).map((fold) => fold.textContent.slice(0, 60))"""


def sheets(page) -> list[list[str]]:
    """The lines of each sheet, without its foot, which each has once."""
    reader = PdfReader(BytesIO(page.pdf(prefer_css_page_size=True)))
    lines = [[line.strip() for line in sheet.extract_text().splitlines() if line.strip()] for sheet in reader.pages]
    feet = [[line for line in sheet if FOOT.search(line)] for sheet in lines]
    assert [len(foot) for foot in feet] == [1] * len(lines)
    return [[line for line in sheet if line not in foot] for sheet, foot in zip(lines, feet, strict=True)]


def check(open_page, name: str, language: str) -> None:
    page = open_page(f"/{language}/{TEMPLATES[name]}")
    headings = {" ".join(text.split()) for text in page.locator("main :is(h1, h2, h3)").all_inner_texts()}
    page.emulate_media(media="print")
    assert page.evaluate(LEFT_OVER) == []
    assert page.evaluate(FOLDED) == []
    assert page.evaluate(WITHOUT_ADDRESS) == []
    *before, last = sheets(page)
    assert len(last) >= FEWEST_LINES or not before, last
    assert [sheet[-1] for sheet in before if sheet[-1] in headings] == []


@pytest.mark.parametrize("name", SOME)
def test_a_page_is_printed_whole_and_without_what_is_for_the_screen(open_page, name):
    check(open_page, name, "en")


@pytest.mark.sweep
@pytest.mark.parametrize("language", ["es", "ar", "ru", "zh-hans"])
@pytest.mark.parametrize("name", TEMPLATES)
def test_every_template_is_printed_so_in_other_languages(open_page, name, language):
    check(open_page, name, language)
