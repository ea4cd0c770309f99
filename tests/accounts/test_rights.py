"""Who may do what in the admin: one table, tried at the addresses of the admin, for every role and kind of page.

A letter stands for a role that may: A administrator, M moderator, E editor, T translator. Nobody else may do
anything: staff without a group, users without access to the admin, visitors.
"""

from contextlib import nullcontext
from datetime import timedelta

import pytest
from django.contrib.auth.models import Group, Permission
from django.db import transaction
from django.test import Client
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from wagtail.contrib.redirects.models import Redirect
from wagtail.models import Collection, Locale, Page, PagePermissionTester, PageViewRestriction, Revision, Site
from wagtail.permissions import policy_registry
from wagtail.snippets.models import get_snippet_models
from wagtail.test.utils.form_data import querydict_from_html
from wagtail_localize.models import StringSegment, StringTranslation

from core.permissions import OfOneVersion, VersionPermissionPolicy, VersionPermissionTester
from core.translations.model import OriginalOrTranslation
from home.models import NewsIndexPage, StandardPage
from tests import factories
from tests.admin_forms import put, stream_form, translation_of, version_of

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]

ROLES = {"A": None, "M": "Moderators", "E": "Editors", "T": "Translators", "s": "", "r": "", "v": ""}

# A line for each kind of page, a column for each action. "-": nobody.
TABLE = """
kind                 open  history draft save publish unpublish delete move copy restrict lock unlock reorder unschedule
draft                AME   AME     AME   AME  AM      -         AME    AME  AME  AM       AM   -      AM      -
live                 AME   AME     AME   AME  AM      AM        AM     AM   AME  AM       AM   -      AM      -
scheduled            AME   AME     AME   -    -       -         AME    AME  AME  AM       AM   -      AM      AM
locked               AME   AME     AME   -    -       -         -      -    AME  AM       -    AM     AM      -
translation-draft    AMET  AMET    AMET  AMET AMT     -         AME    -    AME  AM       AM   -      AM      -
translation-live     AMET  AMET    AMET  AMET AMT     AM        AM     -    AME  AM       AM   -      AM      -
translation-locked   AMET  AMET    AMET  -    -       -         -      -    AME  AM       -    AM     AM      -
home                 AME   AME     AME   AME  AM      A         A      -    A    A        AM   -      -       -
home-translation     AMET  AMET    AMET  AMET -       A         A      -    A    A        AM   -      A       -
list                 AME   AME     AME   AME  AM      AM        A      -    -    AM       AM   -      AM      -
list-translation     AMET  AMET    AMET  AMET -       AM        A      -    -    AM       AM   -      AM      -
"""
# What shows that an action was done; for the others it is any change.
PUBLICATION = ("live", "last_published_at")


def expected() -> dict[tuple[str, str], str]:
    """The cells of the table: kind and action → the letters of the roles that may."""
    head, *lines = TABLE.strip().splitlines()
    actions = head.split()[1:]
    cells: dict[tuple[str, str], str] = {}
    for line in lines:
        kind, *letters = line.split()
        cells |= {(kind, action): who.strip("-") for action, who in zip(actions, letters, strict=True)}
    return cells


def people() -> dict[str, Client]:
    """A browser for each role."""
    access = Permission.objects.get(content_type__app_label="wagtailadmin", codename="access_admin")
    browsers = {}
    for letter, group in ROLES.items():
        browser = browsers[letter] = Client(raise_request_exception=False)
        if letter == "v":
            continue
        person = factories.user(group, is_superuser=letter == "A")
        if letter == "s":
            person.user_permissions.add(access)
        browser.force_login(person)
    return browsers


def _lock(page):
    type(page).objects.filter(pk=page.pk).update(locked=True, locked_by=factories.user(), locked_at=timezone.now())


