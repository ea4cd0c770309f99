"""The file formats, read back by programs that others have written."""

import csv
import json
from datetime import UTC, date, datetime
from decimal import Decimal
from io import BytesIO, StringIO

import geojson
import openpyxl
import pytest

from core.spreadsheets import original_text
from open_data.columns import Column, Type
from open_data.formats import FORMATS, write_xlsx

FORMULA = '=HYPERLINK("https://example.org")'
PARTS = (Column("label", "Label", Type.TEXT, str), Column("value", "Value", Type.NUMBER, str))
COLUMNS = tuple(
    Column(kind.replace("-", "_"), kind, kind, str, parts=PARTS if kind == Type.RECORDS else ()) for kind in Type
)
ROW = {
    "text": FORMULA,
    "code": "dk-sonderborg",
    "url": "https://example.org/ü?a=1&b=2",
    "integer": -5,
    "number": Decimal("-75.57700"),
    "boolean": True,
    "date": date(2026, 6, 30),
    "partial_date": "2026-06",
    "instant": datetime(2026, 6, 30, 21, 59, tzinfo=UTC),
    "codes": ["a", "b"],
    "texts": ["one, two", "- three"],
    "records": [{"label": "of “530”", "value": Decimal("1.5")}],
}
EMPTY = dict.fromkeys(ROW) | {"codes": [], "texts": [], "records": []}
IDENTITY = {"code": "x", "language": "ar"}


def written(code: str, rows, columns=COLUMNS) -> bytes:
    return b"".join(FORMATS[code].write(columns, iter(rows), {"dataset": "test"}))


def test_csv_is_utf8_with_a_byte_order_mark_and_one_line_for_each_row():
    content = written("csv", [ROW, EMPTY])
    assert content.startswith(b"\xef\xbb\xbftext,")
    assert content.count(b"\r\n") == 3
    first, second = csv.DictReader(StringIO(content.decode("utf-8-sig"), newline=""))
    assert first == {
        "text": f"'{FORMULA}",
        "code": "dk-sonderborg",
        "url": "https://example.org/ü?a=1&b=2",
        "integer": "-5",
        "number": "-75.577",
        "boolean": "true",
        "date": "2026-06-30",
        "partial_date": "2026-06",
        "instant": "2026-06-30T21:59:00+00:00",
        "codes": "a;b",
        "texts": "one, two\n'- three",
        "records": '[{"label":"of “530”","value":1.5}]',
    }
    assert original_text(first["text"]) == FORMULA
    assert set(second.values()) == {""}


def test_json_has_numbers_lists_and_records_and_texts_unchanged():
    content = json.loads(written("json", [ROW, EMPTY]))
    assert content["dataset"] == "test"
    assert content["rows"][0] == ROW | {
        "number": -75.577,
        "date": "2026-06-30",
        "instant": "2026-06-30T21:59:00+00:00",
        "records": [{"label": "of “530”", "value": 1.5}],
    }
    assert content["rows"][1] == EMPTY
    assert json.loads(written("json", []))["rows"] == []


def test_geojson_is_valid_and_what_has_no_coordinates_has_no_geometry():
    place = {"latitude": Decimal("54.90900"), "longitude": Decimal("9.78920")}
    rows = [IDENTITY | place, IDENTITY | {"latitude": None, "longitude": Decimal(1)}, IDENTITY]
    collection = geojson.loads(written("geojson", rows))
    assert isinstance(collection, geojson.FeatureCollection)
    assert collection.errors() == []
    assert all(feature.is_valid for feature in collection["features"])
    # Longitude first (RFC 7946, 3.1.1).
    assert collection["features"][0]["geometry"] == {"type": "Point", "coordinates": [9.7892, 54.909]}
    assert collection["features"][0]["properties"] == IDENTITY
    assert [feature["geometry"] for feature in collection["features"][1:]] == [None, None]
    assert geojson.loads(written("geojson", []))["features"] == []


def test_xlsx_has_dates_as_dates_numbers_as_numbers_and_no_formula():
    output = BytesIO()
    write_xlsx(output, "Test", COLUMNS, [ROW, EMPTY, ROW | {"text": "a\x0bb", "partial_date": "2026-06-30"}])
    header, *rows = openpyxl.load_workbook(output)["Test"].iter_rows()
    names = [cell.value for cell in header]
    first, empty, third = (dict(zip(names, row, strict=True)) for row in rows)
    assert (first["text"].value, first["text"].data_type, first["text"].quotePrefix) == (FORMULA, "s", True)
    assert first["date"].value == datetime(2026, 6, 30)
    assert first["date"].is_date
    assert first["instant"].value == datetime(2026, 6, 30, 21, 59)
    assert (first["integer"].value, first["number"].value, first["boolean"].value) == (-5, -75.577, True)
    assert first["partial_date"].value == "2026-06"
    assert third["partial_date"].is_date
    assert third["text"].value == "ab"
    assert {cell.value for cell in empty.values()} == {None}
    assert "f" not in {cell.data_type for row in rows for cell in row}


@pytest.mark.parametrize("code", FORMATS)
def test_a_file_is_written_row_by_row(code):
    """A portal with many rows would otherwise keep them all in memory."""
    read = []

    def rows():
        for number in range(3):
            read.append(number)
            yield IDENTITY

    pieces = FORMATS[code].write([Column("code", "", Type.CODE, str)], rows(), {"dataset": "test"})
    next(pieces)
    next(pieces)
    assert read == [0]
