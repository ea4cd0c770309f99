"""Each published advisory of Wagtail since 2021, tried here by somebody who should not succeed.

`NOT_HERE` names those that cannot apply, with the reason and what would end it. When Wagtail publishes a new one,
`FIXED_IN` gets a line, and then a test here or a line in `NOT_HERE`.
"""

import importlib.metadata
import json
import logging
import re
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.contrib.auth.models import Group, Permission
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db.models import Model
from django.test import Client
from django.urls import reverse
from packaging.version import Version
from wagtail.admin.panels import FieldPanel, get_edit_handler
from wagtail.admin.viewsets import viewsets
from wagtail.admin.viewsets.model import ModelViewSet
from wagtail.models import (
    Collection,
    CollectionViewRestriction,
    Comment,
    GroupCollectionPermission,
    GroupPagePermission,
    Page,
)

from core.media.models import PortalDocument, PortalImage
from home.models import HomePage, NetworkSettings, StandardPage
from tests import admin_forms, factories
from tests.bad_input.test_markup import rich_text
from tests.permissions.routes import routes, views

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]

# A word of no language.
MARK = "zyxcanary"

# The advisory and the version of Wagtail that fixes it for its newest release series.
FIXED_IN = {
    "CVE-2021-29434": "2.12.4",
    "CVE-2021-32681": "2.13.2",
    "CVE-2022-21683": "2.15.2",
    "CVE-2023-28836": "4.2.2",
    "CVE-2023-28837": "4.2.2",
    "CVE-2023-45809": "5.1.3",
    "CVE-2024-32882": "6.0.3",
    "CVE-2024-35228": "6.1.2",
    "CVE-2024-39317": "6.1.3",
    "CVE-2026-25517": "7.2.2",
    "CVE-2026-28222": "7.3.1",
    "CVE-2026-28223": "7.3.1",
    "CVE-2026-44197": "7.4",
    "CVE-2026-44198": "7.4",
    "CVE-2026-44199": "7.4",
    "CVE-2026-44200": "7.4",
    "CVE-2026-44201": "7.4",
    "CVE-2026-54259": "7.4.2",
    "CVE-2026-54260": "7.4.2",
    "CVE-2026-54261": "7.4.2",
    "CVE-2026-54262": "7.4.2",
    "CVE-2026-54263": "7.4.2",
    "GHSA-3vrh-m9w7-v94f": "8.0",
    "GHSA-92hv-j533-69wc": "8.0",
    "GHSA-c2xx-cjmh-9q8f": "8.0",
    "GHSA-jm5p-837g-rv8g": "8.0",
    "GHSA-x5cx-w6p2-mxf2": "8.0",
}


def no_app(*names: str) -> Callable[[], bool]:
    return lambda: not {config.name for config in apps.get_app_configs()} & set(names)


def no_public_api() -> bool:
    """No address outside the admin is answered by the views of wagtail.api; the API of the open data is our own."""
    classes = {route: getattr(view, "cls", None) for route, view in views().items() if not route.startswith("admin/")}
    bases = [base for found in classes.values() if found for base in found.__mro__]
    return not [base for base in bases if base.__module__.startswith("wagtail.api")]


def no_field_with_its_own_permission() -> bool:
    """No panel of a settings model or of a ModelViewSet asks for a permission of its own."""
    viewsets.populate()
    own = [viewset for viewset in viewsets.viewsets if isinstance(viewset, ModelViewSet) and _is_ours(viewset.model)]
    panels: list = [get_edit_handler(NetworkSettings), *(viewset.get_edit_handler() for viewset in own)]
    if len(own) < 2:
        return False  # the registry of Wagtail is elsewhere now
    while panels:
        panel = panels.pop()
        panels += getattr(panel, "children", [])
        if isinstance(panel, FieldPanel) and getattr(panel, "permission", None):
            return False
    return True


