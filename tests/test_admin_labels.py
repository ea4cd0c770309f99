"""Every column, field and panel of the portal's own admin has a label in the editor's language."""

import re

import pytest
from django.apps import apps
from django.utils import translation
from wagtail.admin.panels import Panel, get_edit_handler
from wagtail.admin.ui.tables import BaseColumn
from wagtail.admin.viewsets import viewsets
from wagtail.admin.viewsets.model import ModelViewSet

from core.pages import PortalPage
from tests import factories

pytestmark = pytest.mark.django_db

OWN = {"accounts", "calls", "cities", "clusters", "core", "events", "home", "practices", "search"}
CYRILLIC = re.compile("[а-яё]", re.IGNORECASE)
NOT_SHOWN = {"bulk_actions", "comments", "path", "depth", "numchild"}
"""What Wagtail shows in its own way: checkboxes, comments, and the place of a page in the tree."""


def own_viewsets() -> list[ModelViewSet]:
    found = [viewset for viewset in viewsets.viewsets if isinstance(viewset, ModelViewSet)]
    return [viewset for viewset in found if viewset.model._meta.app_label in OWN]


def column_labels(viewset, request) -> list[tuple[str, str]]:
    index = viewset.index_view
    view = index.view_class(**index.view_initkwargs)
    view.setup(request)
    return [(column.name, str(column.label)) for column in view.columns if isinstance(column, BaseColumn)]


def own_forms() -> list[tuple[str, type]]:
    pages = [model for model in apps.get_models() if issubclass(model, PortalPage) and not model._meta.abstract]
    forms = [(model.__name__, get_edit_handler(model).get_form_class()) for model in pages]
    return forms + [(viewset.model.__name__, form_class(viewset)) for viewset in own_viewsets()]


def form_class(viewset):
    handler: Panel | None = viewset._edit_handler
    return handler.get_form_class() if handler else viewset.get_form_class()


def labels_of(form) -> list[tuple[str, str]]:
    labels = [(name, str(field.label)) for name, field in form.base_fields.items() if field.label]
    for name, rows in getattr(form, "formsets", {}).items():
        labels += [(f"{name}.{inner}", label) for inner, label in labels_of(rows.form)]
    return labels


def test_no_column_and_no_field_is_named_in_english(rf):
    request = rf.get("/")
    request.user = factories.user("Editors", is_superuser=True)
    with translation.override("en"):
        forms = own_forms()
    with translation.override("ru"):
        columns = [
            (viewset.model.__name__, *column)
            for viewset in own_viewsets()
            for column in column_labels(viewset, request)
        ]
        fields = [(model, *label) for model, form in forms for label in labels_of(form)]
    assert len(columns) > 20
    assert len(fields) > 100
    english = [
        place
        for place in [*columns, *fields]
        if place[1].partition(".")[0] not in NOT_SHOWN and not CYRILLIC.search(place[2])
    ]
    assert english == []
