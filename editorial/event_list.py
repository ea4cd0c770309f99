"""The list of all events in the admin, one row for each."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import UTC

from django import forms
from django.db.models import F, QuerySet, prefetch_related_objects
from django.utils import timezone
from django.utils.html import format_html_join
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django_filters import ChoiceFilter, MultipleChoiceFilter
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.ui.tables import Column, TitleColumn
from wagtail.admin.viewsets.pages import PageListingViewSet
from wagtail.permission_policies.pages import PagePermissionPolicy

from core.exports import DatasetExportMixin
from core.i18n import dates
from core.i18n.languages import language_names
from core.i18n.places import place_name, zone_name
from core.i18n.text import comma_list, detail_list
from core.querysets.children import prefetch_children
from editorial.page_lists import COLUMNS, OriginalsView, ParentChoiceView
from events.attention import Attention, reasons
from events.models import EventPage
from events.overview import event_url
from events.presentation import event_timing
from events.vocabularies import EventKind, EventMode, EventSeries, EventState


class EventFilters(WagtailFilterSet):
    """The filters of the list. Their parameters are codes: `?time=coming&kind=webinar&needs=programme`."""

    time = ChoiceFilter(
        label=_("When"), choices=[("coming", _("Coming events")), ("past", _("Past events"))], method="at_time"
    )
    kind = ChoiceFilter(label=_("Kind"), choices=EventKind.choices)
    series = ChoiceFilter(label=_("Conference series"), choices=EventSeries.choices)
    state = ChoiceFilter(label=pgettext_lazy("state of an event", "Status"), choices=EventState.choices)
    needs = MultipleChoiceFilter(
        label=_("What needs you"),
        choices=Attention.choices,
        method="that_need",
        widget=forms.CheckboxSelectMultiple,
    )

    class Meta:
        model = EventPage
        fields: list[str] = []

    def at_time(self, events: QuerySet, _name: str, chosen: str) -> QuerySet:
        """The events that are over, or those that are not."""
        over = EventPage.objects.over(timezone.now()).values("pk")
        return events.filter(pk__in=over) if chosen == "past" else events.exclude(pk__in=over)

    def that_need(self, events: QuerySet, _name: str, chosen: list[str]) -> QuerySet:
        """The events that need an editor for one of these reasons; all of them if none is chosen."""
        if not chosen:
            return events
        found = attach_reasons(EventPage.objects.filter(locale__language_code=F("original_language")))
        return events.filter(pk__in=[event.pk for event in found if not set(event.needs).isdisjoint(chosen)])


def attach_reasons(events: Iterable[EventPage]) -> list[EventPage]:
    """Return originals, each with `needs`: the reasons why it needs an editor, in the order of urgency.

    The number of queries is fixed.
    """
    originals = list(events)
    versions = defaultdict(list)
    keys = [event.translation_key for event in originals]
    others = EventPage.objects.filter(translation_key__in=keys).exclude(pk__in=[event.pk for event in originals])
    for version in [*originals, *others.select_related("locale")]:
        versions[version.translation_key].append(version)
    prefetch_related_objects(originals, "locale")
    prefetch_children(originals, "sessions", "outcomes", "documents")
    now = timezone.now()
    for event in originals:
        event.needs = tuple(reasons(event, versions[event.translation_key], now))
    return originals


class EventTitleColumn(TitleColumn):
    """The title leads to the screen of the event, for who may edit it."""

    def get_link_url(self, instance, parent_context):
        user = parent_context["request"].user
        return event_url("screen", instance) if PagePermissionPolicy().user_has_permission(user, "add") else None


class EventListView(DatasetExportMixin, OriginalsView):
    """The events with their dates, places, languages, and what needs an editor."""

    exported_dataset = "events"
    search_fields = (*OriginalsView.search_fields, "venue", "host_city__own_name", "host_city__names__name")

    def get_base_queryset(self):
        return super().get_base_queryset().select_related("host_city").prefetch_related("host_city__names")

    def order_queryset(self, queryset):
        """By date, the newest first, unless somebody asks for another order."""
        if self.is_searching or self.is_explicitly_ordered:
            return super().order_queryset(queryset)
        return queryset.newest_first()

    def get_table(self, object_list):
        return super().get_table(attach_reasons(object_list))


def _dates(event: EventPage) -> str:
    """When an event takes place, in its own time and in UTC; "" for a draft without dates."""
    if event.missing_to_show():
        return ""
    timing = event_timing(event, timezone.now())
    if not timing.has_times:
        return dates.day_range(timing.first_day, timing.last_day)
    lines = [dates.time_span(timing.start, timing.end, place_name(event.time_zone))]
    if zone_name(event.time_zone) != "UTC":
        lines.append(dates.time_span(timing.start.astimezone(UTC), timing.end.astimezone(UTC), "UTC"))
    return format_html_join("", '<span class="admin-line">{}</span>', ((line,) for line in lines))


def _place(event: EventPage) -> str:
    """Where an event takes place, and how people take part without a place."""
    parts = [event.venue, str(event.host_city or "")]
    if event.mode != EventMode.PLACE:
        parts.append(event.get_mode_display())
    return detail_list([part for part in parts if part])


def _needs(event: EventPage) -> str:
    lines = ((Attention(reason).label,) for reason in event.needs)
    return format_html_join("", '<span class="admin-line admin-fault">{}</span>', lines)


def _change(event: EventPage) -> str:
    return "" if event.state == EventState.PLANNED else event.get_state_display()


# "Status" is that of the event.
_PAGE_STATUS = type(COLUMNS["status"])("status", label=_("Page"), sort_key="live")


class EventListViewSet(PageListingViewSet):
    """The list of events."""

    model = EventPage
    icon = "date"
    menu_label = _("Events")
    menu_name = "events"
    menu_order = 40
    add_to_admin_menu = True
    url_prefix = "events"
    index_view_class = EventListView
    choose_parent_view_class = ParentChoiceView
    filterset_class = EventFilters
    columns = [
        COLUMNS["bulk_actions"],
        EventTitleColumn("title", label=_("Title"), accessor="get_admin_display_title", sort_key="title"),
        Column("date", label=_("Date"), accessor=lambda event: _dates(event)),
        Column("kind", label=_("Kind"), accessor="get_kind_display", sort_key="kind"),
        Column("place", label=_("Place"), accessor=lambda event: _place(event)),
        Column("languages", label=_("Languages"), accessor=lambda event: comma_list(language_names(event.languages))),
        Column(
            "state",
            label=pgettext_lazy("state of an event", "Status"),
            accessor=lambda event: _change(event),
            sort_key="state",
        ),
        Column("needs", label=_("What needs you"), accessor=lambda event: _needs(event)),
        _PAGE_STATUS,
    ]


event_list = EventListViewSet("event_list")
