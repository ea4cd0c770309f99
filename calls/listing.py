"""The list of calls in the admin: what is due, in words and in the editor's time."""

from collections.abc import Callable

from django.db.models import Case, Prefetch, QuerySet, Value, When
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy
from django_filters import MultipleChoiceFilter
from django_filters.widgets import forms
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.views.generic import IndexView

from calls.admin_words import date_in_zones, title_of
from calls.attention import Attention, by_what_is_due, languages_without_flyer, needs, outdated_documents
from calls.deadlines import DATE_NAMES, has_commission_deadline, no_date
from calls.future import turns
from calls.models import Call, CallPage
from calls.states import state_of
from calls.vocabularies import CallKind, CallState, Clock
from core.exports import DatasetExportMixin
from core.i18n import dates
from core.i18n.languages import LANGUAGE_CODES, direction, html_code, language_names, settings_order
from core.i18n.text import comma_list
from core.local_times.words import how_far, in_zones
from core.querysets.visibility import restricted_condition


def _choices(label, choices, **options) -> MultipleChoiceFilter:
    widget = forms.CheckboxSelectMultiple
    return MultipleChoiceFilter(label=label, choices=choices, widget=widget, **options)


class CallFilters(WagtailFilterSet):
    """The filters of the list. Their parameters are codes: `?status=closing-soon&kind=award&needs=flyer`."""

    status = _choices(
        pgettext_lazy("state of a call, in a list", "Status"), CallState.choices, method="with_one_of_the_states"
    )
    kind = _choices(gettext_lazy("Kind"), CallKind.choices)
    needs = _choices(gettext_lazy("What needs you"), Attention.choices, method="that_need")

    class Meta:
        model = Call
        fields = ["status", "kind", "needs", "is_example"]

    def with_one_of_the_states(self, calls: QuerySet, _name: str, states: list[str]) -> QuerySet:
        """The calls that are in one of these states now; all of them if none is chosen."""
        return _matching(calls, lambda call: state_of(call) in states) if states else calls

    def that_need(self, calls: QuerySet, _name: str, reasons: list[str]) -> QuerySet:
        """The calls that need an editor for one of these reasons; all of them if none is chosen."""
        if not reasons:
            return calls
        return _matching(calls, lambda call: any(needs(call, reason) for reason in reasons))


def _matching(calls: QuerySet, fits: Callable[[Call], bool]) -> QuerySet:
    """The calls that fit. A state is computed from the history, so the calls are read: a network has few."""
    return calls.filter(pk__in=[call.pk for call in calls if fits(call)])


class CallIndexView(DatasetExportMixin, IndexView):
    """The list of calls with their titles, states, next changes, dates, languages and flyers."""

    results_template_name = "calls/admin/list.html"
    exported_dataset = "calls"
    filterset_class = CallFilters

    def get_base_queryset(self):
        calls = super().get_base_queryset().with_history(timezone.now())
        pages = CallPage.objects.select_related("locale").annotate(is_restricted=restricted_condition())
        return calls.prefetch_related(Prefetch("pages", pages), "documents")

    def search_queryset(self, queryset):
        """The calls with the words in their code or in a title, each once."""
        found = super().search_queryset(Call.objects.order_by()).values("pk")
        return queryset.filter(pk__in=found) if self.is_searching else queryset

    def order_queryset(self, queryset):
        """What is due first. The order is computed from the history, like the states."""
        order = by_what_is_due(Call.objects.with_history(timezone.now()))
        places = [When(pk=call.pk, then=Value(place)) for place, call in enumerate(order)]
        return queryset.order_by(Case(*places, default=Value(len(places))), "-pk") if places else queryset

    def get_context_data(self, *args, **kwargs):
        context = super().get_context_data(*args, **kwargs)
        rows = [call_row(call) | {"url": self.get_edit_url(call)} for call in context["object_list"]]
        return context | {"rows": rows}


def call_row(call) -> dict:
    """Return a call for templates/calls/admin/list.html. call: from `CallIndexView.get_base_queryset`."""
    title, state = title_of(call), state_of(call)
    return {
        "call": call,
        "name": f"call_{call.pk}_title",
        "title": title.text,
        "language": html_code(title.language) if title.language else "",
        "direction": direction(title.language) if title.language else "",
        "kind": call.get_kind_display(),
        "is_example": call.is_example,
        "state": state.label,
        "code": state.value,
        "next": _next(call),
        "city": _clock(call, Clock.CITY),
        "commission": _clock(call, Clock.COMMISSION),
        "pages": _pages(call),
        "faults": [_fault(row) for row in outdated_documents(call)],
        "without_flyer": comma_list(language_names(languages_without_flyer(call))),
    }


def _next(call) -> dict | None:
    """What changes next: {texts, moment, far}; None if nothing will. A deadline has its moment in its own column."""
    coming = turns(call)
    if not coming:
        return None
    turn = coming[0]
    return {
        "texts": turn.texts,
        "moment": None if turn.shown != turn.at else in_zones(turn.at, call.place_of_times),
        "far": how_far(turn.shown, call.as_of),
    }


def _clock(call, clock: str) -> dict | None:
    """One deadline: {moment, missing, is_over}; None if the call has no such date at all."""
    instant = getattr(call, DATE_NAMES[clock])
    if clock == Clock.COMMISSION and not has_commission_deadline(call):
        return None
    return {
        "moment": date_in_zones(call, clock, instant) if instant else None,
        "missing": "" if instant else no_date(call),
        "is_over": bool(instant) and instant <= call.as_of,
    }


def _pages(call) -> list[str]:
    """The languages that have a page, in words: the public ones, those that are restricted, then the drafts."""
    pages = sorted(call.pages.all(), key=lambda page: settings_order(page.language))
    live = [page.language for page in pages if page.live and not page.is_restricted]
    restricted = [page.language for page in pages if page.live and page.is_restricted]
    drafts = [page.language for page in pages if not page.live]
    lines = []
    if len(live) == len(LANGUAGE_CODES):
        lines.append(_("Every language (%(count)s)") % {"count": dates.number(len(live))})
    elif live:
        lines.append(comma_list(language_names(live)))
    if restricted:
        lines.append(_("Not open to the public: %(languages)s") % {"languages": comma_list(language_names(restricted))})
    if drafts:
        lines.append(_("Drafts: %(languages)s") % {"languages": comma_list(language_names(drafts))})
    outdated = sum(1 for page in pages if page.live and page.text_outdated_since and not page.is_original)
    if outdated:
        text = ngettext("%(count)s translation out of date", "%(count)s translations out of date", outdated)
        lines.append(text % {"count": dates.number(outdated)})
    return lines


def _fault(row) -> str:
    return _("%(language)s: shows %(day)s") % {
        "language": comma_list(language_names([row.language])),
        "day": dates.day(row.shows_deadline),
    }
