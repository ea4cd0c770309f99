"""Exports of lists in the admin: with the columns of a dataset where there is one, and never with a formula."""

from collections.abc import Callable, Iterable
from typing import Any

from django.db.models import QuerySet
from django.dispatch import Signal
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from wagtail.admin.views.mixins import SpreadsheetExportMixin
from wagtail.admin.widgets import Button

from core.spreadsheets import inert_text

EXPORTERS: dict[str, Callable[[Iterable, str], HttpResponseBase]] = {}
"""Code of a dataset → function of the rows of a list and "csv" or "xlsx". `open_data` fills it."""


exported = Signal()
"""Sent when a person exports a list of the admin; receives `view`, the number of `rows`, and the `file_format`."""


class DatasetExportMixin:
    """Mixin before Wagtail's view of a list: the export of all or the filtered rows has the columns of a dataset."""

    exported_dataset = ""
    """The code of the dataset."""
    show_export_buttons = True

    def as_spreadsheet(self, queryset: list | QuerySet, spreadsheet_format: str) -> HttpResponseBase:
        """Return the file. queryset: the rows that the list shows, on all its pages."""
        tell_export(self, queryset, spreadsheet_format)
        return EXPORTERS[self.exported_dataset](queryset, spreadsheet_format)


class DatasetImportMixin(DatasetExportMixin):
    """Mixin as above: beside the exports the link to the import of the same columns, for those who may import."""

    def may_import(self) -> bool:
        """Whether the person may open the import."""
        raise NotImplementedError

    @cached_property
    def header_more_buttons(self):
        buttons = list(super().header_more_buttons)
        if self.may_import():
            url = reverse("import", args=[self.exported_dataset])
            buttons.append(Button(_("Import CSV or XLSX"), url=url, icon_name="upload", priority=110))
        return buttons


def tell_export(view: Any, rows: list | QuerySet, file_format: str) -> None:
    """Send the signal. rows: a queryset is not read for it."""
    count = len(rows) if isinstance(rows, list) else rows.count()
    exported.send(type(view), view=view, rows=count, file_format=file_format)


def tell_other_exports() -> None:
    """Let the exports that Wagtail writes send the signal, too."""
    write = SpreadsheetExportMixin.as_spreadsheet

    def tell_and_write(
        self: SpreadsheetExportMixin, queryset: list | QuerySet, spreadsheet_format: str
    ) -> HttpResponseBase:
        tell_export(self, queryset, spreadsheet_format)
        return write(self, queryset, spreadsheet_format)

    SpreadsheetExportMixin.as_spreadsheet = tell_and_write


def make_csv_inert() -> None:
    """Make the text of all other CSV exports of the admin inert: reports, and what people typed into the search.

    Wagtail writes it as it is; in XLSX it makes each text a text.
    """
    preprocess = SpreadsheetExportMixin.preprocess_field_value

    def preprocess_inert(self: SpreadsheetExportMixin, field: str, value: Any, export_format: str) -> Any:
        written = preprocess(self, field, value, export_format)
        return inert_text(written) if export_format == self.FORMAT_CSV and isinstance(written, str) else written

    SpreadsheetExportMixin.preprocess_field_value = preprocess_inert
