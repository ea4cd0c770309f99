"""What a question, a list of rows and a section of the template of a practice are."""

from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from django.db import models
from django.db.models import TextChoices
from django.utils.functional import Promise

Words = str | Promise

# A text that is longer is no answer to any question; a request with one is refused.
LONGEST_ANSWER = 50_000


class Kind(StrEnum):
    """What an answer is, and how it is read (`desk.writing.reading`)."""

    LINE = "line"
    TEXT = "text"  # several lines
    NUMBER = "number"
    COUNT = "count"  # a whole number, 0 or more
    PERCENT = "percent"
    YEAR = "year"
    DATE = "date"  # a year, a month or a day
    ADDRESS = "address"  # of a web page
    CURRENCY = "currency"
    CHOICE = "choice"  # one code of a vocabulary
    CODES = "codes"  # any number of codes
    CLUSTERS = "clusters"  # codes of clusters
    PRACTICE = "practice"  # the address or code of a practice of this portal
    LANGUAGE = "language"  # code of a language of the portal
    ANY_LANGUAGE = "any-language"  # code of any language
    TICK = "tick"
    FILE = "file"  # a file of `desk.files`: chosen there, not typed


@dataclass(frozen=True)
class Question:
    """One question. `name` is that of the answer and of the field of the page or row."""

    name: str
    kind: Kind
    label: Words
    help: Words = ""
    example: Words = ""
    needed: bool = False
    """Whether a city cannot publish without it."""
    words: int = 0
    """About so many words are a good answer; 0: no advice."""
    longest: int = 0
    """The greatest number of characters; 0: as long as the field of the model allows."""
    vocabulary: type[TextChoices] | None = None
    default: str = ""
    useful: Words = ""
    """What the meter says when it is missing; "" for a question that the meter does not count."""
    also: tuple[str, ...] = ()
    """Other fields of the model that come from the same answer."""
    short: bool = False
    is_conditional: bool = False
    """Whether other answers decide if it is needed: neither marked as needed nor as optional."""
    of_file: bool = False
    """Whether the answer belongs to the uploaded file of the row, not to the row of the page."""

    @property
    def is_optional(self) -> bool:
        """Whether it is marked as optional."""
        return not (self.needed or self.default or self.is_conditional)

    def field(self, model: type[models.Model]) -> models.Field | None:
        """The field of the model; None if the answer becomes child rows."""
        found = model._meta.get_field(self.name) if self.name in _names(model) else None
        return found if isinstance(found, models.Field) else None


@dataclass(frozen=True)
class Rows:
    """A list of which each row answers the same questions: steps, results, partners …"""

    name: str
    """The relation of the page."""
    model: type[models.Model] | None
    """None for the running text, whose rows are blocks."""
    label: Words
    row_label: Words
    add_label: Words
    questions: tuple[Question, ...]
    help: Words = ""
    needed: bool = False
    useful: Words = ""

    @property
    def has_files(self) -> bool:
        """Whether each row begins with an uploaded file."""
        return any(question.kind == Kind.FILE for question in self.questions)

    def question(self, name: str) -> Question | None:
        """The question with this name; None if there is none."""
        return next((question for question in self.questions if question.name == name), None)


@dataclass(frozen=True)
class Section:
    """One step of the form. `code` is in its address."""

    code: str
    title: Words
    lede: Words
    parts: tuple[Question | Rows, ...]

    @property
    def questions(self) -> tuple[Question, ...]:
        return tuple(part for part in self.parts if isinstance(part, Question))

    @property
    def rows(self) -> tuple[Rows, ...]:
        return tuple(part for part in self.parts if isinstance(part, Rows))

    @property
    def is_needed(self) -> bool:
        """Whether a city cannot publish without an answer in this section."""
        return any(part.needed for part in self.parts)


@cache
def _names(model: type[models.Model]) -> frozenset[str]:
    return frozenset(field.name for field in model._meta.get_fields())
