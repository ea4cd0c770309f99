"""Reading an uploaded table, CSV or XLSX, row by row. Nothing in it is computed, followed or unpacked to a disk.

A cell is None if it is empty, a text, or a dict with one key: {"number": "12.5"}, {"day": "2026-04-03"},
{"bool": true}, {"formula": "=A1"}, {"error": "#REF!"}. Numbers are decimal text, dates ISO 8601.
"""

import csv
import io
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any, BinaryIO, cast
from zipfile import BadZipFile, ZipFile

from django.core.exceptions import ValidationError
from django.core.files import File
from django.utils.translation import gettext as _
from openpyxl import load_workbook

from core.spreadsheets import original_text

LARGEST_FILE = 10 * 1024 * 1024
MOST_ROWS = 10_000
MOST_COLUMNS = 200
LONGEST_CELL = 100_000
# What the parts of a workbook may have together when they are unpacked.
LARGEST_WORKBOOK = 100 * 1024 * 1024
MOST_PARTS = 500
DELIMITERS = ",;\t"
ZIP, OLD_EXCEL = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
_NOT_STORED = re.compile("[\0\ud800-\udfff]")
_DECLARATION = re.compile(rb"<!\s*(?:DOCTYPE|ENTITY)", re.IGNORECASE)

Cell = Any


class Unreadable(ValidationError):
    """The file cannot be read. The message is for the person who uploaded it, in the active language."""


@dataclass
class Table:
    """An open table: its header, and its rows with their numbers in the file (the header is row 1)."""

    header: list[str]
    rows: Iterator[tuple[int, list[Cell]]]
    file_format: str
    """ "csv" or "xlsx"."""
    encoding: str = ""
    """Of a CSV file: "utf-8", "utf-16" or "windows-1252", which is a guess."""
    notes: list[str] = field(default_factory=list)
    """What a person should know about how the file was read."""


@contextmanager
def opened(file: BinaryIO | File, name: str = "") -> Iterator[Table]:
    """Open a table. name: that of the upload, for the words of a refusal. Raises Unreadable, also while rows are read.

    file: at any position; it stays open.
    """
    file.seek(0)
    head = file.read(8)
    file.seek(0)
    if not head:
        raise Unreadable(_("The file is empty."))
    if head.startswith(OLD_EXCEL):
        raise Unreadable(_("This is a workbook of an old Excel (.xls), or it has a password. Save it as .xlsx."))
    if head.startswith(ZIP):
        with _workbook(file) as table:
            yield table
        return
    if name.lower().endswith((".xlsx", ".xlsm", ".xls", ".ods")):
        raise Unreadable(_("The content of this file is not an Excel workbook. Save it as .xlsx or as CSV."))
    yield _csv_table(file)


# --- CSV ----------------------------------------------------------------------------------


def _csv_table(file: BinaryIO | File) -> Table:
    content = file.read()
    if content[:5] == b"%PDF-" or (content[:1] in {b"<", b"\x89", b"\xff"} and content[:2] != b"\xff\xfe"):
        raise Unreadable(_("This file is neither CSV nor an Excel workbook (.xlsx)."))
    text, encoding = _decoded(content)
    if not text.strip():
        raise Unreadable(_("The file is empty."))
    delimiter, text = _delimiter(text)
    rows = _csv_rows(text, delimiter)
    header = next(rows, (1, []))[1]
    table = Table(_header(header), rows, "csv", encoding)
    if encoding == "windows-1252":
        table.notes.append(
            _(
                "The file is not in UTF-8. It was read as Windows-1252 (for Western Europe). Look whether letters with "
                "accents are right; if not, save it as “CSV UTF-8”."
            )
        )
    return table


