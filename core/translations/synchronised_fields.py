"""Bring the translations of a published original in line with it.

Facts are copied: the fields, child rows, and values inside translatable rows, blocks and links that are the same in
every language. Blocks and rows are added, moved and removed as in the original, as far as their words are translated.
The words of a translation stay; if the original has others now, the translation is marked as out of date.
wagtail-localize alone copies facts only together with the text, and fills missing translations with the source text.
"""

import json
from collections.abc import Iterable, Mapping
from datetime import datetime

from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone
from modelcluster.fields import ParentalKey
from wagtail.coreutils import find_available_slug
from wagtail.models import Page, Revision, TranslatableMixin
from wagtail_localize.fields import SynchronizedField, get_translatable_fields
from wagtail_localize.models import SegmentOverride, TranslationSource
from wagtail_localize.segments.extract import extract_segments

from core.fields import concrete_fields
from core.translations.groups import translation_record, translations_of
from core.translations.outdated import mark_outdated
from core.translations.running_text import VersionText
from core.translations.source_state import SourceChange, refresh
from core.translations.version_words import VersionWords, by_path, stored_translations

# wagtail-localize does not list these fields of a page; here they are the same in every language.
SCHEDULE = ("go_live_at", "expire_at")
# wagtail-localize lists this field of a snippet as synchronised; here each language has its own.
EXCLUDED = {"first_published_at"}


@transaction.atomic
def update_translations(original) -> list:
    """Bring all translations of an original in line with it, and return them.

    original: a page or translatable snippet as it is in the database. The live row, the latest revision and the
    scheduled revisions of each translation are written, public or not, and the translation is marked as out of date
    or up to date. No source text is copied: a block or row with text that is not translated is added when the
    translation is published. A version that was never submitted for translation gets facts only.
    """
    original = type(original)._default_manager.get(pk=original.pk)
    source = TranslationSource.objects.get_for_instance_or_none(original)
    change = refresh(source) if source is not None else None
    translations, now = list(translations_of(original)), timezone.now()
    for translation in translations:
        _update_translation(original, translation, change, now)
    return translations


def _update_translation(original, translation, change: SourceChange | None, at: datetime) -> None:
    overrides = overridden_values(translation)
    record = translation_record(translation) if change is not None else None
    stored = stored_translations(translation) if record is not None else {}
    is_outdated = translation.text_outdated_since is not None

    def text_of(version) -> VersionText | None:
        if change is None or record is None:
            return None
        own = by_path(extract_segments(version))
        words = VersionWords(own, change, stored, overrides, is_outdated=is_outdated)
        return VersionText(change, words, overrides)

    text = text_of(translation)
    copy_fields_to_version(original, translation, overrides, text)
    _copy_slug_and_schedule(original, translation)
    if record is not None and text is not None and change is not None:
        mark_outdated(translation, record, change, text, at)
    translation.save_synchronised_fields()
    for revision in _current_revisions(translation):
        draft = revision.as_object()
        copy_fields_to_version(original, draft, overrides, text_of(draft), saved=translation)
        _copy_slug_and_schedule(original, draft, saved=translation)
        revision.content = draft.serializable_data()
        revision.save(update_fields=["content"])


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


def overridden_values(translation) -> dict[str, object]:
    """Return what this language has instead of the original's values, for example a document, by content path."""
    overrides = SegmentOverride.objects.filter(
        context__object_id=translation.translation_key, locale=translation.locale_id, has_error=False
    )
    return {path: json.loads(data) for path, data in overrides.values_list("context__path", "data_json")}


def copy_fields_to_version(
    original, version, overrides: Mapping[str, object], text: VersionText | None, *, saved=None, path: str = ""
) -> None:
    """Copy synchronised fields from one instance to another of the same class, in memory; text follows by `text`.

    overrides: the values at content paths that are not copied. text: None for a version whose text stays as it is.
    saved: the version as it is in the database, whose child rows keep their primary keys; the default is the version
    itself. path: prefix of the two instances in content paths.
    """
    for rule in get_translatable_fields(type(original)):
        field = rule.get_field(type(original))
        if isinstance(field, models.ManyToOneRel) and isinstance(field.remote_field, ParentalKey):
            if issubclass(field.related_model, TranslatableMixin):
                _update_translatable_rows(original, version, field, overrides, text, saved or version, path)
            else:
                _replace_child_rows(original, version, field, saved or version)
        elif isinstance(rule, SynchronizedField) and field.name not in EXCLUDED | {"slug"}:
            has_own_value = rule.is_overridable(original) and f"{path}{field.name}" in overrides
            if not has_own_value:
                setattr(version, field.attname, getattr(original, field.attname))
    if text is not None:
        text.follow(original, version, path)


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


def _update_translatable_rows(
    original, version, relation, overrides: Mapping[str, object], text: VersionText | None, saved, path: str
) -> None:
    """Bring translatable rows in line with those of the original, matched by translation key.

    Rows that the original no longer has are removed. A new row is added as soon as the version has its words.
    """
    accessor = relation.get_accessor_name()
    present = {row.translation_key: row for row in getattr(version, accessor).all()}
    keys = {row.translation_key: row.pk for row in getattr(saved, accessor).all()}
    before = [_all_values(row) for row in present.values()]
    rows = []
    for source in getattr(original, accessor).all():
        place = f"{path}{accessor}.{source.translation_key}."
        row = present.get(source.translation_key)
        if row is None:
            if text is None or not text.has_words_for(source, place):
                _note_missing_row(source, text, place)
                continue
            row = type(source)(**_all_values_by_name(source))
            row.pk, row.locale = keys.get(source.translation_key), version.locale
            setattr(row, relation.field.attname, version.pk)
        copy_fields_to_version(source, row, overrides, text, path=place)
        row.sort_order = source.sort_order
        rows.append(row)
    _set_rows(version, accessor, rows, before)


def _note_missing_row(source, text: VersionText | None, place: str) -> None:
    if text is not None:
        text.untranslated.add(place)


def _all_values_by_name(row: models.Model) -> dict:
    return {field.attname: getattr(row, field.attname) for field in concrete_fields(type(row))}
