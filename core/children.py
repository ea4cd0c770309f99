"""Child rows of several kinds in one query, where `prefetch_related` takes one for each kind."""

from collections import defaultdict
from collections.abc import Sequence
from decimal import Decimal

from django.db.models import DecimalField, Expression, F, Field, QuerySet, Value
from django.db.models.functions import Cast
from modelcluster.models import ClusterableModel


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
    columns = {field.attname: field for relation in relations for field in relation.related_model._meta.concrete_fields}
    first, *others = (_rows(number, relation, parents, columns) for number, relation in enumerate(relations))
    found = defaultdict(list)
    for number, *values in first.union(*others, all=True):
        relation = relations[number]
        row = _made(relation.related_model, dict(zip(columns, values, strict=True)))
        found[relation.name, getattr(row, relation.field.attname)].append(row)
    for name in wanted:
        for parent in parents:
            manager = getattr(parent, name)
            if not manager.is_deferring:
                manager.set(sorted(found[name, parent.pk], key=lambda row: row.pk))


def _rows(number: int, relation, parents: Sequence[ClusterableModel], columns: dict[str, Field]) -> QuerySet:
    """The rows of one kind as values: its number, then all `columns`."""
    own = {field.attname for field in relation.related_model._meta.concrete_fields}
    rows = relation.related_model._default_manager.filter(**{f"{relation.field.name}__in": parents}).order_by()
    return rows.values_list(Value(number), *(F(name) if name in own else _null(columns[name]) for name in columns))


def _null(field: Field) -> Expression:
    """Nothing, of the field's type: PostgreSQL wants to know which column it stands in for."""
    return Cast(Value(None), field)


def _made(model, values: dict):
    """The instance that a row of the union stands for."""
    fields = model._meta.concrete_fields
    return model.from_db(None, [field.attname for field in fields], [_exact(field, values) for field in fields])


def _exact(field: Field, values: dict):
    """A value; a number with the places of its field, which Django gives to plain columns of SQLite only."""
    value = values[field.attname]
    if isinstance(field, DecimalField) and value is not None:
        return value.quantize(Decimal(1).scaleb(-field.decimal_places))
    return value
