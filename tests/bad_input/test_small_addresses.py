"""Requests by hand to every address of the admin: an answer of 4xx, a redirect or a page, never a server error."""

import re
from collections.abc import Callable, Iterator
from itertools import cycle
from zlib import crc32

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from wagtail.models import Collection, Locale, Page, Site, Task, Workflow
from wagtail_localize.models import StringSegment, Translation

from tests import factories

pytestmark = pytest.mark.django_db

# Addresses that are left out, with the reason.
LEFT_OUT = {
    "wagtailadmin_logout": "It ends the session of the test.",
    "wagtailadmin_sprite": "A static file.",
    "wagtailadmin_javascript_catalog": "A static file.",
}
# Addresses that once answered a request by hand with a server error.
STUMBLED = {
    "wagtailadmin_api:pages:find",
    "wagtailadmin_api:pages:action",
    "wagtailadmin_api:images:find",
    "wagtail_bulk_action",
    "wagtailadmin_pages:move",
    "wagtailadmin_pages:copy",
    "wagtailadmin_pages:edit",
    "wagtailadmin_choose_page_chosen_multiple",
    "wagtailadmin_choose_page_external_link",
    "wagtailredirects:process_import",
    "wagtailimages_chooser:chosen",
    "wagtailsnippetchoosers_clusters_cluster:chosen",
    "wagtailsnippetchoosers_clusters_cluster:create",
}
NOTHING = 987654321
PARAMETER = re.compile(r"<(?:(?P<kind>\w+):)?(?P<name>\w+)>|\(\?P<(?P<group>\w+)>(?P<pattern>(?:[^()]|\([^()]*\))*)\)")
# What a person can write by hand into a form.
GARBAGE = {
    "id": "x",
    "ids": "[",
    "title": "\0",
    "next": "//evil.example",
    "action": "x",
    "restriction_type": "x",
    "chooser": "x",
    "new_parent_page": "x",
    "parent_page": "x",
    "locales": "x",
    "value": "\0",
    "position": "x",
    "content_type": "x",
    "import_file": SimpleUploadedFile("x.csv", b"\xff\xfe\x00"),
    "files[]": SimpleUploadedFile("x.png", b"x"),
    "file": SimpleUploadedFile("x.po", b"\xff"),
    "input_format": "9",
    "from_index": "x",
    "tags": "\0",
}


def patterns(resolver, prefix: str = "", namespace: str = "") -> Iterator[tuple[str, str]]:
    """Yield every address below /admin/ as (route, name)."""
    for item in resolver.url_patterns:
        route = prefix + str(item.pattern)
        if isinstance(item, URLResolver):
            yield from patterns(item, route, f"{namespace}{item.namespace}:" if item.namespace else namespace)
        elif isinstance(item, URLPattern) and route.startswith("admin/"):
            yield route, f"{namespace}{item.name or ''}"


def address(route: str, fill) -> str | None:
    """Fill the parameters of a route by `fill(kind, name)`; None for a route that only catches the rest."""
    if route.endswith("^.*/$"):
        return None
    path = PARAMETER.sub(lambda found: str(fill(found["kind"] or "re", found["name"] or found["group"])), route)
    return "/" + path.replace("^", "").replace("$", "").replace(r"\.", ".")


