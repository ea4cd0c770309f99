"""The translators' queue: the translations that a person may edit, with what has to be done in each of them."""

import django_filters
from django.contrib.contenttypes.models import ContentType
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce
from django.middleware.csrf import get_token
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, gettext_lazy, ngettext
from django.views.decorators.http import require_POST
from wagtail.admin import messages
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.ui.tables import Column, TitleColumn
from wagtail.admin.views.pages.utils import get_valid_next_url_from_request
from wagtail.admin.views.reports import ReportView
from wagtail.models import Page
from wagtail_localize.models import Translation, get_edit_url

from core.i18n import dates
from core.i18n.languages import LANGUAGE_CODES, active_language, direction, html_code, language_name
from core.i18n.text import sentence_start
from core.translations.earlier import open_strings_of
from core.translations.report import attach_versions, translated_models, translations_for
from core.translations.strings import title_and_language, title_of
from editorial import page_requests
from editorial.models import TranslationAssignment

MINE, NOBODY = "me", "nobody"
# Not a BooleanFilter: Wagtail names its choice "True" in every language.
YES_NO = [("true", gettext_lazy("Yes")), ("false", gettext_lazy("No"))]


def _language_choices() -> list[tuple[str, str]]:
    return [(code, sentence_start(language_name(code, active_language()))) for code in LANGUAGE_CODES]


def _types(request) -> QuerySet:
    found = ContentType.objects.get_for_models(*translated_models()).values()
    return ContentType.objects.filter(pk__in=[kind.pk for kind in found])


class _TypeField(django_filters.fields.ModelChoiceField):
    def label_from_instance(self, obj):
        return sentence_start(obj.name)


class _TypeFilter(django_filters.ModelChoiceFilter):
    field_class = _TypeField


class TranslationFilters(WagtailFilterSet):
    """What the queue can be limited to."""

    language = django_filters.ChoiceFilter(
        field_name="target_locale__language_code", label=gettext_lazy("Language"), choices=_language_choices
    )
    translator = django_filters.ChoiceFilter(
        label=gettext_lazy("Translator"),
        choices=[(MINE, gettext_lazy("Mine")), (NOBODY, gettext_lazy("Taken by nobody"))],
        method="filter_translator",
    )
    is_outdated = django_filters.ChoiceFilter(
        field_name="outdated_since", label=gettext_lazy("Out of date"), choices=YES_NO, method="filter_outdated"
    )
    has_open_strings = django_filters.ChoiceFilter(
        label=gettext_lazy("Has open strings"), choices=YES_NO, method="filter_open_strings"
    )
    kind = _TypeFilter(field_name="source__specific_content_type", label=gettext_lazy("Type"), queryset=_types)

    class Meta:
        model = Translation
        fields: list[str] = []

    def filter_translator(self, records: QuerySet, _name: str, value: str) -> QuerySet:
        """Those of the person who reads the list, or those that nobody has taken."""
        wanted = {"assignment__translator": self.request.user} if value == MINE else {"assignment": None}
        return records.filter(**wanted)

    def filter_outdated(self, records: QuerySet, name: str, value: str) -> QuerySet:
        """Those that readers are told to be older than their originals, or the others."""
        return records.filter(**{f"{name}__isnull": value == "false"})

    def filter_open_strings(self, records: QuerySet, name: str, value: str) -> QuerySet:
        """Those with or without open strings."""
        return records.filter(**{name: value == "true"})


class _Paginator(ReportView.paginator_class):
    @property
    def items_count_label(self) -> str:
        return ngettext("%(count)d translation", "%(count)d translations", self.count) % {"count": self.count}


class _TitleColumn(TitleColumn):
    """The title in the language of the translation, above that of the original."""

    cell_template_name = "editorial/admin/translation_title.html"

    def get_cell_context_data(self, instance, parent_context):
        context = super().get_cell_context_data(instance, parent_context)
        code, original = instance.version.language, instance.original
        return context | {
            "language": html_code(code),
            "direction": direction(code),
            "original": original
            and {
                "title": title_of(original),
                "language": sentence_start(language_name(original.language, active_language())),
                "code": html_code(original.language),
            },
        }


class _LabelledColumn(Column):
    """A column whose cells have their label beside them where a narrow screen shows the rows as blocks."""

    cell_template_name = "editorial/admin/labelled_cell.html"


class _TranslatorColumn(Column):
    """Who has taken a translation, with a button to take it or to give it back."""

    cell_template_name = "editorial/admin/translation_assignment.html"

    def get_cell_context_data(self, instance, parent_context):
        context = super().get_cell_context_data(instance, parent_context)
        request = context["request"]
        query = request.GET.copy()
        query.pop("_w_filter_fragment", None)
        assignment = getattr(instance, "assignment", None)
        return (
            context
            | title_and_language(instance.version)
            | {
                "csrf_token": get_token(request),
                "translator": assignment.translator if assignment else None,
                "is_mine": assignment is not None and assignment.translator_id == request.user.pk,
                "next": f"{reverse(TranslationQueue.index_url_name)}?{query.urlencode()}",
            }
        )