def _decoded(content: bytes) -> tuple[str, str]:
    """The text of a file, and its encoding: by its byte order mark, else UTF-8, else the code page of Windows."""
    try:
        if content.startswith((b"\xff\xfe", b"\xfe\xff")):
            return content.decode("utf-16"), "utf-16"
        for encoding, zeros in (("utf-16-le", content[1:200:2]), ("utf-16-be", content[0:200:2])):
            if len(content) > 3 and zeros and zeros.count(0) > len(zeros) * 0.6:
                return content.decode(encoding), "utf-16"
    except UnicodeDecodeError as error:
        raise Unreadable(_("The encoding of the file is damaged. Save it as “CSV UTF-8”.")) from error
    try:
        return content.decode("utf-8-sig"), "utf-8"
    except UnicodeDecodeError:
        pass
    try:
        return content.decode("cp1252"), "windows-1252"
    except UnicodeDecodeError as error:
        raise Unreadable(_("The encoding of the file is not known. Save it as “CSV UTF-8”.")) from error


def _delimiter(text: str) -> tuple[str, str]:
    """The sign between cells: as Excel's first line “sep=;” says, else the one that the header has most of."""
    first, _end, rest = text.partition("\n")
    if match := re.fullmatch(r"sep=(.)\r?", first, re.IGNORECASE):
        return match[1], rest
    header = re.sub(r'"[^"]*"', "", first)
    return max(DELIMITERS, key=header.count), text


def _csv_rows(text: str, delimiter: str) -> Iterator[tuple[int, list[Cell]]]:
    csv.field_size_limit(LONGEST_CELL)
    number = 0
    try:
        for number, cells in enumerate(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True), 1):
            yield number, [original_text(cell) or None for cell in _checked(number, cells)]
    except csv.Error as error:
        if "field limit" in str(error):
            raise Unreadable(_too_long(number + 1)) from error
        raise Unreadable(
            _("Row %(number)s cannot be read: a quotation mark is missing or too many.") % {"number": number + 1}
        ) from error


# --- XLSX ---------------------------------------------------------------------------------