def _is_ours(model: type[Model]) -> bool:
    return (Path(settings.BASE_DIR) / model._meta.app_label).is_dir()


def no_table_block() -> bool:
    from wagtail.contrib.table_block.blocks import TableBlock
    from wagtail.fields import StreamField

    blocks = [
        block
        for model in apps.get_models()
        for field in model._meta.local_fields
        if isinstance(field, StreamField)
        for block in field.stream_block.child_blocks.values()
    ]
    return blocks != [] and not any(isinstance(block, TableBlock) for block in blocks)


# Advisory → why it cannot apply, and what shows that this is still so.
NOT_HERE: dict[str, tuple[str, Callable[[], bool]]] = {
    "CVE-2023-28836": (
        "ModelAdmin is no part of Wagtail any more.",
        no_app("wagtail.contrib.modeladmin", "wagtail_modeladmin"),
    ),
    "CVE-2024-32882": ("No panel has a permission of its own.", no_field_with_its_own_permission),
    "CVE-2026-28222": ("No page has a TableBlock.", no_table_block),
    "CVE-2026-28223": ("Translations are made by wagtail-localize.", no_app("wagtail.contrib.simple_translation")),
    "CVE-2026-44199": ("There are no form pages.", no_app("wagtail.contrib.forms")),
    "CVE-2026-44201": ("There is no public API of Wagtail.", no_public_api),
    "CVE-2026-54262": ("Translations are made by wagtail-localize.", no_app("wagtail.contrib.simple_translation")),
    "GHSA-c2xx-cjmh-9q8f": ("There is no public API of Wagtail.", no_public_api),
}


@pytest.mark.parametrize("advisory", NOT_HERE)
def test_the_reason_why_an_advisory_does_not_apply_still_holds(advisory):
    reason, still_so = NOT_HERE[advisory]
    assert still_so(), f"{advisory} may apply now. It did not because: {reason}"


def test_every_advisory_is_fixed_and_has_a_test_or_a_reason():
    installed = Version(importlib.metadata.version("wagtail"))
    assert all(installed >= Version(fixed) for fixed in FIXED_IN.values())
    tests = " ".join(name for name in globals() if name.startswith("test_")).replace("_", "-")
    tried = {advisory for advisory in FIXED_IN if advisory.lower() in tests}
    assert tried.isdisjoint(NOT_HERE)
    assert tried | set(NOT_HERE) == set(FIXED_IN)


# --- Who tries -----------------------------------------------------------------------------


@pytest.fixture
def tree() -> HomePage:
    """The home page in French."""
    return admin_forms.version_of(factories.tree("fr"), "fr")


def editor_of_one_section(sign_in, home, *permissions: str):
    """Somebody who may edit and publish French pages, and has the files of one collection, and these permissions."""
    group = Group.objects.create(name="One section")
    everything = Permission.objects.all()
    group.permissions.add(everything.get(content_type__app_label="wagtailadmin", codename="access_admin"))
    for name in permissions:
        app_label, codename = name.split(".")
        group.permissions.add(everything.get(content_type__app_label=app_label, codename=codename))
    for codename in ("add_page", "change_page", "publish_page"):
        permission = everything.get(content_type__app_label="wagtailcore", codename=codename)
        GroupPagePermission.objects.create(group=group, page=home, permission=permission)
    collection = Collection.get_first_root_node().add_child(name="One section")
    for app_label, model in (("wagtailimages", "image"), ("wagtaildocs", "document")):
        for action in ("add", "change", "choose"):
            permission = everything.get(content_type__app_label=app_label, codename=f"{action}_{model}")
            GroupCollectionPermission.objects.create(group=group, collection=collection, permission=permission)
    person = factories.user()
    person.groups.add(group)
    return sign_in(person)


@pytest.fixture
def intruders(sign_in, tree) -> dict[str, Client]:
    """Those who try: an editor of another section, the owner of a city, a visitor."""
    return {
        "editor of one section": editor_of_one_section(sign_in, tree),
        "owner of a city": sign_in(factories.person(role="owner")),
        "visitor": Client(),
    }


