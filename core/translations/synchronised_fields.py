"""Copy synchronised fields from a published original to its translations.

Synchronised are the fields, child rows, and values inside translatable rows and blocks that are the same in every
language. Translatable text is not changed. wagtail-localize alone copies synchronised fields only together with the
text, and fills missing translations with the source text.
"""

from collections.abc import Iterable
from datetime import datetime

from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone
from modelcluster.fields import ParentalKey
from wagtail import blocks
from wagtail.coreutils import find_available_slug
from wagtail.fields import StreamField
from wagtail.models import Page, Revision, TranslatableMixin
from wagtail_localize.fields import SynchronizedField, get_translatable_fields
from wagtail_localize.models import SegmentOverride

from core.fields import concrete_fields
from core.translations.groups import translations_of

# wagtail-localize does not list these fields of a page; here they are the same in every language.
SCHEDULE = ("go_live_at", "expire_at")
# wagtail-localize lists this field of a snippet as synchronised; here each language has its own.
EXCLUDED = {"first_published_at"}
TEXT_BLOCKS = (blocks.CharBlock, blocks.TextBlock, blocks.RichTextBlock)


@transaction.atomic
def copy_synchronised_fields(original) -> list:
    """Copy the synchronised fields of an original to all its translations, and return the translations.

    original: a page or translatable snippet as it is in the database. The live row, the latest revision and the
    scheduled revisions of each translation are written, public or not. Translatable text is not changed, and no
    source text is copied. Child rows that the original no longer has are deleted; new translatable rows are added
    with their text when the translation is published.
    """
    original = type(original)._default_manager.get(pk=original.pk)
    translations = list(translations_of(original))
    for translation in translations:
        overridden = overridden_paths(translation)
        copy_fields_to_version(original, translation, overridden)
        _copy_slug_and_schedule(original, translation)
        translation.save_synchronised_fields()
        for revision in _current_revisions(translation):
            draft = revision.as_object()
            copy_fields_to_version(original, draft, overridden, saved=translation)
            _copy_slug_and_schedule(original, draft, saved=translation)
            revision.content = draft.serializable_data()
            revision.save(update_fields=["content"])
    return translations


def copy_schedule(original) -> None:
    """Set the schedule of the scheduled translations to the date of their scheduled original."""
    scheduled = original.revisions.filter(approved_go_live_at__isnull=False).first()
    if scheduled is not None:
        _reschedule(original, scheduled.approved_go_live_at)


def bring_schedule_forward(original) -> None:
    """Make the scheduled translations of an original due now: it has just been published before its date."""
    _reschedule(original, timezone.now())


def _reschedule(original, at: datetime) -> None:
    for translation in translations_of(original):
        for revision in translation.revisions.filter(approved_go_live_at__isnull=False):
            revision.content = {**revision.content, "go_live_at": at.isoformat()}
            revision.approved_go_live_at = at
            revision.save(update_fields=["content", "approved_go_live_at"])


def overridden_paths(translation) -> set[str]:
    """Return the content paths at which this language overrides the original's value, for example a document."""
    return set(
        SegmentOverride.objects.filter(
            context__object_id=translation.translation_key,
            locale=translation.locale_id,
            has_error=False,
        ).values_list("context__path", flat=True)
    )


def copy_fields_to_version(original, version, overridden: set[str], *, saved=None, path: str = "") -> None:
    """Copy synchronised fields from one instance to another of the same class, in memory.

    overridden: content paths that are not copied. saved: the version as it is in the database, whose child rows keep
    their primary keys; the default is the version itself. path: prefix of the two instances in `overridden`.
    """
    for rule in get_translatable_fields(type(original)):
        field = rule.get_field(type(original))
        if isinstance(field, models.ManyToOneRel) and isinstance(field.remote_field, ParentalKey):
            if issubclass(field.related_model, TranslatableMixin):
                _update_translatable_rows(original, version, field, overridden, path)
            else:
                _replace_child_rows(original, version, field, saved or version)
        elif isinstance(field, StreamField):
            _update_blocks(
                field.value_from_object(original),
                field.value_from_object(version),
                overridden,
                f"{path}{field.name}",
            )
        elif isinstance(rule, SynchronizedField) and field.name not in EXCLUDED | {"slug"}:
            has_own_value = rule.is_overridable(original) and f"{path}{field.name}" in overridden
            if not has_own_value:
                setattr(version, field.attname, getattr(original, field.attname))