@contextmanager
def _workbook(file: BinaryIO | File) -> Iterator[Table]:
    _check_package(file)
    try:
        book = load_workbook(cast(BinaryIO, file), read_only=True, data_only=False, keep_links=False)
    except Exception as error:  # a hostile file can raise any exception in a parser
        raise Unreadable(_damaged()) from error
    try:
        sheets = [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"]
        if not sheets:
            raise Unreadable(_("The workbook has no sheet."))
        rows = _sheet_rows(sheets[0])
        header = next(rows, (1, []))[1]
        table = Table(_header(header), rows, "xlsx")
        if len(sheets) > 1:
            table.notes.append(
                _("The workbook has several sheets. Only the first one is read: “%(name)s”.")
                % {"name": sheets[0].title[:50]}
            )
        yield table
    finally:
        book.close()


def _check_package(file: BinaryIO | File) -> None:
    """Raise Unreadable for a package that is no workbook, or too large when it is unpacked, or that declares entities.

    Python's zipfile never gives more of a part than its directory says.
    """
    try:
        with ZipFile(cast(BinaryIO, file)) as archive:
            parts = archive.infolist()
            names = {part.filename for part in parts}
            if "[Content_Types].xml" not in names or not any(name.startswith("xl/workbook") for name in names):
                raise Unreadable(_("This file is neither CSV nor an Excel workbook (.xlsx)."))
            if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > LARGEST_WORKBOOK:
                raise Unreadable(_("This workbook is too large when it is unpacked. Save only the table in a new one."))
            for part in parts:
                if part.filename.endswith((".xml", ".rels")):
                    with archive.open(part) as content:
                        if _DECLARATION.search(content.read(4096).replace(b"\x00", b"")):
                            raise Unreadable(_damaged())
    except (BadZipFile, NotImplementedError, RuntimeError, OSError, EOFError) as error:
        raise Unreadable(_damaged()) from error
    file.seek(0)


def _sheet_rows(sheet) -> Iterator[tuple[int, list[Cell]]]:
    rows = sheet.iter_rows(max_col=MOST_COLUMNS + 1)
    number = 0
    while True:
        try:
            cells = next(rows)
        except StopIteration:
            return
        except Unreadable:
            raise
        except Exception as error:  # as above
            raise Unreadable(_damaged()) from error
        number += 1
        if number > MOST_ROWS * 2:  # a sheet can end with a million empty rows
            raise Unreadable(_too_many())
        yield number, _checked(number, [_plain(cell) for cell in cells])


def _plain(cell) -> Cell:
    value = cell.value
    if value is None or value == "":
        return None
    kind = getattr(cell, "data_type", "")
    if kind == "f":
        return {"formula": str(value)[:100]}
    if kind == "e":
        return {"error": str(value)[:20]}
    if isinstance(value, bool):
        return {"bool": value}
    if isinstance(value, int | float):
        return {"number": decimal_text(Decimal(repr(value)))}
    if isinstance(value, datetime):
        return {"day": value.date().isoformat()}
    if isinstance(value, date):
        return {"day": value.isoformat()}
    if isinstance(value, time):
        return value.isoformat()
    return str(value)


def decimal_text(number: Decimal) -> str:
    """Return a decimal number as text without exponent and without zeros at its end: "12.5", "2016"."""
    if not number.is_finite() or abs(number.adjusted()) > 30:
        return str(number)
    text = format(number.normalize(), "f")
    return "0" if text in {"-0", ""} else text


# --- Limits -------------------------------------------------------------------------------


def _header(cells: list[Cell]) -> list[str]:
    header = [cell.strip() if isinstance(cell, str) else "" for cell in cells]
    while header and not header[-1]:
        header.pop()
    if not header:
        raise Unreadable(_("The first row must have the names of the columns."))
    return header


def _checked(number: int, cells: list[Cell]) -> list[Cell]:
    while cells and not cells[-1]:
        cells.pop()
    if len(cells) > MOST_COLUMNS:
        raise Unreadable(_("Row %(number)s has more than %(most)s cells.") % {"number": number, "most": MOST_COLUMNS})
    if any(isinstance(cell, str) and len(cell) > LONGEST_CELL for cell in cells):
        raise Unreadable(_too_long(number))
    return cells


def _too_long(number: int) -> str:
    return _("Row %(number)s has a cell with more than %(most)s characters. Is a quotation mark missing?") % {
        "number": number,
        "most": LONGEST_CELL,
    }


def too_large() -> str:
    """The words for a file that is larger than allowed."""
    return _("The file is larger than %(most)s MB. Import it in parts.") % {"most": LARGEST_FILE // 1024 // 1024}


def _too_many() -> str:
    return _("The file has more than %(most)s rows. Import it in parts.") % {"most": MOST_ROWS}


def _damaged() -> str:
    return _("The workbook is damaged, or it has parts that a table does not need. Save the table as CSV.")


def filled_rows(table: Table) -> Iterator[tuple[int, list[Cell]]]:
    """Yield the rows that are not empty. Raises Unreadable for a file with more than MOST_ROWS, or without any."""
    count = 0
    for number, cells in table.rows:
        if all(cell is None or (isinstance(cell, str) and not cell.strip()) for cell in cells):
            continue
        count += 1
        if count > MOST_ROWS:
            raise Unreadable(_too_many())
        yield number, [_storable(cell) for cell in cells]
    if not count:
        raise Unreadable(_("The file has the names of the columns, but no rows."))


def _storable(cell: Cell) -> Cell:
    """A text with a character that JSON of a database cannot keep becomes {"character": its code}."""
    if isinstance(cell, str) and (found := _NOT_STORED.search(cell)):
        return {"character": f"U+{ord(found[0]):04X}"}
    return cell


def storable_name(name: str) -> str:
    """The name of a column, without the characters that JSON of a database cannot keep."""
    return _NOT_STORED.sub("\ufffd", name)