def secret_page() -> StandardPage:
    """An English draft with a published past, whose title and text are marked."""
    page = factories.standard_page(title=f"Title {MARK}", body=[("heading", f"Heading {MARK}")])
    page.unpublish()
    page.save_revision()
    return StandardPage.objects.get(pk=page.pk)


def words(answer) -> str:
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return content.decode("utf-8", "replace")


def refused(intruders: dict[str, Client], method: str, address: str, data=None) -> None:
    """Assert that nobody of them is answered, and that nobody reads the mark, also not on the page that comes next."""
    for who, browser in intruders.items():
        answer = getattr(browser, method)(address, data or {})
        assert answer.status_code in {302, 403, 404, 405}, f"{who}: {answer.status_code}"
        assert MARK not in words(answer), who
        if answer.status_code == 302 and who != "visitor":
            assert MARK not in words(browser.get("/admin/")), who


# --- Pages ---------------------------------------------------------------------------------


def test_cve_2026_44197_revisions_of_a_foreign_page_are_not_compared(intruders):
    page = secret_page()
    first, last = page.revisions.first().pk, page.revisions.last().pk
    for pair in ((first, last), ("earliest", "latest"), ("live", last)):
        refused(intruders, "get", reverse("wagtailadmin_pages:revisions_compare", args=[page.pk, *pair]))


def test_cve_2026_44198_the_history_of_a_foreign_page_is_not_shown(intruders):
    page = secret_page()
    for name in ("history", "history_results", "workflow_history", "usage", "revisions_index"):
        refused(intruders, "get", reverse(f"wagtailadmin_pages:{name}", args=[page.pk]))
    revision = page.latest_revision_id
    refused(intruders, "get", reverse("wagtailadmin_pages:revisions_view", args=[page.pk, revision]))


def test_cve_2026_44200_a_foreign_page_is_not_copied_into_the_own_section(intruders, tree):
    page = secret_page()
    address = reverse("wagtailadmin_pages:copy", args=[page.pk])
    refused(intruders, "get", address)
    fields = {"new_title": "Copy", "new_slug": "copy", "new_parent_page": tree.pk, "publish_copies": "on"}
    refused(intruders, "post", address, fields)
    assert not Page.objects.filter(slug="copy").exists()


def test_cve_2026_25517_nobody_previews_a_page_or_a_snippet_that_they_may_not_edit(intruders):
    page, profile = secret_page(), factories.profile(headline=f"Headline {MARK}")
    addresses = (
        reverse("wagtailadmin_pages:preview_on_edit", args=[page.pk]),
        reverse("wagtailadmin_pages:preview_on_add", args=["home", "standardpage", page.get_parent().pk]),
        reverse("wagtailsnippets_cities_cityprofile:preview_on_edit", args=[profile.pk]),
        reverse("wagtailsnippets_cities_cityprofile:preview_on_add"),
    )
    for address in addresses:
        refused(intruders, "post", address, {"title": MARK, "headline": MARK, "slug": "x"})
        refused(intruders, "get", address)


def test_ghsa_3vrh_m9w7_v94f_the_api_of_the_admin_tells_nothing_about_foreign_pages(intruders):
    page = secret_page()
    listing = reverse("wagtailadmin_api:pages:listing")
    for address in (
        f"{listing}?fields=*&limit=50",
        f"{listing}?search={MARK}&fields=*",
        f"{listing}?child_of={page.get_parent().pk}&fields=*",
        f"{reverse('wagtailadmin_api:pages:detail', args=[page.pk])}?fields=*",
        f"{reverse('wagtailadmin_api:pages:find')}?html_path=/en/{page.slug}/",
    ):
        for who, browser in intruders.items():
            answer = browser.get(address)
            assert answer.status_code < 500
            assert MARK not in words(answer).replace(f"search={MARK}", ""), f"{who}: {address}"


