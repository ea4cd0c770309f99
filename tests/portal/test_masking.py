"""Secrets stand in no log: the token of a mailed link, the query of an address, an e-mail address."""

import logging
import re

import pytest
from django.test import Client
from django.urls import URLResolver, get_resolver

from portal.logs.masking import MaskingFormatter, masked
from tests import factories

TOKEN = "Zm9vYmFyLXRva2VuLW9mLTQzLXNpZ25zLWZvci10ZXN0"
PARAMETER = re.compile(r"(?:\(\?P)?<(?:(\w+):)?(\w+)>(?:[^()]*\))?")
# What the parameters of addresses hold, besides numbers and slugs; whoever knows one may do no more than anybody else.
HARMLESS = {
    "action": "the name of an action of the admin",
    "action_name": "the name of an action of the admin",
    "app_label": "of a model",
    "city": "code of a city",
    "code": "of a thing with a lasting address",
    "dataset": "name of a file of the open data",
    "document_filename": "documents are served to those who may see them",
    "ending": "of a file name",
    "file": "files of the desk are shown to their city",
    "file_format": "of a file of the open data",
    "filter_spec": "size of a picture",
    "key": "of a practice at the desk, or of an import: shown to those who may edit it",
    "language": "its code",
    "mode": "of a preview",
    "model_name": "of a model",
    "name": "withheld pictures are shown to those who may see them; files of the open data are public",
    "object_id": "primary key",
    "path": "public pictures",
    "pk": "primary key",
    "revision_id_a": "primary key",
    "revision_id_b": "primary key",
    "size": "of a cover",
    "spec": "size of a picture",
}


def routes(resolver=None, before: str = "/"):
    """The routes of all addresses, with their parameters."""
    for pattern in (resolver or get_resolver()).url_patterns:
        route = before + str(pattern.pattern).lstrip("^").rstrip("$")
        if isinstance(pattern, URLResolver):
            yield from routes(pattern, route)
        else:
            yield route


def test_every_address_with_a_secret_is_masked_and_no_other():
    secret = set()
    for route in routes():
        names = {name for kind, name in PARAMETER.findall(route) if kind not in {"int", "slug", "section"}}
        line = f"GET {PARAMETER.sub(TOKEN, route)} 200"
        if names <= HARMLESS.keys():
            assert masked(line) == line
        else:
            secret.add(route)
            assert TOKEN not in masked(line), f"{route}: mask it, or say in HARMLESS why it is no secret"
    assert len(secret) == 4


PLACES = ["/fr/desk/sign-in/link/", "/admin/invitation/"]


@pytest.mark.django_db
@pytest.mark.parametrize("place", PLACES)
def test_no_answer_writes_the_token_into_a_log(place, caplog):
    """403, 404, 405, 410 and 400, each of which is logged with the path."""
    factories.tree("fr")
    browser = Client(enforce_csrf_checks=True)
    place = f"{place}{TOKEN}/"
    # As the console prints it. pytest's own handler sees the records before they are masked.
    caplog.handler.setFormatter(MaskingFormatter("%(message)s"))
    with caplog.at_level(logging.DEBUG):
        answers = {
            browser.get(place).status_code,
            browser.get(f"{place}glued/on").status_code,
            browser.get(f"{place}%00/").status_code,
            browser.get(place.rstrip("/") + "%00/").status_code,
            browser.post(place, {"token": TOKEN}).status_code,
            browser.get("/en/desk/", headers={"Referer": f"https://testserver{place}"}).status_code,
        }
    assert ({400, 410} if place.startswith("/admin/") else {400, 404, 410}) <= answers
    assert len(caplog.records) >= 4
    assert TOKEN not in caplog.text
    assert "…" in caplog.text


@pytest.mark.parametrize(
    ("said", "logged"),
    [
        ("GET /en/desk/sign-in/?next=/en/desk/cities/cork/ 200", "GET /en/desk/sign-in/?… 200"),
        (
            "Referer https://cities.example.org/en/search/?q=a+name does not match",
            "Referer https://cities.example.org/en/search/?… does not match",
        ),
        ("Key (email)=(lena.o'hara+1@mail.example.org) exists", "Key (email)=(…) exists"),
        ("Is it so? Yes.", "Is it so? Yes."),
        (f"/EN/Desk/Sign-in/Link/{TOKEN}", "/EN/Desk/Sign-in/Link/…"),
    ],
)
def test_queries_and_e_mail_addresses_are_masked(said, logged):
    assert masked(said) == logged


def test_tracebacks_are_masked_too():
    try:
        raise ValueError(f"/en/desk/sign-in/link/{TOKEN}/")
    except ValueError as error:
        record = logging.LogRecord("name", logging.ERROR, "", 1, "Failed", None, (type(error), error, None))
    assert TOKEN not in MaskingFormatter("%(message)s").format(record)
