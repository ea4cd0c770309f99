"""Brings a working copy up to date when an editor has changed its page: merged answer by answer, as two forms are."""

from desk.files.services import adopt, files_of
from desk.models import WorkingCopy
from desk.writing.merging import OTHERS, REMOVED, Answer, Merged
from desk.writing.page import KEPT, answers_of
from desk.writing.questions import Question, Rows
from desk.writing.reading import same_meaning
from desk.writing.saving import change_answers
from desk.writing.sections import PARTS
from practices.models import PracticePage


def bring_up_to_date(copy: WorkingCopy) -> None:
    """Take over what editors have changed in the newest revision of the page of a working copy.

    Costs no query if the copy comes from that revision. Raises TooBusy.
    """
    page = copy.page
    if page is None or page.latest_revision_id == copy.base_revision_id:
        return
    revision = page.latest_revision
    newest = page.get_latest_revision_as_object()
    adopt_files(copy, newest)
    theirs = answers_of(newest, copy.files.all(), known=copy.base_answers or copy.answers)
    note = {"id": f"revision{revision.pk}", "by": revision.user_id, "at": revision.created_at.isoformat()}

    def change(answers: dict) -> Merged:
        return Merged(rebased(answers, copy.base_answers, theirs, copy.language, note))

    change_answers(copy, change, by=None, base_revision=revision, base_answers=theirs)


def adopt_files(copy: WorkingCopy, page: PracticePage) -> None:
    """Let the desk know the pictures and documents that the page has, and the working copy has not."""
    known = {file.image or file.document for file in files_of(copy).values()}
    for rows, field in (("photos", "image"), ("documents", "document")):
        for row in getattr(page, rows).all():
            made = getattr(row, field)
            if made is not None and made not in known:
                adopt(copy, made, str(row.translation_key))


def rebased(answers: dict, base: dict, theirs: dict, language: str, note: dict) -> dict:
    """The answers with the changes from `base` to `theirs`.

    Where the city has changed the same answer, its text stays and the editor's waits beside it. note: what is kept
    with that text.
    """
    merged = {**answers, OTHERS: {path: list(texts) for path, texts in answers.get(OTHERS, {}).items()}}
    for part in PARTS.values():
        if isinstance(part, Rows):
            rows = _rows(part, merged, base, theirs, language, note)
            if rows or part.name in merged:
                merged[part.name] = rows
        elif part.name != "language":
            _answer(part, part.name, merged, base, theirs, language, note, merged[OTHERS])
    if not merged[OTHERS]:
        del merged[OTHERS]
    return merged


def _answer(
    question: Question,
    path: str,
    mine: dict,
    base: dict,
    theirs: dict,
    language: str,
    note: dict,
    others: dict,
    rows: Rows | None = None,
) -> None:
    """Merge one answer into `mine`."""
    own, before, new = (answers.get(question.name) or _empty(question, mine) for answers in (mine, base, theirs))

    def same(one: Answer, other: Answer) -> bool:
        return same_meaning(question, one, other, language, rows)

    if same(own, new) or same(new, before):
        return
    if same(own, before):
        mine[question.name] = new
        return
    others.setdefault(path, []).append({"text": new, **note})


def _empty(question: Question, mine: dict) -> Answer:
    return [] if isinstance(mine.get(question.name), list) else ""


def _rows(part: Rows, answers: dict, base: dict, theirs: dict, language: str, note: dict) -> list[dict]:
    mine, before, new = (
        {row["key"]: dict(row) for row in source.get(part.name, [])} for source in (answers, base, theirs)
    )
    merged: dict[str, dict] = {}
    for key, row in mine.items():
        waits = any(path.startswith(f"{part.name}.{key}.") for path in answers[OTHERS])
        if key in before and key not in new and not waits and _is_same(part, row, before[key], language):
            continue  # an editor has removed it
        if key in new and KEPT in new[key]:
            row = new[key]
        elif key in new:
            for question in part.questions:
                path = f"{part.name}.{key}.{question.name}"
                cells = before.get(key, {})
                _answer(question, path, row, cells, new[key], language, note, answers[OTHERS], part)
        merged[key] = row
    for key, row in new.items():
        is_removed_here = key in before and key not in mine
        if key not in merged and not (is_removed_here and _is_same(part, row, before[key], language)):
            merged[key] = row
    if list(mine) == list(before) and list(new) != list(before):
        merged = {key: merged[key] for key in (*new, *merged) if key in merged}
    removed = answers.get(REMOVED, {}).get(part.name, [])
    if any(key in merged for key in removed):
        answers[REMOVED] = {**answers[REMOVED], part.name: [key for key in removed if key not in merged]}
    return list(merged.values())


def _is_same(part: Rows, one: dict, other: dict, language: str) -> bool:
    """Whether two rows say the same."""
    if KEPT in one or KEPT in other:
        return one == other
    return all(
        same_meaning(question, one.get(question.name, ""), other.get(question.name, ""), language, part)
        for question in part.questions
    )
