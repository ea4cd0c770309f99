"""A database moves to one of another kind: every row, from SQLite to PostgreSQL or back.

The rows pass through models of the same tables that have no behaviour. So no signal is sent, no file is touched, and a
value is written as it was read, also one that a field of the portal would read in another way.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import Any

from django.apps import apps
from django.apps.registry import Apps
from django.contrib.contenttypes.models import ContentType
from django.core.management import call_command
from django.db import DatabaseError, connection, connections, models, transaction
from django.db.migrations.loader import MigrationLoader

from accounts.models import User
from core.page_cache.models import ContentChange
from home.models import HomePage
from operations.databases import current_database, database_of
from operations.databases.base import VENDORS
from operations.refused import Refused, in_one_sentence
from operations.stopped import stopped_portal
from portal.checks import unknown_migrations

# The alias of the database that moves.
SOURCE = "source"
# What is computed: the index of the admin's search, whose tables differ between databases, and the content version,
# which is another one after so many changes.
COMPUTED = ("wagtailsearch_indexentry", "wagtailsearch_indexentry_fts", ContentChange._meta.db_table)
# So many rows are in memory.
BATCH = 1_000

Say = Callable[[str], object]
"""Tells the operator what was done."""


def move_database(names: dict, say: Say = lambda _line: None) -> None:
    """Copy every row of another database into that of DATABASE_URL, all or none. Raises Refused.

    names: Django's settings of the other database, which stays as it is. The database of DATABASE_URL has no tables, or
    those of this version, and nobody has used it: so a move that was interrupted can be repeated.
    """
    with in_one_sentence(), stopped_portal(), _known(names):
        _refuse_unfit()
        call_command("migrate", interactive=False, verbosity=0)
        with _refusals("The database cannot be written"), transaction.atomic(), transaction.atomic(using=SOURCE):
            # What the migrations have written.
            call_command("flush", interactive=False, inhibit_post_migrate=True, verbosity=0)
            rows = {model._meta.db_table: _copy(model) for model in _models()}
            source = connections[SOURCE]
            current_database().go_on_from(database_of(source.vendor).last_numbers(source))
            # It has the numbers of what the migrations have written.
            ContentType.objects.clear_cache()
            call_command("update_index", verbosity=0)
        say(f"{len(rows)} tables with {sum(rows.values()):,} rows: from {_kind(source)} to {_kind(connection)}.")


@contextmanager
def _known(names: dict) -> Iterator[None]:
    """Let SOURCE be the alias of a database. Raises Refused if it cannot be read."""
    connections.settings[SOURCE] = connection.settings_dict | {"OPTIONS": {}} | names
    source = connections[SOURCE]
    try:
        if source.vendor == "sqlite" and not Path(names["NAME"]).is_file():
            raise Refused(f"There is no database {names['NAME']}.")
        with _refusals("The database cannot be read"):
            source.introspection.table_names()
        yield
    finally:
        source.close()
        del connections[SOURCE], connections.settings[SOURCE]


def _refuse_unfit() -> None:
    """Raise Refused unless the source is of the other kind, and of this version."""
    source = connections[SOURCE]
    if source.vendor == connection.vendor:
        raise Refused(f"Both databases are {_kind(source)}: manage.py backup and restore move it.")
    if unknown := sorted(unknown_migrations(source)):
        raise Refused(f"The database is of a newer version: {'.'.join(unknown[0])} is unknown here.")
    loader = MigrationLoader(source)
    if set(loader.graph.nodes) - set(loader.applied_migrations):
        raise Refused("The database is of an earlier version: run manage.py deploy with it in DATABASE_URL first.")
    if _is_used():
        raise Refused("The database of DATABASE_URL has people or pages already: name an empty one.")


def _is_used() -> bool:
    """Whether the database of DATABASE_URL has what no migration makes: somebody, or a home page."""
    tables = connection.introspection.table_names()
    return any(model._meta.db_table in tables and model._default_manager.exists() for model in (User, HomePage))


def _models() -> list[type[models.Model]]:
    """The models of all tables whose rows are copied."""
    return [
        model
        for model in apps.get_models(include_auto_created=True)
        if model._meta.managed and not model._meta.proxy and model._meta.db_table not in COMPUTED
    ]


def _copy(model: type[models.Model]) -> int:
    """Copy the rows of a table, and return how many there are."""
    plain, copied = plain_model(model), 0
    rows = plain._default_manager.using(SOURCE).iterator(chunk_size=BATCH)
    with _refusals(f"The rows of {model._meta.db_table} cannot be read"):
        while batch := list(islice(rows, BATCH)):
            try:
                with transaction.atomic():
                    plain._default_manager.bulk_create(batch)
            except DatabaseError:
                _refuse_row(batch)
                raise
            copied += len(batch)
    return copied


def _refuse_row(batch: list[models.Model]) -> None:
    """Raise Refused for the first row that the database does not take."""
    for row in batch:
        with _refusals(f"The row {row.pk} of {row._meta.db_table} cannot be copied"), transaction.atomic():
            row.save(force_insert=True)


def plain_model(model: type[models.Model]) -> type[models.Model]:
    """A model of the same table whose columns have no behaviour beyond their kind."""
    meta = type("Meta", (), {"managed": False, "db_table": model._meta.db_table, "app_label": SOURCE, "apps": Apps()})
    fields = {field.attname: _plain(field) for field in model._meta.local_concrete_fields}
    return type(model.__name__, (models.Model,), {"__module__": __name__, "Meta": meta, **fields})


class _Json(models.JSONField):
    """JSON in which `null` is another value than NULL of SQL: Django reads both as None, and writes NULL."""

    def from_db_value(self, value, expression, connection):
        found = super().from_db_value(value, expression, connection)
        return models.Value(None, models.JSONField()) if found is None and value is not None else found


def _plain(field: models.Field) -> models.Field:
    """A field of Django that reads and writes the column of this one."""
    origin = field
    while isinstance(origin, models.ForeignKey):
        origin = origin.target_field
    kind = origin.get_internal_type()
    if origin is not field:
        # A number of another row is not given by the database.
        kind = kind.replace("Auto", "Integer")
    options: dict[str, Any] = {"db_column": field.column, "null": field.null, "primary_key": field.primary_key}
    if isinstance(origin, models.DecimalField):
        options |= {"max_digits": origin.max_digits, "decimal_places": origin.decimal_places}
    if kind == "JSONField":
        return _Json(**options)
    # The name of a file, without the file.
    return getattr(models, kind.replace("FileField", "CharField"))(**options)


def _kind(database) -> str:
    return VENDORS[database.vendor]


@contextmanager
def _refusals(what: str) -> Iterator[None]:
    try:
        yield
    except DatabaseError as error:
        # Only its first line: the next ones may have the values of the row.
        raise Refused(f"{what}: {str(error).splitlines()[0]}") from error
