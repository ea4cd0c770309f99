"""Events: conferences, webinars, meetings and festivals."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from functools import cache, lru_cache
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import DateField, IntegerField, Max, OuterRef, Prefetch, Q, Subquery, prefetch_related_objects
from django.db.models.functions import Coalesce, TruncDate
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from wagtail.admin.panels import ObjectList, TabbedInterface
from wagtail.contrib.routable_page.models import RoutablePageMixin, path
from wagtail.fields import StreamField
from wagtail.models import Orderable, PageManager, TranslatableMixin
from wagtail.search import index

from cities.models import City
from clusters.models import Cluster
from core.blocks import ProseBlock
from core.calendars import subscription_url
from core.child_rows import DocumentRow, SessionRow
from core.fields import LanguageCodesField
from core.i18n.places import zone_of
from core.list_pages import ListPage
from core.local_times.fields import InstantField, PlaceField
from core.local_times.forms import PlacedTimesPageForm
from core.local_times.log import log_moved_times, moved_from
from core.page_cache.kept_values import kept
from core.pages import PortalPage, PortalPageQuerySet, synchronised_fields
from core.pagination import list_context, paginate
from core.picture_pages import PicturePage
from core.querysets.children import prefetch_children
from core.querysets.prepared import NOW, Parameter, PreparedQuery, numbered_parameters, rows_of
from core.structured_data import collection
from core.validators import year_errors
from events.calendar_facts import CALENDAR_FIELDS, facts_of, is_news
from events.history import EventChange, record_change
from events.indexing import EVENT, event_document
from events.panels import event_content_panels, event_fact_panels
from events.presentation import by_month, by_year, coming, editions, event_context, listed, with_names
from events.vocabularies import EventKind, EventMode, EventSeries, EventState

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

PAST = "past"
PER_PAGE = 40


class EventIndexPage(RoutablePageMixin, ListPage):
    """The list of events."""

    not_indexed_because = "A list is reached by navigation; events are found one by one."
    subpage_types = ["events.EventPage"]

    class Meta:
        verbose_name = _("list of events")

    @path("")
    def coming_events(self, request):
        """Upcoming and current events by month, and all editions of every series."""
        events = EventPage.objects.current(_recent_or_editions, self.language)
        calendar = reverse("event_feed", kwargs={"language": self.language})
        return self.render(
            request,
            context_overrides={
                "months": (months := by_month(coming(events), self.language)),
                "structured_data": collection(item for month in months for item in month["events"]),
                "series": self._series(events),
                "past_url": self.url + self.reverse_subpage("past_events"),
                "calendar_url": calendar,
                "subscribe_url": subscription_url(calendar),
            },
        )

    def _series(self, events: list["EventPage"]) -> list[dict]:
        """The series of conferences with the editions among `events`, each with its outcomes."""
        found = [event for event in events if event.series and event.edition]
        if found:
            prefetch_children(found, "outcomes")
        return editions(found, self.language)

    @path(f"{PAST}/")
    def past_events(self, request):
        """Past events by year, the newest first; 404 for a `?page=` that does not exist."""
        over = EventPage.objects.over
        keys = kept(
            f"past-events.{self.language}",
            lambda: list(listed(over(timezone.now()), self.language).newest_first().values_list("pk", flat=True)),
        )
        page = paginate(request, keys, PER_PAGE)
        events = _chosen_events(page.object_list, self.language)
        return self.render(
            request,
            template="events/past_events.html",
            context_overrides={
                "crumbs": [{"label": self.title, "url": self.url}],
                "years": (years := by_year(events, self.language)),
                "description": _("Conferences, webinars, meetings and festivals that are over, by year."),
                "structured_data": collection(
                    (item for year in years for item in year["events"]), page.paginator.count, name=_("Past events")
                ),
                "upcoming_url": self.url,
                **list_context(request, page),
            },
        )


# Events that have not ended by now, and some that ended less than a day before: `events.presentation.coming` removes
# these. For prepared queries.
RECENT = Q(ends_at__gt=NOW) | Q(last_day__gte=Parameter("day", DateField()))


class EventQuerySet(PortalPageQuerySet):
    """Queries on events."""

    def over(self, at: datetime):
        """Events that have ended by `at`. Whole days end at midnight in the event's time zone.

        Executes a query for the time zones.
        """
        zones = EventPage.objects.filter(first_day__isnull=False).order_by().values_list("time_zone", flat=True)
        is_over = Q(ends_at__lte=at)
        for zone in zones.distinct():
            is_over |= Q(time_zone=zone, last_day__lt=at.astimezone(zone_of(zone)).date())
        return self.filter(is_over)

    def current(self, query: Callable[[str], PreparedQuery], reader: str, **values) -> list["EventPage"]:
        """The rows of a prepared query for a reader with the condition `RECENT`, with their host cities."""
        now = timezone.now()
        return with_names(query(reader)(now=now, day=(now - timedelta(days=1)).date(), **values), reader)

    def update(self, **kwargs):
        """Like Django's.

        Raises ValueError for CALENDAR_FIELDS: only `save()` writes their history.
        """
        if not {self.model._meta.get_field(name).attname for name in kwargs}.isdisjoint(CALENDAR_FIELDS):
            raise ValueError("Save each event: a changed date, place or status is kept in its history.")
        return super().update(**kwargs)

    def newest_first(self):
        """By first day, then by primary key, so that pages of a list do not overlap."""
        day = Coalesce(TruncDate("starts_at"), "first_day", output_field=DateField())
        return self.annotate(day=day).order_by("-day", "-starts_at", "-pk")

    def for_calendars(self):
        """With the host city and its names, and annotated with `group_published_at`, for `events.calendar`."""
        versions = EventPage.objects.filter(translation_key=OuterRef("translation_key"), live=True).order_by()
        newest = versions.values("translation_key").annotate(at=Max("last_published_at")).values("at")
        return (
            self.select_related("locale", "host_city")
            .prefetch_related("host_city__names")
            .annotate(group_published_at=Subquery(newest))
        )


@cache
def coming_events(reader: str) -> PreparedQuery:
    """The coming events for a reader, for `EventQuerySet.current`."""
    return PreparedQuery(lambda: listed(EventPage.objects.filter(RECENT), reader, NOW))


@cache
def coming_events_of_cluster(reader: str) -> PreparedQuery:
    """Those of the cluster whose primary key is the parameter `cluster`."""
    events = EventPage.objects.filter(RECENT, event_clusters__cluster__id=Parameter("cluster", IntegerField()))
    return PreparedQuery(lambda: listed(events, reader, NOW))


@cache
def _recent_or_editions(reader: str) -> PreparedQuery:
    """The coming events for a reader, and all editions of series."""
    events = EventPage.objects.filter(RECENT | Q(edition__isnull=False) & ~Q(series=""))
    return PreparedQuery(lambda: listed(events, reader, NOW))


def _chosen_events(keys: Sequence[int], reader: str) -> list["EventPage"]:
    """The best public versions for a reader among the events with these primary keys, with their host cities."""
    return with_names(rows_of(keys, _chosen_query, reader), reader)


@lru_cache(maxsize=100)
def _chosen_query(number: int, reader: str) -> PreparedQuery:
    events = EventPage.objects.filter(id__in=numbered_parameters(number, IntegerField()))
    return PreparedQuery(lambda: listed(events, reader, NOW))


class EventPage(PicturePage):
    """An event. Its identity is the translation group.

    It has either `starts_at` and `ends_at`, or the whole days `first_day` to `last_day` in `time_zone`.
    """

    # --- Synchronised fields --------------------------------------------------------------
    kind = models.CharField(_("kind"), max_length=12, choices=EventKind)
    series = models.CharField(_("series"), max_length=20, choices=EventSeries, blank=True)
    edition = models.PositiveSmallIntegerField(_("edition"), null=True, blank=True)
    state = models.CharField(_("status"), max_length=10, choices=EventState, default=EventState.PLANNED)
    starts_at = InstantField(_("starts at"), null=True, blank=True)
    ends_at = InstantField(_("ends at"), null=True, blank=True)
    first_day = models.DateField(_("first day"), null=True, blank=True)
    last_day = models.DateField(_("last day"), null=True, blank=True)
    time_zone = PlaceField()
    mode = models.CharField(_("form of participation"), max_length=8, choices=EventMode)
    host_city = models.ForeignKey(
        City,
        verbose_name=_("host city"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="events",
    )
    venue = models.CharField(_("venue"), max_length=200, blank=True)
    registration_url = models.URLField(_("link to register"), blank=True)
    languages = LanguageCodesField(_("languages"))
    source = models.CharField(_("source"), max_length=300, blank=True)
    source_url = models.URLField(_("link to the source"), max_length=1000, blank=True)
    outcome_document = models.ForeignKey(
        "core.PortalDocument",
        verbose_name=_("outcome document"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    award_year = models.PositiveSmallIntegerField(
        _("year of the award"),
        null=True,
        blank=True,
        help_text=_("If an award is given at this event: the page lists the cities that received it in this year."),
    )
    is_example = models.BooleanField(_("example"), default=False)
    # SEQUENCE of RFC 5545: incremented when CALENDAR_FIELDS of a published original change.
    sequence = models.PositiveIntegerField(default=0, editable=False)
    # The sequence of the last change that readers are told of by a note; 0 without one.
    noted_sequence = models.PositiveIntegerField(default=0, editable=False)

    # --- Translatable text ----------------------------------------------------------------
    lede = models.TextField(_("summary"), blank=True, max_length=400)
    theme = models.CharField(_("theme"), max_length=250, blank=True)
    change_note = models.TextField(
        _("note for readers"),
        max_length=600,
        blank=True,
        help_text=_(
            "What has changed and why, in one or two sentences. It is asked for when the dates, the place or the "
            "status of a public event change. Readers find it on the page, in the calendar and in feeds."
        ),
    )
    # The `noted_sequence` of the change that the note of this version is about. A note about an earlier change is not
    # shown: a version whose note is not translated yet shows that of the original.
    note_is_about = models.PositiveIntegerField(default=0, editable=False)
    body = StreamField(ProseBlock(), verbose_name=_("text"), blank=True)

    override_translatable_fields = [
        *PortalPage.override_translatable_fields,
        *synchronised_fields(
            "kind",
            "series",
            "state",
            "time_zone",
            "mode",
            "host_city",
            "venue",
            "registration_url",
            "source",
            "source_url",
            "picture",
            "sequence",
            "noted_sequence",
        ),
    ]
    # The edition is that of one event only, the sequence that of its calendar files, the note that of its change.
    exclude_fields_in_copy = [
        *PortalPage.exclude_fields_in_copy,
        "edition",
        "sequence",
        "noted_sequence",
        "change_note",
        "note_is_about",
    ]
    search_fields = [
        *PortalPage.search_fields,
        index.SearchField("lede"),
        index.SearchField("theme"),
        index.SearchField("body"),
        index.FilterField("kind"),
        index.FilterField("first_day"),
        index.FilterField("starts_at"),
    ]
    edit_handler = TabbedInterface(
        [
            ObjectList(event_content_panels, heading=_("Text")),
            ObjectList(event_fact_panels, heading=_("Facts")),
            ObjectList(PortalPage.promote_panels, heading=_("For search engines")),
            ObjectList(PortalPage.settings_panels, heading=_("Publishing")),
        ]
    )
    base_form_class = PlacedTimesPageForm
    parent_page_types = ["events.EventIndexPage"]
    subpage_types: list[str] = []
    document_kind = EVENT
    described_by = ("lede", "theme", "title")
    served_with = ("host_city", "picture")
    # Why it needs an editor, codes of `events.attention`; the list in the admin sets it.
    needs: tuple[str, ...] = ()

    objects = PageManager.from_queryset(EventQuerySet)()

    class Meta:
        verbose_name = _("event")
        verbose_name_plural = _("events")
        indexes = [
            models.Index(fields=["ends_at"]),
            models.Index(fields=["last_day"]),
            models.Index(fields=["series", "edition"]),
        ]

    @classmethod
    def fetch_for_documents(cls, pages):
        super().fetch_for_documents(pages)
        clusters = Cluster.objects.public().prefetch_related("names")
        prefetch_related_objects(pages, Prefetch("event_clusters__cluster", clusters, to_attr="public_cluster"))

    def search_document(self, shown_in, available):
        return event_document(self, shown_in, available)

    def get_context(self, request, *args, **kwargs):
        clusters = Cluster.objects.links(self.language)
        return super().get_context(request, *args, **kwargs) | event_context(
            self,
            clusters,
            self._series_editions(),
            self._awarded_cities(),
            self._last_change(),
            self._earlier_starts(),
            request,
        )

    def _last_change(self) -> EventChange | None:
        """The last change that readers are told of."""
        if not self.noted_sequence:
            return None
        return EventChange.objects.filter(page__translation_key=self.translation_key).first()

    def _earlier_starts(self) -> list[str]:
        """The starts that were public before the event was moved, the latest first, as `moved_from` returns them."""
        if self.state != EventState.MOVED:
            return []
        now = self.starts_at.isoformat() if self.starts_at else str(self.first_day)
        versions = EventPage.objects.filter(translation_key=self.translation_key)
        return [start for start in moved_from(versions, "starts_at", "first_day") if start != now]

    def _series_editions(self) -> list["EventPage"]:
        """All public editions of the series of this one, each in the version for the readers of this page."""
        if not (self.series and self.edition):
            return []
        series = EventPage.objects.filter(series=self.series, edition__isnull=False)
        return with_names(listed(series, self.language), self.language)

    def _awarded_cities(self) -> list[City]:
        """The public cities that received the award that was given at this event."""
        if not self.award_year:
            return []
        cities = City.objects.public().filter(awards__year=self.award_year).distinct()
        return list(cities.prefetch_related("names"))

    @property
    def place_of_times(self) -> str:
        """The code of the place whose time counts."""
        return self.time_zone

    def save(self, *args, **kwargs):
        """Save the event. A change of CALENDAR_FIELDS raises the sequence, whoever saves.

        Raises ValidationError for a change of a public event that readers are not told of: see `_missing_note`.
        """
        for name in ("starts_at", "ends_at"):  # drafts drop microseconds, which would look like another time
            if isinstance(instant := getattr(self, name), datetime):
                setattr(self, name, instant.replace(microsecond=0))
        names = kwargs.get("update_fields")
        if names is not None and {f"{name}_id" for name in names}.union(names).isdisjoint(CALENDAR_FIELDS):
            return super().save(*args, **kwargs)
        if names is not None:
            kwargs["update_fields"] = {*names, "sequence", "noted_sequence", "note_is_about"}
        if not self.is_original:
            self._take_numbers_of_group()
            return super().save(*args, **kwargs)
        before = self._stored_facts()
        told = before is not None and self._is_news(before)
        if before is not None and told and (error := self._missing_note(before)):
            raise ValidationError({"change_note": error})
        self._number_change(before, told)
        with transaction.atomic(), log_moved_times(self):
            result = super().save(*args, **kwargs)
            if before is not None and told:
                record_change(self, before, before["host_city__code"] or "")
        return result

    def _stored_facts(self) -> dict | None:
        """What the row in the database has; None for a new page. A revision in memory may be outdated."""
        names = ("sequence", "noted_sequence", "note_is_about", "first_published_at", "live", "change_note")
        rows = EventPage.objects.filter(pk=self.pk)
        return rows.values(*names, *CALENDAR_FIELDS, "host_city__code").first() if self.pk else None

    def _is_news(self, before: dict) -> bool:
        """Whether readers of the public page must be told what is other than `before`."""
        return before["live"] and is_news(before, facts_of(self), timezone.now())

    def _missing_note(self, before: dict) -> "StrOrPromise":
        """Ask for a note on a change that is news, in words; "" if there is one that is not about an earlier change."""
        note = self.change_note.strip()
        if not note:
            return _(
                "Readers have planned by the dates, the place and the status that are public now. Tell them here what "
                "has changed and why."
            )
        if note == before["change_note"].strip():
            return _("This note is about an earlier change. Tell readers what has changed now, and why.")
        return ""

    def _number_change(self, before: dict | None, told: bool) -> None:
        """Set the numbers of the last change. told: whether readers are told of this one."""
        if before is None:
            self.sequence = self.noted_sequence = self.note_is_about = 0
            return
        was_published = before["first_published_at"] is not None
        has_changed = any(getattr(self, name) != before[name] for name in CALENDAR_FIELDS)
        self.sequence = before["sequence"] + (was_published and has_changed)
        self.noted_sequence = self.sequence if told else before["noted_sequence"]
        # Whoever corrects the words of the original means its last change.
        self.note_is_about = self.noted_sequence

    def _take_numbers_of_group(self) -> None:
        """Take the numbers of the original. A note with other words than before is about its last change."""
        versions = EventPage.objects.filter(translation_key=self.translation_key)
        numbers = versions.aggregate(sequence=Max("sequence"), noted=Max("noted_sequence"))
        self.sequence, self.noted_sequence = numbers["sequence"] or 0, numbers["noted"] or 0
        before = versions.filter(pk=self.pk).values("change_note", "note_is_about").first() if self.pk else None
        if before is None or before["change_note"] != self.change_note:
            self.note_is_about = self.noted_sequence
        else:
            self.note_is_about = before["note_is_about"]

    def clean(self):
        super().clean()
        errors = year_errors(self, "starts_at", "ends_at", "first_day", "last_day")
        if self.starts_at and self.first_day:
            errors["starts_at"] = _("Enter either a start with a time, or a first day.")
        if self.first_day and self.ends_at and not self.starts_at:
            errors["ends_at"] = _(
                "An event of whole days shows no times: leave the end time empty, or enter a start time as well."
            )
        if self.starts_at and self.last_day and not self.first_day:
            errors["last_day"] = _("An event with times shows no whole days: leave this empty.")
        if self.starts_at and self.ends_at and self.ends_at <= self.starts_at:
            errors["ends_at"] = _("The end must come after the beginning.")
        if self.first_day and self.last_day and self.last_day < self.first_day:
            errors["last_day"] = _("The last day must not be before the first.")
        errors |= self._clean_change()
        if not self.is_saved_as_draft:
            errors = self._missing() | errors
        if self.series and self.edition:
            other = (
                EventPage.objects.filter(series=self.series, edition=self.edition)
                .exclude(translation_key=self.translation_key)
                .first()
            )
            if other:
                errors["edition"] = _("There is already a page for this edition: “%(title)s”.") % {"title": other.title}
        if self.slug == PAST:
            errors["slug"] = _("The address “%(slug)s” belongs to a list. Choose another one.") % {"slug": PAST}
        if errors:
            raise ValidationError(errors)

    def _clean_change(self) -> dict:
        """Call a change that readers are told of a move, unless it is another one; return the errors of its note."""
        before = self._stored_facts() if self.is_original else None
        if before is None or not self._is_news(before):
            return {}
        if self.state == before["state"] == EventState.PLANNED:
            self.state = EventState.MOVED
        note = "" if self.is_saved_as_draft else self._missing_note(before)
        return {"change_note": note} if note else {}

    def _missing(self) -> dict:
        """Errors for what an event needs to be published."""
        missing = {}
        if not self.starts_at and not self.first_day:
            missing["starts_at"] = _("Enter either a start with a time, or a first day.")
        if self.starts_at and not self.ends_at:
            missing["ends_at"] = _("The end must come after the beginning.")
        if self.first_day and not self.last_day:
            missing["last_day"] = _("The last day must not be before the first.")
        if self.mode != EventMode.ONLINE and not self.host_city_id and not self.venue:
            missing["host_city"] = _("Choose the host city, or enter the venue.")
        if self.edition and not self.series:
            missing["series"] = _("An edition needs a series. Choose the series, or leave the edition empty.")
        return missing

    def missing_to_show(self):
        has_dates = (self.starts_at and self.ends_at) or (self.first_day and self.last_day)
        return [] if has_dates else [_("Enter either a start with a time, or a first day.")]


class EventCluster(Orderable):
    """A cluster of an event."""

    page = ParentalKey(EventPage, on_delete=models.CASCADE, related_name="event_clusters")
    cluster = models.ForeignKey(Cluster, verbose_name=_("cluster"), on_delete=models.PROTECT, related_name="+")

    class Meta(Orderable.Meta):
        constraints = [models.UniqueConstraint(fields=["page", "cluster"], name="cluster_once_per_event")]


class EventSession(TranslatableMixin, SessionRow):
    """An item of the programme. Its times are synchronised with the original."""

    page = ParentalKey(EventPage, on_delete=models.CASCADE, related_name="sessions")
    stream = models.CharField(_("parallel stream"), max_length=20, blank=True, help_text=_("For example “A”."))
    title = models.CharField(_("title"), max_length=200)
    room = models.CharField(_("room"), max_length=100, blank=True)
    speakers = models.CharField(_("speakers"), max_length=300, blank=True)

    override_translatable_fields = synchronised_fields("stream", "room")

    class Meta(TranslatableMixin.Meta, SessionRow.Meta):
        verbose_name = _("programme item")


class EventPractice(Orderable):
    """A practice that an event is about."""

    page = ParentalKey(EventPage, on_delete=models.CASCADE, related_name="event_practices")
    practice = models.ForeignKey(
        "practices.PracticePage",
        verbose_name=_("practice"),
        on_delete=models.CASCADE,
        related_name="+",
    )


class EventOutcome(TranslatableMixin, Orderable):
    """What came out of an event, for example a declaration, with a link to its text if one is public."""

    page = ParentalKey(EventPage, on_delete=models.CASCADE, related_name="outcomes")
    title = models.CharField(_("title"), max_length=200)
    url = models.URLField(_("link"), max_length=1000, blank=True)
    is_guiding = models.BooleanField(
        _("guiding document"), default=False, help_text=_("Cities that join the network commit themselves to it.")
    )

    override_translatable_fields = synchronised_fields("url")

    class Meta(TranslatableMixin.Meta, Orderable.Meta):
        verbose_name = _("outcome of an event")


class EventDocument(DocumentRow):
    """A document of an event; each language can have its own file."""

    page = ParentalKey(EventPage, on_delete=models.CASCADE, related_name="documents")
