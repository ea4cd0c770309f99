"""The dataset of events."""

from collections.abc import Sequence

from django.db.models import prefetch_related_objects
from django.utils.translation import gettext_lazy as _

from cities.models import City
from core.i18n.addresses import absolute
from core.i18n.places import zone_name, zone_of
from core.querysets.children import prefetch_children
from events.models import EventOutcome, EventPage, EventSession
from open_data.columns import Column, Row, Source, Type, model_column
from open_data.datasets.base import (
    CLUSTERS,
    PAGE_CODE,
    Key,
    PageDataset,
    cluster_codes,
    in_order,
    origins,
    place_columns,
    public_codes,
    public_languages,
    publication_columns,
    version_columns,
)
from practices.models import PracticePage


def _field(name: str, **changes) -> Column:
    return model_column(EventPage, name, **changes)


def _local(name: str, description="") -> Column:
    """An instant with the UTC offset that the event's time zone has then."""
    return _field(name, read=lambda row: _in_zone(row.item, name), description=description)


def _in_zone(event: EventPage, name: str):
    instant = getattr(event, name)
    return instant.astimezone(zone_of(event.time_zone)) if instant else None


def _host(name: str, **changes) -> Column:
    return model_column(City, name, read=lambda row: getattr(row.item.host_city, name, None), **changes)


_SESSION_TIMES = tuple(
    model_column(EventSession, name, read=lambda row, name=name: getattr(row.item, name).astimezone(row.item.zone))
    for name in ("starts_at", "ends_at")
)


class Events(PageDataset):
    """The events: one row for each language version."""

    code = "events"
    kind = "event"
    label = _("Events")
    description = _("Conferences, webinars, meetings and festivals, past ones too.")
    model = EventPage
    columns = (
        PAGE_CODE,
        *version_columns(EventPage),
        _field("lede", code="summary"),
        _field("theme"),
        _field("kind"),
        _field("series"),
        _field("edition"),
        _field("state"),
        _field(
            "change_note",
            read=lambda row: row.item.change_note if row.item.note_is_about == row.item.noted_sequence else "",
            description=_("What readers are told of the last change of dates, place or status."),
        ),
        _local("starts_at", _("Empty for an event of whole days.")),
        _local("ends_at"),
        _field("first_day", description=_("Only for an event of whole days.")),
        _field("last_day"),
        _field(
            "time_zone",
            type=Type.CODE,
            vocabulary=None,
            read=lambda row: zone_name(row.item.time_zone),
            description=_("The name in the IANA time zone database."),
        ),
        _field("mode"),
        Column(
            "host_city",
            _("host city"),
            Type.CODE,
            lambda row: row.item.host_city and row.item.host_city.code,
            _("The code of the city."),
        ),
        Column(
            "host_city_name",
            _("name of the city"),
            Type.TEXT,
            lambda row: row.item.host_city and row.item.host_city.name_in(row.language),
            _("In the language of the row."),
        ),
        _host("country", type=Type.CODE, description=_("The code of ISO 3166-1 with two letters.")),
        _host("region"),
        *place_columns(lambda row: row.item.host_city, _("In degrees (WGS 84), of the host city.")),
        _field("venue"),
        _field("registration_url"),
        _field("languages", description=_("The languages in which it is held.")),
        CLUSTERS,
        Column(
            "practices",
            _("practices"),
            Type.CODES,
            lambda row: row.more["practices"],
            _("The codes of the practices that it is about."),
        ),
        Column(
            "programme",
            _("programme"),
            Type.RECORDS,
            lambda row: row.more["sessions"],
            source=Source.TEXT,
            parts=(
                *_SESSION_TIMES,
                *(model_column(EventSession, name) for name in ("title", "stream", "room", "speakers", "languages")),
            ),
        ),
        Column(
            "outcomes",
            _("outcomes"),
            Type.RECORDS,
            lambda row: row.item.outcomes.all(),
            source=Source.TEXT,
            parts=tuple(model_column(EventOutcome, name) for name in ("title", "url", "is_guiding")),
        ),
        _field("award_year", description=_("The year of the award that is given at this event.")),
        _field("source"),
        _field("source_url"),
        _field("is_example", description=_("Whether it is an invented example.")),
        Column(
            "sequence",
            _("number of changes"),
            Type.INTEGER,
            lambda row: row.item.sequence,
            _("How often dates, place or status have changed since it was published (SEQUENCE of RFC 5545)."),
            Source.COMPUTED,
        ),
        Column(
            "calendar_url",
            _("calendar file"),
            Type.URL,
            lambda row: absolute(f"/events/{row.item.code}.ics?lang={row.language}"),
            source=Source.COMPUTED,
        ),
        *publication_columns(),
    )

    def rows(self, keys: Sequence[Key], *, is_for_staff: bool = False) -> list[Row]:
        pages = list(self.pages(keys, is_for_staff=is_for_staff).select_related("host_city"))
        if not pages:
            return []
        prefetch_children(pages, "event_clusters", "event_practices", "sessions", "outcomes")
        prefetch_related_objects(pages, "host_city__names")
        clusters = cluster_codes(is_for_staff=is_for_staff)
        languages, made = public_languages(self.model, pages), origins(pages)
        linked = {row.practice_id for page in pages for row in page.event_practices.all()}
        practices = public_codes(PracticePage.objects.filter(pk__in=linked))
        found = {}
        for page in pages:
            sessions = sorted(page.sessions.all(), key=lambda session: (session.starts_at, session.sort_order or 0))
            for session in sessions:
                session.zone = zone_of(page.time_zone)
            found[page.pk, page.language] = Row(
                page,
                page.language,
                {
                    "available": languages.get(page.translation_key, []),
                    "origin": made[page.pk],
                    "sessions": sessions,
                    "clusters": [
                        clusters[row.cluster_id] for row in page.event_clusters.all() if row.cluster_id in clusters
                    ],
                    "practices": [
                        practices[row.practice_id] for row in page.event_practices.all() if row.practice_id in practices
                    ],
                },
            )
        return in_order(keys, found)
