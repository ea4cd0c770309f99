"""Queries whose SQL is made once: for that of a page's head Django takes longer than the database for the answer."""

from collections.abc import Callable, Collection, Iterable
from copy import copy
from datetime import datetime
from functools import partial
from threading import Lock

from django.db import connections
from django.db.models import CharField, DateTimeField, Expression, Field, IntegerField, QuerySet, Value
from django.db.models.sql.compiler import SQLCompiler


class Parameter(Expression):
    """Stands in a prepared query for a value that is given whenever it is asked."""

    def __init__(self, name: str, output_field: Field):
        super().__init__(output_field=output_field)
        self.name = name

    def as_sql(self, compiler, connection):
        return "%s", (self,)

    def prepare_value(self, value, connection):
        """The value as the database takes it."""
        return self.output_field.get_db_prep_value(value, connection)


NOW = Parameter("now", DateTimeField())
LANGUAGE = Parameter("language", CharField())
SITE = Parameter("site", IntegerField())


def instant(at: datetime | Parameter) -> Expression:
    """An instant as an expression, whether it is known already or a parameter."""
    return at if isinstance(at, Parameter) else Value(at, output_field=DateTimeField())


def numbered_parameters(number: int, output_field: Field) -> list[Parameter]:
    """Parameters for a list of so many values, as `parameter_values` names them."""
    return [Parameter(name, output_field) for name in parameter_values(range(number))]


def parameter_values(values: Iterable) -> dict[str, object]:
    """Several values under the names of their `numbered_parameters`."""
    return {f"value {place}": value for place, value in enumerate(values)}


def pad_to_power_of_two(values: Collection) -> list:
    """The values, the last one repeated until there are 1, 2, 4, 8 … of them.

    To `IN` it is all the same, and lists of every length share a few queries.
    """
    values = list(values)
    wanted = 1 << (len(values) - 1).bit_length() if values else 0
    return values + values[-1:] * (wanted - len(values))


class PreparedQuery:
    """A queryset that is asked again and again, with other values each time.

    make: gives the queryset, with a `Parameter` for each value. It is called once, when the query
    is first asked.
    """

    def __init__(self, make: Callable[[], QuerySet]):
        self._make = make
        self._queryset: QuerySet | None = None
        self._lock = Lock()

    def __call__(self, **values) -> list:
        """The rows. Raises KeyError where a value is missing."""
        with self._lock:
            if self._queryset is None:
                self._queryset = self._prepare()
            queryset = self._queryset.all()
        get_compiler = partial(self._compiler, values)
        queryset.query.get_compiler = get_compiler  # type: ignore[method-assign]  # for this one query
        # A list, because a queryset could be narrowed, and the SQL would not follow.
        return list(queryset)

    def _prepare(self) -> QuerySet:
        queryset = self._make()
        self._prepared = queryset.query.get_compiler(using=queryset.db)
        self._sql, self._params = self._prepared.as_sql()
        return queryset

    def _compiler(self, values: dict, using: str, connection=None, elide_empty=True) -> SQLCompiler:
        """The compiler that has made the SQL, on this thread's connection: it knows which column is what."""
        compiler = copy(self._prepared)
        compiler.connection = connection = connections[using]
        params = tuple(
            param.prepare_value(values[param.name], connection) if isinstance(param, Parameter) else param
            for param in self._params
        )
        compiler.as_sql = lambda: (self._sql, params)
        return compiler
