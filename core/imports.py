"""What an app says about the import of its rows: which columns it takes, and how a row is checked and written.

`editorial.imports` reads the files, compares them with the database and keeps the state of each row. The columns are
those of the dataset with the same code. Values are plain: text, whole numbers, true and false, lists; decimal numbers
and dates are text ("12.5", "2026-04-03"), an empty cell is None.
"""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar

from django.db import models

from core.i18n.text import sentence_start

Values = Mapping[str, Any]
"""Code of a column → value."""
Key = tuple[str, str]
"""What identifies a row of a file: code and language."""


@dataclass(frozen=True)
class Draft:
    """The newest draft of what a row is about: the object with its content, and what a dataset's row has besides."""

    item: Any
    more: Values = field(default_factory=dict)


class RowRefused(Exception):
    """A row cannot be written now. The message says why, in the active language."""


class ImportKind(ABC):
    """One kind of things that can be imported. An object serves one person and one batch of rows.

    user: the person who imports.
    """

    code: ClassVar[str]
    """That of its dataset."""
    label: ClassVar[Any]
    facts: ClassVar[frozenset[str]]
    """The columns that are the same in every language."""
    texts: ClassVar[frozenset[str]]
    """The columns that are written in the language of the row."""
    drafted: ClassVar[frozenset[str]]
    """The columns of which a change is a draft. All others are public at once."""
    required: ClassVar[tuple[str, ...]]
    """The columns that a new row needs, besides code and language."""
    kept_if_empty: ClassVar[frozenset[str]]
    """The columns of which an empty cell changes nothing: they always have a value."""
    examples: ClassVar[Mapping[str, str]] = {}
    """Examples of what may stand in a column, where its type does not give one."""
    never_public: ClassVar[bool]
    """Whether a new row begins as a draft."""

    def __init__(self, user):
        self.user = user

    @classmethod
    @abstractmethod
    def may_import(cls, user) -> bool:
        """Whether a person may open the import. What they may do with each row is asked again for the row."""

    @abstractmethod
    def valid_code(self, code: str) -> str:
        """Return "" for a code that a row may have, else what is wrong with it."""

    @abstractmethod
    def find(self, keys: Sequence[Key], *, lock: bool = False) -> dict[Key, models.Model]:
        """Return what exists of these keys. lock: until the end of the transaction."""

    @abstractmethod
    def draft(self, item: models.Model, language: str) -> Draft | None:
        """Return the newest draft of a thing in a language; None if it has none."""

    @abstractmethod
    def refusal(self, item: models.Model | None, key: Key) -> str:
        """Return why the person may not change this thing, or add one with this key; "" if they may."""

    @abstractmethod
    def problems(self, item: models.Model | None, key: Key, values: Values) -> dict[str, list[str]]:
        """Return what is wrong with a row as it would be afterwards, by column; "" for what no column is at fault for.

        values: what is new. Nothing is written.
        """

    @abstractmethod
    def write(self, item: models.Model | None, key: Key, values: Values) -> models.Model:
        """Write a row in the transaction of the caller, with an entry in the audit log, and return what it is about.

        values: what is new. Raises RowRefused.
        """

    @abstractmethod
    def admin_url(self, item: models.Model, language: str) -> str:
        """Return the address of the form of a thing in the admin."""

    def words(self, column: str) -> Mapping[str, str] | None:
        """Return word in lower case → code, for a column whose codes are rows or have other words; None for others."""
        return None

    def normal(self, column: str, value: Any) -> Any:
        """Return a value as it will be read back, so that two ways to write it are the same."""
        return value

    def without_effect(self, item: models.Model | None, key: Key, values: Values) -> frozenset[str]:
        """Return the columns of which the new value cannot be seen, beside the others: they change nothing."""
        return frozenset()

    @property
    def written(self) -> frozenset[str]:
        """All columns that an import writes."""
        return self.facts | self.texts


def assign(thing: models.Model, name: str, value: Any) -> None:
    """Set a field to a plain value; None is the empty value of the field."""
    model_field = thing._meta.get_field(name)
    assert isinstance(model_field, models.Field)  # noqa: S101  # a column of a dataset
    if value is None:
        value = None if model_field.null else model_field.get_default()
    setattr(thing, name, value if value is None else model_field.to_python(value))


def messages_by_field(error_dict: Mapping[str, Sequence[Any]], known: Mapping[str, str]) -> dict[str, list[str]]:
    """Return the messages of the errors of a model by column. known: field → column; others go to ""."""
    found: dict[str, list[str]] = {}
    for name, errors in error_dict.items():
        for error in errors:
            found.setdefault(known.get(name, ""), []).extend(sentence_start(str(text)) for text in error.messages)
    return found
