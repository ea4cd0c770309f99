"""Facts follow the original.

When an original is published, what is the same in every language is copied to its translations:
fields, child rows, and the facts inside translatable rows and blocks. Words stay as they are.
wagtail-localize alone copies facts only together with words, filling gaps with the source text.
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

from core.translations.groups import translations_of

# Not in wagtail-localize's list of a page's fields, yet the same in every language.
SCHEDULE = ("go_live_at", "expire_at")
# In its list of a snippet's fields, yet a language's own.
EXCLUDED = {"first_published_at"}
TEXT_BLOCKS = (blocks.CharBlock, blocks.TextBlock, blocks.RichTextBlock)


@transaction.atomic
def copy_synchronised_fields(original) -> list:
    """Copy the facts of an original to all its translations; return these.

    original: a page or translatable snippet as it is in the database. Written are the live row,
    the latest revision and scheduled revisions of each translation, whatever its state. No word
    changes, and none of the source text gets in. Rows that the original no longer has go; new
    translatable rows come with their words, when the translation is published.
    """
    original = type(original)._default_manager.get(pk=original.pk)
    translations = list(translations_of(original))
    for translation in translations:
        kept = overridden_paths(translation)
        copy_fields_to_version(original, translation, kept)
        _copy_slug_and_schedule(original, translation)
        translation.save_synchronised_fields()
        for revision in _current_revisions(translation):
            draft = revision.as_object()
            copy_fields_to_version(original, draft, kept, saved=translation)
            _copy_slug_and_schedule(original, draft, saved=translation)
            revision.content = draft.serializable_data()
            revision.save(update_fields=["content"])
    return translations


def copy_schedule(original) -> None:
    """Give the scheduled translations of an original that is scheduled itself its date."""
    scheduled = original.revisions.filter(approved_go_live_at__isnull=False).first()
    if scheduled is not None:
        _reschedule(original, scheduled.approved_go_live_at)


def bring_schedule_forward(original) -> None:
    """Let the scheduled translations of an original that has just appeared follow at the next round."""
    _reschedule(original, timezone.now())


def _reschedule(original, at: datetime) -> None:
    for translation in translations_of(original):
        for revision in translation.revisions.filter(approved_go_live_at__isnull=False):
            revision.content = {**revision.content, "go_live_at": at.isoformat()}
            revision.approved_go_live_at = at
            revision.save(update_fields=["content", "approved_go_live_at"])


def overridden_paths(translation) -> set[str]:
    """Content paths at which this language has a value of its own, such as its own document."""
    return set(
        SegmentOverride.objects.filter(
            context__object_id=translation.translation_key,
            locale=translation.locale_id,
            has_error=False,
        ).values_list("context__path", flat=True)
    )


def copy_fields_to_version(original, version, kept: set[str], *, saved=None, path: str = "") -> None:
    """Copy facts from one instance to another of the same class, in memory.

    kept: paths where the version's own value stays. saved: the version as it is in the database,
    whose rows keep their identity; the version itself when left out. path: of these two in `kept`.
    """
    for rule in get_translatable_fields(type(original)):
        field = rule.get_field(type(original))
        if isinstance(field, models.ManyToOneRel) and isinstance(field.remote_field, ParentalKey):
            if issubclass(field.related_model, TranslatableMixin):
                _update_translatable_rows(original, version, field, kept, path)
            else:
                _replace_child_rows(original, version, field, saved or version)
        elif isinstance(field, StreamField):
            _update_blocks(
                field.value_from_object(original),
                field.value_from_object(version),
                kept,
                f"{path}{field.name}",
            )
        elif isinstance(rule, SynchronizedField) and field.name not in EXCLUDED | {"slug"}:
            has_own_value = rule.is_overridable(original) and f"{path}{field.name}" in kept
            if not has_own_value:
                setattr(version, field.attname, getattr(original, field.attname))


def _copy_slug_and_schedule(original, version, *, saved=None) -> None:
    """Copy what a page's place and time depend on: slug and schedule."""
    for name in SCHEDULE:
        setattr(version, name, getattr(original, name))
    if isinstance(version, Page) and version.depth > 2:
        # The home pages of the languages lie side by side: each has a slug of its own.
        version.slug = (
            saved.slug if saved else find_available_slug(version.get_parent(), original.slug, ignore_page_id=version.pk)
        )


def _current_revisions(translation) -> Iterable[Revision]:
    return translation.revisions.filter(Q(pk=translation.latest_revision_id) | Q(approved_go_live_at__isnull=False))


def _synchronised_values(row, relation) -> dict:
    """What a plain row says: its fields without its identity, parent and position."""
    return {
        field.attname: getattr(row, field.attname)
        for field in row._meta.concrete_fields
        if not field.primary_key and field != relation.field and field.name != "sort_order"
    }


def _set_rows(version, accessor: str, rows: list, before: list) -> None:
    """Replace a version's rows, unless they are as they were: each costs queries when it is saved."""
    if [_all_values(row) for row in rows] != before:
        getattr(version, accessor).set(rows)


def _all_values(row) -> list:
    return [getattr(row, field.attname) for field in row._meta.concrete_fields]


def _replace_child_rows(original, version, relation, saved) -> None:
    """Give the version the original's plain rows; rows that say the same keep their identity."""
    accessor = relation.get_accessor_name()
    before = [_all_values(row) for row in getattr(version, accessor).all()]
    free = list(getattr(saved, accessor).all())
    rows = []
    for source in getattr(original, accessor).all():
        values = _synchronised_values(source, relation)
        same = next((row for row in free if _synchronised_values(row, relation) == values), None)
        if same:
            free.remove(same)
        row = type(source)(pk=same and same.pk, **values, **{relation.field.attname: version.pk})
        row.sort_order = source.sort_order
        rows.append(row)
    _set_rows(version, accessor, rows, before)


def _update_translatable_rows(original, version, relation, kept: set[str], path: str) -> None:
    """Copy the facts of translatable rows, matched by their key; drop what the original dropped."""
    accessor = relation.get_accessor_name()
    sources = {row.translation_key: row for row in getattr(original, accessor).all()}
    present = list(getattr(version, accessor).all())
    before = [_all_values(row) for row in present]
    rows = []
    for row in present:
        source = sources.get(row.translation_key)
        if source:
            copy_fields_to_version(source, row, kept, path=f"{path}{accessor}.{row.translation_key}.")
            row.sort_order = source.sort_order
            rows.append(row)
    _set_rows(version, accessor, sorted(rows, key=lambda row: row.sort_order), before)


def _update_blocks(source, target, kept: set[str], path: str) -> None:
    """Copy the facts of blocks (numbers, addresses, files), matched by their id.

    Blocks come, go and change places with the words.
    """
    sources = {child.id: child for child in source}
    for child in target:
        twin = sources.get(child.id)
        if twin and twin.block_type == child.block_type and isinstance(child.value, blocks.StructValue):
            for name, block in child.value.block.child_blocks.items():
                if not isinstance(block, TEXT_BLOCKS) and f"{path}.{child.id}.{name}" not in kept:
                    child.value[name] = twin.value[name]
