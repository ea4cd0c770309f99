"""The dry run: each row is compared with the database. Nothing but the rows of the import is written."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.db import models
from django.utils.translation import gettext as _

from core.i18n.languages import LANGUAGE_CODES, language_name
from core.imports import Draft, ImportKind, Key, Values
from editorial.imports.kinds import dataset_of, taken_columns
from editorial.imports.models import ImportRow, Verdict
from editorial.imports.values import Wrong, as_text, canonical, clean_text, read, vocabulary_words
from open_data.columns import Column, Row
from open_data.formats import LONGEST_CELL, cell_text

Problem = dict[str, str]
LONGEST_CODE = 100


@dataclass
class Present:
    """What the database has of a row: the values that an export has, and those of its newest draft."""

    item: models.Model
    exported: Row
    kind: ImportKind
    language: str
    columns: Mapping[str, Column]
    _values: dict[str, Any] = field(default_factory=dict)

    def raw(self, code: str) -> Any:
        """The value of a column as the export has it."""
        if code not in self._values:
            self._values[code] = self.columns[code].value(self.exported)
        return self._values[code]

    def value(self, code: str) -> Any:
        """The value of a column as the export has it, as a plain value."""
        return self.kind.normal(code, canonical(self.columns[code], self.raw(code)))

    @cached_property
    def draft(self) -> Draft | None:
        """The newest draft; None if there is none, or if nothing is written to drafts."""
        return self.kind.draft(self.item, self.language)

    def draft_value(self, code: str) -> Any:
        """The value of a column in the newest draft; without one, that of the export."""
        if code not in self.kind.drafted or self.draft is None:
            return self.value(code)
        row = Row(self.draft.item, self.language, {**self.exported.more, **self.draft.more})
        return self.kind.normal(code, canonical(self.columns[code], self.columns[code].value(row)))


def present(kind: ImportKind, keys: Sequence[Key], *, lock: bool = False) -> dict[Key, Present]:
    """Read what exists of these keys, in a number of queries that does not grow with the keys."""
    dataset = dataset_of(kind)
    found = kind.find(keys, lock=lock)
    rows = dataset.rows([(item.pk, language) for (_code, language), item in found.items()], is_for_staff=True)
    exported = {(row.item.pk, row.language): row for row in rows}
    return {
        key: Present(item, exported[item.pk, key[1]], kind, key[1], dataset.by_code)
        for key, item in found.items()
        if (item.pk, key[1]) in exported
    }


def language_words() -> dict[str, str]:
    """The codes of the portal's languages, and their names in all of them, in lower case → code."""
    names = {language_name(code, reader).casefold(): code for code in LANGUAGE_CODES for reader in LANGUAGE_CODES}
    return names | {code.casefold(): code for code in LANGUAGE_CODES}


