"""The strings of a translation: which of them are open, and the text that they give.

wagtail-localize extracts strings from the original and stores a translation of each. A string is open if it has no
translation. It is out of date if its translation belongs to an earlier text of the original.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import models
from django.db.models import Exists, OuterRef, QuerySet
from django.utils.html import strip_tags
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from wagtail import blocks
from wagtail.models import Page
from wagtail_localize.models import StringSegment, StringTranslation, Translation
from wagtail_localize.segments.extract import extract_segments
from wagtail_localize.segments.types import StringSegmentValue, TemplateSegmentValue

from core.i18n.languages import own_name
from core.i18n.text import bidi_isolate, sentence_start
from core.querysets.prepared import Parameter, PreparedQuery
from core.translations.groups import original_of, translation_record
from core.translations.paths import objects_on_path

# How many strings a message names; it counts the others.
NAMED_STRINGS = 10


class IncompleteTranslation(ValidationError):
    """A translation can't be published; the messages tell the editor why."""

    def __init__(self, reasons: Sequence[str]):
        # A dictionary: wagtail-localize reads `error_dict`.
        super().__init__({NON_FIELD_ERRORS: list(reasons)})


class TextMismatch(IncompleteTranslation):
    """A translation is complete, but its draft has other text than its strings give."""


@dataclass(frozen=True)
class OpenString:
    """A string without a valid translation: the label of its field, the source text, and whether it is out of date."""

    place: str
    text: str
    outdated: bool

    def __str__(self):
        text = Truncator(self.text).chars(60)
        if self.outdated:
            return _("%(place)s “%(text)s” (out of date)") % {"place": self.place, "text": text}
        return _("%(place)s “%(text)s”") % {"place": self.place, "text": text}


def open_strings(record: Translation) -> list[OpenString]:
    """Return the strings without a valid translation, in the order of the page."""
    segments = (
        StringSegment.objects.filter(source=record.source)
        .annotate_translation(record.target_locale)
        .select_related("context", "string")
        .order_by("order")
    )
    missing = [segment for segment in segments if not (segment.translation or "").strip()]
    translated_before = set(
        StringTranslation.objects.filter(
            context__in=[segment.context_id for segment in missing], locale=record.target_locale
        )
        .exclude(translation_of__in=[segment.string_id for segment in missing])
        .values_list("context_id", flat=True)
    )
    model = record.source.specific_content_type.model_class()
    return [
        OpenString(
            place=field_path_label(model, segment.context.field_path),
            text=strip_tags(segment.string.data),
            outdated=segment.context_id in translated_before,
        )
        for segment in missing
    ]


def field_path_label(model: type[models.Model], field_path: str) -> str:
    """Return the label of a content path in the editor: `results.label` of a practice → "Result, words"."""
    labels = []
    for part in objects_on_path(model, field_path):
        if isinstance(part, models.ForeignObjectRel):
            labels.append(part.related_model._meta.verbose_name)
        else:
            labels.append(part.label if isinstance(part, blocks.Block) else part.verbose_name)
    return sentence_start(", ".join(str(label) for label in labels if label))


def reasons_against_publishing(version, *, with_original: bool = False) -> list[str]:
    """Return the reasons why a translation can't be published now, for its editor; empty if it can.

    with_original: whether its original is published before it.
    """
    original = original_of(version)
    if original is None:
        return [_("This translation has no original.")]
    reasons = []
    if (
        not with_original
        and not original.live
        and not original.revisions.filter(approved_go_live_at__isnull=False).exists()
    ):
        reasons.append(_("The original “%(title)s” (%(language)s) is not published.") % title_and_language(original))
    record = translation_record(version)
    if record is None:
        reasons.append(
            _("It was never submitted for translation: choose “Translate” on the original “%(title)s” (%(language)s).")
            % title_and_language(original)
        )
    elif strings := open_strings(record):
        reasons.append(open_strings_message(strings))
    return reasons


