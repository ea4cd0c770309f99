"""Child rows of several kinds in one query, where `prefetch_related` takes one for each kind."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from decimal import Decimal
from functools import lru_cache

from django.db.models import DecimalField, Expression, F, Field, IntegerField, QuerySet, Value
from django.db.models.functions import Cast
from modelcluster.models import ClusterableModel

from core.querysets.prepared import PreparedQuery, numbered_parameters, pad_to_power_of_two, parameter_values

KEPT_QUERIES = 200


def prefetch_children(parents: Sequence[ClusterableModel], *names: str) -> None:
    """Fetch the child rows of `parents`, all of one class, for their relations `names` (ParentalKeys).

    Afterwards `parent.steps.all()` costs no query, as after `prefetch_related`; its rows are in the
    order of their model. Rows that a parent holds already, as that of a preview does, stay.

    It is one UNION ALL: its columns are the fields of all kinds together, null where a kind has no
    field of that name.
    """
    parents = [parent for parent in parents if parent.pk]
    wanted = [name for name in names if any(not getattr(parent, name).is_deferring for parent in parents)]
    if not wanted:
        return
    relations = [type(parents[0])._meta.get_field(name) for name in wanted]
    columns = _columns(relations)
    asked = pad_to_power_of_two([parent.pk for parent in parents])
    found = defaultdict(list)
    for number, *values in _query(tuple(relations), len(asked))(**parameter_values(asked)):
        relation = relations[number]
        row = _instance(relation.related_model, dict(zip(columns, values, strict=True)))
        found[relation.name, getattr(row, relation.field.attname)].append(row)
    for name in wanted:
        for parent in parents:
            manager = getattr(parent, name)
            if not manager.is_deferring:
                manager.set(sorted(found[name, parent.pk], key=lambda row: row.pk))


@lru_cache(maxsize=KEPT_QUERIES)
def _query(relations: tuple, number: int) -> PreparedQuery:
    """The query for the rows of so many parents."""
    columns = _columns(relations)
    first, *others = (_rows(kind, relation, number, columns) for kind, relation in enumerate(relations))
    return PreparedQuery(lambda: first.union(*others, all=True))


def _columns(relations: Iterable) -> dict[str, Field]:
    return {field.attname: field for relation in relations for field in relation.related_model._meta.concrete_fields}


def _rows(kind: int, relation, number: int, columns: dict[str, Field]) -> QuerySet:
    """The rows of one kind as values: its number, then all `columns`."""
    own = {field.attname for field in relation.related_model._meta.concrete_fields}
    of_parents = {f"{relation.field.name}__id__in": numbered_parameters(number, IntegerField())}
    rows = relation.related_model._default_manager.filter(**of_parents).order_by()
    return rows.values_list(Value(kind), *(F(name) if name in own else _null_column(columns[name]) for name in columns))


def _null_column(field: Field) -> Expression:
    """Nothing, of the field's type: PostgreSQL wants to know which column it stands in for."""
    return Cast(Value(None), field)


def _instance(model, values: dict):
    """The instance that a row of the union stands for."""
    fields = model._meta.concrete_fields
    return model.from_db(None, [field.attname for field in fields], [_field_value(field, values) for field in fields])


def _field_value(field: Field, values: dict):
    """A value; a number with the places of its field, which Django gives to plain columns of SQLite only."""
    value = values[field.attname]
    if isinstance(field, DecimalField) and value is not None:
        return value.quantize(Decimal(1).scaleb(-field.decimal_places))
    return value