class Judge:
    """Judges the rows of one import, in batches."""

    def __init__(self, kind: ImportKind, language: str):
        """language: of the person, for numbers."""
        self.kind, self.language = kind, language
        self.columns = {column.code: column for column in taken_columns(kind)}
        self.words = {
            code: vocabulary_words(column) if (words := kind.words(code)) is None else words
            for code, column in self.columns.items()
        }

    def judge(self, rows: Sequence[ImportRow], others: Mapping[str, ImportRow]) -> None:
        """Fill in verdict, changes and problems of rows, which are not saved.

        others: code → the first row of the file with this code.
        """
        usable = [row for row in rows if not self._begin(row)]
        found = present(self.kind, [(row.code, row.language) for row in usable])
        items: dict[tuple[int, str], int] = {}
        for row in usable:
            key = (row.code, row.language)
            now = found.get(key)
            if now is not None:
                first = items.setdefault((now.item.pk, row.language), row.number)
                if first != row.number:
                    self._refuse(row, "code", _twice(first))
                    continue
            self._judge(row, now, others.get(row.code))

    def _begin(self, row: ImportRow) -> bool:
        """Check code and language of a row; return whether it is refused."""
        row.verdict, row.changes, row.problems = "", [], []
        if not row.code:
            self._refuse(row, "code", _("Enter the code. By it the row is recognised when the file is imported again."))
        elif wrong := self.kind.valid_code(row.code):
            self._refuse(row, "code", wrong)
        if row.language not in LANGUAGE_CODES:
            self._refuse(row, "language", _("Enter the code of one of the portal’s languages, for example fr."))
        if row.same_as and not row.problems:
            self._refuse(row, "code", _twice(row.same_as))
        if row.problems:
            self._read_all(row)
        return bool(row.problems)

    def _codes(self, row: ImportRow) -> list[str]:
        """The columns of a row in the order of the dataset: PostgreSQL keeps JSON without its order."""
        return [code for code in self.columns if code in row.cells]

    def _read_all(self, row: ImportRow) -> None:
        """Add what is wrong with the cells of a row that is refused anyway: every problem is listed at once."""
        for code in self._codes(row):
            self._value(row, code)

    def _refuse(self, row: ImportRow, column: str, text: str) -> None:
        row.verdict = Verdict.REFUSED
        row.problems = [*row.problems, {"column": column, "text": text}]

    def _judge(self, row: ImportRow, now: Present | None, first: ImportRow | None) -> None:
        if first is not None and first.number != row.number:
            self._compare_rows(row, first, is_new=now is None)
        changes = [change for code in self._codes(row) if (change := self._change(row, code, now))]
        values = {change["column"]: change["new"] for change in changes}
        item = now.item if now else None
        if values:
            hidden = self.kind.without_effect(item, (row.code, row.language), values)
            changes = [change for change in changes if change["column"] not in hidden]
            values = {change["column"]: change["new"] for change in changes}
        if not now:
            for code in self.kind.required:
                if values.get(code) is None and not _has_problem(row, code):
                    self._refuse(row, code, _("A new row needs a value here."))
        if now and not changes:
            row.verdict = row.verdict or Verdict.UNCHANGED
            return
        if reason := self.kind.refusal(item, (row.code, row.language)):
            self._refuse(row, "code", reason)
        else:
            # A column that is wrong already is left out: only its first fault is told.
            for column, texts in self.kind.problems(item, (row.code, row.language), values).items():
                if not _has_problem(row, column):
                    self._refuse(row, column, " ".join(texts))
        row.changes = changes
        if not row.problems:
            row.verdict = Verdict.CHANGED if now else Verdict.NEW

    def _compare_rows(self, row: ImportRow, first: ImportRow, *, is_new: bool) -> None:
        """Rows in several languages have the same facts, and a new row begins in one language."""
        if is_new:
            words = _("Row %(number)s adds this in another language first. Import this row after that.")
            self._refuse(row, "code", words % {"number": first.number})
            return
        for code in sorted(self.kind.facts & row.cells.keys() & first.cells.keys()):
            if row.cells[code] != first.cells[code]:
                words = _("Row %(number)s has another value, and it is the same in every language.")
                self._refuse(row, code, words % {"number": first.number})

    def _value(self, row: ImportRow, code: str) -> Any:
        """The value of a cell; None also for one that is wrong, which is noted."""
        try:
            return self.kind.normal(code, read(self.columns[code], row.cells[code], self.language, self.words[code]))
        except Wrong as wrong:
            self._refuse(row, code, str(wrong))
            return None

    def _change(self, row: ImportRow, code: str, now: Present | None) -> dict[str, Any] | None:
        """The change that a cell makes; None without one."""
        column, cell = self.columns[code], row.cells[code]
        if now and _is_exported(column, now.raw(code), cell):
            return None
        wrong_before = len(row.problems)
        value = self._value(row, code)
        if len(row.problems) > wrong_before or (value is None and (now is None or code in self.kind.kept_if_empty)):
            return None
        if now is None:
            return {"column": code, "old": None, "new": value}
        if value == now.value(code):
            return None
        old = now.draft_value(code)
        return None if value == old else {"column": code, "old": old, "new": value}


def _is_exported(column: Column, value: Any, cell: Any) -> bool:
    """Whether a cell has the very text of the export, whatever it would mean in the language of the person."""
    try:
        text = as_text(cell)
    except Wrong:
        return False
    exported = clean_text(cell_text(column, value))
    return text == exported or (len(exported) > LONGEST_CELL and text == clean_text(exported[:LONGEST_CELL]))


def _has_problem(row: ImportRow, column: str) -> bool:
    return any(problem["column"] == column for problem in row.problems)


def _twice(number: int) -> str:
    return _("Row %(number)s has the same code and language.") % {"number": number}


def still_to_write(now: Present, changes: Sequence[Mapping[str, Any]]) -> tuple[dict[str, Any], list[str]]:
    """Return the values of judged changes that are still to be written, and the columns that changed since.

    A column that has its new value already is neither.
    """
    values, conflicts = {}, []
    for change in changes:
        code, new = change["column"], change["new"]
        old = now.draft_value(code)
        if new in (old, now.value(code)):
            continue
        if old != change["old"]:
            conflicts.append(code)
        values[code] = new
    return values, conflicts


def judged_values(row: ImportRow) -> Values:
    """The values that a judged row writes."""
    return {change["column"]: change["new"] for change in row.changes}
