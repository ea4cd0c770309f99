"""The columns of an import: which ones a file has, what each of them takes, and the file to begin with."""

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from io import BytesIO

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from core.i18n.languages import LANGUAGE_CODES
from core.i18n.text import comma_list, sentence_start
from core.imports import ImportKind
from editorial.imports.kinds import KINDS, dataset_of, taken_columns
from open_data.columns import Column, Type
from open_data.formats import cell_text, csv_file, write_xlsx

MOST_CODES = 20

# What may stand in a cell of each type.
TAKES: dict[str, Promise] = {
    Type.TEXT: gettext_lazy("Text."),
    Type.CODE: gettext_lazy("One code, or its label."),
    Type.URL: gettext_lazy("A web address that begins with https:// or http://."),
    Type.INTEGER: gettext_lazy("A whole number, with or without signs between thousands."),
    Type.NUMBER: gettext_lazy("A number as it is written in your language, or with a decimal point."),
    Type.BOOLEAN: gettext_lazy("true or false."),
    Type.DATE: gettext_lazy("A day: year, month and day, or the day first."),
    Type.PARTIAL_DATE: gettext_lazy("A year, a month or a day, as far as it is known."),
    Type.CODES: gettext_lazy("Codes with semicolons between them."),
    Type.TEXTS: gettext_lazy("One text in each line of the cell."),
    Type.RECORDS: gettext_lazy("Records as JSON, as in an exported file."),
}
EXAMPLES = {
    Type.URL: "https://example.org/",
    Type.INTEGER: "27766",
    Type.NUMBER: "54.90896",
    Type.BOOLEAN: "false",
    Type.DATE: "2026-04-03",
    Type.PARTIAL_DATE: "2026-04",
}


@dataclass(frozen=True)
class Explanation:
    """A column for the person who fills it in."""

    code: str
    label: str
    takes: list[str]
    """Sentences."""
    example: str
    is_required: bool
    is_draft: bool


def explanations(kind: type[ImportKind]) -> list[Explanation]:
    """Explain the columns of an import in the active language."""
    return [_explanation(kind, column) for column in taken_columns(kind)]


def _explanation(kind: type[ImportKind], column: Column) -> Explanation:
    is_listed = bool(column.vocabulary) or column.code in {"country", "language"}
    takes = [_("One code.") if column.type == Type.CODE and not is_listed else str(TAKES[column.type])]
    if column.description:
        takes.append(str(column.description))
    example = EXAMPLES.get(column.type, "")
    codes = [code for code in column.vocabulary or () if code]
    if codes:
        shown = comma_list(codes[:MOST_CODES])
        takes.append(_("Codes: %(codes)s") % {"codes": shown})
        example = cell_text(column, codes[:2] if column.type == Type.CODES else codes[0])
    if column.parts:
        takes.append(_("Parts of a record: %(parts)s") % {"parts": comma_list(part.code for part in column.parts)})
    if column.code in kind.kept_if_empty:
        takes.append(_("An empty cell leaves it as it is."))
    return Explanation(
        column.code,
        sentence_start(str(column.label)),
        takes,
        kind.examples.get(column.code, example),
        column.code in {"code", *kind.required},
        column.code in kind.drafted,
    )


# --- The header of a file -----------------------------------------------------------------


@cache
def _names(kind_code: str) -> dict[str, str]:
    """Name of a column in lower case → code: the codes, and the labels in all languages that only one column has."""
    columns = dataset_of(KINDS[kind_code]).columns
    labels: dict[str, set[str]] = {}
    for language in LANGUAGE_CODES:
        with override(language):
            for column in columns:
                labels.setdefault(str(column.label).casefold(), set()).add(column.code)
    names = {label: next(iter(codes)) for label, codes in labels.items() if len(codes) == 1}
    return names | {column.code: column.code for column in columns}


@dataclass
class Header:
    """The columns of a file: their codes in its order, "" for one that is not read, and what is wrong with them."""

    codes: list[str]
    problems: list[tuple[str, str]]
    """Name of the column in the file, and what is wrong."""
    is_usable: bool
    ignored: list[str]
    """The codes of known columns that an import does not write."""


def read_header(kind: type[ImportKind], names: Iterable[str]) -> Header:
    """Find the columns of a header by their codes or labels."""
    known, taken = _names(kind.code), {column.code for column in taken_columns(kind)}
    header = Header([], [], True, [])
    for name in names:
        code = known.get(" ".join(name.rstrip("*: ").casefold().split()), "")
        if name and not code:
            header.problems.append((name, _unknown(kind, name)))
        elif code in header.codes:
            header.problems.append((name, _("The file has this column twice. The second one is not read.")))
            code = ""
        elif code and code not in taken:
            header.ignored.append(code)
            code = ""
        header.codes.append(code)
    if "code" not in header.codes:
        header.is_usable = False
        header.problems.append(("code", _("The file has no column “code”. It says which row is which.")))
    return header


def _unknown(kind: type[ImportKind], name: str) -> str:
    close = get_close_matches(name.casefold(), _names(kind.code), 1, 0.75)
    if close:
        return _("There is no such column. It is not read. Is “%(code)s” meant?") % {
            "code": _names(kind.code)[close[0]]
        }
    return _("There is no such column. It is not read.")


# --- The file to begin with ---------------------------------------------------------------


def template_file(kind: type[ImportKind], file_format: str) -> bytes:
    """Return an empty table with the columns of an import. file_format: "csv" or "xlsx"."""
    columns = taken_columns(kind)
    if file_format == "csv":
        return b"".join(csv_file(columns, []))
    output = BytesIO()
    write_xlsx(output, kind.code, columns, [])
    return output.getvalue()
