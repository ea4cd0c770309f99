"""What the worker does: it reads an uploaded file, checks its rows, and imports those that somebody has started.

`step` does a small part. All that it knows is in the database, so the next worker goes on where one was killed: the
file is read in one transaction, rows are checked in batches, and each row is imported in a transaction of its own,
together with its state.

What fails by its own fault is given up, and the person reads so: a row by itself, and after some attempts also the file
or the row at which the database fails, or the worker ends.
"""

import logging
import time

from django.db import OperationalError, transaction
from django.db.models import F, QuerySet
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from core.i18n.languages import SOURCE_LANGUAGE
from core.i18n.text import comma_list
from core.imports import ImportKind, RowRefused
from editorial.imports.columns import read_header
from editorial.imports.judging import LONGEST_CODE, Judge, judged_values, language_words, present, still_to_write
from editorial.imports.kinds import KINDS
from editorial.imports.models import Import, ImportRow, RowState, Stage, Verdict
from editorial.imports.reading import Unreadable, filled_rows, opened, storable_name
from editorial.imports.values import Wrong, as_text

logger = logging.getLogger(__name__)

BATCH = 100
# A step ends after so many seconds: then the worker looks whether it should stop.
STEP_SECONDS = 2.0
# So many steps in a row may fail. While the database is away, none is counted.
ATTEMPTS = 5


def step() -> bool:
    """Lead the oldest import on by one step; return whether there was one. A periodic task."""
    job = Import.objects.at_work().select_related("created_by").first()
    if job is None:
        return False
    # Counted before, because a step may end the worker.
    Import.objects.filter(pk=job.pk).update(attempts=F("attempts") + 1)
    with translation.override(job.reader_language or SOURCE_LANGUAGE):
        if job.attempts >= ATTEMPTS:
            _give_up(job)
        else:
            {Stage.UPLOADED: _read, Stage.JUDGING: _judge, Stage.RUNNING: _run}[Stage(job.stage)](job)
    Import.objects.filter(pk=job.pk).update(attempts=0)
    return True


def _give_up(job: Import) -> None:
    """Refuse the file, or the row, at which the steps failed."""
    logger.error("Import %s failed %d times (%s): the file or its next row is given up", job.pk, ATTEMPTS, job.stage)
    if job.stage == Stage.UPLOADED:
        _refuse(job, _("This file failed several times while it was read. Save the table in a new file."))
    elif job.stage == Stage.JUDGING:
        for row in _not_judged(job)[:1]:
            _refuse_row(row)
    else:
        for row in _not_imported(job)[:1]:
            _fail(row, _unexpected())


def _rows_at_once(job: Import) -> int:
    """How many rows a step takes: after a failure one, so that it is known which one fails."""
    return 1 if job.attempts else BATCH


def _unexpected() -> str:
    return _("An error that was not expected. Nothing of this row was imported.")


def _kind(job: Import) -> ImportKind:
    return KINDS[job.kind](job.created_by)


# --- Reading and checking -----------------------------------------------------------------


def _read(job: Import) -> None:
    """Store the rows of the file. A file that cannot be read is marked so, with the reason."""
    try:
        with transaction.atomic():
            _store_rows(job)
    except Unreadable as error:
        _refuse(job, error.messages[0])
    except OSError:
        logger.exception("Import %s: the file cannot be opened", job.pk)
        _refuse(job, _("The stored file is lost. Upload it again."))


def _refuse(job: Import, text: str) -> None:
    problems = [*job.problems, {"column": "", "text": text}]
    Import.objects.filter(pk=job.pk).update(stage=Stage.UNREADABLE, problems=problems, judged_at=timezone.now())


def _store_rows(job: Import) -> None:
    job.rows.all().delete()
    kind, languages = KINDS[job.kind], language_words()
    first: dict[tuple[str, str], int] = {}
    batch: list[ImportRow] = []
    with job.file.open("rb") as file, opened(file, str(job.file.name)) as table:
        header = read_header(kind, table.header)
        job.problems = [{"column": storable_name(name)[:100], "text": text} for name, text in header.problems]
        if not header.is_usable:
            raise Unreadable(_("The file cannot be imported without the column “code”."))
        for number, cells in filled_rows(table):
            row = _row(job, number, dict(zip(header.codes, cells, strict=False)), languages)
            row.cells |= {code: None for code in header.codes if code and code not in row.cells}
            row.cells = {code: cell for code, cell in row.cells.items() if code not in {"", "code", "language"}}
            known = first.setdefault((row.code, row.language), number)
            row.same_as = known if known != number and row.code else None
            batch.append(row)
            if len(batch) >= BATCH * 5:
                ImportRow.objects.bulk_create(batch)
                batch = []
        ImportRow.objects.bulk_create(batch)
        Import.objects.filter(pk=job.pk).update(
            stage=Stage.JUDGING,
            notes=table.notes,
            columns=[code for code in header.codes if code],
            ignored=header.ignored,
            problems=job.problems,
        )


