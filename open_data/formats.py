"""The file formats. Each takes the rows of a dataset one by one and yields bytes: a file of any size streams."""

import csv
import json
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from io import StringIO
from typing import Any, BinaryIO

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from openpyxl import Workbook
from openpyxl.cell import Cell, WriteOnlyCell

from core.spreadsheets import inert_text
from open_data.columns import Column, Type

Values = dict[str, Any]

BOM = "\ufeff"
LIST_SEPARATOR = ";"
# The longest text that a cell of Excel holds.
LONGEST_CELL = 32_767
# Control characters that XML 1.0 does not have.
_NOT_XML = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
DAY_FORMAT, INSTANT_FORMAT = "yyyy-mm-dd", "yyyy-mm-dd hh:mm:ss"


def plain(value: Any) -> Any:
    """Return a value for JSON: numbers as numbers, dates as ISO 8601, an instant with its UTC offset."""
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, datetime):
        return value.isoformat(timespec="seconds")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, dict):
        return {name: plain(part) for name, part in value.items()}
    if isinstance(value, list | tuple):
        return [plain(part) for part in value]
    return value


def to_json(value: Any) -> str:
    """Return a value as JSON in one line."""
    return json.dumps(plain(value), ensure_ascii=False, separators=(",", ":"))


def cell_text(column: Column, value: Any) -> str:
    """Return a value as the text of a cell: lists of codes with semicolons, lists of texts in lines, records as JSON.

    Texts are not yet inert (`core.spreadsheets`).
    """
    if value is None:
        return ""
    if column.type == Type.CODES:
        return LIST_SEPARATOR.join(value)
    if column.type == Type.TEXTS:
        return "\n".join(value)
    if column.type == Type.RECORDS:
        return to_json(value) if value else ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        return format(value.normalize(), "f")
    return str(plain(value))


# --- CSV ----------------------------------------------------------------------------------


def csv_file(columns: Iterable[Column], rows: Iterable[Values]) -> Iterator[bytes]:
    """Yield a CSV file (RFC 4180) in UTF-8 with a byte order mark, by which Excel knows the encoding.

    Text that a spreadsheet program could read as a formula is made inert; numbers stay numbers.
    """
    columns = list(columns)
    yield (BOM + _csv_line([column.code for column in columns])).encode()
    for row in rows:
        yield _csv_line([_csv_cell(column, row[column.code]) for column in columns]).encode()


def _csv_cell(column: Column, value: Any) -> str:
    text = cell_text(column, value)
    return text if isinstance(value, int | Decimal) else inert_text(text)


def _csv_line(cells: list[str]) -> str:
    buffer = StringIO()
    csv.writer(buffer).writerow(cells)
    return buffer.getvalue()


# --- JSON and GeoJSON ---------------------------------------------------------------------


def json_file(columns: Iterable[Column], rows: Iterable[Values], about: Values) -> Iterator[bytes]:
    """Yield a JSON object with the facts `about` the file and its `rows`."""
    yield f'{to_json(about)[:-1]},"rows":['.encode()
    yield from _separated(to_json(row) for row in rows)
    yield b"\n]}\n"


def geojson_file(columns: Iterable[Column], rows: Iterable[Values], about: Values) -> Iterator[bytes]:
    """Yield a GeoJSON FeatureCollection (RFC 7946); the geometry of a row without coordinates is null."""
    yield f'{to_json({"type": "FeatureCollection"} | about)[:-1]},"features":['.encode()
    yield from _separated(to_json(feature(row)) for row in rows)
    yield b"\n]}\n"


def feature(row: Values) -> Values:
    """Return a row as a GeoJSON feature. The id is unique in the file: code and language."""
    properties = {name: value for name, value in row.items() if name not in {"latitude", "longitude"}}
    latitude, longitude = row.get("latitude"), row.get("longitude")
    point = None
    if latitude is not None and longitude is not None:
        point = {"type": "Point", "coordinates": [longitude, latitude]}
    return {
        "type": "Feature",
        "id": f"{row['code']}:{row['language']}",
        "geometry": point,
        "properties": properties,
    }


def _separated(items: Iterable[str]) -> Iterator[bytes]:
    for number, item in enumerate(items):
        yield f"{',' if number else ''}\n{item}".encode()


# --- XLSX ---------------------------------------------------------------------------------


def write_xlsx(output: BinaryIO, title: str, columns: Iterable[Column], rows: Iterable[Values]) -> None:
    """Write an Excel workbook with one sheet. Dates are dates; instants are in UTC, since Excel has no time zones.

    Every text is a cell of the type text, also when it begins like a formula.
    """
    columns = list(columns)
    workbook = Workbook(write_only=True)
    sheet = workbook.create_sheet(title)
    sheet.freeze_panes = "B2"
    sheet.append([_text_cell(sheet, column.code) for column in columns])
    for row in rows:
        sheet.append([_cell(sheet, column, row[column.code]) for column in columns])
    workbook.save(output)


def _cell(sheet, column: Column, value: Any) -> Cell | None:
    if value is None:
        return None
    if isinstance(value, bool | int):
        return WriteOnlyCell(sheet, value)
    if isinstance(value, Decimal):
        return WriteOnlyCell(sheet, plain(value))
    if isinstance(value, datetime):
        return _dated(WriteOnlyCell(sheet, value.astimezone(UTC).replace(tzinfo=None, microsecond=0)), INSTANT_FORMAT)
    if isinstance(value, date):
        return _dated(WriteOnlyCell(sheet, value), DAY_FORMAT)
    if column.type == Type.PARTIAL_DATE and len(value) == len("2016-04-03"):
        return _dated(WriteOnlyCell(sheet, date.fromisoformat(value)), DAY_FORMAT)
    text = cell_text(column, value)
    return _text_cell(sheet, text) if text else None


def _dated(cell: Cell, number_format: str) -> Cell:
    cell.number_format = number_format
    return cell


def _text_cell(sheet, text: str) -> Cell:
    cell = WriteOnlyCell(sheet, _NOT_XML.sub("", text)[:LONGEST_CELL])
    # openpyxl takes what begins with "=" for a formula, and some words for errors.
    cell.data_type = "s"
    # Excel would make it a formula when somebody edits the cell.
    cell.quotePrefix = True
    return cell


# --- The public formats -------------------------------------------------------------------


@dataclass(frozen=True)
class Format:
    """A format of the public files."""

    code: str
    """Its name in addresses: the extension of the file."""
    label: str
    content_type: str
    description: Promise
    write: Callable[[Iterable[Column], Iterable[Values], Values], Iterator[bytes]]
    """Takes the columns, the rows and what is to be said about the file; yields the file."""


FORMATS: dict[str, Format] = {
    item.code: item
    for item in (
        Format(
            "csv",
            "CSV",
            "text/csv; charset=utf-8",
            _("A table for spreadsheet programs and statistics."),
            lambda columns, rows, about: csv_file(columns, rows),
        ),
        Format(
            "json", "JSON", "application/json", _("Objects for programs, with numbers, lists and records."), json_file
        ),
        Format(
            "geojson",
            "GeoJSON",
            "application/geo+json",
            _("Points for maps and geographic information systems."),
            geojson_file,
        ),
    )
}
"""Code → format, in the order of the page."""
