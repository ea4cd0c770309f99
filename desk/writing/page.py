"""From the answers of a city to the page of a practice in memory, and back."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from django.db.models import Model
from django.utils.translation import override
from wagtail.models import Locale, TranslatableMixin

from clusters.models import Cluster
from core.i18n import dates
from desk.files.services import files_of
from desk.models import DeskFile, WorkingCopy
from desk.writing import prose
from desk.writing.questions import Kind, Question, Rows
from desk.writing.reading import is_empty, read
from desk.writing.sections import SECTIONS
from practices.models import PracticeCluster, PracticePage
from practices.vocabularies import CostBand

# What a row of the running text keeps of a block that cannot be typed.
KEPT = "kept"


def build_page(copy: WorkingCopy) -> PracticePage:
    """The page that the answers of a working copy give, with its rows, in memory only.

    It begins with the newest revision of the copy's page, so that everything keeps its identity. Answers that cannot
    be read are left out: `desk.writing.checking` says which.
    """
    page = copy.page.get_latest_revision_as_object() if copy.page else _new_page(copy)
    language = copy.language
    for section in SECTIONS:
        for question in section.questions:
            _fill(page, question, copy.answers.get(question.name, ""), language)
        for rows in section.rows:
            if rows.model is None:
                page.body = _body(copy.answers.get(rows.name, []), page.body)
            else:
                setattr(page, rows.name, _rows(page, rows, copy, language))
    if not page.first_published_at:
        page.slug = ""  # from the title, which may have changed
    return page


def _new_page(copy: WorkingCopy) -> PracticePage:
    return PracticePage(
        locale=Locale.objects.get(language_code=copy.language),
        original_language=copy.language,
        translation_key=copy.key,
        authored_by=PracticePage.AuthoredBy.CITY,
        city=copy.city,
        live=False,
    )


def _fill(page: PracticePage, question: Question, answer, language: str) -> None:
    if question.kind == Kind.LANGUAGE:
        return
    if question.kind == Kind.CLUSTERS:
        page.practice_clusters = _clusters(page, answer if isinstance(answer, list) else [])
        return
    _set(page, question, answer, language, None)


def _set(thing: Any, question: Question, answer, language: str, rows: Rows | None) -> None:
    """Set the fields of a page or row that come from an answer."""
    reading = read(question, answer, language, rows)
    field = type(thing)._meta.get_field(question.name)
    is_shown = not reading.problem or question.kind in {Kind.LINE, Kind.TEXT}  # a text that is too long
    value = reading.value if is_shown else None
    if value is None:
        value = question.default or (None if field.null else field.get_default())
    setattr(thing, field.attname, value)
    for name in question.also:
        also = dict(reading.also).get(name, type(thing)._meta.get_field(name).get_default())
        setattr(thing, name, also)


def _clusters(page: PracticePage, codes: list[str]) -> list[PracticeCluster]:
    known = {row.cluster_id: row for row in page.practice_clusters.all()}
    clusters = {cluster.code: cluster for cluster in Cluster.objects.filter(code__in=codes)} if codes else {}
    rows = []
    for order, code in enumerate(code for code in codes if code in clusters):
        cluster = clusters[code]
        row = known.get(cluster.pk) or PracticeCluster(cluster=cluster)
        row.sort_order = order
        rows.append(row)
    return rows


def _rows(page: PracticePage, rows: Rows, copy: WorkingCopy, language: str) -> list[Any]:
    """The child rows of a relation. A row that is known by its key keeps its primary key, so its translations stay."""
    assert rows.model is not None  # noqa: S101  # the running text has no model
    is_translatable = issubclass(rows.model, TranslatableMixin)
    known = {_key(row): row for row in getattr(page, rows.name).all()} if is_translatable else {}
    stored = _stored_keys(page, rows.model) if is_translatable else {}
    files = files_of(copy) if rows.has_files else {}
    made: list[Any] = []
    for answers in answers_to_build(rows, copy, files):
        row: Any = known.get(answers["key"])
        if row is None:
            row = rows.model()
            if is_translatable:
                row.translation_key, row.locale = UUID(answers["key"]), page.locale
        row.pk = stored.get(answers["key"])
        for question in rows.questions:
            if question.kind == Kind.FILE:
                _set_file(row, question, answers, files)
            elif not question.of_file:
                _set(row, question, answers.get(question.name, ""), language, rows)
        row.sort_order = len(made)
        made.append(row)
    return made


def answers_to_build(rows: Rows, copy: WorkingCopy, files: dict[str, DeskFile]) -> list[dict]:
    """The answers that give rows: without blank ones, and without those whose file is not accepted yet.

    files: those of the working copy by key.
    """
    given = [row for row in copy.answers.get(rows.name, []) if not is_blank_row(rows, row)]
    if not rows.has_files:
        return given
    accepted = {key for key, file in files.items() if file.state == DeskFile.State.ACCEPTED}
    return [row for row in given if row.get("file") in accepted]


def _stored_keys(page: PracticePage, model: type[Model]) -> dict[str, int]:
    """The primary keys of the published rows by translation key. A revision does not know those of new rows."""
    if page.pk is None:
        return {}
    return {
        str(key): pk for key, pk in model._default_manager.filter(page=page.pk).values_list("translation_key", "pk")
    }


def _key(row: Any) -> str:
    return str(row.translation_key)


def is_blank_row(rows: Rows, answers: dict) -> bool:
    """Whether nobody has typed anything into a row. A choice with a default is no answer."""
    own = [question for question in rows.questions if not question.default]
    return KEPT not in answers and all(is_empty(answers.get(question.name)) for question in own)


def _set_file(row: Any, question: Question, answers: dict, files: dict[str, DeskFile]) -> None:
    """Set the picture or document of a row: what was made of an accepted file."""
    for name in question.also:
        setattr(row, name, getattr(files[answers[question.name]], name))


def _body(rows: list[dict], before) -> list[dict]:
    """The running text. A block whose text is the same keeps its HTML; a block that cannot be typed stays as it is."""
    blocks = []
    known = {block["id"]: block for block in (before.raw_data if before else []) if "id" in block}
    for row in rows:
        if kept := row.get(KEPT):
            blocks.append(kept)
            continue
        text = row.get("text", "").strip()
        old = known.get(row["key"])
        if old is not None and old["type"] == "text" and prose.to_text(old["value"]) == text:
            blocks.append(dict(old))
        elif text:
            blocks.append({"type": "text", "value": prose.to_html(text), "id": row["key"]})
    return PracticePage._meta.get_field("body").to_python(blocks)


def answers_of(page: PracticePage, files: Iterable[DeskFile] = (), known: dict | None = None) -> dict:
    """The answers that a page would come from, as a person of its language types them.

    files: those of the desk whose pictures and documents are on the page. known: earlier answers, from which rows
    without a key of their own (sources) take theirs.
    """
    by_file = {(file.kind, file.image_id or file.document_id): str(file.key) for file in files}
    answers: dict = {}
    with override(page.language):
        for section in SECTIONS:
            for question in section.questions:
                answers[question.name] = _answer(page, question)
            for rows in section.rows:
                if rows.model is None:
                    answers[rows.name] = [_prose_row(block) for block in page.body.raw_data if "id" in block]
                else:
                    related = list(getattr(page, rows.name).all())
                    keys = _keys(rows, related, (known or {}).get(rows.name, []))
                    answers[rows.name] = [
                        {"key": key, **_row_answers(row, rows, by_file)} for key, row in zip(keys, related, strict=True)
                    ]
    answers.pop("language")
    return {name: answer for name, answer in answers.items() if not is_empty(answer)}


def _keys(rows: Rows, related: list[Any], known: list[dict]) -> list[str]:
    """The key of each row: its translation key; without one, that of the known row with the same address or title."""
    if rows.model is not None and issubclass(rows.model, TranslatableMixin):
        return [_key(row) for row in related]
    keys: list[str] = []
    for place, row in enumerate(related):
        alike = (other["key"] for other in known if row.url == other.get("url") or row.title == other.get("title"))
        own = next((key for key in alike if key not in keys), None)
        keys.append(own or str(uuid5(NAMESPACE_URL, f"{place} {row.url}")))
    return keys


def _row_answers(row: Any, rows: Rows, by_file: dict) -> dict:
    answers = {}
    for question in rows.questions:
        if question.kind == Kind.FILE:
            own = getattr(row, f"{question.also[0]}_id")
            kind = DeskFile.Kind.PICTURE if question.also[0] == "image" else DeskFile.Kind.DOCUMENT
            answers[question.name] = by_file.get((kind, own), "")
        elif question.of_file:
            answers[question.name] = _answer(row.image, question) if row.image else ""
        else:
            answers[question.name] = _answer(row, question)
    return answers


def _answer(thing: Any, question: Question):
    if question.kind == Kind.LANGUAGE:
        return ""
    if question.kind == Kind.CLUSTERS:
        return [row.cluster.code for row in thing.practice_clusters.all()]
    value = getattr(thing, question.name)
    if question.kind == Kind.TICK:
        return "yes" if value else ""
    if question.kind == Kind.PRACTICE:
        return value.code if value else ""
    if question.kind == Kind.CODES:
        return list(value)
    if value is None or value == "":
        return ""
    if question.kind == Kind.DATE:
        return dates.partial_date(value, getattr(thing, question.also[0]))
    if question.kind == Kind.NUMBER:
        shown = _plain_number(value)
        return f"{shown}%" if getattr(thing, "unit", "") == "%" else shown
    if question.name == "cost_band" and value == CostBand.UNKNOWN:
        return ""
    return str(value)


def _plain_number(value: Decimal) -> str:
    """A number as the active language writes it, but never with three decimals: they could be thousands."""
    text = f"{Decimal(value).normalize():f}"
    return f"{text}0" if len(text.partition(".")[2]) == 3 else dates.number(value)


def _prose_row(block: dict) -> dict:
    text = prose.to_text(block["value"]) if block["type"] == "text" else None
    return {"key": block["id"], "text": text} if text is not None else {"key": block["id"], KEPT: block}