def pages() -> dict[str, Page]:
    """A page of each kind of the table. Those that can move have a sibling that they can be moved below."""
    home = factories.tree("fr")
    kinds = {"home": home, "list": NewsIndexPage.objects.get(locale__language_code="en")}
    kinds |= {f"{name}-translation": version_of(page, "fr") for name, page in list(kinds.items())}
    for name in ("draft", "scheduled"):
        kinds[name] = page = StandardPage(title=name, body=[("heading", "We")], live=False)
        home.add_child(instance=page)
        page.save_revision()
    for name in ("live", "locked"):
        kinds[name] = factories.standard_page(title=name, body=[("heading", "We")])
    for name in ("draft", "live", "locked"):
        original = factories.standard_page(title=f"Original of {name}", body=[("heading", "We")])
        kinds[f"translation-{name}"] = factories.translated(original, "fr", publish=name != "draft")
    for name in ("locked", "translation-locked"):
        _lock(kinds[name])
    scheduled = type(kinds["scheduled"]).objects.get(pk=kinds["scheduled"].pk)
    scheduled.go_live_at = timezone.now() + timedelta(days=2)
    scheduled.save_revision().publish()
    return {name: type(page).objects.get(pk=page.pk) for name, page in kinds.items()}


def state(action: str) -> list:
    """What the actions of the table may change."""
    columns = PUBLICATION if action == "publish" else ("path", "live", "locked", "title", "latest_revision")
    rows = [Page.objects.order_by("pk").values_list("pk", *columns)]
    if action != "publish":
        rows += [
            PageViewRestriction.objects.order_by("pk").values_list("pk", "page", "restriction_type"),
            Revision.objects.order_by("pk").values_list("pk", "approved_go_live_at"),
            StringTranslation.objects.order_by("pk").values_list("pk", "data"),
        ]
    return [list(row) for row in rows]


class Actions:
    """Does each action of the table as the admin's forms do, and at the other addresses that do the same."""

    def __init__(self, kinds: dict[str, Page], administrator: Client):
        self.forms = {}
        for name, page in kinds.items():
            html = administrator.get(reverse("wagtailadmin_pages:edit", args=[page.pk])).content.decode()
            if 'id="page-edit-form"' in html:
                form = querydict_from_html(html, form_id="page-edit-form")
                stream = stream_form("body", page.body) if hasattr(page, "body") else {}
                self.forms[name] = {**dict(form.lists()), **stream, "title": f"{page.title} again"}
        self.elsewhere = {code: factories.standard_page(code, title=f"Elsewhere {code}").pk for code in ("en", "fr")}

    def requests(self, action: str, kind: str, page: Page) -> list:
        """The requests that do `action`, as (method, address, fields). Each of them has to agree with the table."""
        at = lambda name, *args: reverse(f"wagtailadmin_pages:{name}", args=[page.pk, *args])  # noqa: E731
        bulk = lambda name: f"{reverse('wagtail_bulk_action', args=['wagtailcore', 'page', name])}?id={page.pk}"  # noqa: E731
        below = self.elsewhere[page.language]
        revision = page.latest_revision_id or 0
        form, synced = self.forms.get(kind, {}), kind.startswith("translation")
        confirm = {"wagtail_site_name": "Lyceum", "confirm_site_name": "Lyceum"}
        requests: dict[str, list[tuple[str, str | None, dict]]] = {
            "open": [("get", at("edit"), {})],
            "history": [("get", at("history"), {}), ("get", at("usage"), {})],
            "draft": [("get", at("view_draft"), {})],
            "save": [("put", None, {})]
            if synced
            else [("post", at("edit"), form)]
            + ([("post", at("revisions_revert", revision), form)] if revision else []),
            "publish": [
                ("post", at("edit"), {"action": "publish"} if synced else {**form, "action-publish": "1"}),
                *([] if kind in {"live", "home", "list", "translation-live"} else [("post", bulk("publish"), {})]),
            ],
            "unpublish": [("post", at("unpublish"), {}), ("post", bulk("unpublish"), {})],
            "delete": [("post", at("delete"), confirm), ("post", bulk("delete"), confirm)],
            "move": [("post", at("move_confirm", below), {}), ("post", bulk("move"), {"chooser": below})],
            "copy": [
                (
                    "post",
                    at("copy"),
                    {"new_title": "A copy", "new_slug": "a-copy", "new_parent_page": page.get_parent().pk},
                )
            ],
            "restrict": [("post", at("set_privacy"), {"restriction_type": "login", "password": "", "groups": []})],
            "lock": [("post", at("lock"), {})],
            "unlock": [("post", at("unlock"), {})],
            "reorder": [("post", f"{at('set_page_position')}?position=0", {})],
            "unschedule": [("post", at("revisions_unschedule", revision), {})] if revision else [],
        }
        return requests[action]

    def send(self, browser: Client, page: Page, method: str, address: str | None, fields: dict):
        if method == "put":
            record = translation_of(page, page.language)
            segment = StringSegment.objects.filter(source=record.source).first()
            names = {"translation_id": record.pk, "string_segment_id": segment.pk}
            return put(browser, reverse("wagtail_localize:edit_string_translation", kwargs=names), value="Anew")
        return getattr(browser, method)(address, fields)


