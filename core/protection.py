"""Rows that cannot be deleted, because others need them: also drafts, which the database does not know.

An earlier version of a page can name rows that were deleted since; it is read without them.
"""

from collections import defaultdict
from collections.abc import Iterator
from typing import Any, NamedTuple

from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import ProtectedError, TextField
from django.db.models.functions import Cast
from django.db.models.signals import pre_delete
from django.utils.translation import gettext as _
from modelcluster.models import ClusterableModel, get_all_child_relations
from wagtail.models import Revision, RevisionMixin

from core.i18n.text import comma_list


class Reference(NamedTuple):
    """A protecting foreign key in the revisions of `model`: of the model itself, or of its child rows `relation`."""

    model: type[models.Model]
    relation: str
    field: models.ForeignKey


def connect() -> None:
    """Protect the rows that drafts refer to; called once, when all models are loaded."""
    for target in {reference.field.related_model for reference in _references()}:
        pre_delete.connect(on_pre_delete, sender=target)


def on_pre_delete(instance, **kwargs):
    forbid_what_drafts_need(instance)


def _references() -> Iterator[Reference]:
    for model in apps.get_models():
        if issubclass(model, RevisionMixin):
            yield from _references_of(model)


def _references_of(model: type[models.Model]) -> Iterator[Reference]:
    for field in _protecting_fields(model):
        yield Reference(model, "", field)
    if issubclass(model, ClusterableModel):
        for relation in get_all_child_relations(model):
            for field in _protecting_fields(relation.related_model):
                yield Reference(model, relation.get_accessor_name(), field)


def _protecting_fields(model: type[models.Model]) -> Iterator[models.ForeignKey]:
    for field in model._meta.local_fields:
        if isinstance(field, models.ForeignKey) and field.remote_field.on_delete is models.PROTECT:
            yield field


def forbid_what_drafts_need(instance: models.Model) -> None:
    """Raise ProtectedError for a row that the newest draft of a page or snippet refers to."""
    references = [reference for reference in _references() if reference.field.related_model is type(instance)]
    drafts = {draft for reference in references for draft in _drafts(reference, instance.pk)}
    if drafts:
        raise ProtectedError("Drafts refer to it.", drafts)


def _drafts(reference: Reference, key: int) -> Iterator[models.Model]:
    """Yield the objects of the model whose newest revision refers to the row `key`."""
    model, relation, field = reference
    newest = model._default_manager.filter(latest_revision__isnull=False).values("latest_revision")
    revisions = Revision.objects.filter(content_type=ContentType.objects.get_for_model(model), pk__in=newest)
    # JSON has no look-up for a value in a list of objects, so the text is searched first.
    written = revisions.annotate(text=Cast("content", TextField())).filter(text__contains=f'"{field.name}": {key}')
    for revision in written:
        rows = revision.content.get(relation, []) if relation else [revision.content]
        if any(row.get(field.name) == key for row in rows):
            yield from model._default_manager.filter(latest_revision=revision)


def without_deleted_rows(version, content: dict) -> dict:
    """Return the content of a revision of `version` in which each protecting foreign key has a target.

    A child row whose target was deleted is left out; a field of the version itself keeps its present target.
    """
    content = dict(content)
    for _model, relation, field in _references_of(type(version)):
        rows = content.get(relation, []) if relation else [content]
        keys = {row[field.name] for row in rows if row.get(field.name) is not None}
        missing = keys - set(field.related_model._default_manager.filter(pk__in=keys).values_list("pk", flat=True))
        if missing and relation:
            content[relation] = [row for row in rows if row.get(field.name) not in missing]
        elif missing:
            content[field.name] = getattr(version, field.attname)
    return content


def targets_exist(model: type[models.Model], content: dict) -> bool:
    """Whether the content of a revision of `model`, with its child rows, names only rows that exist.

    One query for each model that is named, however many rows name it.
    """
    keys: dict[models.Field, set] = defaultdict(set)
    for target, value in _targets(model, content):
        keys[target].add(target.to_python(value))
    return all(
        target.model._default_manager.filter(**{f"{target.name}__in": values}).count() == len(values)
        for target, values in keys.items()
    )


def _targets(model: type[models.Model], content: dict) -> Iterator[tuple[models.Field, Any]]:
    """Yield the foreign keys in the content of a revision and of its child rows: the field they name, the value."""
    for field in model._meta.concrete_fields:
        value = content.get(field.name)
        if isinstance(field, models.ForeignKey) and value is not None:
            yield field.target_field, value
    if issubclass(model, ClusterableModel):
        for relation in get_all_child_relations(model):
            for row in content.get(relation.get_accessor_name(), []):
                yield from _targets(relation.related_model, row)


def protection_message(error: ProtectedError | models.RestrictedError, things: str = "") -> str:
    """Return why rows were not deleted, in one sentence with the kinds of the rows that depend on them."""
    rows = error.protected_objects if isinstance(error, ProtectedError) else error.restricted_objects
    dependents = comma_list(sorted({str(row._meta.verbose_name) for row in rows}))
    if things:
        text = _("“%(things)s” cannot be deleted, because other items depend on it: %(dependents)s.")
        return text % {"things": things, "dependents": dependents}
    return _("Nothing was deleted, because other items depend on it: %(dependents)s.") % {"dependents": dependents}