class TranslationQueue(ReportView):
    """The queue; the translations that readers have been told longest to be out of date come first."""

    index_url_name = "wagtail_localize:translations_report"
    index_results_url_name = "wagtail_localize:translations_report_results"
    header_icon = "site"
    table_classname = "listing stacked-list"
    page_title = gettext_lazy("Translations")
    filterset_class = TranslationFilters
    paginator_class = _Paginator
    is_searchable = True
    default_ordering = "outdated_since"
    # What the columns are sorted by; the words are counted by the program.
    orderings = {
        "title": [F("source__object_repr")],
        "language": [F("target_locale__language_code")],
        "outdated_since": [F("outdated_since")],
        "changed_words": [],
        "asked": [F("asked")],
    }

    @property
    def columns(self) -> list[Column]:
        """The columns."""
        return [
            _TitleColumn(
                "title",
                label=gettext("Translation"),
                accessor=lambda record: title_of(record.version),
                get_url=_edit_url,
                sort_key="title",
            ),
            _LabelledColumn("language", label=gettext("Language"), accessor=_language, sort_key="language"),
            _LabelledColumn(
                "outdated_since", label=gettext("Out of date since"), accessor=_since, sort_key="outdated_since"
            ),
            _LabelledColumn(
                "changed_words",
                label=gettext("Changed words"),
                accessor=lambda record: dates.number(record.changed_words) if record.changed_words else "",
                sort_key="changed_words",
            ),
            _LabelledColumn(
                "asked",
                label=gettext("Requests in this language since %(day)s") % {"day": dates.day(page_requests.since())},
                accessor=lambda record: dates.number(record.asked),
                sort_key="asked",
            ),
            _TranslatorColumn("translator", label=gettext("Translator")),
            _LabelledColumn("state", label=gettext("State"), accessor=_state),
            _LabelledColumn(
                "kind",
                label=gettext("Type"),
                accessor=lambda record: sentence_start(record.source.specific_content_type.name),
            ),
        ]

    def get_base_queryset(self):
        asked = page_requests.requests_of("source__object_id", "target_locale__language_code")
        return (
            translations_for(self.request.user)
            .select_related(
                "source__specific_content_type", "source__locale", "target_locale", "assignment__translator"
            )
            .annotate(asked=Coalesce(asked, 0))
        )

    def order_queryset(self, queryset):
        key = self.ordering.removeprefix("-")
        first = [
            field.desc(nulls_last=True) if self.ordering.startswith("-") else field.asc(nulls_last=True)
            for field in self.orderings[key]
        ]
        return queryset.order_by(
            *first, F("outdated_since").asc(nulls_last=True), "-has_open_strings", "source__object_repr", "pk"
        )

    def search_queryset(self, queryset):
        """Find titles of the original and of the translation."""
        if not self.is_searching:
            return queryset
        version = Page.objects.filter(
            translation_key=OuterRef("source__object_id"),
            locale=OuterRef("target_locale"),
            draft_title__icontains=self.search_query,
        )
        return queryset.filter(Q(source__object_repr__icontains=self.search_query) | Exists(version))

    def get_filtered_queryset(self):
        records = self.get_queryset()
        if self.ordering.removeprefix("-") != "changed_words":
            return records
        counted = list(records)
        _count_open_work(counted)
        counted.sort(key=lambda record: record.changed_words, reverse=self.ordering.startswith("-"))
        return counted

    def get_table(self, object_list):
        records = list(object_list)
        attach_versions(records)
        _count_open_work(records)
        return super().get_table(records)


def _count_open_work(records: list[Translation]) -> None:
    """Set `changed_words` and `first_open`, the number of the first open string or None."""
    found = open_strings_of([record for record in records if record.has_open_strings])
    for record in records:
        strings = found.get(record.pk, [])
        record.changed_words = sum(string.changed_words for string in strings)
        record.first_open = strings[0].segment if strings else None


def _edit_url(record: Translation) -> str:
    """The translation editor, at the field of the first open string, or at the button that publishes."""
    place = f"string-{record.first_open}-text" if record.first_open else "translation-actions"
    return f"{get_edit_url(record.version)}#{place}"


def _language(record: Translation) -> str:
    return sentence_start(language_name(record.target_locale.language_code, active_language()))


def _since(record: Translation) -> str:
    return dates.day(timezone.localtime(record.outdated_since)) if record.outdated_since else ""


def _state(record: Translation) -> str:
    if record.is_live:
        return gettext("Published, some strings are open") if record.has_open_strings else gettext("Published")
    return gettext("Draft, some strings are open") if record.has_open_strings else gettext("Draft, all is translated")


@require_POST
def assign(request, translation_id: int):
    """Let the person take a translation, or give it back (`give_back`). 404 for one that they may not edit."""
    record = get_object_or_404(translations_for(request.user), pk=translation_id)
    title = record.get_target_instance()
    if "give_back" in request.POST:
        TranslationAssignment.objects.filter(translation=record, translator=request.user).delete()
        text = gettext("“%(title)s” (%(language)s) is not among your translations any more.")
    else:
        TranslationAssignment.objects.update_or_create(translation=record, defaults={"translator": request.user})
        text = gettext("“%(title)s” (%(language)s) is among your translations now.")
    messages.success(request, text % title_and_language(title))
    return redirect(get_valid_next_url_from_request(request) or reverse(TranslationQueue.index_url_name))
