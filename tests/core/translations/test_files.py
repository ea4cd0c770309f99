"""Overridden files: permissions to choose them, and what happens when they are deleted."""

import pytest
from django.contrib.auth.models import Group, Permission
from django.db.models import ProtectedError
from django.urls import reverse
from wagtail.models import Collection, GroupCollectionPermission
from wagtail_localize.models import OverridableSegment, SegmentOverride

from practices.models import PracticeDocument
from tests import admin_forms, factories
from tests.core.translations.test_synchronised_fields import change, row

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]


@pytest.fixture(autouse=True)
def _trees():
    factories.tree("fr", "ar")


@pytest.fixture
def translator(sign_in):
    return sign_in(factories.user("Translators"))


def override_url(original, path_ends: str) -> str:
    """Return the URL of the French override whose content path ends so."""
    record = admin_forms.translation_of(original, "fr")
    segment = OverridableSegment.objects.get(source=record.source, context__path__endswith=path_ends)
    return reverse("wagtail_localize:edit_override", args=[record.pk, segment.pk])


def event_with_outcome():
    event = factories.event(outcome_document=factories.document(title="Outcome"))
    return event, factories.translated(event, "fr")


def test_a_deleted_overridden_file_is_replaced_by_the_originals(translator, sign_in):
    event, french = event_with_outcome()
    own = factories.document(title="Résultat")
    admin_forms.put(translator, override_url(event, "outcome_document"), value=own.pk)
    admin_forms.press_publish(translator, french)
    assert row(french).outcome_document == own
    moderator = sign_in(factories.user("Moderators"))
    moderator.post(reverse("wagtaildocs:delete", args=[own.pk]))
    assert not SegmentOverride.objects.exists()
    assert row(french).outcome_document == event.outcome_document
    admin_forms.press_publish(translator, french)
    assert row(french).live


def test_a_deleted_file_in_running_text_is_replaced_by_the_originals(translator, sign_in):
    report = factories.document(title="Report")
    practice = factories.practice(body=[("document", {"document": report, "title": "Report"})])
    french = factories.translated(practice, "fr")
    own = factories.document(title="Rapport")
    admin_forms.put(translator, override_url(practice, ".document"), value=own.pk)
    admin_forms.press_publish(translator, french)
    assert row(french).body[0].value["document"] == own
    own_pk = own.pk
    sign_in(factories.user("Moderators")).post(reverse("wagtaildocs:delete", args=[own_pk]))
    assert row(french).body[0].value["document"] == report


def test_deleting_another_file_keeps_the_overridden_one(translator):
    """A picture with the same primary key is not the document."""
    event, french = event_with_outcome()
    own = factories.document()
    admin_forms.put(translator, override_url(event, "outcome_document"), value=own.pk)
    admin_forms.press_publish(translator, french)
    factories.image(pk=own.pk).delete()
    factories.document().delete()
    assert row(french).outcome_document == own
    assert SegmentOverride.objects.exists()


def test_a_file_is_chosen_only_from_permitted_collections(translator):
    event, french = event_with_outcome()
    everything = Collection.get_first_root_node()
    GroupCollectionPermission.objects.filter(group__name="Translators").delete()
    closed, opened = everything.add_child(name="Board"), everything.add_child(name="Flyers")
    group = Group.objects.get(name="Translators")
    group.collection_permissions.create(
        collection=opened, permission=Permission.objects.get(codename="choose_document")
    )
    secret, flyer = factories.document(collection=closed), factories.document(collection=opened)
    url = override_url(event, "outcome_document")
    assert admin_forms.put(translator, url, value=secret.pk).status_code == 403
    assert admin_forms.put(translator, url, value="nonsense").status_code == 403
    assert not SegmentOverride.objects.exists()
    assert admin_forms.put(translator, url, value=flyer.pk).status_code == 201
    admin_forms.press_publish(translator, french)
    assert row(french).outcome_document == flyer


def test_a_file_that_a_row_of_a_translation_uses_cannot_be_deleted(translator):
    document = PracticeDocument(title="Flyer", document=factories.document(), sort_order=0)
    practice = factories.practice(documents=[document])
    french = factories.translated(practice, "fr")
    own = factories.document()
    admin_forms.put(translator, override_url(practice, ".document"), value=own.pk)
    admin_forms.press_publish(translator, french)
    with pytest.raises(ProtectedError):
        own.delete()
    assert row(french).documents.get().document == own
    change(practice, cost_band="over-250k")
    assert row(french).documents.get().document == own
