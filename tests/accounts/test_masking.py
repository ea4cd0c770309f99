"""Tokens of e-mailed links stand in no log."""

import importlib
import logging

import pytest
from django.conf import settings
from django.test import Client

from accounts.masking import MaskingFormatter, MaskTokens
from accounts.urls import desk_urlpatterns, staff_urlpatterns
from tests import factories

TOKEN = "Zm9vYmFyLXRva2VuLW9mLTQzLXNpZ25zLWZvci10ZXN0"
PLACES = [
    prefix + str(pattern.pattern).replace("<str:token>", TOKEN)
    for prefix, patterns in (("/fr/desk/", desk_urlpatterns), ("/admin/", staff_urlpatterns))
    for pattern in patterns
    if "token" in str(pattern.pattern)
]


@pytest.mark.django_db
@pytest.mark.parametrize("place", PLACES)
def test_no_answer_writes_the_token_into_a_log(place, caplog):
    """403, 404, 405, 410 and 400, each of which Django logs with the path."""
    factories.tree("fr")
    browser = Client(enforce_csrf_checks=True)
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


def test_both_places_with_a_token_are_known():
    assert len(PLACES) == 2


def test_tracebacks_and_access_logs_are_masked_too():
    try:
        raise ValueError(f"/en/desk/sign-in/link/{TOKEN}/")
    except ValueError as error:
        record = logging.LogRecord("name", logging.ERROR, "", 1, "Failed", None, (type(error), error, None))
    assert TOKEN not in MaskingFormatter("%(message)s").format(record)
    assert settings.LOGGING["formatters"]["line"]["()"] == "accounts.masking.MaskingFormatter"
    importlib.import_module("portal.gunicorn")
    filters = logging.getLogger("gunicorn.access").filters
    assert any(isinstance(found, MaskTokens) for found in filters)
    access = logging.LogRecord(
        "gunicorn.access",
        logging.INFO,
        "",
        1,
        '"%(r)s" %(f)s',
        ({"r": f"GET {PLACES[0]} HTTP/1.1", "f": PLACES[1]},),
        None,
    )
    assert all(found.filter(access) for found in filters)
    assert access.getMessage().count("…") == 2
    assert TOKEN not in access.getMessage()
