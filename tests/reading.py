"""Reading a page as somebody who opens it: its words, and the parts that have a class."""

import re

from django.test import Client
from lxml import html


def fetch(address: str, status: int = 200):
    """The page at `address`; fails when the answer has another status."""
    response = Client().get(address)
    assert response.status_code == status, (address, response.status_code)
    return html.fromstring(response.content.decode())


def words(element) -> str:
    """The words of an element, with single spaces, also where only the style sheet parts them."""
    return re.sub(r" ([.,;:?!])", r"\1", " ".join(" ".join(element.itertext()).split()))


def main(page) -> str:
    """The words of the page without its head and foot."""
    return words(page.get_element_by_id("main"))


def by_class(element, name: str) -> list:
    """The elements with a class, in the main part where `element` is a page."""
    inside = "//main" if element.tag == "html" else "."
    return element.xpath(f"{inside}//*[contains(concat(' ', normalize-space(@class), ' '), ' {name} ')]")


def sections(page) -> dict[str, str]:
    """The words of the page's sections by those of their headings."""
    return {words(section.find(".//h2")): words(section) for section in page.xpath("//main//section[.//h2]")}


def links(element) -> list[str]:
    """The addresses that the main part of a page, or an element, leads to."""
    return element.xpath("//main//a/@href" if element.tag == "html" else ".//a/@href")
