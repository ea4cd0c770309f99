"""What stands in the way of submitting a practice, how far its sections are, and what would make it more useful."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from django.core.exceptions import ValidationError
from django.db.models import Model
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from desk.files.services import ROWS, files_of
from desk.models import DeskFile, WorkingCopy
from desk.writing.forms import is_public_file
from desk.writing.merging import OTHERS
from desk.writing.page import answers_to_build, build_page, is_blank_row
from desk.writing.questions import Kind, Question, Rows, Section
from desk.writing.reading import is_empty, read
from desk.writing.sections import PARTS, SECTION_OF, SECTIONS, every_question

# Fields that `full_clean` of a page in memory cannot check, or that no answer fills.
_NOT_CHECKED = ("path", "depth", "numchild", "url_path", "slug", "content_type", "locale", "translation_key")


class SectionState(StrEnum):
    """How far a section is."""

    DONE = "done"
    STARTED = "started"
    TO_CORRECT = "to-correct"
    NOT_STARTED = "not-started"
    OPTIONAL = "optional"


@dataclass(frozen=True)
class Problem:
    """What stands in the way of submitting. `path` names the answer: "title", "results", "results.<key>.value"."""

    path: str
    message: str
    label: str
    is_missing: bool = False

    @property
    def section(self) -> Section:
        return SECTION_OF[self.path.partition(".")[0]]

    @property
    def name(self) -> str:
        """The label before a colon: a label that is a sentence loses its full stop."""
        return self.label.rstrip(".。")

    @property
    def anchor(self) -> str:
        """The id of the field in the form of its section."""
        return "id-" + "-".join(self.path.split("."))


@dataclass(frozen=True)
class Useful:
    """An answer that would make the practice more useful."""

    sentence: str | Promise
    section: Section
    name: str


@dataclass(frozen=True)
class Check:
    """The state of all answers of a working copy."""

    problems: tuple[Problem, ...]
    states: dict[str, SectionState]
    """Code of a section → its state."""
    useful_given: int
    useful: tuple[Useful, ...]
    """What is missing, the most asked first."""

    @property
    def done(self) -> int:
        """How many sections are done."""
        return sum(state == SectionState.DONE for state in self.states.values())

    @property
    def useful_total(self) -> int:
        return self.useful_given + len(self.useful)

    def of_section(self, section: Section) -> dict[str, str]:
        """The problems of one section: path → message."""
        return {problem.path: problem.message for problem in self.problems if problem.section is section}


def check(copy: WorkingCopy) -> Check:
    """Check all answers of a working copy. With a page in memory: no query for most practices but those of the rows."""
    problems = {problem.path: problem for problem in _typed_problems(copy)}
    for problem in _problems_of_page(copy):
        if not any(path == problem.path or path.startswith(f"{problem.path}.") for path in problems):
            problems[problem.path] = problem
    ordered = tuple(sorted(problems.values(), key=_place))
    given, missing = _usefulness(copy)
    states = {section.code: _state(section, copy, ordered) for section in SECTIONS}
    return Check(ordered, states, given, missing)


def _place(problem: Problem) -> int:
    return list(PARTS).index(problem.path.partition(".")[0])


def _typed_problems(copy: WorkingCopy) -> Iterator[Problem]:
    """Answers that cannot be read, two texts of which nobody has chosen one, and needed answers that are missing."""
    for path in copy.answers.get(OTHERS, {}):
        yield Problem(path, _("Two texts wait for your choice."), _label(path))
    files = files_of(copy) if copy.answers.keys() & set(ROWS.values()) else {}
    for _section, rows, question in every_question():
        if question.kind == Kind.LANGUAGE:
            continue
        if rows is None:
            yield from _problem_of(question, copy.answers.get(question.name), question.name, copy.language)
            continue
        for row in copy.answers.get(rows.name, []):
            if not is_blank_row(rows, row):
                path = f"{rows.name}.{row['key']}.{question.name}"
                if question.kind == Kind.FILE:
                    yield from _problem_of_file(files.get(row.get(question.name, "")), path)
                elif not (question.of_file and is_public_file(files.get(row.get("file", "")))):
                    yield from _problem_of(question, row.get(question.name), path, copy.language, rows)
    for part in PARTS.values():
        if (
            isinstance(part, Rows)
            and part.needed
            and all(is_blank_row(part, row) for row in copy.answers.get(part.name, []))
        ):
            yield Problem(part.name, _("This is needed to publish."), str(part.label), is_missing=True)


def _problem_of(question: Question, answer, path: str, language: str, rows: Rows | None = None) -> Iterator[Problem]:
    reading = read(question, answer, language, rows)
    if reading.problem:
        yield Problem(path, reading.problem, str(question.label))
    elif question.needed and is_empty(answer) and not question.default:
        yield Problem(path, _("This is needed to publish."), str(question.label), is_missing=True)


def _problem_of_file(file: DeskFile | None, path: str) -> Iterator[Problem]:
    if file is None:
        yield Problem(path, _("The file is missing. Remove this row, or add the file again."), _label(path))
    elif file.state == DeskFile.State.WAITING:
        yield Problem(path, _("“%(file)s” is still being checked.") % {"file": file.name}, _label(path))
    elif file.state == DeskFile.State.REFUSED:
        words = _("“%(file)s” was not accepted. Remove it, or put another file in its place.")
        yield Problem(path, words % {"file": file.name}, _label(path))


def _label(path: str) -> str:
    name, _dot, rest = path.partition(".")
    part = PARTS[name]
    if isinstance(part, Rows) and (question := part.question(rest.partition(".")[2])):
        return str(question.label)
    return str(part.label)


def _problems_of_page(copy: WorkingCopy) -> Iterator[Problem]:
    """What the rules of the page and its rows say (`practices.models`), as problems of answers."""
    page, files = build_page(copy), files_of(copy) if copy.answers.keys() & set(ROWS.values()) else {}
    for field, message in _errors(page, _NOT_CHECKED):
        path = _path_of(field)
        yield Problem(path, message, _label(path))
    for part in PARTS.values():
        if not isinstance(part, Rows) or part.model is None:
            continue
        given = answers_to_build(part, copy, files if part.has_files else {})
        for answers, row in zip(given, getattr(page, part.name).all(), strict=True):
            for field, message in _errors(row, ("page", *_NOT_CHECKED)):
                question = next((one for one in part.questions if field in {one.name, *one.also}), part.questions[0])
                yield Problem(f"{part.name}.{answers['key']}.{question.name}", message, str(question.label))


def _errors(thing: Model, excluded: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    """The errors of a page or row: (field, message)."""
    for validate in (lambda: thing.clean_fields(exclude=excluded), thing.clean):
        try:
            validate()
        except ValidationError as error:
            for field, messages in error.message_dict.items():
                yield field, " ".join(messages)


def _path_of(field: str) -> str:
    """The path of the question that fills a field of the page."""
    for part in PARTS.values():
        if isinstance(part, Question) and field in {part.name, *part.also}:
            return part.name
    return "title"


def _usefulness(copy: WorkingCopy) -> tuple[int, tuple[Useful, ...]]:
    given, missing = 0, []
    for section in SECTIONS:
        for part in section.parts:
            if not part.useful:
                continue
            if _is_answered(part, copy):
                given += 1
            else:
                missing.append(Useful(part.useful, section, part.name))
    return given, tuple(missing)


def _is_answered(part: Question | Rows, copy: WorkingCopy) -> bool:
    answer = copy.answers.get(part.name)
    if isinstance(part, Rows):
        return any(not is_blank_row(part, row) for row in answer or [])
    return not is_empty(answer) and answer != "unknown"


def _state(section: Section, copy: WorkingCopy, problems: tuple[Problem, ...]) -> SectionState:
    own = [problem for problem in problems if problem.section is section]
    if any(not problem.is_missing for problem in own):
        return SectionState.TO_CORRECT
    is_begun = any(_is_answered(part, copy) for part in section.parts if part.name != "language")
    if not is_begun:
        return SectionState.NOT_STARTED if section.is_needed else SectionState.OPTIONAL
    return SectionState.STARTED if own else SectionState.DONE