def test_ghsa_jm5p_837g_rv8g_the_api_of_the_admin_copies_no_page_for_translation(sign_in, tree):
    page = secret_page()
    before = Page.objects.count()
    translator = editor_of_one_section(sign_in, tree, "wagtail_localize.submit_translation")
    people = {"editor of one section": translator, "translator": sign_in(factories.user("Translators"))}
    for action in ("copy_for_translation", "copy", "create_alias"):
        address = reverse("wagtailadmin_api:pages:action", args=[page.pk, action])
        for who, browser in people.items():
            answer = browser.post(address, json.dumps({"locale": "fr"}), content_type="application/json")
            assert answer.status_code == 404, who
            assert MARK not in words(answer)
    assert Page.objects.count() == before


# --- Snippets, users and settings ----------------------------------------------------------


def test_ghsa_x5cx_w6p2_mxf2_who_may_only_add_does_not_copy_what_exists(sign_in, tree):
    victim = factories.user(first_name=MARK)
    adder = editor_of_one_section(sign_in, tree, "accounts.add_user", "cities.add_city", "wagtailcore.add_site")
    copies = [route for route in routes() if "/copy/" in route and "<int:pk>" in route]
    assert copies
    for route in copies:
        answer = adder.get("/" + route.replace("<int:pk>", str(victim.pk if "users" in route else 1)))
        assert answer.status_code in {302, 403, 404}, route
        assert MARK not in words(answer)
    assert not [route for route in routes() if re.match(r"admin/snippets/.*copy", route)]


def test_cve_2023_45809_bulk_actions_on_users_name_nobody(intruders):
    victim = factories.user(first_name=MARK)
    for action in ("delete", "assign_role", "set_active_state"):
        address = reverse("wagtail_bulk_action", args=["accounts", "user", action])
        for method in ("get", "post"):
            refused(intruders, method, f"{address}?id={victim.pk}&next=/admin/")
    victim.refresh_from_db()
    assert victim.is_active


def test_cve_2024_35228_who_has_no_right_to_the_settings_neither_reads_nor_changes_them(intruders, sign_in):
    network = factories.network(contact_email=f"{MARK}@example.org")
    everybody = intruders | {"moderator": sign_in(factories.user("Moderators"))}
    for args in (["home", "networksettings"], ["home", "networksettings", network.site_id]):
        refused(everybody, "get", reverse("wagtailsettings:edit", args=args))
        refused(everybody, "post", reverse("wagtailsettings:edit", args=args), {"contact_email": "evil@example.org"})
    network.refresh_from_db()
    assert network.contact_email == f"{MARK}@example.org"


# --- Pictures and documents ----------------------------------------------------------------


def test_cve_2026_54259_the_choosers_tell_nothing_about_files_of_other_collections(intruders):
    for kind, file in (
        ("images", factories.image(title=f"Picture {MARK}")),
        ("docs", factories.document(title=f"Document {MARK}")),
    ):
        names = f"wagtail{kind}_chooser"
        for who, browser in intruders.items():
            for address in (
                reverse(f"{names}:chosen", args=[file.pk]),
                f"{reverse(f'{names}:chosen_multiple')}?id={file.pk}",
                reverse(f"{names}:choose"),
                reverse(f"{names}:choose_results"),
            ):
                assert MARK not in words(browser.get(address)), f"{who}: {address}"


@pytest.mark.parametrize("spec", ["width-10", "|".join(["width-9999"] * 500), "original"])
def test_cve_2026_54260_and_cve_2026_54261_pictures_of_any_size_are_made_for_nobody(spec, intruders, sign_in):
    image = factories.image()
    everybody = intruders | {"administrator": sign_in(factories.user(is_superuser=True))}
    for who, browser in everybody.items():
        assert browser.get(f"/admin/images/{image.pk}/preview/{spec}/").status_code in {302, 400, 404}, who
    assert not image.renditions.exists()


