"""What happens to every request: policies against foreign scripts, broken addresses, the admin's searches."""

import pytest
from django.test import Client, RequestFactory

from core.middleware import AdminSearchMiddleware, is_storable


def test_public_pages_allow_nothing_inline_and_nothing_of_others():
    policy = Client().get("/healthz")["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert "default-src 'none'" in policy
    assert "script-src 'self'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "http" not in policy


@pytest.mark.django_db
def test_the_admin_allows_what_is_inline_in_it_but_nothing_of_others():
    policy = Client().get("/admin/login/")["Content-Security-Policy"]
    assert "script-src 'self' 'unsafe-inline'" in policy
    assert "object-src 'none'" in policy
    assert "http" not in policy


@pytest.mark.django_db
def test_an_address_that_only_begins_like_the_admin_has_the_strict_policy():
    assert "unsafe" not in Client().get("/administration/")["Content-Security-Policy"]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/documents/1/a%00b.pdf", 400),
        (f"/documents/{'9' * 5_000}/a.pdf", 400),
        (f"/documents/1/{'a' * 3_000}.pdf", 400),
        ("/documents/1/a.pdf", 404),
        # What is no text at all arrives as it was sent, and is the address of nothing.
        ("/documents/1/%ED%A0%80.pdf", 404),
        ("/documents/1/%FF.pdf", 404),
    ],
)
def test_an_address_that_no_column_can_hold_is_a_bad_request(path, status):
    answer = Client(headers={"Accept-Language": "fr"}).get(path)
    assert answer.status_code == status
    assert '<html lang="fr"' in answer.content.decode()
    assert ("Cette demande" in answer.content.decode()) == (status == 400)


@pytest.mark.parametrize(("text", "storable"), [("学习 ٣ \U0001f600", True), ("a\0", False), ("\ud800", False)])
def test_a_database_can_hold_all_text_but_nul_and_halves_of_letters(text, storable):
    assert is_storable(text) == storable


@pytest.mark.parametrize(
    ("typed", "searched"),
    [
        ("learning city", "learning city"),
        ('"learning city"', "learning city"),
        ('a"b\0c', "a b c"),
        ("  学习  ", "学习"),
        ('"', ""),
        ("word " * 1_000, " ".join(["word"] * 30)),
        ("a" * 40_000, "a" * 200),
    ],
)
def test_a_search_in_the_admin_keeps_only_what_databases_can_search(typed, searched):
    request = RequestFactory().get("/admin/images/", {"q": typed, "p": '"2"'})
    AdminSearchMiddleware(lambda request: None)(request)
    assert request.GET["q"] == searched
    assert request.GET["p"] == '"2"'


def test_searches_of_the_public_are_left_to_the_portals_own_search():
    request = RequestFactory().get("/en/search/", {"q": '"learning city"'})
    AdminSearchMiddleware(lambda request: None)(request)
    assert request.GET["q"] == '"learning city"'