def _copy_slug_and_schedule(original, version, *, saved=None) -> None:
    """Copy the slug and the schedule.

    saved: the version as it is in the database, whose slug its drafts take; None for this version itself.
    """
    for name in SCHEDULE:
        setattr(version, name, getattr(original, name))
    if isinstance(version, Page) and version.depth > 2:
        # The home pages of the languages are siblings: each has its own slug.
        version.slug = (
            saved.slug if saved else find_available_slug(version.get_parent(), original.slug, ignore_page_id=version.pk)
        )


def _current_revisions(translation) -> Iterable[Revision]:
    return translation.revisions.filter(Q(pk=translation.latest_revision_id) | Q(approved_go_live_at__isnull=False))


def _synchronised_values(row: models.Model, relation) -> dict:
    """Return the values of a child row without its primary key, parent and position."""
    return {
        field.attname: getattr(row, field.attname)
        for field in concrete_fields(type(row))
        if not field.primary_key and field != relation.field and field.name != "sort_order"
    }


def _set_rows(version, accessor: str, rows: list, before: list) -> None:
    """Replace the child rows of a version if their values change: saving each row costs queries.

    before: the values of the rows that the version has.
    """
    if [_all_values(row) for row in rows] != before:
        getattr(version, accessor).set(rows)


def _all_values(row: models.Model) -> list:
    return [getattr(row, field.attname) for field in concrete_fields(type(row))]


def _replace_child_rows(original, version, relation, saved) -> None:
    """Copy child rows without translatable text; rows with unchanged values keep their primary keys."""
    accessor = relation.get_accessor_name()
    before = [_all_values(row) for row in getattr(version, accessor).all()]
    unused = list(getattr(saved, accessor).all())
    rows = []
    for source in getattr(original, accessor).all():
        values = _synchronised_values(source, relation)
        same = next((row for row in unused if _synchronised_values(row, relation) == values), None)
        if same:
            unused.remove(same)
        row = type(source)(pk=same and same.pk, **values, **{relation.field.attname: version.pk})
        row.sort_order = source.sort_order
        rows.append(row)
    _set_rows(version, accessor, rows, before)


def _update_translatable_rows(original, version, relation, overridden: set[str], path: str) -> None:
    """Copy the synchronised fields of translatable rows, matched by translation key.

    Rows that the original no longer has are removed.
    """
    accessor = relation.get_accessor_name()
    sources = {row.translation_key: row for row in getattr(original, accessor).all()}
    present = list(getattr(version, accessor).all())
    before = [_all_values(row) for row in present]
    rows = []
    for row in present:
        source = sources.get(row.translation_key)
        if source:
            copy_fields_to_version(source, row, overridden, path=f"{path}{accessor}.{row.translation_key}.")
            row.sort_order = source.sort_order
            rows.append(row)
    _set_rows(version, accessor, sorted(rows, key=lambda row: row.sort_order), before)


def _update_blocks(source, target, overridden: set[str], path: str) -> None:
    """Copy the values of blocks that are not text (numbers, URLs, files), matched by block id.

    Blocks are added, removed and reordered with the text, when the translation is published.
    """
    sources = {child.id: child for child in source}
    for child in target:
        source_child = sources.get(child.id)
        if source_child and source_child.block_type == child.block_type and isinstance(child.value, blocks.StructValue):
            for name, block in child.value.block.child_blocks.items():
                if not isinstance(block, TEXT_BLOCKS) and f"{path}.{child.id}.{name}" not in overridden:
                    child.value[name] = source_child.value[name]
