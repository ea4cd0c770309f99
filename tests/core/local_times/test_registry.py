"""Every time that an editor types, in every app, is an instant in the time of its row's place."""

import pytest
from django.apps import apps
from django.conf import settings
from django.db import models
from modelcluster.models import get_all_child_relations
from wagtail.models import Page

from calls.viewsets import call_viewset
from core.local_times.fields import InstantField, PlaceField, instant_fields, models_with_instants
from core.local_times.forms import ConnectsChildForms
from core.pages import PortalPage

OURS = [model for model in apps.get_models() if (settings.BASE_DIR / model._meta.app_label).is_dir()]
# Wagtail's own, of a snippet with drafts: when it is published.
OF_WAGTAIL = {"first_published_at", "last_published_at", "go_live_at", "expire_at", "locked_at"}
# Rows that programs write and no form edits.
WRITTEN_BY_PROGRAMS = {
    *("search.IndexTask", "search.DocumentText", "desk.DeskFile"),
    *("accounts.User", "accounts.EmailLink", "accounts.RecoveryCode"),
    "feedback.MistakeReport",
    *("links.Address", "links.Link", "links.Round"),
    *("editorial.Import", "core.ContentChange", "portal.TaskRun"),
}


@pytest.mark.parametrize("model", OURS, ids=lambda model: model._meta.label)
def test_every_time_that_is_typed_is_an_instant_in_the_time_of_a_place(model):
    if model._meta.label in WRITTEN_BY_PROGRAMS:
        return
    wrong = [
        field.name
        for field in model._meta.local_concrete_fields
        if isinstance(field, models.DateTimeField | models.TimeField)
        and not isinstance(field, InstantField)
        and field.editable
        and field.name not in OF_WAGTAIL
    ]
    assert not wrong, f"{model._meta.label}: {wrong} are typed in the zone of the editor's account"


def test_there_are_such_models():
    assert {"calls.Call", "calls.CallSession", "calls.DateChange", "events.EventPage", "events.EventSession"} <= {
        model._meta.label for model in models_with_instants()
    }


@pytest.mark.django_db
@pytest.mark.parametrize("model", models_with_instants(), ids=lambda model: model._meta.label)
def test_such_a_row_knows_its_place_also_when_it_is_new(model):
    assert isinstance(model().place_of_times, str)


@pytest.mark.parametrize("model", OURS, ids=lambda model: model._meta.label)
def test_no_label_of_a_zone_is_free(model):
    names = [field.name for field in model._meta.local_concrete_fields if "zone" in field.name or "place" in field.name]
    assert all(
        isinstance(model._meta.get_field(name), PlaceField | models.ForeignKey | models.BooleanField) for name in names
    ), names


def forms():
    for model in OURS:
        rows = [row.related_model for row in get_all_child_relations(model) if instant_fields(row.related_model)]
        if rows and issubclass(model, PortalPage | Page):
            yield model._meta.label, model.get_edit_handler().get_form_class()
    yield "calls.Call", call_viewset.new_panel.get_form_class()
    yield "calls.Call, afterwards", call_viewset.edit_handler.bind_to_model(call_viewset.model).get_form_class()


def test_every_form_with_such_child_rows_tells_them_its_place():
    found = dict(forms())
    assert "events.EventPage" in found
    assert [name for name, form in found.items() if not issubclass(form, ConnectsChildForms)] == []