def _row(job: Import, number: int, cells: dict, languages: dict[str, str]) -> ImportRow:
    code, language = (_key_part(cells.get(name)) for name in ("code", "language"))
    known = languages.get(language.casefold(), language[:10]) if language else job.language
    return ImportRow(job=job, number=number, code=code.lower(), language=known, cells=cells)


def _key_part(cell) -> str:
    try:
        return as_text(cell)[:LONGEST_CODE]
    except Wrong:
        return ""


def _judge(job: Import) -> None:
    """Check the next batch of rows; after the last one, the import waits for the person."""
    size = _rows_at_once(job)
    rows = list(_not_judged(job)[:size])
    try:
        _judge_together(job, rows)
    except Exception:
        logger.info("Import %s: %d rows are checked one by one", job.pk, len(rows))
        for row in rows:
            _judge_alone(job, row)
    if len(rows) < size:
        Import.objects.filter(pk=job.pk, stage=Stage.JUDGING).update(stage=Stage.JUDGED, judged_at=timezone.now())


def _not_judged(job: Import) -> QuerySet[ImportRow]:
    return job.rows.filter(verdict="")


def _judge_together(job: Import, rows: list[ImportRow]) -> None:
    if not rows:
        return
    earlier = job.rows.filter(code__in={row.code for row in rows} - {""}).order_by("-number")
    others = {row.code: row for row in earlier.only("number", "code", "cells")}
    with transaction.atomic():
        Judge(_kind(job), job.language).judge(rows, others)
        ImportRow.objects.bulk_update(rows, ["verdict", "changes", "problems"])


def _judge_alone(job: Import, row: ImportRow) -> None:
    try:
        _judge_together(job, [row])
    except OperationalError:  # the database is busy or away: the worker tries again later
        raise
    except Exception:  # the other rows go on
        logger.exception("Import %s, row %s cannot be checked", job.pk, row.number)
        _refuse_row(row)


def _refuse_row(row: ImportRow) -> None:
    """Refuse a row that cannot be checked."""
    problems = [{"column": "", "text": _unexpected()}]
    ImportRow.objects.filter(pk=row.pk).update(verdict=Verdict.REFUSED, changes=[], problems=problems)


# --- Importing ----------------------------------------------------------------------------


def _run(job: Import) -> None:
    """Import the next rows; after the last one, the import is done."""
    size = _rows_at_once(job)
    rows = list(_not_imported(job)[:size])
    kind, until = _kind(job), time.monotonic() + STEP_SECONDS
    may_import = KINDS[job.kind].may_import(job.created_by)
    for row in rows:
        if not may_import:
            _fail(row, _("The person who started the import is not allowed to import any more."))
            continue
        try:
            with transaction.atomic():
                reason = _import(kind, row)
                _set(row, RowState.WRITTEN, reason)
        except RowRefused as refusal:
            _fail(row, str(refusal))
        except OperationalError:  # the database is busy or away: the worker tries again later
            raise
        except Exception:  # the other rows go on
            logger.exception("Import %s, row %s failed", job.pk, row.number)
            _fail(row, _unexpected())
        if time.monotonic() > until:
            return
    if len(rows) < size:
        Import.objects.filter(pk=job.pk).update(stage=Stage.DONE, finished_at=timezone.now())


def _not_imported(job: Import) -> QuerySet[ImportRow]:
    return job.rows.filter(verdict__in=[Verdict.NEW, Verdict.CHANGED], state=RowState.WAITING)


def _import(kind: ImportKind, row: ImportRow) -> str:
    """Write a row as it was judged, and return what is to be said about it. Raises RowRefused."""
    key = (row.code, row.language)
    now = present(kind, [key], lock=True).get(key)
    values = judged_values(row)
    if now is None and row.verdict == Verdict.CHANGED:
        raise RowRefused(_("This has been deleted since the check."))
    if now is not None:
        changes = row.changes
        values, conflicts = still_to_write(now, changes)
        if not values:
            return _("It had these values already.")
        if row.verdict == Verdict.NEW:
            raise RowRefused(_("Somebody has added this since the check. Check the file again."))
        if conflicts:
            names = comma_list(conflicts)
            raise RowRefused(
                _("Somebody has changed this since the check: %(columns)s. Check the file again.") % {"columns": names}
            )
    item = now.item if now else None
    if reason := kind.refusal(item, key):
        raise RowRefused(reason)
    if problems := kind.problems(item, key, values):
        raise RowRefused(" ".join(text for texts in problems.values() for text in texts))
    kind.write(item, key, values)
    return ""


def _set(row: ImportRow, state: RowState, reason: str) -> None:
    """Note what became of a row. Raises RowRefused if another process has imported it meanwhile."""
    waiting = ImportRow.objects.filter(pk=row.pk, state=RowState.WAITING)
    if not waiting.update(state=state, reason=reason):
        raise RowRefused(_("This row was imported already."))


def _fail(row: ImportRow, reason: str) -> None:
    ImportRow.objects.filter(pk=row.pk, state=RowState.WAITING).update(state=RowState.FAILED, reason=reason)
