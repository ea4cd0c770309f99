"""Queries that are compiled to SQL once per process and executed with other values each time.

For the queries of the page header Django needs more time to build the SQL than the database to answer.
docs/decisions/prepared-queries.md has the numbers, docs/decisions/private-parts.md the parts of Django that this
module relies on.
"""

import re
from collections.abc import Callable, Collection, Iterable
from copy import copy
from datetime import date, datetime, time
from functools import partial
from threading import Lock

from django.db import connections
from django.db.models import CharField, DateTimeField, Expression, Field, IntegerField, QuerySet, Value
from django.db.models.sql.compiler import SQLCompiler
from django.utils import timezone

# A date, a date with a time, or a time, as Django writes them for SQLite.
_INSTANT = re.compile(r"\d{4}-\d\d-\d\d(?:[ T]\d\d:\d\d:\d\d\S*)?|\d\d:\d\d:\d\d(?:\.\d+)?")


class Parameter(Expression):
    """A placeholder in a prepared query for a value that each execution passes under `name`."""

    def __init__(self, name: str, output_field: Field):
        super().__init__(output_field=output_field)
        self.name = name

    def as_sql(self, compiler, connection):
        return "%s", (self,)

    def prepare_value(self, value, connection):
        """Convert a Python value to what the database driver expects."""
        return self.output_field.get_db_prep_value(value, connection)


NOW = Parameter("now", DateTimeField())
LANGUAGE = Parameter("language", CharField())
SITE = Parameter("site", IntegerField())


def instant(at: datetime | Parameter) -> Expression:
    """Return an aware datetime or a parameter as an expression."""
    return at if isinstance(at, Parameter) else Value(at, output_field=DateTimeField())


def numbered_parameters(count: int, output_field: Field) -> list[Parameter]:
    """Return parameters for a list of `count` values; `parameter_values` gives the values their names."""
    return [Parameter(name, output_field) for name in parameter_values(range(count))]


def parameter_values(values: Iterable) -> dict[str, object]:
    """Return the values as keyword arguments for a query with `numbered_parameters`."""
    return {f"value {place}": value for place, value in enumerate(values)}


def pad_to_power_of_two(values: Collection) -> list:
    """Return the values with the last one repeated until there are 1, 2, 4, 8 … of them.

    The result of `IN` is the same, and lists of all lengths share a few prepared queries.
    """
    values = list(values)
    wanted = 1 << (len(values) - 1).bit_length() if values else 0
    return values + values[-1:] * (wanted - len(values))


class PreparedQuery:
    """A queryset whose SQL is compiled at its first execution and used again for all others.

    make: returns the queryset, with a `Parameter` for each value that changes. It is called once. Everything else
    in the queryset stays as it is at that moment, so the current time must be the parameter NOW.
    """

    def __init__(self, make: Callable[[], QuerySet]):
        self._make = make
        self._queryset: QuerySet | None = None
        self._lock = Lock()

    def __call__(self, **values) -> list:
        """Execute the query and return its rows.

        Raises KeyError when a value is missing, and ValueError at the first call when the SQL contains a fixed
        date or time.
        """
        with self._lock:
            if self._queryset is None:
                self._queryset = self._prepare()
            queryset = self._queryset.all()
        get_compiler = partial(self._compiler, values)
        queryset.query.get_compiler = get_compiler  # type: ignore[method-assign]  # for this one query
        # A list: a queryset could be filtered further, and the SQL would not change with it.
        return list(queryset)

    def _prepare(self) -> QuerySet:
        queryset = self._make()
        self._prepared = queryset.query.get_compiler(using=queryset.db)
        self._sql, self._params = self._prepared.as_sql()
        self._forbid_fixed_instants()
        return queryset

    def _forbid_fixed_instants(self) -> None:
        """Raise ValueError for a date or time in the SQL: it would stay the same until the process ends."""
        for param in self._params:
            if _is_instant(param):
                name = getattr(self._make, "__qualname__", repr(self._make))
                raise ValueError(
                    f"The prepared query {name} contains the fixed instant {param!s}, which was evaluated when the "
                    "query was prepared. Use the parameter NOW or another Parameter, and pass the value at each call."
                )

    def _compiler(self, values: dict, using: str, connection=None, elide_empty=True) -> SQLCompiler:
        """Return the compiler that made the SQL, on this thread's connection: it knows the columns of the result."""
        compiler = copy(self._prepared)
        compiler.connection = connection = connections[using]
        params = tuple(
            param.prepare_value(values[param.name], connection) if isinstance(param, Parameter) else param
            for param in self._params
        )
        compiler.as_sql = lambda: (self._sql, params)
        return compiler


def rows_of(keys: Collection, query: Callable[..., PreparedQuery], *arguments) -> list:
    """Return the rows of a query with a list of values: one query, or none for no values.

    query: returns the query with this number of `numbered_parameters`, and with `arguments`.
    """
    if not keys:
        return []
    asked = pad_to_power_of_two(keys)
    return query(len(asked), *arguments)(now=timezone.now(), **parameter_values(asked))


def _is_instant(param: object) -> bool:
    """Whether an SQL parameter is a date or time, or the text that SQLite gets for one."""
    return isinstance(param, date | time) or (isinstance(param, str) and _INSTANT.fullmatch(param) is not None)
