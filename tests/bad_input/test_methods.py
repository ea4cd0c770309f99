"""Nothing is written by an anonymous request to a public address, whatever its method."""

from itertools import cycle

import pytest
from django.test import Client
from wagtail.models import Page

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("network")]

ADDRESSES = [
    "/",
    "/ar/",
    "/fr/search/?q=market",
    "/en/practices/",
    "/en/practices/market/",
    "/zh-hans/cities/",
    "/en/cities/dk-sonderborg/",
    "/en/events/",
    "/es/events/past/",
    "/en/events/webinar/",
    "/en/calls/award/",
    "/ru/no-such-page/",
    "/calls/award.json",
    "/calls/award.ics",
    "/pt/events/calendar.ics",
    "/pt/calls/calendar.ics",
    "/en/search/feed.atom",
    "/covers/call/award/thumb",
    "/documents/1/file.pdf",
    "/sitemap.xml",
    "/robots.txt",
    "/brand.css",
    "/healthz",
]
REFUSED = {302, 403, 404, 405}
# Each with its type: a form, half a form with a file, a form in parts that says not where they end,
# JSON without an end, and what nobody knows.
BODIES = [
    (b"title=x&title=y&%00=%ED%A0%80", "application/x-www-form-urlencoded"),
    (
        b'--b\r\nContent-Disposition: form-data; name="file"; filename="\x00../x"\r\n\r\n\xff',
        "multipart/form-data; boundary=b",
    ),
    (b"--", "multipart/form-data"),
    (b'{"a": [' * 2_000, "application/json"),
    (b"\xff\x00", "\xff/x; charset=no-such"),
]


def _pages() -> list[tuple]:
    return list(Page.objects.order_by("path").values_list("path", "title", "live", "latest_revision"))


def test_a_public_address_takes_nothing(reader):
    before = _pages()
    # As browsers meet it: without the token that the portal's own forms carry.
    reader.client = Client(enforce_csrf_checks=True, raise_request_exception=False)
    bodies = cycle(BODIES)
    for method in ("POST", "PUT", "PATCH", "DELETE"):
        for address in ADDRESSES:
            body, content_type = next(bodies)
            reader.send(address, method=method, fine=REFUSED, data=body, content_type=content_type)
    assert reader.complaints == []
    assert _pages() == before


def test_who_has_a_token_of_a_form_can_send_nothing_to_a_page_either(reader):
    for address in ("/ar/", "/en/practices/", "/en/events/", "/en/cities/", "/en/calls/award/", "/en/search/"):
        for body, content_type in BODIES:
            reader.send(address, method="POST", fine={405}, data=body, content_type=content_type)
    assert reader.complaints == []


def test_a_form_without_its_token_is_refused_in_the_readers_language():
    answer = Client(enforce_csrf_checks=True).post("/fr/practices/", {"title": "x"})
    assert answer.status_code == 403
    assert "Vous ne pouvez pas" in answer.content.decode()


def test_methods_that_only_ask_are_answered(reader):
    for method in ("HEAD", "OPTIONS", "TRACE", "PROPFIND", "\u00e9"):
        for address in ADDRESSES:
            reader.send(address, method=method, fine={200, 301, 302, 403, 404, 405})
    assert reader.complaints == []
