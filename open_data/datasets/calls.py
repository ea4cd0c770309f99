"""The dataset of calls."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db.models import Prefetch, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from calls.deadlines import DATE_NAMES, last_minute
from calls.models import Call, CallPage
from calls.states import history, state_of
from calls.vocabularies import CallState, Clock, DateReason, Decider
from clusters.models import Cluster
from core.i18n.addresses import absolute
from core.i18n.languages import select_best_versions, settings_order
from core.i18n.places import zone_name
from core.i18n.text import plain_text
from core.querysets.versions import best_versions
from core.querysets.visibility import public
from open_data.columns import Column, Row, Source, Type, model_column, partial_date
from open_data.datasets.base import (
    Dataset,
    Key,
    in_order,
    origins,
    public_languages,
    publication_columns,
    version_columns,
)


def _field(name: str, **changes) -> Column:
    return model_column(Call, name, **changes)


def _text(name: str, **changes) -> Column:
    """A text of the page, without its markup."""
    return model_column(
        CallPage,
        name,
        source=Source.TEXT,
        read=lambda row: plain_text(getattr(row.more["page"], name, "") or ""),
        **changes,
    )


def _instant(row: Row, instant: datetime | None) -> datetime | None:
    """An instant with the UTC offset that the call's time zone has then."""
    return instant.astimezone(row.item.zone) if instant else None


def _deadline(clock: Clock, code: str, label) -> tuple[Column, Column]:
    """The columns of one deadline: the first instant that is too late, and the last day."""
    name = DATE_NAMES[clock]

    def last_day(row: Row) -> Any:
        deadline = getattr(row.item, name)
        return last_minute(row.item, deadline).date() if deadline else None

    return (
        Column(
            code,
            label,
            Type.INSTANT,
            lambda row: _instant(row, getattr(row.item, name)),
            _("The first moment that is too late, as announced now."),
        ),
        Column(
            f"{code}_last_day",
            _("last day"),
            Type.DATE,
            last_day,
            _("The last day before that moment, in the time zone of the call."),
            Source.COMPUTED,
        ),
    )


def _moves(row: Row) -> list[dict]:
    return [
        {
            "clock": move.clock,
            "old": move.old.astimezone(move.old_face.zone) if move.old else None,
            "new": move.new.astimezone(move.new_face.zone) if move.new else None,
            "reason": move.reason,
            "decided_by": move.decided_by,
            "announced_at": _instant(row, move.announced_at) if move.announcement_on_record else None,
        }
        for move in history(row.item)
    ]


def _part(code: str, label, kind: Type, vocabulary=None) -> Column:
    return Column(code, label, kind, lambda row: row.item[code], vocabulary=vocabulary)


