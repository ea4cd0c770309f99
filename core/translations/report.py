"""The report of translations: which are out of date and since when, as readers are told; which have open strings."""

import django_filters
from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import Exists, F, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext, gettext_lazy, ngettext
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.ui.tables import Column, TitleColumn
from wagtail.admin.views.reports import ReportView
from wagtail_localize.models import StringSegment, StringTranslation, Translation, get_edit_url

from core.i18n import dates
from core.i18n.languages import LANGUAGE_CODES, active_language, language_name
from core.i18n.text import sentence_start
from core.translations.groups import original_of
from core.translations.model import OriginalOrTranslation
from core.translations.strings import title_and_language
from core.translations.submission import can_edit


def translated_models() -> list[type[models.Model]]:
    """Return the page types and snippets that have translations."""
    return [model for model in apps.get_models() if issubclass(model, OriginalOrTranslation)]


def translations_in_report() -> QuerySet[Translation]:
    """Return the translations that exist, with `outdated_since`, `is_live` and `has_open_strings`.

    `outdated_since`: the instant that the public page of a translation names; None for what readers do not see. A
    record that another version has become the original of is left out.
    """
    records = Translation.objects.annotate(
        is_live=_of_version("live"),
        version_outdated_since=_of_version("text_outdated_since"),
        has_open_strings=Exists(_open_strings()),
    ).filter(is_live__isnull=False, enabled=True)
    shown = records.filter(pk=OuterRef("pk"), is_live=True)
    return records.annotate(outdated_since=Subquery(shown.values("version_outdated_since")[:1]))


def _of_version(field: str) -> Coalesce:
    """A field of the version that a translation makes, whatever its model is; NULL if there is none."""
    values = [
        Subquery(
            model._default_manager.filter(
                translation_key=OuterRef("source__object_id"),
                locale=OuterRef("target_locale"),
                original_language=OuterRef("source__locale__language_code"),
            )
            .order_by()
            .values(field)[:1]
        )
        for model in translated_models()
    ]
    return Coalesce(*values)


def _open_strings() -> QuerySet:
    translated = StringTranslation.objects.filter(
        translation_of=OuterRef("string"),
        context=OuterRef("context"),
        locale=OuterRef("_target_locale"),
        has_error=False,
    )
    segments = StringSegment.objects.filter(source=OuterRef("source")).annotate(
        _target_locale=OuterRef("target_locale")
    )
    return segments.filter(~Exists(translated))


def _language_choices() -> list[tuple[str, str]]:
    return [(code, language_name(code, active_language())) for code in LANGUAGE_CODES]


def _types(request) -> QuerySet:
    found = ContentType.objects.get_for_models(*translated_models()).values()
    return ContentType.objects.filter(pk__in=[kind.pk for kind in found])


class _TypeField(django_filters.fields.ModelChoiceField):
    def label_from_instance(self, obj):
        return sentence_start(obj.name)


class _TypeFilter(django_filters.ModelChoiceFilter):
    field_class = _TypeField


class TranslationFilters(WagtailFilterSet):
    """What the report can be limited to."""

    language = django_filters.ChoiceFilter(
        field_name="target_locale__language_code", label=gettext_lazy("Language"), choices=_language_choices
    )
    kind = _TypeFilter(field_name="source__specific_content_type", label=gettext_lazy("Type"), queryset=_types)
    is_outdated = django_filters.BooleanFilter(
        field_name="outdated_since", lookup_expr="isnull", exclude=True, label=gettext_lazy("Out of date")
    )
    has_open_strings = django_filters.BooleanFilter(label=gettext_lazy("Has open strings"))

    class Meta:
        model = Translation
        fields: list[str] = []


class _Paginator(ReportView.paginator_class):
    @property
    def items_count_label(self) -> str:
        return ngettext("%(count)d translation", "%(count)d translations", self.count) % {"count": self.count}


class TranslationsReport(ReportView):
    """The report; the translations that readers have been told longest to be out of date come first."""

    index_url_name = "wagtail_localize:translations_report"
    index_results_url_name = "wagtail_localize:translations_report_results"
    header_icon = "site"
    page_title = gettext_lazy("Translations")
    filterset_class = TranslationFilters
    paginator_class = _Paginator

    @property
    def columns(self) -> list[Column]:
        """The columns; links only where the user may edit."""
        return [
            TitleColumn("title", label=gettext("Translation"), accessor=_title, get_url=self._edit_url),
            Column(
                "language",
                label=gettext("Language"),
                accessor=lambda record: language_name(record.target_locale.language_code, active_language()),
            ),
            Column("outdated_since", label=gettext("Out of date since"), accessor=_since),
            Column("state", label=gettext("State"), accessor=_state),
            Column("strings", label=gettext("Strings"), accessor=_strings),
            Column("original", label=gettext("Original"), accessor=_original),
            Column(
                "kind",
                label=gettext("Type"),
                accessor=lambda record: sentence_start(record.source.specific_content_type.name),
            ),
        ]

    def get_base_queryset(self):
        return translations_in_report()

    def get_queryset(self):
        return (
            translations_in_report()
            .select_related("source__specific_content_type", "source__locale", "target_locale")
            .order_by(F("outdated_since").asc(nulls_last=True), "-has_open_strings", "source__object_repr", "pk")
        )

    def decorate_paginated_queryset(self, object_list):
        records = list(object_list)
        for record in records:
            record.version = record.get_target_instance()
        return records

    def get_table(self, object_list):
        return super().get_table(self.decorate_paginated_queryset(object_list))

    def _edit_url(self, record: Translation) -> str | None:
        return get_edit_url(record.version) if can_edit(record.version, self.request.user) else None


def _title(record: Translation) -> str:
    return title_and_language(record.version)["title"]


def _since(record: Translation) -> str:
    return dates.day(timezone.localtime(record.outdated_since)) if record.outdated_since else ""


def _state(record: Translation) -> str:
    return gettext("Published") if record.is_live else gettext("Draft")


def _strings(record: Translation) -> str:
    return gettext("Some are open") if record.has_open_strings else gettext("All translated")


def _original(record: Translation) -> str:
    original = original_of(record.version)
    if original is None:
        return ""
    return f"{title_and_language(original)['title']} ({language_name(original.language, active_language())})"
