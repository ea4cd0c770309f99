"""The exports of lists in the admin, as CSV and XLSX, with the columns of the datasets."""

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from io import BytesIO

from django.http import FileResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils.translation import get_language

from core.exports import EXPORTERS
from core.pages import PortalPage
from core.spreadsheets import XLSX_TYPE
from open_data.datasets import DATASETS, Dataset
from open_data.datasets.base import Key, chunks
from open_data.formats import FORMATS, Values, csv_file, write_xlsx


def register() -> None:
    """Let the lists of the admin export the datasets."""
    exporters: dict[str, Callable[[Iterable, str], HttpResponseBase]] = {
        code: partial(export, dataset) for code, dataset in DATASETS.items()
    }
    EXPORTERS.update(exporters)


def export(dataset: Dataset, items: Iterable, file_format: str) -> HttpResponseBase:
    """Return a file with the rows of a list of the admin, drafts too. items: pages, cities or calls."""
    keys = [_key(item) for item in items]
    if file_format == "csv":
        content = csv_file(dataset.columns, _values(dataset, keys))
        headers = {"Content-Type": FORMATS["csv"].content_type}
        headers["Content-Disposition"] = f'attachment; filename="{dataset.code}.csv"'
        return StreamingHttpResponse(content, headers=headers)
    output = BytesIO()
    write_xlsx(output, dataset.code, dataset.columns, _values(dataset, keys))
    output.seek(0)
    return FileResponse(output, as_attachment=True, content_type=XLSX_TYPE, filename=f"{dataset.code}.xlsx")


def _key(item) -> Key:
    """A page is in its own language; a city or a call is in that of the person who reads."""
    return item.pk, item.language if isinstance(item, PortalPage) else get_language()


def _values(dataset: Dataset, keys: Iterable[Key]) -> Iterator[Values]:
    for chunk in chunks(keys):
        for row in dataset.rows(chunk, is_for_staff=True):
            yield dataset.values(row, is_for_staff=True)
