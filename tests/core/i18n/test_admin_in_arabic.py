"""The admin in Arabic: no English of the portal and no codes, on the forms and lists of everything that it manages."""

import json
import re
from collections.abc import Iterator

import pytest
from bs4 import BeautifulSoup, NavigableString
from django.apps import apps
from django.db import models
from django.urls import reverse
from django.utils import translation
from wagtail.models import get_page_models
from wagtail.snippets.models import get_snippet_models
from wagtail.users.models import UserProfile

from core.pages import PortalPage
from tests import factories
from tests.admin_forms import edit_url, submit_url, translation_of

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]

LATIN = re.compile(r"[A-Za-z][\w.@/:’'-]*")
# Names of products, formats, licences and keys, and units of international use.
NAMES = re.compile(
    r"\b(Wagtail|JavaScript|Lyceum|UNESCO|GNLC|PO|XLSX|CSV|PDF|URL|UTC|HTML|JSON|AVIF|GIF|JPE?G|PNG|WEBP|DOCX|ODT|SVG|Sark"
    r"|CC BY(-NC)?(-SA)?|CC0|IGO|Ctrl|Alt|Shift|Enter|Esc)\b"
)
# Texts of Wagtail that no catalogue can give: they are no messages, or are made before the language is known.
NOT_TRANSLATABLE = (
    "Sorry, you do not have permission to access this area.",
    "Moderators approval",
    "localhost",
    "Actions",
    "paused",
    "Search",
    "Root",
)
# Examples of what to type.
EXAMPLES = re.compile(r"https?://\S*|[\w.-]+@[\w.]+|«[^»]*»|“[^”]*”|\{\w+\}|\[[\w-]+\]|\b[a-z]{2}(, [a-z]{2})+\b")


def content() -> list[str]:
    """What people have entered: names, titles, and codes of cities, clusters, rounds and calls. Longest first."""
    found: set[str] = set()
    for model in apps.get_models():
        fields = [
            field for field in model._meta.concrete_fields if isinstance(field, models.CharField | models.TextField)
        ]
        for field in fields:
            for value in model._default_manager.values_list(field.name, flat=True).distinct():
                is_text = isinstance(value, str) and (" " in value or value != value.lower() or field.name == "code")
                if is_text and LATIN.search(value):
                    found.add(value)
    return sorted(found, key=len, reverse=True)


def visible_texts(html: str) -> Iterator[str]:
    """Yield the texts of a page in the language of the page: text nodes, names of controls, labels of the menu."""
    page = BeautifulSoup(html, "html.parser")
    for menu in page.select("script#wagtail-sidebar-props, script[data-wagtail-sidebar-props]"):
        yield from (json.loads(label) for label in re.findall(r'"label": ?("(?:[^"\\]|\\.)*")', menu.string or ""))
    for part in page.select("script, style, svg, template, textarea, code, [hidden], option[value*='/']"):
        part.decompose()
    for part in page.select("[lang]"):
        if part.name != "html" and part["lang"] != "ar":
            part.decompose()
    yield from (text for text in page.find_all(string=True) if type(text) is NavigableString)
    for name in ("aria-label", "title", "placeholder", "alt"):
        yield from (str(part[name]) for part in page.select(f"[{name}]"))
    yield from (str(part["value"]) for part in page.select("input[type=submit][value]"))


def foreign_words(text: str, entered: list[str]) -> list[str]:
    """Return the Latin words of a text that nobody has entered and that are no names."""
    if not LATIN.search(text):
        return []
    for value in entered:
        text = text.replace(value, " ")
    for value in NOT_TRANSLATABLE:
        text = text.replace(value, " ")
    words = LATIN.findall(NAMES.sub(" ", EXAMPLES.sub(" ", text)))
    return [word for word in words if len(word.strip(".:'’-/")) > 1]


def addresses() -> list[str]:
    """The forms and lists of everything: types of pages, snippets, calls, files, reports, translations."""
    factories.tree("ar")
    practice = factories.practice()
    arabic = factories.translated(practice, "ar")
    profile = factories.profile()
    made = [practice, arabic, profile, factories.translated(profile, "ar"), factories.event(), factories.news()]
    made += [factories.call_page(), factories.cluster_page(), factories.standard_page()]
    record = translation_of(practice, "ar")
    found = [edit_url(version) for version in made]
    found += [
        edit_url(model.objects.filter(locale__language_code="ar").first() or model.objects.first())
        for model in get_page_models()
        if issubclass(model, PortalPage) and model.objects.exists()
    ]
    for model in get_snippet_models():
        found += [reverse(model.snippet_viewset.get_url_name(name)) for name in ("list", "add")]
        if row := model.objects.first():
            found.append(edit_url(row))
    found += [
        submit_url(factories.practice()),
        reverse("wagtail_localize:update_translations", args=[record.source_id]),
    ]
    found += [reverse("wagtail_localize:translations_report"), reverse("wagtailadmin_home")]
    found += [reverse("wagtailadmin_explore", args=[practice.get_parent().pk]), "/admin/calls/", "/admin/calls/new/"]
    found += [reverse("wagtailadmin_pages:history", args=[arabic.pk]), "/admin/commissions/", "/admin/commissions/new/"]
    return list(dict.fromkeys(found))


def test_an_arabic_admin_shows_no_english_and_no_codes(sign_in):
    wrong: dict[str, set[str]] = {}
    pages = addresses()
    for role in ("Moderators", "Translators"):
        user = factories.user(role)
        profile = UserProfile.get_for_user(user)
        profile.preferred_language = "ar"
        profile.save()
        browser, entered = sign_in(user), content()
        # Texts that are put together once, for whoever comes first, would be English for everybody.
        with translation.override("en"):
            sign_in(factories.user(role)).get("/admin/")
        seen = 0
        for address in pages:
            answer = browser.get(address)
            if answer.status_code != 200:
                continue
            seen += 1
            for text in visible_texts(answer.content.decode()):
                if words := foreign_words(str(text), entered):
                    wrong.setdefault(f"{' '.join(str(text).split())[:90]} ({' '.join(words)})", set()).add(address)
        assert seen > (len(pages) // 2 if role == "Moderators" else 4)
    assert not wrong, "\n".join(f"{text}: {min(where)}" for text, where in sorted(wrong.items()))