def open_strings_message(strings: Sequence[OpenString]) -> str:
    """Return one sentence that names the open strings."""
    names = "; ".join(str(string) for string in strings[:NAMED_STRINGS])
    more = len(strings) - NAMED_STRINGS
    if more > 0:
        names = ngettext("%(names)s; and %(count)d more", "%(names)s; and %(count)d more", more) % {
            "names": names,
            "count": more,
        }
    return ngettext(
        "%(count)d string is not translated or out of date: %(names)s.",
        "%(count)d strings are not translated or out of date: %(names)s.",
        len(strings),
    ) % {"count": len(strings), "names": names}


def not_published_message(version, reasons: Sequence[str]) -> str:
    """Return the message that a translation was not published, with the reasons."""
    names = title_and_language(version) | {"reasons": " ".join(reasons)}
    return _("“%(title)s” (%(language)s) was not published. %(reasons)s") % names


def title_of(version) -> str:
    """Return the title of a version in the admin: of a page that of its draft."""
    return version.get_admin_display_title() if isinstance(version, Page) else str(version)


def title_and_language(version) -> dict[str, str]:
    """Return `title` and `language` of a version for a sentence, bidi-isolated where their direction differs."""
    language = version.language
    return {"title": bidi_isolate(title_of(version), language), "language": bidi_isolate(own_name(language), language)}


def is_machine_translated(version) -> bool:
    """Whether at least one string of this translation was translated by a machine.

    wagtail-localize stores the type of each string translation; a string that a person has edited counts as manual.
    """
    return bool(
        _machine_translated_strings(
            group=version.translation_key, original_language=version.original_language, locale=version.locale_id
        )
    )


@PreparedQuery
def _machine_translated_strings() -> QuerySet:
    """Find one machine-translated string of a translation. A rebuild of the index asks this for every page."""
    locale = Parameter("locale", models.IntegerField())
    by_machine = StringTranslation.objects.filter(
        translation_of=OuterRef("string"),
        context=OuterRef("context"),
        locale_id=locale,
        translation_type=StringTranslation.TRANSLATION_TYPE_MACHINE,
    )
    segments = StringSegment.objects.filter(
        Exists(by_machine),
        Exists(Translation.objects.filter(source=OuterRef("source"), target_locale_id=locale)),
        source__object_id=Parameter("group", models.UUIDField()),
        source__locale__language_code=Parameter("original_language", models.CharField()),
    )
    return segments.values_list("pk")[:1]


def machine_translated(versions: Sequence) -> set[int]:
    """Return the primary keys of those versions for which `is_machine_translated` is true, in one query.

    versions: of one model, with `locale`.
    """
    translations = Translation.objects.filter(
        source=OuterRef("source"), target_locale=OuterRef("string__translations__locale")
    )
    segments = StringSegment.objects.filter(
        Exists(translations),
        source__object_id__in={version.translation_key for version in versions},
        string__translations__context=models.F("context"),
        string__translations__translation_type=StringTranslation.TRANSLATION_TYPE_MACHINE,
    )
    columns = ("source__object_id", "source__locale__language_code", "string__translations__locale")
    found = set(segments.values_list(*columns).distinct())
    return {
        version.pk
        for version in versions
        if (version.translation_key, version.original_language, version.locale_id) in found
    }


def translatable_text(version) -> list[tuple[str, str]]:
    """Return the translatable text of a version as (content path, text), as wagtail-localize extracts it."""
    text = []
    for segment in extract_segments(version):
        if isinstance(segment, StringSegmentValue):
            text.append((segment.path, segment.render_html()))
        elif isinstance(segment, TemplateSegmentValue):
            text.append((segment.path, segment.template))
    return text


def translated_text(record: Translation) -> list[tuple[str, str]]:
    """Return the text that the translated strings give, like `translatable_text`. No string may be missing."""
    return translatable_text(record.source.get_ephemeral_translated_instance(record.target_locale, fallback=False))
