"""The admin offers what is possible, and nothing that it refuses: every role, every state of a version."""

import re

import pytest
from bs4 import BeautifulSoup
from django.db import transaction
from django.utils import timezone
from wagtail.models import Locale, Page
from wagtail_localize.models import StringTranslation, Translation

from core.translations.groups import group_of
from tests import admin_forms, factories
from tests.core.translations.test_synchronised_fields import change, row

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]

ROLES = ("Moderators", "Editors", "Translators")
# Names and addresses of actions of wagtail-localize that the portal never does.
NEVER = (
    "localize-convert-to-alias",
    "localize-restart-translation",
    "/disable/",
    "convert_to_alias",
    "machine_translate",
)
# Pages that only show something.
READING = re.compile(r"/history/|/usage/|/preview/|/view_draft/|/pofile/download/|/edit/$")


def states() -> dict:
    """One version in each state that an editor can open."""
    factories.tree("fr", "ar")
    everywhere = factories.practice()
    french = factories.translated(everywhere, "fr")
    factories.translated(everywhere, "ar")
    half = factories.translated(factories.practice(), "fr", publish=False)
    StringTranslation.objects.filter(locale=half.locale, context__object_id=half.translation_key).first().delete()
    outdated_original = factories.practice()
    outdated = factories.translated(outdated_original, "fr")
    change(outdated_original, problem="Another problem.")
    locked = factories.translated(factories.practice(), "fr")
    Page.objects.filter(pk=locked.pk).update(locked=True, locked_by=factories.user(), locked_at=timezone.now())
    stopped = factories.translated(factories.practice(), "fr")
    Translation.objects.filter(source__object_id=stopped.translation_key).update(enabled=False)
    unsubmitted = factories.translated(factories.practice(), "fr", publish=False)
    Translation.objects.filter(source__object_id=unsubmitted.translation_key).delete()
    profile = factories.profile()
    return {
        "an original": factories.practice(),
        "an original in all languages": everywhere,
        "a French original": factories.practice("fr"),
        "a complete draft": factories.translated(factories.practice(), "fr", publish=False),
        "a draft with open strings": half,
        "a published translation": french,
        "a translation that is out of date": outdated,
        "a locked translation": locked,
        "a translation without synchronisation": stopped,
        "a translation that was never submitted": unsubmitted,
        "a profile": profile,
        "a translated profile": factories.translated(profile, "fr"),
    }


def is_refused(answer) -> bool:
    """Whether the admin refused a request: with a status, or with an error message."""
    page = BeautifulSoup(answer.content, "html.parser")
    return answer.status_code >= 400 or page.select_one(".messages li.error") is not None


def links_of(html: str, selector: str) -> set[str]:
    return {str(link["href"]) for link in BeautifulSoup(html, "html.parser").select(selector)}


def tried(browser, method: str, url: str, data=None):
    """Send a request whose effect is taken back."""
    with transaction.atomic():
        answer = getattr(browser, method)(url, data, follow=True)
        transaction.set_rollback(True)
    return answer


def test_an_action_is_offered_exactly_if_it_is_not_refused(sign_in):
    versions = states()
    wrong = []
    for role in ROLES:
        browser = sign_in(factories.user(role))
        visited: set[str] = set()
        for state, version in versions.items():
            answer = browser.get(admin_forms.edit_url(version))
            if answer.status_code != 200:
                continue
            html = answer.content.decode()
            wrong += [f"{role}, {state}: offers {name}" for name in NEVER if name in html]
            links = {link for link in links_of(html, "main a[href^='/admin/']") if f"/{version.pk}/" in link}
            for link in sorted(link for link in links - visited if not READING.search(link)):
                visited.add(link)
                if is_refused(tried(browser, "get", link)):
                    wrong.append(f"{role}, {state}: {link} is refused")
            wrong += [f"{role}, {state}: {fault}" for fault in compare(browser, version, html, links)]
        wrong += faults_of_lists(browser, role, versions)
    assert not wrong


def compare(browser, version, html: str, links: set[str]) -> list[str]:
    """Return which of the actions is offered and refused, or possible and not offered."""
    wrong = []
    url = admin_forms.edit_url(version)
    page = BeautifulSoup(html, "html.parser")
    if not version.is_original:
        is_offered = bool(page.select("main [name=action-publish], main [name=action][value=publish]"))
        data = {"action": "publish"}
        if page.select("#page-edit-form, #w-editor-form"):
            stream = admin_forms.stream_form("body", version.body) if isinstance(version, Page) else {}
            data = admin_forms.form_of(browser, version) | stream | {"action-publish": "action-publish"}
        before = row(version).last_published_at
        with transaction.atomic():
            browser.post(url, data, follow=True)
            is_done = row(version).last_published_at != before
            transaction.set_rollback(True)
        if is_offered != is_done:
            wrong.append(f"publish is offered {is_offered}, done {is_done}")
    submit = admin_forms.submit_url(version)
    is_offered = any(link.startswith(submit) for link in links)
    missing = Locale.objects.exclude(pk__in=group_of(version).values("locale"))
    is_done = False
    for locale in missing:
        with transaction.atomic():
            browser.post(submit, {"locales": [locale.pk]}, follow=True)
            is_done = is_done or group_of(version).filter(locale=locale).exists()
            transaction.set_rollback(True)
    # Profiles are offered for translation in their list.
    if isinstance(version, Page) and is_offered != is_done:
        wrong.append(f"translate is offered {is_offered}, done {is_done}")
    return wrong


def faults_of_lists(browser, role: str, versions: dict) -> list[str]:
    """Return which buttons about translations the lists offer and refuse, or do not offer."""
    lists = {f"/admin/pages/{version.get_parent().pk}/" for version in versions.values() if isinstance(version, Page)}
    found: set[str] = set()
    for url in (*lists, "/admin/snippets/cities/cityprofile/"):
        found |= links_of(browser.get(url, follow=True).content.decode(), "main a[href^='/admin/localize/']")
    refused = [link for link in sorted(found) if is_refused(tried(browser, "get", link))]
    wrong = [f"{role}: {link} of a list is refused" for link in refused]
    if role == "Translators":
        wanted = {admin_forms.submit_url(versions[name]) for name in ("an original", "a profile")}
        wrong += [f"{link} is not offered" for link in wanted - {link.partition("?")[0] for link in found}]
    return wrong
