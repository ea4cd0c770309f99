"""Files as programs write them, and files that somebody has made to do harm: each is read, or refused in words."""

import io
import zipfile

import pytest
from openpyxl import Workbook

from editorial.imports import reading
from editorial.imports.reading import Unreadable, filled_rows, opened
from tests.editorial.imports.files import xlsx_bytes

TEXT = "code;name\r\na;É\r\n"


def read(content: bytes, name: str = "table.csv") -> tuple[list[str], list]:
    with opened(io.BytesIO(content), name) as table:
        return table.header, [cells for _number, cells in filled_rows(table)]


def refusal(content: bytes, name: str = "table.csv") -> str:
    with pytest.raises(Unreadable) as refused:
        read(content, name)
    return refused.value.messages[0]


@pytest.mark.parametrize(
    "content",
    [
        TEXT.encode(),
        TEXT.encode("utf-8-sig"),
        TEXT.encode("utf-16"),
        TEXT.encode("utf-16-le"),
        b"\xfe\xff" + TEXT.encode("utf-16-be"),
        TEXT.encode("cp1252"),
        TEXT.replace(";", ",").encode(),
        TEXT.replace(";", "\t").replace("\r\n", "\n").encode(),
        b"sep=;\r\n" + TEXT.encode(),
        TEXT.replace("\r\n", "\r\n;\r\n \r\n\r\n").encode(),
        xlsx_bytes([{"code": "a", "name": "É"}]),
    ],
)
def test_every_encoding_and_separator_gives_the_same_rows(content):
    assert read(content) == (["code", "name"], [["a", "É"]])


def test_the_code_page_of_windows_is_told():
    with opened(io.BytesIO(TEXT.encode("cp1252"))) as table:
        assert (table.encoding, len(table.notes)) == ("windows-1252", 1)


def test_cells_keep_their_type_and_a_text_that_was_made_inert_is_as_it_was():
    book = Workbook()
    book.active.append(["code", "b", "c", "d", "e", "f"])
    book.active.append(["'=1", 1.5, True, "=A1+1", None, 2016])
    output = io.BytesIO()
    book.save(output)
    cells = [[{"number": "1.5"}, {"bool": True}, {"formula": "=A1+1"}, None, {"number": "2016"}]]
    assert [row[1:] for row in read(output.getvalue())[1]] == cells
    assert read(b"code,b\n'=1,\"a;'=2\"\n")[1] == [["=1", "a;=2"]]


def packed(parts: dict[str, bytes]) -> bytes:
    """A zip file."""
    output = io.BytesIO()
    with zipfile.ZipFile(output, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return output.getvalue()


def with_part(name: str, content: bytes) -> bytes:
    """A workbook in which one part was replaced."""
    with zipfile.ZipFile(io.BytesIO(xlsx_bytes([{"code": "a"}]))) as archive:
        parts = {part: archive.read(part) for part in archive.namelist()}
    return packed(parts | {name: content})


SHEET = "xl/worksheets/sheet1.xml"
LOL = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]><worksheet>&b;</worksheet>'
FILE = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><worksheet>&a;</worksheet>'
TYPES = {"[Content_Types].xml": b"<Types/>"}


@pytest.mark.parametrize(
    ("content", "name", "words"),
    [
        (b"", "a.csv", "empty"),
        (b"\xef\xbb\xbf \r\n", "a.csv", "empty"),
        (b"code,name\n", "a.csv", "no rows"),
        (b"code,name\n,\n \n", "a.csv", "no rows"),
        (b",,\na,b,c\n", "a.csv", "names of the columns"),
        (b'code\n"a\nb\nc', "a.csv", "quotation mark"),
        (b'code\n"' + b"x" * 100_001 + b'"\n', "a.csv", "100000 characters"),
        (b"code\n" + b"x," * 201 + b"x\n", "a.csv", "200 cells"),
        (b"code\x81\n\x8d\n", "a.csv", "encoding"),
        (b"\xff\xfea", "a.csv", "encoding"),
        (b"%PDF-1.7 x", "a.csv", "neither CSV nor"),
        (b"<html>", "a.xlsx", "not an Excel workbook"),
        (b"code\na\n", "a.xlsx", "not an Excel workbook"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "a.xls", "old Excel"),
        (b"PK\x03\x04broken", "a.xlsx", "damaged"),
        (packed({"mimetype": b"application/vnd.oasis.opendocument.spreadsheet"}), "a.ods", "neither CSV nor"),
        (packed(TYPES | {"xl/workbook.xml": b"<x/>"}), "a.xlsx", "damaged"),
        (packed(TYPES | {"xl/workbook.xml": b"0" * (101 * 1024 * 1024)}), "a.xlsx", "unpacked"),
        (packed(TYPES | {f"xl/workbook{number}.xml": b"" for number in range(501)}), "a.xlsx", "unpacked"),
        (with_part(SHEET, LOL), "a.xlsx", "damaged"),
        (with_part(SHEET, FILE), "a.xlsx", "damaged"),
        (with_part(SHEET, LOL.decode().encode("utf-16")), "a.xlsx", "damaged"),
        (with_part(SHEET, b"<worksheet><sheetData><row><c"), "a.xlsx", "damaged"),
        (xlsx_bytes([{"code": None}]), "a.xlsx", "no rows"),
    ],
)
def test_what_cannot_be_read_is_refused_in_words(content, name, words):
    assert words in refusal(content, name)


def test_there_is_an_end_to_rows(monkeypatch):
    monkeypatch.setattr(reading, "MOST_ROWS", 3)
    assert "3 rows" in refusal(b"code\n" + b"a\n" * 4)
    assert "3 rows" in refusal(xlsx_bytes([{"code": "a"}] * 4))
    assert len(read(b"code\n" + b"a\n\n" * 3)[1]) == 3
