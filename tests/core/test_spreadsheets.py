"""Text in files for spreadsheet programs is never a formula, and can be read back."""

import csv
import re
from io import StringIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.spreadsheets import inert_text, original_text

FORMULAS = [
    "=1+1",
    '=HYPERLINK("https://example.org?"&A1,"read")',
    "+1+1",
    "-1+1",
    "@SUM(A1)",
    "\t=1+1",
    "\r=1+1",
    "＝1+1",
    "＋1",
    "－1",
    "＠SUM(A1)",
    "a;=1+1",
    "a\t=1+1",
    "a\n=1+1",
    "'=1+1",
    "''=1+1",
]
PLAIN = ["", "a", "2+2=4", "a - b", "mail@example.org", "'quoted'", "٪", "a; b", "a\nb", "'", "10 – 20"]


def cells(line: str) -> list[str]:
    """What a program could take for a cell: with commas as CSV is read, with other marks wherever they are."""
    pieces = [piece.lstrip('"') for piece in re.split("[;\t\r\n]", line)]
    return [*next(csv.reader(StringIO(line, newline=""))), *pieces]


@pytest.mark.parametrize("text", FORMULAS)
def test_no_program_reads_a_formula(text):
    line = StringIO()
    csv.writer(line, lineterminator="").writerow(["first", inert_text(text), "last"])
    assert [cell for cell in cells(line.getvalue()) if cell.startswith(tuple("=+-@＝＋－＠\t\r"))] == []


@pytest.mark.parametrize("text", PLAIN)
def test_other_texts_stay_as_they_are(text):
    assert inert_text(text) == text


@given(st.text(alphabet="a'=+-@;\t\r\n ＝", max_size=12))
def test_every_text_can_be_read_back(text):
    assert original_text(inert_text(text)) == text
