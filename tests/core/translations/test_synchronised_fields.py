"""Synchronised fields are copied from the original; translatable text is not."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from django.db.models.signals import post_save
from django.utils import timezone
from wagtail.actions.publish_page_revision import PublishPageRevisionAction
from wagtail.contrib.redirects.models import Redirect
from wagtail.models import Page, PageLogEntry
from wagtail_localize.models import SegmentOverride, TranslationContext

from calls.models import CallPage
from core.translations.groups import original_of, outdated_since
from events.models import EventPage, EventSession
from practices.models import (
    PracticeCluster,
    PracticeDocument,
    PracticePage,
    PracticeResult,
    PracticeSource,
)
from tests import factories

pytestmark = pytest.mark.django_db

MARK = "Zanzibar"  # part of source texts that must not appear in a translation


@pytest.fixture(autouse=True)
def _trees():
    factories.tree("fr", "ar")


def change(original, **values):
    """Publish the original with other values through a revision, as the admin does."""
    fresh = type(original).objects.get(pk=original.pk)
    for name, value in values.items():
        setattr(fresh, name, value)
    fresh.save_revision().publish()
    return type(original).objects.get(pk=original.pk)


def all_text_of(version) -> str:
    """Return the live row and all revisions as text."""
    live = type(version).objects.get(pk=version.pk)
    return json.dumps([live.serializable_data(), *(r.content for r in version.revisions.all())], default=str)


def row(version):
    return type(version).objects.get(pk=version.pk)


def draft(version):
    return row(version).get_latest_revision().as_object()


@pytest.mark.parametrize(("language", "other"), [("en", "fr"), ("fr", "ar"), ("ar", "en")])
def test_a_synchronised_field_is_copied_from_an_original_in_any_language(language, other):
    practice = factories.practice(language)
    version = factories.translated(practice, other)
    hamburg = factories.city(own_name="Hamburg")
    change(practice, city=hamburg, title=MARK)
    assert row(version).city == draft(version).city == hamburg
    assert row(version).title == version.title
    assert MARK not in all_text_of(version)


def test_a_synchronised_field_is_copied_to_a_draft_that_was_never_published():
    practice = factories.practice()
    french = factories.translated(practice, "fr", publish=False)
    change(practice, cost_band="over-250k")
    assert row(french).cost_band == draft(french).cost_band == "over-250k"
    assert not row(french).live


def test_a_synchronised_field_is_copied_and_unpublished_edits_of_the_translation_are_kept():
    practice = factories.practice()
    french = factories.translated(practice, "fr")
    french.seo_title = "fr: being tried"
    french.save_revision()
    change(practice, cost_band="over-250k")
    assert row(french).cost_band == draft(french).cost_band == "over-250k"
    assert draft(french).seo_title == "fr: being tried"
    assert row(french).seo_title == ""


def test_a_synchronised_field_is_copied_to_a_scheduled_revision_that_is_not_the_latest():
    practice = factories.practice()
    french = factories.translated(practice, "fr")
    tomorrow = timezone.now() + timedelta(days=1)
    scheduled = french.save_revision(approved_go_live_at=tomorrow)
    french.save_revision()
    change(practice, cost_band="over-250k")
    scheduled.refresh_from_db()
    assert scheduled.content["cost_band"] == "over-250k"
    assert scheduled.approved_go_live_at == tomorrow


def test_copying_synchronised_fields_adds_nothing_to_the_history_of_the_translation():
    practice = factories.practice()
    french = factories.translated(practice, "fr")
    entries = PageLogEntry.objects.filter(page=french.pk).count()
    revisions = french.revisions.count()
    change(practice, cost_band="over-250k")
    assert PageLogEntry.objects.filter(page=french.pk).count() == entries
    assert french.revisions.count() == revisions


def test_a_list_of_codes_is_copied_also_when_it_is_emptied():
    practice = factories.practice(sdgs=["4", "11"])
    french = factories.translated(practice, "fr")
    change(practice, sdgs=[])
    assert row(french).sdgs == draft(french).sdgs == []


def test_the_synchronised_fields_of_a_city_profile_are_copied():
    profile = factories.profile()
    french = factories.translated(profile, "fr")
    other_city = factories.city()
    change(profile, city=other_city, headline=MARK)
    assert row(french).city == draft(french).city == other_city
    assert MARK not in all_text_of(french)


def test_plain_rows_are_copied_and_unchanged_rows_keep_their_primary_keys():
    literacy, health = factories.cluster(), factories.cluster()
    practice = factories.practice(clusters=[literacy])
    french = factories.translated(practice, "fr")
    kept = french.practice_clusters.get()
    change(
        practice,
        practice_clusters=[
            PracticeCluster(cluster=health, sort_order=0),
            PracticeCluster(cluster=literacy, sort_order=1),
        ],
    )
    assert [r.cluster for r in row(french).practice_clusters.all()] == [health, literacy]
    assert row(french).practice_clusters.last().pk == kept.pk
    assert [r.cluster for r in draft(french).practice_clusters.all()] == [health, literacy]
    change(practice, practice_clusters=[PracticeCluster(cluster=health, sort_order=0)])
    assert [r.cluster for r in row(french).practice_clusters.all()] == [health]


def test_plain_rows_are_deleted_when_the_original_has_none():
    source = PracticeSource(title="Report", publisher="City", url="https://example.org/", sort_order=0)
    practice = factories.practice(sources=[source])
    french = factories.translated(practice, "fr")
    change(practice, sources=[])
    assert not row(french).sources.exists()
    assert not list(draft(french).sources.all())


def test_the_numbers_and_the_order_of_translated_rows_are_copied():
    practice = factories.practice(
        results=[
            PracticeResult(value=1, label="traders", evidence="outcome", source="A", sort_order=0),
            PracticeResult(value=2, label="buyers", evidence="outcome", source="B", sort_order=1),
        ]
    )
    french = factories.translated(practice, "fr")
    traders, buyers = row(practice).results.all()
    traders.value, traders.sort_order, buyers.sort_order = 700, 1, 0
    change(practice, results=[buyers, traders])
    for version in (row(french), draft(french)):
        assert [(r.label, r.value) for r in version.results.all()] == [("fr: buyers", 2), ("fr: traders", 700)]


def test_a_row_that_the_original_no_longer_has_is_deleted():
    practice = factories.practice(
        results=[
            PracticeResult(label="traders", evidence="outcome", source="A", sort_order=0),
            PracticeResult(label="buyers", evidence="outcome", source="B", sort_order=1),
        ]
    )
    french = factories.translated(practice, "fr")
    change(practice, results=[row(practice).results.first()])
    for version in (row(french), draft(french)):
        assert [r.label for r in version.results.all()] == ["fr: traders"]


def test_a_new_row_is_added_when_it_is_translated():
    practice = factories.practice()
    french = factories.translated(practice, "fr")
    old = row(practice).results.get()
    new = PracticeResult(label=MARK, evidence="outcome", source="Census", sort_order=1)
    change(practice, results=[old, new])
    assert [r.label for r in row(french).results.all()] == ["fr: of 530 traders"]
    assert MARK not in all_text_of(french)
    factories.translated(row(practice), "fr", {MARK: "fr: of 40 buyers"})
    assert [r.label for r in row(french).results.all()] == ["fr: of 530 traders", "fr: of 40 buyers"]


def test_the_time_of_a_programme_item_is_copied():
    start = datetime(2030, 5, 1, 9, tzinfo=UTC)
    session = EventSession(title="Opening", starts_at=start, ends_at=start + timedelta(hours=1), sort_order=0)
    event = factories.event(sessions=[session])
    french = factories.translated(event, "fr")
    session = EventPage.objects.get(pk=event.pk).sessions.get()
    session.starts_at, session.ends_at = start + timedelta(hours=2), start + timedelta(hours=3)
    change(event, sessions=[session])
    assert row(french).sessions.get().starts_at == start + timedelta(hours=2)
    assert row(french).sessions.get().title == "fr: Opening"


def own_file(version, path: str, file) -> None:
    """Override a file in one language at a content path."""
    context = TranslationContext.objects.get(object_id=version.translation_key, path=path)
    SegmentOverride.objects.create(locale=version.locale, context=context, data_json=json.dumps(file.pk))


def test_an_overridden_document_is_kept():
    flyer, french_flyer, new_flyer = (factories.document() for _ in range(3))
    practice = factories.practice(documents=[PracticeDocument(title="Flyer", document=flyer, sort_order=0)])
    french, arabic = (factories.translated(practice, code, publish=False) for code in ("fr", "ar"))
    document = row(practice).documents.get()
    own_file(french, f"documents.{document.translation_key}.document", french_flyer)
    french, arabic = (factories.translated(practice, code) for code in ("fr", "ar"))
    document.document = new_flyer
    change(practice, documents=[document])
    assert row(french).documents.get().document == draft(french).documents.get().document == french_flyer
    assert row(arabic).documents.get().document == new_flyer


def test_the_year_in_running_text_is_copied_and_new_blocks_are_not():
    figure = {"number": "412", "text": "traders", "year": 2023, "source": "Census", "source_url": ""}
    practice = factories.practice(body=[("figure", figure), ("heading", "Then")])
    french = factories.translated(practice, "fr")
    body = [
        {"type": "heading", "value": MARK, "id": "b9d1a5f4-0000-4000-8000-000000000000"},
        *row(practice).body.raw_data,
    ]
    body[1] = {**body[1], "value": {**body[1]["value"], "year": 2024, "text": MARK}}
    change(practice, body=json.dumps(body))
    for version in (row(french), draft(french)):
        assert version.body[0].value["year"] == 2024
        assert [block.block_type for block in version.body] == ["figure", "heading"]
    assert MARK not in all_text_of(french)


def test_no_text_of_a_changed_original_is_copied_to_a_translation():
    practice = factories.practice(not_again="We would start earlier.", body=[("heading", "Then")])
    versions = [factories.translated(practice, "fr"), factories.translated(practice, "ar", publish=False)]
    before = [row(version).problem for version in versions]
    words = ("title", "one_line_result", "problem", "not_again", "seo_title", "search_description", "lead_unit")
    change(practice, **dict.fromkeys(words, MARK))
    assert [row(version).problem for version in versions] == before
    assert not [version for version in versions if MARK in all_text_of(version)]


def test_the_expiry_is_copied():
    practice = factories.practice()
    french = factories.translated(practice, "fr")
    end = timezone.now().replace(microsecond=0) + timedelta(days=9)
    change(practice, expire_at=end)
    assert row(french).expire_at == draft(french).expire_at == end


def test_a_renamed_page_is_renamed_in_every_language_with_one_redirect_each():
    practice = factories.practice(slug="old-name")
    french = factories.translated(practice, "fr")
    for name in ("second-name", "third-name"):
        with factories.commit():
            change(practice, slug=name)
    assert row(french).slug == draft(french).slug == "third-name"
    for language in ("en", "fr"):
        for old in ("old-name", "second-name"):
            redirect = Redirect.objects.get(old_path=f"/{language}/practices/{old}")
            assert redirect.link == f"/{language}/practices/third-name/"


def test_pages_below_a_renamed_page_move_along_in_every_language():
    parent = factories.standard_page(slug="about")
    child = parent.add_child(instance=type(parent)(title="Team", body=[("heading", "We")]))
    child.save_revision().publish()
    factories.translated(parent, "fr")
    french_child = factories.translated(child, "fr")
    change(parent, slug="about-us")
    assert Page.objects.get(pk=french_child.pk).url_path.endswith("/fr/about-us/team/")


def test_a_slug_that_is_taken_in_another_language_gets_a_number_there():
    practice = factories.practice(slug="one")
    french = factories.translated(practice, "fr")
    factories.practice("fr", slug="two")
    change(practice, slug="two")
    assert row(french).slug == "two-1"
    change(practice, cost_band="over-250k")
    assert row(french).slug == "two-1"


def test_home_pages_keep_the_slugs_of_their_languages():
    home = factories.tree("fr")
    change(home, title="Another title")
    assert set(type(home).objects.values_list("slug", flat=True)) == {"en", "fr", "ar"}


def test_nothing_is_published_when_the_synchronised_fields_cannot_be_copied():
    practice = factories.practice()
    french = factories.translated(practice, "fr")

    def break_down(instance, **kwargs):
        if instance.pk == french.pk:
            raise RuntimeError("The power is cut.")

    practice.cost_band = "over-250k"
    publication = PublishPageRevisionAction(practice.save_revision())  # as the admin's edit form does it
    post_save.connect(break_down, sender=PracticePage)
    try:
        with pytest.raises(RuntimeError):
            publication.execute()
    finally:
        post_save.disconnect(break_down, sender=PracticePage)
    assert row(practice).cost_band == row(french).cost_band == "unknown"


def test_saving_an_original_in_code_copies_its_synchronised_fields():
    face = factories.call_page()
    french = factories.translated(face, "fr")
    face = CallPage.objects.get(pk=face.pk)
    face.call = factories.call()
    face.save()
    assert row(french).call == face.call


def test_an_outdated_translation_shows_its_date_and_its_original():
    practice = factories.practice()
    french, arabic = factories.translated(practice, "fr"), factories.translated(practice, "ar")
    assert outdated_since(french) is None
    before = timezone.now()
    change(practice, problem="Another problem.")
    first = outdated_since(row(french))
    assert before <= first <= timezone.now()
    change(practice, problem="A third problem.")
    assert outdated_since(row(french)) == first
    assert original_of(row(french)) == practice
    factories.translated(practice, "fr")
    assert outdated_since(row(french)) is None
    assert outdated_since(row(arabic)) == first
    assert outdated_since(row(practice)) is None


def test_a_changed_synchronised_field_makes_no_translation_outdated():
    practice = factories.practice()
    french = factories.translated(practice, "fr")
    change(practice, cost_band="over-250k")
    assert outdated_since(row(french)) is None


def test_a_translation_is_up_to_date_again_when_the_original_is_changed_back():
    practice = factories.practice()
    french = factories.translated(practice, "fr")
    change(practice, problem="A slip.")
    assert outdated_since(row(french))
    change(practice, problem=practice.problem)
    assert outdated_since(row(french)) is None


def test_a_text_that_was_deleted_is_deleted_in_the_translation_which_is_up_to_date():
    profile = factories.profile(challenges="Few teachers.")
    french = factories.translated(profile, "fr")
    change(profile, challenges="")
    assert row(french).challenges == draft(french).challenges == ""
    assert row(french).headline == french.headline
    assert row(french).text_outdated_since is None
    change(profile, challenges="Few rooms.")
    assert row(french).text_outdated_since
