"""Records who exported which list of the admin: with which filters, and how many rows."""

from collections.abc import Mapping
from typing import Any

from django.apps import apps
from django.forms import Form
from wagtail.admin.views.generic import BaseListingView

from audit import log
from audit.actions import Action
from audit.details import add_words
from core.exports import exported


def connect() -> None:
    """Connect the receiver; called once, when all models are loaded."""
    exported.connect(record_export)
    add_words("list", {model._meta.label_lower: str(model._meta.verbose_name_plural) for model in apps.get_models()})


def record_export(view: BaseListingView, rows: int, file_format: str, **kwargs) -> None:
    """Record an export. The object is the person: what leaves the portal is theirs from now on."""
    user = view.request.user
    model = view.model or view.object_list.model  # some reports of Wagtail have only the rows
    log.record(
        Action.LIST_EXPORTED,
        user,
        by=user,
        request=view.request,
        list=model._meta.label_lower,
        format=file_format,
        rows=rows,
        searched=view.is_searching,
        filters=_chosen(view.filters.form if view.filters else None, view.request.GET),
    )


def _chosen(form: Form | None, query: Mapping[str, Any]) -> dict[str, str | bool]:
    """The filters that were sent, by their names: the code of a choice; of what was typed only that it was."""
    fields = form.fields if form is not None else {}
    sent = {name: value for name, value in query.items() if value and name.removesuffix("_from") in fields}
    return {name: value if hasattr(fields.get(name), "choices") else True for name, value in sent.items()}
