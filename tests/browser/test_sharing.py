"""What programs read that show a link as a card: absolute addresses of the page and of a picture."""

import re
import urllib.error
import urllib.request

import pytest

from tests.browser.addresses import FILES, RENDERED, TEMPLATES, page_templates

# Pages that nobody shares; they tell the address of the home page.
UNSHARED = {"missing", "report-a-mistake", "report-sent"}
META = re.compile(r'<meta property="(og:[a-z:]+)" content="([^"]*)">')


def read(address: str) -> tuple[str, bytes]:
    """The type and the body of what is at an address, also of an error page."""
    try:
        with urllib.request.urlopen(address, timeout=30) as answer:
            return answer.headers.get_content_type(), answer.read()
    except urllib.error.HTTPError as error:
        return error.headers.get_content_type(), error.read()


def card(page: str) -> dict[str, str]:
    found = [(name, content) for name, content in META.findall(page) if name != "og:locale:alternate"]
    assert len(found) == len(dict(found)), "a property of the card stands twice"
    return dict(found)


def test_every_template_of_a_page_has_an_address_or_is_rendered_here():
    assert {*FILES, *RENDERED} == page_templates()
    assert {name for names in FILES.values() for name in names} == set(TEMPLATES)


def test_every_page_has_absolute_addresses_for_those_who_share_it(portal):
    pictures = set()
    for name, path in TEMPLATES.items():
        address = f"{portal}/en/{path}"
        shown = card(read(address)[1].decode())
        assert all(shown[f"og:{part}"] for part in ("title", "description", "locale", "image:alt")), name
        own = f"{portal}/en/" if name in UNSHARED else address.partition("?")[0]
        assert shown["og:url"] == own, name
        assert shown["og:image"].startswith(f"{portal}/"), name
        pictures.add(shown["og:image"])
    assert len(pictures) > 5
    for picture in pictures:
        kind, body = read(picture)
        assert kind == "image/png", picture
        assert (int.from_bytes(body[16:20]), int.from_bytes(body[20:24])) == (1200, 630), picture


@pytest.mark.parametrize("template", RENDERED)
def test_a_page_without_a_request_has_them_too(template):
    shown = card(RENDERED[template]("ru"))
    assert re.match(r"https?://[^/]+/ru/$", shown["og:url"])
    assert re.match(r"https?://[^/]+/covers/network/share$", shown["og:image"])
