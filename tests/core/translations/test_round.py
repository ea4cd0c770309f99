"""The complete cycle of a translation in the admin, for every translatable model."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime

import pytest
from wagtail.models import Locale

from accounts.roles import ensure_groups
from calls.models import CallQuestion
from clusters.models import ClusterDocument
from events.models import EventCluster, EventDocument, EventSession
from home.models import HomePage, NewsCity, NewsSource
from home.structure import LIST_PAGES
from practices.models import (
    PracticeDocument,
    PracticeFunder,
    PracticePartner,
    PracticePhoto,
    PracticeSource,
)
from tests import admin_forms, factories

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]

STREAM = [
    ("heading", "What came next"),
    ("figure", {"number": "412", "text": "traders", "year": 2024, "source": "Census", "source_url": ""}),
    ("quotation", {"text": "I read the prices now.", "who": "A trader, 2024"}),
]


def practice(language):
    return factories.practice(
        language,
        cost_band="under-10k",
        sdgs=["4"],
        not_again="We would start earlier.",
        body=STREAM,
        partners=[PracticePartner(name="Market association", url="https://example.org/", sort_order=0)],
        funders=[PracticeFunder(name="City", percent=60, sort_order=0)],
        photos=[PracticePhoto(image=factories.image(), alternative_text="A stall", sort_order=0)],
        documents=[PracticeDocument(title="Report", document=factories.document(), sort_order=0)],
        sources=[PracticeSource(title="Report", publisher="City", url="https://example.org/", sort_order=0)],
    )


def event(language):
    start = datetime(2030, 5, 1, 9, tzinfo=UTC)
    return factories.event(
        language,
        lede="Come.",
        theme="Reading",
        body=STREAM,
        event_clusters=[EventCluster(cluster=factories.cluster(), sort_order=0)],
        sessions=[
            EventSession(title="Opening", starts_at=start, ends_at=start.replace(hour=10), room="1", sort_order=0)
        ],
        documents=[EventDocument(title="Programme", document=factories.document(), sort_order=0)],
    )


def call_page(language):
    return factories.call_page(
        language=language,
        who_can_apply="<p>Any <b>city</b> can.</p><p>Even a small one.</p>",
        body=STREAM,
        questions=[CallQuestion(question="When?", answer="<p>Soon.</p>", sort_order=0)],
    )


def cluster_page(language):
    return factories.cluster_page(
        language=language,
        body=STREAM,
        contact_email="old@example.org",
        documents=[ClusterDocument(title="Plan", document=factories.document(), sort_order=0)],
    )


def news(language):
    return factories.news(
        language,
        body=STREAM,
        news_cities=[NewsCity(city=factories.city(), sort_order=0)],
        sources=[NewsSource(title="Paper", publisher="City", url="https://example.org/", sort_order=0)],
    )


def standard_page(language):
    return factories.standard_page(language, lede="What we are.", body=STREAM)


def profile(language):
    return factories.profile(language=language, challenges="Few teachers.")


def another(make: Callable) -> Callable:
    """Return a form value: the primary key of a new object."""
    return lambda: make().pk


@dataclass(frozen=True)
class Case:
    """A translatable object, a synchronised field and a text of it, and their form values."""

    make: Callable
    fact: str
    value: Callable
    word: str

    def __str__(self):
        return self.make.__name__


CASES = [
    Case(practice, "city", another(factories.city), "one_line_result"),
    Case(event, "kind", lambda: "festival", "theme"),
    Case(call_page, "call", another(factories.call), "lede"),
    Case(cluster_page, "contact_email", lambda: "new@example.org", "introduction"),
    Case(news, "date", lambda: date(2025, 2, 3).isoformat(), "lede"),
    Case(standard_page, "shows_contact", lambda: "on", "lede"),
    Case(profile, "city", another(factories.city), "headline"),
]


@pytest.mark.parametrize("language", ["en", "ar", pytest.param("fr", marks=pytest.mark.sweep)])
@pytest.mark.parametrize("case", CASES, ids=str)
def test_a_complete_translation_cycle(case, language, sign_in):
    """Submit, translate string by string and by PO file, publish; change the original; translate again."""
    factories.tree("fr", "ar", "es")
    translator, moderator = (sign_in(factories.user(group)) for group in ("Translators", "Moderators"))
    original = case.make(language)
    first, second = [code for code in ("en", "fr", "ar", "es") if code != language][:2]

    admin_forms.submit(translator, original, first, second)
    version = admin_forms.version_of(original, first)
    assert not version.live

    # String by string; publishing is forbidden until the last one is translated, and the message names it.
    *strings, last = admin_forms.strings_in_editor(translator, version)
    for string in strings:
        admin_forms.save_string(translator, string, f"{first}: {string['source']}")
    answer = admin_forms.press_publish(translator, version)
    assert not admin_forms.version_of(original, first).live
    assert "1 string is not translated" in admin_forms.shown_messages(answer)
    admin_forms.save_string(translator, last, f"{first}: {last['source']}")
    admin_forms.press_publish(translator, version)
    published = admin_forms.version_of(original, first)
    assert published.live
    assert getattr(published, case.word) == f"{first}: {getattr(original, case.word)}"

    # By PO file.
    record = admin_forms.translation_of(original, second)
    admin_forms.translate_by_po_file(translator, record, lambda text: f"{second}: {text}")
    admin_forms.press_publish(translator, admin_forms.version_of(original, second))
    assert admin_forms.version_of(original, second).live

    # A moderator changes a synchronised field and a text of the original.
    form = admin_forms.form_of(moderator, original)
    if hasattr(original, "body"):
        form |= admin_forms.stream_form("body", original.body)
    value = case.value()
    form |= {case.fact: value, case.word: "Something else entirely", "action-publish": "on"}
    moderator.post(admin_forms.edit_url(original), form)
    changed = type(original).objects.get(pk=original.pk)
    assert getattr(changed, case.word) == "Something else entirely"
    assert shows_value(changed, case.fact) != shows_value(original, case.fact)
    for code in (first, second):
        version = admin_forms.version_of(original, code)
        draft = version.get_latest_revision().as_object()
        assert shows_value(version, case.fact) == shows_value(draft, case.fact) == shows_value(changed, case.fact)
        assert getattr(version, case.word) == getattr(draft, case.word) == f"{code}: {getattr(original, case.word)}"
        assert version.text_outdated_since

    # The message names the changed string, then it is translated.
    answer = admin_forms.press_publish(translator, admin_forms.version_of(original, first))
    assert "“Something else entirely” (out of date)" in admin_forms.shown_messages(answer)
    strings = admin_forms.strings_in_editor(translator, published)
    changed_string = next(string for string in strings if string["source"] == "Something else entirely")
    admin_forms.save_string(translator, changed_string, "Quite another thing")
    admin_forms.press_publish(translator, published)
    published = admin_forms.version_of(original, first)
    assert getattr(published, case.word) == "Quite another thing"
    assert published.text_outdated_since is None


def shows_value(version, name: str):
    field = version._meta.get_field(name)
    return field.value_from_object(version)


@pytest.mark.parametrize("page_class", [HomePage, *(item.model for item in LIST_PAGES)], ids=lambda m: m.__name__)
def test_the_cycle_of_the_pages_that_every_language_has(page_class, sign_in):
    """A home page is created by add_language, a list page can be submitted; both are translated manually."""
    home = factories.tree()
    Locale.objects.create(language_code="fr")
    factories.translated(home, "fr", publish=page_class is not HomePage)
    ensure_groups()
    translator, moderator = (sign_in(factories.user(group)) for group in ("Translators", "Moderators"))
    original = page_class.objects.get(locale__language_code="en")
    if page_class is not HomePage:
        admin_forms.submit(translator, original, "fr")
    french = admin_forms.version_of(original, "fr")
    assert not french.live
    for string in admin_forms.strings_in_editor(translator, french):
        admin_forms.save_string(translator, string, f"fr: {string['source']}")
    admin_forms.press_publish(translator, french)
    french = admin_forms.version_of(original, "fr")
    assert french.live
    assert french.lede == f"fr: {original.lede}"

    form = admin_forms.form_of(moderator, original) | {"lede": "Other words", "action-publish": "on"}
    moderator.post(admin_forms.edit_url(original), form)
    assert page_class.objects.get(pk=original.pk).lede == "Other words"
    french = admin_forms.version_of(original, "fr")
    assert french.lede == f"fr: {original.lede}"
    assert french.text_outdated_since
    answer = admin_forms.press_publish(translator, french)
    assert "“Other words” (out of date)" in admin_forms.shown_messages(answer)