def test_the_table_holds_at_every_address_of_the_admin():
    kinds, browsers = pages(), people()
    actions = Actions(kinds, browsers["A"])
    wrong = []
    for (kind, action), allowed in expected().items():
        for method, address, fields in actions.requests(action, kind, kinds[kind]):
            for letter in letters_to_try(kind, method, allowed):
                before = None if method == "get" else state(action)
                with transaction.atomic():
                    # wagtail-localize publishes when the request is committed.
                    with factories.commit() if action == "publish" else nullcontext():
                        answer = actions.send(browsers[letter], kinds[kind], method, address, fields)
                    done = answer.status_code == 200 if method == "get" else state(action) != before
                    transaction.set_rollback(True)
                if answer.status_code >= 500 or done is not (letter in allowed):
                    wrong.append(f"{letter} {kind} {action} {address}: {answer.status_code}, done: {done}")
    assert not wrong, "\n".join(wrong)


def letters_to_try(kind: str, method: str, allowed: str) -> str:
    """The roles whose cells are tried: all that could differ."""
    if kind in {"live", "translation-live"}:
        return "METsrv"
    if method == "get" and "locked" in kind:
        return "ET"
    return "AMET" if "home" in kind or kind in {"list", "locked"} else "MET"


def test_every_question_of_wagtail_about_a_page_is_answered_here():
    """A new method of Wagtail's tester would decide without the rules of the portal."""
    asked = {name for name in dir(PagePermissionTester) if name.startswith("can_")}
    # These build on the others, or on permissions that translators do not have.
    elsewhere = {
        "can_add_subpage",
        "can_copy_to",
        "can_lock",
        "can_unlock",
        "can_submit_for_moderation",
        "can_view_revisions",
    }
    assert asked - elsewhere == {name for name in vars(VersionPermissionTester) if name in asked}


def test_every_translatable_snippet_has_the_policy_of_versions():
    snippets = [model for model in get_snippet_models() if issubclass(model, OriginalOrTranslation)]
    assert snippets
    for model in snippets:
        assert isinstance(policy_registry.get_by_type(model), VersionPermissionPolicy)
        assert issubclass(model.snippet_viewset.edit_view_class, OfOneVersion)