class Calls(Dataset):
    """The calls: one row for each language version of the page; the dates are those announced by now."""

    code = "calls"
    kind = "call"
    label = _("Calls")
    description = _("Calls for membership, awards, practices and host cities, with all changes of their dates.")
    columns = (
        _field("code", type=Type.CODE, description=_("The same in every language. It never changes.")),
        *version_columns(CallPage, "page"),
        _text("lede", code="summary"),
        _field("kind"),
        Column(
            "state",
            _("status"),
            Type.CODE,
            lambda row: state_of(row.item).value,
            _("At the moment when the data are read."),
            Source.COMPUTED,
            vocabulary=dict(CallState.choices),
        ),
        Column(
            "time_zone",
            _("time zone"),
            Type.CODE,
            lambda row: zone_name(row.item.place_of_times),
            _("The name in the IANA time zone database."),
        ),
        _field("precision"),
        Column(
            "opens_at",
            _("opens"),
            Type.INSTANT,
            lambda row: _instant(row, row.item.opening),
            _("As announced now."),
        ),
        *_deadline(Clock.CITY, "deadline", _("deadline for cities")),
        *_deadline(Clock.COMMISSION, "commission_deadline", _("deadline for National Commissions")),
        Column(
            "date_changes",
            _("date changes"),
            Type.RECORDS,
            _moves,
            _("The changes that have been announced, the oldest first."),
            parts=(
                _part("clock", _("date"), Type.CODE, dict(Clock.choices)),
                _part("old", _("earlier date"), Type.INSTANT),
                _part("new", _("new date"), Type.INSTANT),
                _part("reason", _("reason"), Type.CODE, dict(DateReason.choices)),
                _part("decided_by", _("decided by"), Type.CODE, dict(Decider.choices)),
                _part("announced_at", _("announced at"), Type.INSTANT),
            ),
        ),
        _field("quota_per_country"),
        Column(
            "results_on",
            _("results expected"),
            Type.PARTIAL_DATE,
            lambda row: partial_date(row.item.results_on, row.item.results_precision),
            _("As far as it is known: a year, a month or a day."),
        ),
        Column(
            "results_published_at",
            _("results published"),
            Type.INSTANT,
            lambda row: _instant(row, _past(row.item)),
        ),
        Column(
            "clusters",
            _("clusters"),
            Type.CODES,
            lambda row: [cluster.code for cluster in row.item.clusters.all()],
            _("The codes of the clusters to which it belongs."),
        ),
        _text("who_can_apply"),
        _text("extension_note"),
        _text("results_text"),
        _field("application_url"),
        _field("contact_email"),
        _field("source"),
        _field("source_url"),
        _field("is_example", description=_("Whether it is an invented example.")),
        Column(
            "data_url",
            _("data of the call"),
            Type.URL,
            lambda row: absolute(f"/calls/{row.item.code}.json"),
            _("All data of one call as JSON, with its documents and sessions."),
            Source.COMPUTED,
        ),
        Column(
            "calendar_url",
            _("calendar file"),
            Type.URL,
            lambda row: absolute(f"/calls/{row.item.code}.ics?lang={row.language}"),
            source=Source.COMPUTED,
        ),
        *publication_columns("page"),
    )

    def keys(self, language: str) -> QuerySet:
        pages = best_versions(CallPage.objects.filter(call__isnull=False), language)
        return pages.order_by("call__code").values_list(*_KEY)

    def all_keys(self) -> Iterable[Key]:
        rows = public(CallPage.objects.filter(call__isnull=False)).values_list("call__code", *_KEY)
        return [(call, language) for _code, call, language in sorted(rows, key=_by_code_and_language)]

    def keys_with_code(self, code: str, language: str) -> list[Key]:
        return list(best_versions(CallPage.objects.filter(call__code=code), language).values_list(*_KEY))

    def keys_of_hits(self, identities: Sequence[str], language: str) -> list[Key]:
        pages = public(CallPage.objects.filter(pk__in=identities, call__isnull=False))
        found = {pk: key for pk, *key in pages.values_list("pk", *_KEY)}
        return [(found[int(pk)][0], found[int(pk)][1]) for pk in identities if int(pk) in found]

    def rows(self, keys: Sequence[Key], *, is_for_staff: bool = False) -> list[Row]:
        wanted = {pk for pk, _language in keys}
        clusters = Prefetch("clusters", Cluster.objects.all() if is_for_staff else Cluster.objects.public())
        calls = Call.objects.filter(pk__in=wanted).with_history(timezone.now()).prefetch_related(clusters)
        versions = CallPage.objects.filter(call__in=wanted).select_related("locale").order_by("pk")
        pages = list(versions if is_for_staff else public(versions))
        languages, made = public_languages(CallPage, pages), origins(pages)
        by_call: dict[int, list[CallPage]] = {}
        for page in pages:
            by_call.setdefault(page.call_id, []).append(page)
        by_key = {call.pk: call for call in calls}
        found = {}
        for pk, language in keys:
            best = select_best_versions(by_call.get(pk, []), language)
            page = best[0] if best else None
            is_public = page is not None and page.language == language
            if pk not in by_key or not (is_public or is_for_staff):
                continue
            more = {
                "page": page,
                "available": languages.get(page.translation_key, []) if page else [],
                "origin": made[page.pk] if page else None,
            }
            found[pk, language] = Row(by_key[pk], page.language if page else language, more)
        return in_order(keys, found)


_KEY = ("call", "locale__language_code")


def _by_code_and_language(row: tuple) -> tuple:
    return row[0], settings_order(row[2])


def _past(call: Call) -> datetime | None:
    """When the results were published; None while that lies ahead."""
    published = call.results_published_at
    return published if published and published <= call.as_of else None