def existing() -> dict[str, object]:
    """Values of the parameters of routes that lead to a row: by the beginning of the route, then by the parameter."""
    factories.tree("fr")
    practice = factories.practice()
    french = factories.translated(practice, "fr")
    record = Translation.objects.get(source__object_id=practice.translation_key)
    profile = factories.profile()
    call = factories.call()
    factories.call_page(call)
    segment = StringSegment.objects.filter(source=record.source).first()
    return {
        "page_id": french.pk,
        "pk": practice.pk,
        "parent_page_id": practice.get_parent().pk,
        "parent_pk": practice.get_parent().pk,
        "page_to_move_id": practice.pk,
        "destination_id": practice.get_parent().pk,
        "page_pk": practice.pk,
        "revision_id": practice.latest_revision_id,
        "revision_id_a": "live",
        "revision_id_b": practice.latest_revision_id,
        "translation_id": record.pk,
        "string_segment_id": segment.pk,
        "overridable_segment_id": segment.pk,
        "translation_source_id": record.source_id,
        "image_id": factories.image().pk,
        "document_id": factories.document().pk,
        "doc_id": factories.document().pk,
        "workflow_pk": Workflow.objects.first().pk,
        "task_id": Task.objects.first().pk,
        "collection_id": Collection.get_first_root_node().pk,
        "app_label": "cities",
        "model_name": "cityprofile",
        "app_name": "home",
        "content_type_app_name": "home",
        "content_type_model_name": "standardpage",
        "action": "delete",
        "filter_spec": "width-10",
        "mode": "",
        "object_id": profile.pk,
        "change_pk": 1,
        # By the beginning of the route.
        "admin/snippets/cities/city/": {"pk": factories.city().pk},
        "admin/snippets/choose/cities/city/": {"pk": factories.city().pk},
        "admin/snippets/cities/cityprofile/": {"pk": profile.pk, "revision_id": profile.latest_revision_id},
        "admin/snippets/choose/cities/cityprofile/": {"pk": profile.pk},
        "admin/snippets/clusters/": {"pk": factories.cluster().pk},
        "admin/snippets/choose/clusters/": {"pk": factories.cluster().pk},
        "admin/calls/": {"pk": call.pk},
        "admin/locales/": {"pk": Locale.objects.get(language_code="fr").pk},
        "admin/sites/": {"pk": Site.objects.get().pk},
        "admin/users/": {"pk": factories.user().pk},
        "admin/groups/": {"pk": 1},
        "admin/collections/": {"pk": Collection.get_first_root_node().pk},
        "admin/settings/": {"model_name": "networksettings", "pk": Site.objects.get().pk},
        "admin/pages/add/": {"parent_page_id": Page.objects.get(depth=2, locale__language_code="en").pk},
        "admin/documents/chooser": {"pk": factories.document().pk},
        "admin/images/chooser": {"pk": factories.image().pk},
        "admin/api/main/^documents": {"pk": factories.document().pk},
        "admin/api/main/^images": {"pk": factories.image().pk},
    }


def fills(values: dict) -> dict[str, Callable]:
    """How the parameters of a route are filled: with rows that exist, with none, and with what is no key."""

    def with_rows(route):
        own = next((found for start, found in values.items() if "/" in start and route.startswith(start)), {})
        return lambda kind, name: own.get(name, values.get(name, 1 if kind == "int" else "x"))

    def with_none(route):
        return lambda kind, name: NOTHING if kind in {"int", "re"} else "nothing"

    def with_garbage(route):
        return lambda kind, name: 0 if kind in {"int", "re"} else "'\"<%C3%A9"

    return {"rows": with_rows, "none": with_none, "garbage": with_garbage}


def requests(routes: list[tuple[str, str]], values: dict) -> Iterator[tuple[str, str, str, str, dict]]:
    """Yield every request to these routes as (name, what, method, address, fields)."""
    in_address = {name: value for name, value in GARBAGE.items() if isinstance(value, str)}
    sent: tuple[tuple[str, dict], ...] = (("get", {}), ("get", in_address), ("post", {}), ("post", GARBAGE))
    for route, name in routes:
        for way, fill in fills(values).items():
            path = address(route, fill(route))
            if path is None or (way != "none" and not PARAMETER.search(route)):
                continue
            for method, fields in sent:
                what = f"{method} {'garbage' if fields else 'nothing'} to {path} ({way})"
                yield name, what, method, path, fields


def complaints(chosen, values: dict) -> list[str]:
    """Send requests, each as all three roles in turn, and return those that were answered by a server error."""
    browsers = []
    for person in (factories.user(is_superuser=True), factories.user("Moderators"), factories.user("Translators")):
        browsers.append(Client(raise_request_exception=False))
        browsers[-1].force_login(person)
    wrong = []
    for (_name, what, method, path, fields), browser in zip(chosen, cycle(browsers)):
        for value in fields.values():
            if isinstance(value, SimpleUploadedFile):
                value.seek(0)
        with transaction.atomic():
            status = getattr(browser, method)(path, fields).status_code
            transaction.set_rollback(True)
        if status >= 500:
            wrong.append(f"{status}: {what}")
    return wrong


def routes() -> list[tuple[str, str]]:
    return [(route, name) for route, name in patterns(get_resolver()) if name not in LEFT_OUT]


def test_no_address_of_the_admin_stumbles_over_a_request_by_hand():
    """Two requests to each address, always the same ones, and all to those that stumbled once."""
    values, chosen = existing(), []
    for item in routes():
        every = list(requests([item], values))
        pick = crc32(item[0].encode())
        chosen += (
            every
            if item[1] in STUMBLED
            else [every[pick % len(every)], every[pick // 97 % len(every)]]
            if every
            else []
        )
    assert len(chosen) > 500
    assert complaints(chosen, values) == []


@pytest.mark.sweep
def test_no_address_of_the_admin_stumbles_over_any_of_these_requests():
    values = existing()
    every = [item for item in requests(routes(), values) for _role in range(3)]
    assert complaints(every, values) == []
