"""A report of the admin: the audit log."""

from collections import defaultdict
from collections.abc import Iterable

from django.apps import apps
from django.contrib.auth import get_user_model
from django.core.exceptions import FieldDoesNotExist, ValidationError
from django.db import models
from django.db.models import QuerySet
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django_filters import CharFilter, ChoiceFilter, DateFromToRangeFilter, ModelChoiceFilter
from wagtail.admin.admin_url_finder import AdminURLFinder
from wagtail.admin.filters import DateRangePickerWidget, WagtailFilterSet
from wagtail.admin.ui.tables import Column, DateColumn
from wagtail.admin.views.reports import ReportView
from wagtail.permission_policies import ModelPermissionPolicy

from audit.actions import Action
from audit.details import in_words
from audit.log import KEY_FIELDS
from audit.models import AuditEntry


def people_in_the_log(request) -> QuerySet:
    """Those who have made an entry."""
    of_entries = AuditEntry.objects.order_by().exclude(recorded_by=None).values("recorded_by")
    return get_user_model().objects.filter(pk__in=of_entries).order_by("email")


def types_in_the_log() -> list[tuple[str, str]]:
    """The types of objects that entries are about, by their names."""
    labels = AuditEntry.objects.order_by().values_list("object_type", flat=True).distinct()
    return sorted(((label, type_name(label)) for label in labels), key=lambda choice: choice[1])


def type_name(label: str) -> str:
    """The name of a model; of one that no longer exists, its label."""
    model = _model(label)
    return capfirst(str(model._meta.verbose_name)) if model else label


def _model(label: str) -> type[models.Model] | None:
    try:
        return apps.get_model(label)
    except (LookupError, ValueError):
        return None


class AuditEntryFilterSet(WagtailFilterSet):
    """The filters of the report."""

    action = ChoiceFilter(label=_("Action"), choices=Action.choices)
    recorded_by = ModelChoiceFilter(label=_("Person"), queryset=people_in_the_log)
    object_type = ChoiceFilter(label=_("Type of object"), choices=types_in_the_log)
    object_key = CharFilter(label=_("Key of the object"), max_length=64)
    recorded_at = DateFromToRangeFilter(label=_("Date (UTC)"), widget=DateRangePickerWidget)

    class Meta:
        model = AuditEntry
        fields = ["action", "recorded_by", "object_type", "object_key", "recorded_at"]


class ObjectColumn(Column):
    """The thing, with a link if the reader may open it in the admin."""

    cell_template_name = "audit/admin/object_cell.html"


class VersionColumn(Column):
    """The version and the details, in words."""

    cell_template_name = "audit/admin/details_cell.html"


class AuditLogView(ReportView):
    """Who did what, when, on which version, from where; for users with the view permission."""

    model = AuditEntry
    permission_policy = ModelPermissionPolicy(AuditEntry)
    any_permission_required = ["view"]
    page_title = _("Audit log")
    header_icon = "history"
    index_url_name = "audit-log"
    index_results_url_name = "audit-log-results"
    filterset_class = AuditEntryFilterSet
    default_ordering = "-recorded_at"
    search_fields = ["object_key", "address", "recorded_by__email", "recorded_by__first_name", "recorded_by__last_name"]
    search_backend_name = None
    is_searchable = True
    columns = [
        DateColumn("recorded_at", label=pgettext_lazy("when it happened", "Date")),
        Column("person", label=_("Person"), accessor="person"),
        Column("action", label=_("Action"), accessor="get_action_display"),
        ObjectColumn("object", label=_("Object")),
        VersionColumn("details", label=_("Details")),
        Column("address", label=_("Network address")),
    ]
    # Codes only: nothing in them can be read as a formula.
    list_export = [
        "recorded_at",
        "action",
        "recorded_by_id",
        "object_type",
        "object_key",
        "version",
        "address",
        "details",
    ]

    def get_queryset(self) -> QuerySet[AuditEntry]:
        found = AuditEntry.objects.select_related("recorded_by")
        return self.search_queryset(found).order_by("-recorded_at", "-pk")

    def decorate_paginated_queryset(self, object_list) -> list[AuditEntry]:
        """Add `person`, `type_name`, `details_in_words`, `name` and `edit_url` to each entry.

        The last two only of what the reader may open.
        """
        entries = list(object_list)
        finder = AdminURLFinder(self.request.user)
        addresses = {key: (thing, finder.get_edit_url(thing)) for key, thing in things(entries).items()}
        links = {key: (str(thing), address) for key, (thing, address) in addresses.items() if address}
        for entry in entries:
            entry.person = str(entry.recorded_by) if entry.recorded_by else _("The portal")
            entry.type_name = type_name(entry.object_type)
            entry.details_in_words = in_words(entry.details)
            entry.name, entry.edit_url = links.get((entry.object_type, entry.object_key), (entry.object_key, None))
        return entries


def things(entries: Iterable[AuditEntry]) -> dict[tuple[str, str], models.Model]:
    """The rows that the entries name, as far as they still exist, by type and key: a query for each type."""
    keys: dict[str, set[str]] = defaultdict(set)
    for entry in entries:
        keys[entry.object_type].add(entry.object_key)
    found: dict[tuple[str, str], models.Model] = {}
    for label, wanted in keys.items():
        model = _model(label)
        if model is None:
            continue
        name = key_field(model)
        try:
            rows = list(model._default_manager.filter(**{f"{name}__in": wanted}).order_by("-pk"))
        except (ValueError, ValidationError):
            continue
        # Of several versions the oldest row is kept: the original.
        found |= {(label, str(getattr(row, name))): row for row in rows}
    return found


def key_field(model: type[models.Model]) -> str:
    """The name of the field by which `audit.log.object_key` names rows of this model."""
    for name in KEY_FIELDS:
        try:
            return model._meta.get_field(name).name
        except FieldDoesNotExist:
            continue
    return "pk"
