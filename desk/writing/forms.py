"""What the form of a section sends, and what its template shows.

Names of fields: "title"; in rows "results-<key>-value". A new row has "new…" for its key. The field `shown` holds the
digests of what the form showed, as JSON.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from uuid import UUID, uuid4, uuid5

from django.core.exceptions import BadRequest
from django.http import QueryDict
from django.utils.dateparse import parse_datetime
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from cities.alphabet import sort_key
from clusters.models import Cluster
from core.i18n import dates
from core.i18n.languages import (
    LANGUAGE_CODES,
    SOURCE_LANGUAGE,
    active_language,
    language_name,
    own_name,
    spoken_languages,
)
from core.i18n.text import comma_list, plain_text, sentence_start
from desk.files.presentation import file_context
from desk.files.services import ROWS as ROWS_OF_FILES
from desk.files.services import files_of
from desk.models import DeskFile, WorkingCopy
from desk.writing.merging import OTHERS, REMOVED, Answer, Sent, digests
from desk.writing.page import KEPT, is_blank_row
from desk.writing.questions import Kind, Question, Rows, Section
from desk.writing.reading import Reading, find_language, read
from desk.writing.saving import TooLong, answers_of_copy, is_too_long

MOST_ROWS = 40
"""Rows of one kind that a form may send."""

_UUID = r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
_ROW = re.compile(rf"(?P<relation>[a-z]+)-(?P<token>{_UUID}|new[0-9a-z]{{1,32}})-(?P<name>[a-z_]+)")
_FORM_ID = re.compile(r"[0-9a-z]{1,32}")
_DIGEST = re.compile(r"[0-9a-f]{12}|")
_SURROGATES = re.compile("[\ud800-\udfff]")
_WORD = re.compile("[\u3400-\u9fff]{1,2}|[^\\s\u3400-\u9fff]+")
SEVERAL = {Kind.CODES, Kind.CLUSTERS}
CHOOSE = "choose-"
KIND_OF_FILES = {relation: str(kind.value) for kind, relation in ROWS_OF_FILES.items()}
PRESENT = "row"
"""The hidden field by which a form tells that it has shown a row."""


def clean_text(text: str) -> str:
    """A text as the database can keep it: line ends as LF, without NUL and lone surrogates; nothing else is changed."""
    return _SURROGATES.sub("\ufffd", text.replace("\0", "").replace("\r\n", "\n").replace("\r", "\n"))


def new_token() -> str:
    """The name of a new row in one form."""
    return f"new{uuid4().hex[:16]}"


def row_key(copy_key: UUID, token: str, known: Iterable[str]) -> str:
    """The key of a row that a form names by `token`: a known key, else a new one.

    The new one is always the same for a token: a form that is sent twice makes one row. It is never one that
    somebody else could know.
    """
    return token if token in known else str(uuid5(copy_key, token))


def sent_from(post: QueryDict, section: Section, copy: WorkingCopy, *, to_show_again: bool = False) -> Sent:
    """What the form of a section has sent. Raises BadRequest for what no form of ours sends, and TooLong.

    to_show_again: rows keep the names that the form gave them, nothing is too long, and nothing may be saved.
    """
    form_id = post.get("form", "")
    if not _FORM_ID.fullmatch(form_id):
        raise BadRequest("A form without its id")
    sent = Sent(form=form_id, shown=_shown(post))
    for question in section.questions:
        if question.name in post or (question.name in sent.shown and question.kind in {*SEVERAL, Kind.TICK}):
            answer = _answer(post, question.name, question, to_show_again=to_show_again)
            sent.answers[question.name] = _without_default(answer, question, sent.shown.get(question.name, ""))
    for rows in section.rows:
        sent.rows[rows.name] = []
    tokens = _rows_sent(post, section, None if to_show_again else copy, sent)
    sent.chosen = dict(_choices(post))
    _act(post.get("then", ""), section, sent, tokens)
    return sent


def _shown(post: QueryDict) -> dict[str, str]:
    try:
        shown = json.loads(post.get("shown", ""))
    except (ValueError, RecursionError):
        raise BadRequest("A form without what it showed") from None
    if not isinstance(shown, dict):
        raise BadRequest("A form without what it showed")
    return {
        clean_text(path)[:200]: value
        for path, value in shown.items()
        if isinstance(value, str) and _DIGEST.fullmatch(value)
    }


def _answer(post: QueryDict, name: str, question: Question, *, to_show_again: bool) -> Answer:
    if question.kind in SEVERAL:
        return list(dict.fromkeys(clean_text(code)[:60] for code in post.getlist(name)[:100]))
    return _one(post.get(name, ""), question, to_show_again=to_show_again)


def _without_default(answer: Answer, question: Question, shown: str) -> Answer:
    """The answer; "" for a default that the form showed because there was no answer."""
    return "" if question.default and answer == question.default and not shown else answer


def _one(text: str, question: Question, *, to_show_again: bool) -> str:
    text = clean_text(text)
    if is_too_long(text) and not to_show_again:
        raise TooLong
    if question.kind in {Kind.CHOICE, Kind.LANGUAGE, Kind.TICK}:
        known = LANGUAGE_CODES if question.kind == Kind.LANGUAGE else ("yes",)
        return text if text in (question.vocabulary.values if question.vocabulary else known) else ""
    return text


def _rows_sent(post: QueryDict, section: Section, copy: WorkingCopy | None, sent: Sent) -> dict[tuple[str, str], str]:
    """Read the rows of a form in their order; return the key of each (relation, token)."""
    kinds = {rows.name: rows for rows in section.rows}
    known = {name: _known_keys(copy, name) if copy else set() for name in kinds}
    cells: dict[tuple[str, str, int], dict[str, str]] = {}
    for name in post:
        match = _ROW.fullmatch(name)
        rows = kinds.get(match["relation"]) if match else None
        if match is None or rows is None:
            continue
        question = rows.question(match["name"])
        is_typed = question is not None and question.kind != Kind.FILE
        if not is_typed and match["name"] != PRESENT:
            continue
        for repeated, text in enumerate(post.getlist(name)):
            cell = cells.setdefault((rows.name, match["token"], repeated), {})
            if question is not None and is_typed:
                cell[question.name] = _one(text, question, to_show_again=copy is None)
    keys: dict[tuple[str, str], str] = {}
    for (relation, token, repeated), texts in cells.items():
        name = f"{token} {repeated}" if repeated else token
        key = row_key(copy.key, name, known[relation]) if copy else token
        if not repeated:
            keys[relation, token] = key
        if copy and len(sent.rows[relation]) >= MOST_ROWS:
            raise TooLong
        _add_row(sent, kinds[relation], key, token, texts)
    return keys


def _add_row(sent: Sent, rows: Rows, key: str, token: str, texts: dict[str, str]) -> None:
    for question in rows.questions:
        path = f"{rows.name}.{key}.{question.name}"
        if question.kind == Kind.TICK and path in sent.shown:
            texts.setdefault(question.name, "")  # a box that is not ticked is not sent
        if question.name not in texts:
            continue
        shown = sent.shown.setdefault(path, sent.shown.get(f"{rows.name}.{token}.{question.name}", ""))
        texts[question.name] = str(_without_default(texts[question.name], question, shown))
    if token.startswith("new") and (rows.has_files or is_blank_row(rows, texts)):
        return  # a row with a file begins with its upload
    sent.rows[rows.name].append({"key": key, **texts})


def _choices(post: QueryDict) -> Iterator[tuple[str, tuple[str, tuple[str, ...]]]]:
    """The chosen ones of two texts: fields "choose-<path>" with "<id taken>:<ids dropped>"."""
    for name in post:
        if name.startswith(CHOOSE) and (value := post[name]).count(":") == 1:
            taken, _colon, dropped = clean_text(str(value))[:2_000].partition(":")
            yield clean_text(name.removeprefix(CHOOSE))[:200], (taken, tuple(filter(None, dropped.split(","))))


def _known_keys(copy: WorkingCopy, relation: str) -> set[str]:
    """The keys of rows that belong to this working copy, also of those that were removed from it."""
    present = (row["key"] for answers in (copy.answers, copy.base_answers) for row in answers.get(relation, []))
    return {*present, *copy.answers.get(REMOVED, {}).get(relation, [])}


def _act(then: str, section: Section, sent: Sent, tokens: dict[tuple[str, str], str]) -> None:
    """Do what the pressed button says beside saving. An unknown button only saves."""
    action, _colon, rest = then.partition(":")
    target, _colon, detail = rest.partition(":")
    key = tokens.get((target, detail))
    if action == "remove" and key:
        sent.removed.add(f"{target}.{key}")
    elif action in {"up", "down"} and key:
        sent.moved = (target, key, -1 if action == "up" else 1)
    elif action == "read":
        _replace(section, sent, target, clean_text(detail)[:100], tokens)


def _replace(section: Section, sent: Sent, name: str, text: str, tokens: dict[tuple[str, str], str]) -> None:
    """Take the chosen meaning of an ambiguous number as the answer that was sent. name: that of the field."""
    if match := _ROW.fullmatch(name):
        key = tokens.get((match["relation"], match["token"]))
        for row in sent.rows.get(match["relation"], []):
            if row["key"] == key and match["name"] in row and match["name"] != "key":
                row[match["name"]] = text
    elif isinstance(sent.answers.get(name), str):
        sent.answers[name] = text


@dataclass
class Option:
    """A choice of a question."""

    value: str
    label: str
    chosen: bool


@dataclass
class ShownQuestion:
    """A question as templates/desk/writing/question.html takes it."""

    question: Question
    name: str
    path: str
    value: Answer
    reading: Reading
    problem: str = ""
    options: list[Option] = field(default_factory=list)
    versions: list[dict] = field(default_factory=list)
    """Two or more texts of which one has to be chosen, as components/desk/two_texts.html takes them."""
    language: str = ""
    """That of the text."""

    @property
    def id(self) -> str:
        return f"id-{self.name}"

    @property
    def kind(self) -> str:
        return self.question.kind.value

    @property
    def words(self) -> int:
        """How many words the answer has."""
        return count_words(self.value) if isinstance(self.value, str) else 0

    @property
    def choice_name(self) -> str:
        """The field in which one of two texts is chosen."""
        return f"{CHOOSE}{self.path}"

    @property
    def meanings(self) -> list[tuple[str, str]]:
        """What an ambiguous number can mean: the value of a button that chooses it, and its label."""
        return [(f"read:{self.name}:{answer}", label) for answer, label in self.reading.choices]

    @property
    def is_fieldset(self) -> bool:
        return self.question.kind in SEVERAL

    @property
    def described_by(self) -> str:
        """The ids of the hint, the example and the problem."""
        parts = {
            "hint": self.question.help,
            "example": self.question.example,
            "problem": self.problem,
            "said": self.reading.said and not self.problem,
            "words": self.question.words,
        }
        return " ".join(f"{self.id}-{part}" for part, is_there in parts.items() if is_there)


@dataclass
class ShownRow:
    """A row as templates/desk/writing/rows.html takes it."""

    relation: str
    token: str
    number: int
    questions: list[ShownQuestion]
    kept: dict | None = None
    """The block of the running text that cannot be typed."""
    is_new: bool = False
    file: dict | None = None
    """The uploaded file, as desk/files/row.html takes it."""
    file_is_missing: bool = False

    @property
    def target(self) -> str:
        """The row as the buttons that move or remove it name it."""
        return f"{self.relation}:{self.token}"

    @property
    def kept_text(self) -> str:
        """The words of that block, without its pictures and links."""
        return plain_text(str(self.kept["value"])) if self.kept and isinstance(self.kept["value"], str) else ""


@dataclass
class ShownRows:
    """A list of rows."""

    rows: Rows
    items: list[ShownRow]
    problem: str = ""

    @property
    def id(self) -> str:
        return f"id-{self.rows.name}"

    @property
    def kind_of_files(self) -> str:
        """The kind of files from which the rows come; "" for rows that are typed."""
        return KIND_OF_FILES.get(self.rows.name, "")


def is_public_file(file: DeskFile | None) -> bool:
    """Whether the picture or document is on a published page: what is said of it stays until it is replaced."""
    made = (file.image or file.document) if file else None
    return made is not None and not made.withheld


def every_question(parts: Iterable[ShownQuestion | ShownRows]) -> Iterator[ShownQuestion]:
    """All questions of the parts of a form, those in rows included."""
    for part in parts:
        if isinstance(part, ShownQuestion):
            yield part
        else:
            yield from (question for row in part.items for question in row.questions)


def count_words(text: str) -> int:
    """The number of words; two Chinese characters count as one."""
    return len(_WORD.findall(text))


class SectionForm:
    """The form of a section: its questions with their answers, problems and waiting texts."""

    def __init__(
        self,
        section: Section,
        copy: WorkingCopy,
        *,
        answers: Mapping | None = None,
        shown: Mapping[str, str] | None = None,
        form_id: str = "",
        problems: Mapping[str, str] | None = None,
        more: str = "",
    ):
        """answers, shown, form_id: those of a form that is shown again as it was sent; by default those of the copy.

        problems: path → problem. more: the relation that shows an additional empty row.
        """
        self.section = section
        self.copy = copy
        self.answers = dict(answers) if answers is not None else answers_of_copy(copy)
        self.form_id = form_id or uuid4().hex[:16]
        self.problems = dict(problems or {})
        self.more = more
        has_files = any(rows.has_files for rows in section.rows)
        # Without a session, what was sent is shown with a copy that is not in the database.
        self.files = files_of(copy) if has_files and copy.pk else {}
        names = [question.name for question in section.questions]
        columns = {rows.name: [question.name for question in rows.questions] for rows in section.rows}
        self._shown = dict(shown) if shown is not None else digests(self.answers, names, columns)

    @property
    def files_are_sent(self) -> bool:
        """Whether files can be uploaded in this section."""
        return any(rows.has_files for rows in self.section.rows)

    @property
    def shown(self) -> str:
        """The digests of what the form shows, as JSON."""
        return json.dumps(self._shown, separators=(",", ":"))

    def parts(self) -> list[ShownQuestion | ShownRows]:
        """The questions and lists of the section, in their order."""
        return [self._rows(part) if isinstance(part, Rows) else self._question(part) for part in self.section.parts]

    def _question(self, question: Question, rows: Rows | None = None, row: Mapping | None = None, token: str = ""):
        source = self.answers if row is None else row
        path = f"{rows.name}.{row['key']}.{question.name}" if rows and row else question.name
        value = source.get(question.name) or ([] if question.kind in SEVERAL else "")
        reading = read(question, value, self.copy.language, rows)
        return ShownQuestion(
            question=question,
            name=f"{rows.name}-{token}-{question.name}" if rows else question.name,
            path=path,
            value=value,
            reading=reading,
            problem=self.problems.get(path) or reading.problem,
            options=self._options(question, value),
            versions=self._versions(path, value),
            language=self.copy.language,
        )

    def _versions(self, path: str, value: Answer) -> list[dict]:
        """The present text and those that wait beside it; empty if there is only one."""
        texts = self.answers.get(OTHERS, {}).get(path, [])
        if not texts:
            return []
        ids = [text["id"] for text in texts]
        versions = [{"value": f":{','.join(ids)}", "label": _("The text in the field"), "text": _as_text(value)}]
        for text in texts:
            others = ",".join(other for other in ids if other != text["id"])
            versions.append(
                {"value": f"{text['id']}:{others}", "label": self._author(text), "text": _as_text(text["text"])}
            )
        return versions

    def _author(self, text: dict) -> str:
        at = parse_datetime(text.get("at") or "")
        when = dates.moment_in_utc(at) if at else ""
        if text["id"].startswith("revision"):
            return _("The text of the secretariat, %(time)s") % {"time": when}
        return _("The text that was sent on %(time)s") % {"time": when}

    def _options(self, question: Question, value: Answer) -> list[Option]:
        if question.kind == Kind.CLUSTERS:
            choices = [(link["code"], link["name"]) for link in Cluster.objects.links(get_language()).values()]
        elif question.kind == Kind.LANGUAGE:
            choices = [(code, own_name(code)) for code in LANGUAGE_CODES]
        elif question.kind == Kind.ANY_LANGUAGE:
            choices = list(_languages(active_language()))
            if isinstance(value, str) and value and value not in dict(choices):
                choices.insert(0, (value, _typed_language(value)))
        else:
            choices = [(code, str(label)) for code, label in question.vocabulary.choices] if question.vocabulary else []
        chosen = value if isinstance(value, list) else [value or question.default]
        return [Option(code, label, code in chosen) for code, label in choices]

    def _rows(self, rows: Rows) -> ShownRows:
        answers = list(self.answers.get(rows.name, []))
        items = [self._row(rows, row, row["key"], place) for place, row in enumerate(answers, 1)]
        if not rows.has_files and (not answers or self.more == rows.name):
            token = new_token()
            items.append(self._row(rows, {"key": token}, token, len(items) + 1, is_new=True))
        return ShownRows(rows, items, self.problems.get(rows.name, ""))

    def _row(self, rows: Rows, row: Mapping, token: str, number: int, *, is_new: bool = False) -> ShownRow:
        if KEPT in row:
            return ShownRow(rows.name, token, number, [], kept=row[KEPT])
        file = self.files.get(row.get("file", "")) if rows.has_files else None
        is_public = is_public_file(file)
        asked = [one for one in rows.questions if one.kind != Kind.FILE and not (one.of_file and is_public)]
        shown = [self._question(question, rows, row, token) for question in asked]
        context = file_context(file, self.copy.city.code) if file else None
        is_missing = rows.has_files and file is None and self.copy.pk is not None
        return ShownRow(rows.name, token, number, shown, is_new=is_new, file=context, file_is_missing=is_missing)


@cache
def _languages(reader: str) -> tuple[tuple[str, str], ...]:
    """The languages of today with their names in the language of a reader, in the order of their names."""
    named = ((code, sentence_start(language_name(code, reader))) for code in spoken_languages())
    return tuple(sorted(named, key=lambda item: (sort_key(item[1], reader), item[0])))


def _typed_language(value: str) -> str:
    """The name of a language that is not in the list, for its code; a text that is no code stays as it was typed."""
    is_code = find_language(value, SOURCE_LANGUAGE) == value
    return sentence_start(language_name(value, active_language())) if is_code else value


def _as_text(answer: Answer) -> str:
    return comma_list(answer) if isinstance(answer, list) else answer
