"""The day's work of the secretariat: for each kind of work a row of numbers, each with a link to the list behind it."""

from abc import ABC, abstractmethod
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from enum import IntEnum
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.functional import Promise, cached_property
from wagtail.models import Page
from wagtail.permission_policies.pages import PagePermissionPolicy

from calls.models import Call


class Urgency(IntEnum):
    """When a row has to be looked at; the most urgent first."""

    NOW = 1
    SOON = 2
    LATER = 3


@dataclass(frozen=True)
class Number:
    """How many rows wait in a list."""

    count: int
    url: str
    """The list, filtered to what is counted."""
    label: str = ""
    """What distinguishes this number from the others of its row: the name of a language."""
    note: str = ""
    """A sentence about the most urgent of them, such as its age."""
    is_late: bool = False
    """Whether one of them has waited for too long."""


@dataclass(frozen=True)
class RowOfWork:
    """A row as the home page shows it."""

    code: str
    heading: str
    numbers: tuple[Number, ...]
    """Only those that are not zero. An empty row has none."""
    empty: str
    """The sentence of an empty row."""
    urgency: Urgency

    @property
    def total(self) -> int:
        """The sum of its numbers."""
        return sum(number.count for number in self.numbers)


@dataclass
class Reader:
    """Who reads the page, and what several kinds of work read once."""

    user: Any
    now: datetime = field(default_factory=timezone.now)

    @cached_property
    def calls(self) -> list[Call]:
        """All calls with their dates, announcements and documents."""
        return list(Call.objects.with_history(self.now).prefetch_related("documents"))

    @cached_property
    def pages(self) -> QuerySet[Page]:
        """The pages that they find in the admin."""
        return PagePermissionPolicy(Page).explorable_instances(self.user)


class Work(ABC):
    """One kind of work: who sees it, how much of it there is, and where it is done.

    A number and the list that its link opens come from the same function of the app that knows them.
    """

    code: str
    heading: str | Promise
    empty: str | Promise
    urgency = Urgency.LATER

    @abstractmethod
    def may_see(self, user) -> bool:
        """Whether the user may do this work; without a query of its own."""

    @abstractmethod
    def numbers(self, reader: Reader) -> list[Number]:
        """The numbers, also zeros: one query for each model that is counted."""

    def row(self, reader: Reader) -> RowOfWork:
        """The row for this reader."""
        numbers = tuple(number for number in self.numbers(reader) if number.count)
        urgency = Urgency.NOW if any(number.is_late for number in numbers) else self.urgency
        return RowOfWork(self.code, str(self.heading), numbers, str(self.empty), urgency)


def rows_for(user, kinds: Iterable[Work]) -> list[RowOfWork]:
    """The rows that the user may see: the most urgent first, in the order of `kinds`."""
    reader = Reader(user)
    return sorted((kind.row(reader) for kind in kinds if kind.may_see(user)), key=lambda row: row.urgency)
