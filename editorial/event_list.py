"""The list of all events in the admin, one row for each."""

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_filters import ChoiceFilter
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.ui.tables import Column
from wagtail.admin.viewsets.pages import PageListingViewSet

from core.exports import DatasetExportMixin
from core.i18n import dates
from editorial.page_lists import COLUMNS, OriginalsView
from events.models import EventPage
from events.presentation import event_timing
from events.vocabularies import EventKind, EventState


class EventFilters(WagtailFilterSet):
    """The filters of the list. Their parameters are codes: `?time=coming&kind=webinar`."""

    time = ChoiceFilter(
        label=_("When"), choices=[("coming", _("Coming events")), ("past", _("Past events"))], method="at_time"
    )
    kind = ChoiceFilter(label=_("Kind"), choices=EventKind.choices)
    state = ChoiceFilter(label=_("Moved or cancelled"), choices=EventState.choices)

    class Meta:
        model = EventPage
        fields: list[str] = []

    def at_time(self, events: QuerySet, _name: str, chosen: str) -> QuerySet:
        """The events that are over, or those that are not."""
        over = EventPage.objects.over(timezone.now()).values("pk")
        return events.filter(pk__in=over) if chosen == "past" else events.exclude(pk__in=over)


class EventListView(DatasetExportMixin, OriginalsView):
    """The events with their dates."""

    exported_dataset = "events"

    def get_base_queryset(self):
        return super().get_base_queryset().select_related("host_city").prefetch_related("host_city__names")

    def order_queryset(self, queryset):
        """By date, the newest first, unless somebody asks for another order."""
        if self.is_searching or self.is_explicitly_ordered:
            return super().order_queryset(queryset)
        return queryset.newest_first()


def _days(event: EventPage) -> str:
    """The days of an event; "" for a draft without a date."""
    if not (event.first_day or event.starts_at):
        return ""
    timing = event_timing(event, timezone.now())
    return dates.day_range(timing.first_day, timing.last_day)


def _change(event: EventPage) -> str:
    return "" if event.state == EventState.PLANNED else event.get_state_display()


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
    filterset_class = EventFilters
    columns = [
        COLUMNS["bulk_actions"],
        COLUMNS["title"],
        Column("date", label=_("Date"), accessor=lambda event: _days(event)),
        Column("kind", label=_("Kind"), accessor="get_kind_display", sort_key="kind"),
        Column("host_city", label=_("City"), accessor=lambda event: str(event.host_city or "")),
        Column("state", label=_("Moved or cancelled"), accessor=lambda event: _change(event), sort_key="state"),
        COLUMNS["status"],
    ]


event_list = EventListViewSet("event_list")
