"""The migration that makes places facts."""

from importlib import import_module

import pytest
from django.apps import apps
from django.db.models import QuerySet
from wagtail_localize.models import StringSegment

from events.models import EventPage, EventQuerySet, EventSession
from tests import factories

pytestmark = pytest.mark.django_db


def test_translations_get_the_places_of_their_originals(monkeypatch):
    factories.tree("fr")
    start = factories.timezone.now()
    session = EventSession(title="Opening", room="A 1", starts_at=start, ends_at=start + factories.timedelta(hours=1))
    english = factories.event(venue="City Hall", sessions=[session])
    french = factories.translated(english, "fr")
    # The historical models of a migration have Django's own querysets.
    monkeypatch.setattr(EventQuerySet, "update", QuerySet.update)
    EventPage.objects.filter(pk=french.pk).update(venue="Mairie")
    french.sessions.update(room="Grande salle")
    segment = StringSegment.objects.get(context__path="title", source__object_id=english.translation_key)
    segment.context.path, segment.context.path_id, segment.context.field_path = "venue", None, "venue"
    segment.context.save()
    import_module("events.migrations.0003_copy_places").copy_places(apps, None)
    french = EventPage.objects.get(pk=french.pk)
    draft = french.get_latest_revision_as_object()
    for version in (french, draft):
        assert version.venue == "City Hall"
        assert [row.room for row in version.sessions.all()] == ["A 1"]
    assert not StringSegment.objects.filter(pk=segment.pk).exists()
