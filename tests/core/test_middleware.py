"""Middleware: content security policies, invalid paths, searches in the admin."""

import pytest
from django.test import Client, RequestFactory
from django.urls import reverse
from wagtail_localize.models import Translation

from core.middleware import AdminSearchMiddleware, is_storable
from tests import factories


def test_public_pages_allow_no_inline_code_and_no_other_origin():
    policy = Client().get("/healthz")["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert "default-src 'none'" in policy
    assert "script-src 'self'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "http" not in policy


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/healthz", "/admin/login/", "/en/missing/", "/static/missing.css", "/en/%00/"])
def test_every_answer_denies_what_the_portal_does_not_use_and_allows_sharing(address):
    policy = Client().get(address)["Permissions-Policy"].split(", ")
    assert {"geolocation=()", "camera=()", "microphone=()", "payment=()"} <= set(policy)
    assert [feature for feature in policy if not feature.endswith("=()") or feature.startswith("web-share")] == []


@pytest.mark.django_db
def test_the_admin_allows_inline_code_but_no_other_origin():
    policy = Client().get("/admin/login/")["Content-Security-Policy"]
    assert "script-src 'self' 'unsafe-inline'" in policy
    assert "object-src 'none'" in policy
    assert "http" not in policy


@pytest.mark.django_db
def test_only_previews_can_be_framed_and_only_by_the_admin(sign_in):
    factories.tree("fr")
    page = factories.standard_page(title="Annual report", slug="report")
    french = factories.translated(page, "fr", {"title": "Annual report"}, publish=False)
    revision = page.save_revision()
    editor = sign_in(factories.user(is_superuser=True, is_staff=True))
    previews = [
        reverse("wagtailadmin_pages:preview_on_edit", args=[page.pk]),
        reverse("wagtailadmin_pages:view_draft", args=[page.pk]),
        reverse("wagtailadmin_pages:revisions_view", args=[page.pk, revision.pk]),
        reverse("wagtailadmin_pages:view_draft", args=[french.pk]),
        reverse("wagtail_localize:preview_translation", args=[Translation.objects.get().pk]),
    ]
    assert editor.post(previews[0], {"title": page.title, "slug": page.slug, "body-count": "0"}).json()["is_valid"]
    for address in [*previews, f"{previews[0]}?in_preview_panel=true"]:
        answer = editor.get(address)
        assert "Annual report</h1>" in answer.content.decode()
        assert "frame-ancestors 'self'" in answer["Content-Security-Policy"], address
    for browser in (editor, Client()):
        for address in ("/en/report/", "/en/report/?in_preview_panel=true", "/en/report/?is_dummy=1", "/en/missing/"):
            answer = browser.get(address, headers={"is-dummy": "1"})
            assert "frame-ancestors 'none'" in answer["Content-Security-Policy"], address
            assert "unsafe" not in answer["Content-Security-Policy"], address
            assert answer["X-Frame-Options"] == "DENY", address


@pytest.mark.django_db
def test_the_bar_for_staff_costs_readers_nothing(sign_in):
    factories.tree()
    factories.standard_page(slug="report")
    anonymous = Client().get("/en/report/")
    assert "wagtail-userbar" not in anonymous.content.decode()
    assert "Cookie" not in anonymous.get("Vary", "")
    editor = sign_in(factories.user(group="Editors")).get("/en/report/")
    assert "<wagtail-userbar>" in editor.content.decode()
    assert "Cookie" in editor["Vary"]


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
        # A path that is no valid text is not decoded, and no page has it.
        ("/documents/1/%ED%A0%80.pdf", 404),
        ("/documents/1/%FF.pdf", 404),
    ],
)
def test_a_path_that_the_database_cannot_store_is_a_bad_request(path, status):
    factories.tree("fr")
    answer = Client(headers={"Accept-Language": "fr"}).get(path)
    assert answer.status_code == status
    assert '<html lang="fr"' in answer.content.decode()
    assert ("Cette demande" in answer.content.decode()) == (status == 400)


@pytest.mark.parametrize(("text", "storable"), [("学习 ٣ \U0001f600", True), ("a\0", False), ("\ud800", False)])
def test_the_database_can_store_all_text_but_nul_and_lone_surrogates(text, storable):
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
def test_a_search_in_the_admin_keeps_only_searchable_text(typed, searched):
    request = RequestFactory().get("/admin/images/", {"q": typed, "p": '"2"'})
    AdminSearchMiddleware(lambda request: None)(request)
    assert request.GET["q"] == searched
    assert request.GET["p"] == '"2"'


def test_public_searches_are_not_changed():
    request = RequestFactory().get("/en/search/", {"q": '"learning city"'})
    AdminSearchMiddleware(lambda request: None)(request)
    assert request.GET["q"] == '"learning city"'