def test_cve_2026_54263_no_address_of_a_picture_repeats_what_was_asked(intruders, sign_in):
    image = factories.image()
    everybody = intruders | {"administrator": sign_in(factories.user(is_superuser=True))}
    for who, browser in everybody.items():
        for end in ("", "output/", "output/?spec=<script>x</script>", "<script>x</script>/"):
            answer = browser.get(f"/admin/images/{image.pk}/generate_url/{end}")
            assert answer.status_code in {302, 403, 404}, who
            assert "<script>x" not in words(answer), who


@pytest.mark.parametrize(
    ("kind", "model", "name"), [("images", PortalImage, "x.png"), ("docs", PortalDocument, "x.pdf")]
)
def test_cve_2023_28837_a_file_above_the_limit_is_not_kept(kind, model, name, sign_in, tree, settings):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 100 * 1024 * 1024
    too_large = SimpleUploadedFile(name, b"%PDF-1.4\n" + b"0" * (10 * 1024 * 1024))
    translator = sign_in(factories.user("Translators"))
    title = "Large"
    answer = translator.post(reverse(f"wagtail{kind}:add"), {"title": title, "file": too_large, "credit": "City"})
    assert answer.status_code in {200, 400, 413}
    assert not model.objects.exists()


def test_ghsa_92hv_j533_69wc_the_hash_of_a_restricted_document_is_not_told(intruders):
    private = Collection.get_first_root_node().add_child(name="Private")
    restriction = CollectionViewRestriction.objects.create(collection=private, restriction_type="groups")
    restriction.groups.add(Group.objects.get(name="Moderators"))
    document = factories.document(collection=private.add_child(name="Below"))
    right = document.get_file_hash()
    assert right
    for name in (document.filename, "wrong.txt"):
        address = reverse("wagtaildocs_serve", args=[document.pk, name])
        for who, browser in intruders.items():
            answers = [
                (answer.status_code, answer.headers.get("ETag"), answer.headers.get("Location"))
                for hash_ in (right, "0" * 40)
                for answer in [browser.get(address, headers={"if-none-match": f'"{hash_}"'})]
            ]
            assert answers[0] == answers[1], who
            assert answers[0][0] in {302, 403, 404}, who
            assert answers[0][1] is None, who


# --- Comments ------------------------------------------------------------------------------


def test_cve_2022_21683_a_reply_is_told_to_the_people_of_its_thread_only(sign_in, tree, mailoutbox):
    moderator, colleague, elsewhere = (factories.user("Moderators") for _number in range(3))
    page, other_page = factories.practice(), factories.practice()
    comment = Comment.objects.create(page=page, user=colleague, text="Which winter?", contentpath="problem")
    Comment.objects.create(page=other_page, user=elsewhere, text="Which summer?", contentpath="problem")
    owner = factories.person(page.city, role="owner")
    Comment.objects.create(page=other_page, user=owner, text="Which spring?", contentpath="problem")
    browser = sign_in(moderator)
    form = admin_forms.form_of(browser, page) | admin_forms.stream_form("body", page.body)
    form |= {"comments-TOTAL_FORMS": "1", "comments-INITIAL_FORMS": "1", "comments-0-id": comment.pk}
    form |= {"comments-0-text": comment.text, "comments-0-contentpath": "problem", "comments-0-position": ""}
    form |= {"comments-0-replies-TOTAL_FORMS": "1", "comments-0-replies-INITIAL_FORMS": "0"}
    form |= {"comments-0-replies-0-id": "", "comments-0-replies-0-text": MARK}
    browser.post(admin_forms.edit_url(page), form)
    assert [reply.text for reply in comment.replies.all()] == [MARK]
    told = {address for mail in mailoutbox for address in mail.to}
    assert told == {colleague.email}


# --- Text ----------------------------------------------------------------------------------


