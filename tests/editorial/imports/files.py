"""Tables as people upload them, and an import that is led through all its stages."""

import csv
import io
from collections.abc import Iterable, Mapping
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import TestCase
from django.utils.translation import override
from openpyxl import Workbook, load_workbook

from core.exports import EXPORTERS
from editorial.imports import running, services
from editorial.imports.kinds import KINDS
from editorial.imports.models import Import


def csv_bytes(rows: Iterable[Mapping[str, Any]], delimiter: str = ",", encoding: str = "utf-8") -> bytes:
    """A CSV file with the columns of the first row."""
    rows = list(rows)
    buffer = io.StringIO()
    writer = csv.DictWriter(buffer, list(rows[0]), delimiter=delimiter)
    writer.writeheader()
    writer.writerows(rows)
    return buffer.getvalue().encode(encoding)


def xlsx_bytes(rows: Iterable[Mapping[str, Any]]) -> bytes:
    """An Excel workbook with the columns of the first row."""
    rows = list(rows)
    book = Workbook()
    book.active.append(list(rows[0]))
    for row in rows:
        book.active.append([row.get(name) for name in rows[0]])
    output = io.BytesIO()
    book.save(output)
    return output.getvalue()


def exported(kind: str, items: Iterable, file_format: str = "csv", language: str = "en") -> bytes:
    """The export of a list of the admin."""
    with override(language):
        return b"".join(EXPORTERS[kind](items, file_format))


def table_of(content: bytes) -> list[dict[str, str]]:
    """The rows of a CSV file in UTF-8."""
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def changed_workbook(content: bytes, row: int, column: str, value: Any) -> bytes:
    """A workbook in which one cell was changed. row: the header is 1."""
    book = load_workbook(io.BytesIO(content))
    sheet = book.worksheets[0]
    names = [cell.value for cell in sheet[1]]
    sheet.cell(row, names.index(column) + 1).value = value
    output = io.BytesIO()
    book.save(output)
    return output.getvalue()


def checked(kind: str, content: bytes, by, name: str = "table.csv", language: str = "en") -> Import:
    """Upload a file and let the worker check it."""
    with override(language):
        job = services.receive(SimpleUploadedFile(name, content), KINDS[kind], language, by=by)
    work()
    job.refresh_from_db()
    return job


def run(job: Import, by=None) -> Import:
    """Start an import, and let the worker do it."""
    services.start(job, by=by or job.created_by)
    work()
    job.refresh_from_db()
    return job


def work() -> None:
    """Do what the worker does, until there is nothing left."""
    with TestCase.captureOnCommitCallbacks(execute=True):
        while running.step():
            pass


def verdicts(job: Import) -> list[str]:
    """The verdicts of the rows in the order of the file."""
    return [row.verdict for row in job.rows.all()]


def problems(job: Import) -> set[tuple[int, str]]:
    """The number of the row and the column of each problem."""
    return {(row.number, problem["column"]) for row in job.rows.all() for problem in row.problems}


def changes(job: Import) -> list[tuple[int, str, Any, Any]]:
    """Row, column, old and new value of each change."""
    return [
        (row.number, change["column"], change["old"], change["new"]) for row in job.rows.all() for change in row.changes
    ]
