"""Read a page as a visitor does: its text, and the elements with a class."""

import re

from django.test import Client
from lxml import html


def fetch(address: str, status: int = 200):
    """Return the page at `address`; fail if the status is another."""
    response = Client().get(address)
    assert response.status_code == status, (address, response.status_code)
    return html.fromstring(response.content.decode())


def read(response):
    """Return the page of a response of Django's test client, whatever its status."""
    return html.fromstring(response.content.decode())


def words(element) -> str:
    """Return the text of an element with single spaces, also where only the style sheet separates words."""
    return re.sub(r" ([.,;:?!])", r"\1", " ".join(" ".join(element.itertext()).split()))


def main(page) -> str:
    """Return the text of the page without header and footer."""
    return words(page.get_element_by_id("main"))


def by_class(element, name: str) -> list:
    """Return the elements with a class. Of a page only the main part is searched."""
    inside = "//main" if element.tag == "html" else "."
    return element.xpath(f"{inside}//*[contains(concat(' ', normalize-space(@class), ' '), ' {name} ')]")


def sections(page) -> dict[str, str]:
    """Return the text of the page's sections, by the text of their headings."""
    return {words(section.find(".//h2")): words(section) for section in page.xpath("//main//section[.//h2]")}


def links(element) -> list[str]:
    """Return the addresses of the links in the main part of a page, or in an element."""
    return element.xpath("//main//a/@href" if element.tag == "html" else ".//a/@href")
