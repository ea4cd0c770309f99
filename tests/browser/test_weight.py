"""The size of pages, for slow connections; and that they load nothing from other hosts."""

import gzip
import urllib.error
import urllib.request

import pytest

from tests.browser.addresses import TEMPLATES

TEXT_CEILING = 100_000
SCRIPT_CEILING = 25_000


def _weight(address: str) -> int:
    """Return the transferred bytes, compressed if the server compresses."""
    request = urllib.request.Request(address, headers={"Accept-Encoding": "gzip"})
    try:
        with urllib.request.urlopen(request, timeout=20) as answer:
            body = answer.read()
            if answer.headers.get("Content-Encoding") == "gzip":
                return len(body)
            text = answer.headers.get_content_type().startswith(("text/", "image/svg", "application/javascript"))
            return len(gzip.compress(body)) if text else len(body)
    except urllib.error.HTTPError as error:
        return len(gzip.compress(error.read()))


@pytest.mark.parametrize("template", TEMPLATES)
def test_a_page_is_light_and_asks_nobody_else(open_page, portal, template):
    page = open_page(f"/ru/{TEMPLATES[template]}", width=360)
    requests = list(dict.fromkeys(page.requests))
    assert all(address.startswith(portal) for address in requests), requests
    pictures = [address for address in requests if "/covers/" in address or "/media/" in address]
    scripts = [address for address in requests if address.endswith(".js")]
    text = [address for address in requests if address not in pictures]
    assert sum(map(_weight, text)) <= TEXT_CEILING
    assert sum(map(_weight, scripts)) <= SCRIPT_CEILING
    assert len(requests) <= 25
    assert page.context.cookies() == []
