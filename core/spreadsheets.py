"""Text in files that a spreadsheet program opens: never a formula.

Excel and LibreOffice read a cell that begins with `=`, `+`, `-` or `@` as a formula, which can send data elsewhere or
start programs (https://owasp.org/www-community/attacks/CSV_Injection). A CSV file cannot say that a cell is text.
"""

import re

XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
"""The media type of an Excel workbook."""

# The last four are the full-width forms, which a spreadsheet program of East Asia converts.
MARKS = "=+@\\-＝＋＠－"
# A program whose separator is the semicolon or the tab begins a new cell there, and after a line break inside a text.
_FORMULA = re.compile(rf"(^|[;\t\r\n])(?='*[{MARKS}\t\r])")
_INERT = re.compile(rf"(^|[;\t\r\n])'(?='*[{MARKS}\t\r])")


def inert_text(text: str) -> str:
    """Return a text for a cell of a CSV file, with an apostrophe wherever a program could begin to read a formula.

    That is at the beginning, and after a semicolon, tab or line break, before `=`, `+`, `-`, `@`, their full-width
    forms, a tab or a carriage return. Where apostrophes stand there already, there is one more. So `original_text`
    gives back the text as it was.
    """
    return _FORMULA.sub(r"\1'", text)


def original_text(cell: str) -> str:
    """Return the text of a cell that `inert_text` has made."""
    return _INERT.sub(r"\1", cell)
