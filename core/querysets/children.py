"""Fetch child rows of several models in one query; `prefetch_related` needs one query for each.

docs/decisions/prepared-queries.md has the numbers, docs/decisions/private-parts.md the parts of modelcluster that this
module relies on.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from decimal import Decimal
from functools import lru_cache

from django.db.models import DecimalField, Expression, F, Field, IntegerField, QuerySet, Value
from django.db.models.functions import Cast
from modelcluster.models import ClusterableModel

from core.fields import concrete_fields
from core.querysets.prepared import PreparedQuery, numbered_parameters, pad_to_power_of_two, parameter_values

# Prepared queries: one for each combination of relations, and for 1, 2, 4, 8 … parents.
MAX_PREPARED_QUERIES = 200


def prefetch_children(parents: Sequence[ClusterableModel], *names: str) -> None:
    """Fetch the child rows of `parents`, all of one class, for their relations `names` (ParentalKeys).

    Afterwards `parent.steps.all()` needs no query, as after `prefetch_related`; the rows are in the order of their
    model. Rows that a parent has in memory, for example in a preview, are not replaced.

    The query is a UNION ALL. Its columns are the fields of all models; they are null where a model has no such field.
    """
    parents = [parent for parent in parents if parent.pk]
    wanted = [name for name in names if any(not getattr(parent, name).is_deferring for parent in parents)]
    if not wanted:
        return
    relations = [type(parents[0])._meta.get_field(name) for name in wanted]
    columns = _columns(relations)
    asked = pad_to_power_of_two([parent.pk for parent in parents])
    found = defaultdict(list)
    for kind, *values in _query(tuple(relations), len(asked))(**parameter_values(asked)):
        relation = relations[kind]
        row = _instance(relation.related_model, dict(zip(columns, values, strict=True)))
        found[relation.name, getattr(row, relation.field.attname)].append(row)
    for name in wanted:
        for parent in parents:
            manager = getattr(parent, name)
            if not manager.is_deferring:
                manager.set(sorted(found[name, parent.pk], key=lambda row: row.pk))


@lru_cache(maxsize=MAX_PREPARED_QUERIES)
def _query(relations: tuple, count: int) -> PreparedQuery:
    """Return the query for the rows of `count` parents."""
    columns = _columns(relations)
    first, *others = (_rows(kind, relation, count, columns) for kind, relation in enumerate(relations))
    return PreparedQuery(lambda: first.union(*others, all=True))


def _columns(relations: Iterable) -> dict[str, Field]:
    return {field.attname: field for relation in relations for field in concrete_fields(relation.related_model)}


def _rows(kind: int, relation, count: int, columns: dict[str, Field]) -> QuerySet:
    """Return the rows of one relation as values: its position `kind`, then all `columns`."""
    own = {field.attname for field in concrete_fields(relation.related_model)}
    of_parents = {f"{relation.field.name}__id__in": numbered_parameters(count, IntegerField())}
    rows = relation.related_model._default_manager.filter(**of_parents).order_by()
    return rows.values_list(Value(kind), *(F(name) if name in own else _null_column(columns[name]) for name in columns))


def _null_column(field: Field) -> Expression:
    """Return NULL with the type of a field: PostgreSQL needs the same column types in all parts of a UNION."""
    return Cast(Value(None), field)


def _instance(model, values: dict):
    """Return the model instance of a row of the union."""
    fields = concrete_fields(model)
    return model.from_db(None, [field.attname for field in fields], [_field_value(field, values) for field in fields])


def _field_value(field: Field, values: dict):
    """Return a value. Decimals get the places of their field: Django does not do this for SQLite in a union."""
    value = values[field.attname]
    if isinstance(field, DecimalField) and value is not None:
        return value.quantize(Decimal(1).scaleb(-field.decimal_places))
    return value