# Addresses of the admin, by the name of the URL, and the roles that may open them. A row of the model of the address is
# put in where an address needs one.
ADDRESSES = """
wagtailadmin_home                          AMETs
wagtailadmin_explore_root                  AMET
calls:index                                AME
calls:add                                  AME
calls:edit                                 AME
calls:delete                               AM
calls:extend                               AME
calls:correct                              AME
wagtailsnippets_cities_city:list           AME
wagtailsnippets_cities_city:add            AME
wagtailsnippets_cities_city:edit           AME
wagtailsnippets_cities_city:record_status  AME
wagtailsnippets_cities_city:delete         AM
wagtailsnippets_cities_cityprofile:list    AMET
wagtailsnippets_cities_cityprofile:add     AME
wagtailsnippets_cities_cityprofile:edit    AME
wagtailsnippets_cities_cityprofile:unpublish AM
wagtailsnippets_cities_cityprofile:delete  AM
wagtailsnippets_clusters_cluster:list      AME
wagtailsnippets_clusters_cluster:add       AME
wagtailsnippets_clusters_cluster:edit      AME
wagtailsnippets_clusters_cluster:delete    AM
wagtailimages:index                        AMET
wagtailimages:add                          AMET
wagtailimages:edit                         AME
wagtailimages:delete                       AME
wagtaildocs:index                          AMET
wagtaildocs:add                            AMET
wagtaildocs:edit                           AME
wagtaildocs:delete                         AME
wagtailsearchpromotions:index              AME
wagtailsearchpromotions:add                AME
wagtailsearchpromotions:search_terms       A
search-analytics                           AME
audit-log                                  AM
wagtailredirects:index                     AM
wagtailredirects:add                       AM
wagtailredirects:edit                      AM
wagtailredirects:delete                    AM
wagtailredirects:start_import              AM
wagtailsettings:edit                       A
wagtailusers_users:index                   A
wagtailusers_users:add                     A
wagtailusers_users:edit                    A
wagtailusers_users:delete                  A
wagtailusers_groups:index                  A
wagtailusers_groups:add                    A
wagtailusers_groups:edit                   A
wagtailusers_groups:delete                 A
wagtailsites:index                         A
wagtailsites:edit                          A
wagtaillocales:index                       A
wagtaillocales:edit                        A
wagtaillocales:delete                      A
wagtailadmin_collections:index             A
wagtailadmin_collections:add               A
wagtailadmin_collections:edit              A
wagtailadmin_collections:set_privacy       A
wagtailadmin_workflows:index               A
wagtailadmin_workflows:add                 A
wagtailadmin_workflows:task_index          A
wagtailadmin_reports:site_history          AMETs
wagtailadmin_reports:locked_pages          AM
"""


def rows() -> dict[str, int]:
    """The primary key of a row for each namespace of `ADDRESSES`. Files are owned by an editor's colleague."""
    factories.tree("fr")
    uploader = factories.user("Editors")
    return {
        "calls": factories.call().pk,
        "wagtailsnippets_cities_city": factories.city().pk,
        "wagtailsnippets_cities_cityprofile": factories.profile().pk,
        "wagtailsnippets_clusters_cluster": factories.cluster().pk,
        "wagtailimages": factories.image(uploaded_by_user=uploader).pk,
        "wagtaildocs": factories.document(uploaded_by_user=uploader).pk,
        "wagtailredirects": Redirect.objects.create(old_path="/old", redirect_link="/en/").pk,
        "wagtailusers_users": factories.user().pk,
        "wagtailusers_groups": Group.objects.get(name="Editors").pk,
        "wagtailsites": Site.objects.get().pk,
        "wagtaillocales": Locale.objects.get(language_code="fr").pk,
        "wagtailadmin_collections": Collection.get_first_root_node().add_child(name="Below").pk,
    }


def test_each_role_opens_the_other_addresses_of_its_work_and_no_more():
    keys, browsers = rows(), people()
    wrong = []
    for line in ADDRESSES.strip().splitlines():
        name, allowed = line.split()
        namespace = name.split(":")[0]
        args = [] if namespace != "wagtailsettings" else ["home", "networksettings", Site.objects.get().pk]
        try:
            address = reverse(name, args=args)
        except NoReverseMatch:
            address = reverse(name, args=[keys[namespace]])
        for letter in "METsrv":
            opened = browsers[letter].get(address).status_code == 200
            if opened is not (letter in allowed):
                wrong.append(f"{letter} {name}: opened: {opened}")
    assert not wrong, "\n".join(wrong)
