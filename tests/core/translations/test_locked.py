"""A locked translation keeps its words; facts follow the original."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import get_resolver, reverse
from django.utils import timezone
from wagtail_localize.models import StringSegment, StringTranslation

from tests import admin_forms, factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def translator(sign_in):
    factories.tree("fr")
    return sign_in(factories.user("Translators"))


def locked(version, **fields):
    """Lock a version by another person."""
    rows = type(version).objects.filter(pk=version.pk)
    rows.update(locked=True, locked_by=factories.user(), locked_at=timezone.now(), **fields)
    return rows.get()


def writing_addresses(record) -> list[str]:
    """Every address that writes strings or values of a translation, from the URLs of wagtail-localize."""
    segment = StringSegment.objects.filter(source=record.source).first()
    given = {"translation_id": record.pk, "string_segment_id": segment.pk, "overridable_segment_id": segment.pk}
    found = []
    _prefix, resolver = get_resolver().namespace_dict["wagtail_localize"]
    for name in filter(lambda name: isinstance(name, str), resolver.reverse_dict):
        _address, parameters = resolver.reverse_dict.getlist(name)[0][0][0]
        if "translation_id" in parameters and "mode" not in parameters:
            found.append(reverse(f"wagtail_localize:{name}", kwargs={key: given[key] for key in parameters}))
    return found


@pytest.mark.parametrize("make", [factories.practice, factories.profile])
def test_nothing_changes_the_words_of_a_locked_translation(translator, make):
    version = locked(factories.translated(make(), "fr"))
    record = admin_forms.translation_of(version, "fr")
    strings = list(StringTranslation.objects.order_by("pk").values_list("pk", "data"))
    published = version.latest_revision_id
    addresses = writing_addresses(record)
    assert len(addresses) >= 5
    for address in addresses:
        for method in ("put", "delete", "post"):
            if method == "put":
                answer = admin_forms.put(translator, address, value="Anew")
            else:
                file = SimpleUploadedFile("translation.po", b"msgid")
                answer = getattr(translator, method)(address, {"file": file} if method == "post" else {})
            assert answer.status_code in {302, 403, 405}, address
    answer = admin_forms.press_publish(translator, version)
    assert "locked" in admin_forms.shown_messages(answer)
    answer = translator.post(
        reverse("wagtail_localize:update_translations", args=[record.source_id]),
        {"publish_translations": "on"},
        follow=True,
    )
    assert "locked" in admin_forms.shown_messages(answer)
    assert list(StringTranslation.objects.order_by("pk").values_list("pk", "data")) == strings
    assert type(version).objects.get(pk=version.pk).latest_revision_id == published


def test_facts_follow_into_a_locked_translation():
    factories.tree("fr")
    original = factories.practice()
    french = locked(factories.translated(original, "fr"))
    original.city = factories.city()
    original.save_revision().publish()
    assert type(french).objects.get(pk=french.pk).city == original.city
    assert type(french).objects.get(pk=french.pk).title == french.title


def test_the_person_who_locked_it_goes_on(sign_in):
    factories.tree("fr")
    person = factories.user("Translators")
    version = locked(factories.translated(factories.practice(), "fr"))
    type(version).objects.filter(pk=version.pk).update(locked_by=person)
    browser = sign_in(person)
    segment = admin_forms.strings_in_editor(browser, version)[0]
    admin_forms.save_string(browser, segment, "Anew")


def test_the_strings_of_a_deleted_translation_are_not_found(translator):
    version = factories.translated(factories.practice(), "fr")
    record = admin_forms.translation_of(version, "fr")
    addresses = writing_addresses(record)
    version.delete()
    for address in addresses:
        assert admin_forms.put(translator, address, value="Anew").status_code == 404