def test_cve_2021_29434_a_link_that_runs_is_not_kept_in_rich_text(sign_in, tree):
    editor = sign_in(factories.user("Editors"))
    page = factories.standard_page(body=[("text", "<p>Before</p>")])
    form = admin_forms.form_of(editor, page) | admin_forms.stream_form("body", page.body)
    form["body-0-value"] = rich_text("After and more")
    assert editor.post(admin_forms.edit_url(page), form).status_code in {200, 302}
    page.refresh_from_db()
    (text,) = page.get_latest_revision_as_object().body
    assert "er and more" in text.value.source
    assert "javascript:" not in text.value.source


def test_cve_2021_32681_markup_in_a_plain_block_is_text(tree):
    payload = f"<img src={MARK}>"
    page = factories.standard_page(
        body=[("heading", payload), ("quotation", {"text": payload, "who": payload})], title=f"Page {payload}"
    )
    shown = words(Client().get(page.url))
    assert shown.count(f"&lt;img src={MARK}&gt;") >= 3
    assert payload not in shown


def test_cve_2024_39317_a_long_search_is_answered_in_time(sign_in, tree):
    editor = sign_in(factories.user("Editors"))
    for query in ('"' * 10_000, "a" * 10_000, "a:" * 5_000, "a:'" * 3_000):
        for name in ("wagtailadmin_pages:search", "wagtailadmin_pages:search_results", "wagtailimages:index"):
            begin = time.process_time()
            assert editor.get(reverse(name), {"q": query}).status_code < 500
            # The fault took minutes.
            assert time.process_time() - begin < 5


# --- Django: what touches the addresses of the portal ---------------------------------------


def test_cve_2025_48432_no_line_of_the_log_is_forged_by_an_address(caplog, tree):
    with caplog.at_level(logging.WARNING):
        Client().get("/en/nothing%0A2026-01-01 ERROR forged%1b[31m/")
    messages = [record.getMessage() for record in caplog.records]
    assert any("forged" in message for message in messages)
    assert not any(re.search(r"[\n\x1b]", message) for message in messages)


def test_cve_2025_64459_no_name_of_a_field_of_a_query_comes_from_an_address(tree):
    factories.standard_page(title=f"Draft {MARK}").unpublish()
    for address in ("/en/search/", "/en/practices/", "/en/cities/", "/en/events/", "/en/calls/"):
        for query in ("_connector=OR&live=False", "_negated=True", "live=False", "pk__gt=0"):
            answer = Client().get(f"{address}?{query}")
            assert answer.status_code < 500, address
            assert MARK not in words(answer)


def test_cve_2024_39614_a_very_long_language_costs_nothing(tree):
    for address in ("/" + "a-" * 5_000 + "/", "/en" + "-a" * 5_000 + "/"):
        begin = time.process_time()
        assert Client().get(address, headers={"accept-language": "a-" * 20_000}).status_code in {302, 404}
        assert time.process_time() - begin < 5


@pytest.mark.parametrize("name", ["../../evil.txt", "..\\evil.txt", "/etc/evil.txt", "a/../../evil.txt"])
def test_cve_2021_31542_and_cve_2024_39330_an_uploaded_file_stays_in_its_folder(
    name, sign_in, tree, settings, tmp_path
):
    settings.MEDIA_ROOT = tmp_path / "media"
    translator = sign_in(factories.user("Translators"))
    file = SimpleUploadedFile("x.txt", b"Text")
    file._name = name
    translator.post(reverse("wagtaildocs:add"), {"title": "A file", "file": file})
    outside = [path for path in tmp_path.rglob("*.txt") if settings.MEDIA_ROOT not in path.parents]
    assert outside == []


def test_cve_2023_24580_a_form_with_very_many_files_is_refused(sign_in, tree):
    translator = sign_in(factories.user("Translators"))
    files = {f"file-{number}": SimpleUploadedFile("x.txt", b"x") for number in range(101)}
    assert translator.post(reverse("wagtaildocs:add"), files).status_code == 400
