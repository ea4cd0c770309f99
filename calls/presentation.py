"""Template contexts of a call's page and of calls in lists."""

from datetime import datetime

from django.utils.http import urlencode

from calls.deadlines import (
    DATE_NAMES,
    FormattedDeadline,
    clock_label,
    formatted_date,
    formatted_deadlines,
    has_commission_deadline,
    last_minute,
    time_left,
)
from calls.states import last_day, shows_old_date, state_of
from calls.timeline import timeline
from calls.vocabularies import CallState, Clock
from core.calendars import subscription_url
from core.drawing.cover_files import share_image
from core.i18n import dates
from core.i18n.addresses import absolute
from core.i18n.languages import language_names
from core.i18n.reader_zones import chosen_zone, own_time, zone_menu
from core.i18n.text import comma_list
from core.list_pages import list_url
from core.media.documents import file_row
from core.querysets.visibility import in_public_collections
from core.shown_instant import is_preview_of_instant, parse_instant, shown_instant
from core.structured_data import Node, collection, example_note, iso

HISTORY = "#history"
FLYER = "flyer"


def instant_shown(request) -> tuple[datetime, bool]:
    """Return the instant (UTC) whose dates a page shows, and whether it is a preview.

    The instant is now. Users who may change calls can choose another one with `?at=` (ISO 8601 with
    a UTC offset), to preview a planned change before its announcement. The previews of the admin set it themselves.
    """
    if is_preview_of_instant(request):
        return shown_instant(request), True
    asked = request.GET.get("at")
    if asked and request.user.has_perm("calls.change_call") and (at := parse_instant(asked)):
        return at, True
    return shown_instant(request), False


def call_context(page, call, request) -> dict:
    """Return the context of templates/calls/call_page.html besides the page itself.

    call: the page's call, from `with_history(at)`.
    """
    block = deadline_block(call, request, HISTORY)
    flyers, forms = call_files(call)
    shown, folded = _split_body(page.body)
    state = state_of(call)
    # An undated call has a calendar, too, in which its dates will appear.
    is_ahead = state.is_open or state.is_to_come
    return {
        "state": state,
        "dates": block,
        "flyers_here": [file for file in flyers if file["language"] == page.language] or flyers,
        "flyers_elsewhere": _other_flyers(flyers, page.language),
        "steps": _steps(page, is_over=not state.is_open and not state.is_to_come),
        "join_url": list_url("home.JoinPage", page.language),
        "body_shown": shown,
        "body_folded": folded,
        "body_headings": [block.value for block in folded if block.block_type == "heading"],
        "timeline": timeline(call),
        "flyers": flyers,
        "forms": forms,
        "sessions": call_sessions(call, chosen_zone(request)),
        "picture": page.picture_or_cover("call", call.code),
        "share_image": share_image("call", call.code),
        "calendar_url": calendar_url(call, page.language) if block["clocks"] else "",
        "subscribe_url": subscription_url(calendar_url(call, page.language)) if is_ahead else "",
        "data_url": f"/calls/{call.code}.json",
        "structured_data": structured_data(call, page.address),
    }


def structured_data(call, address: str) -> Node:
    """What the page of a call adds to its node in the structured data.

    schema.org has no type for a call for applications. An `Event` has a place and an audience, an `Offer` something
    that is sold, a `Grant` money: none is true of a call. So the page stays a WebPage with the period that it covers
    (`temporalCoverage`, ISO 8601, open ends as ".."). As long as one can apply, each deadline is an `ApplyAction`
    with its end: the last minute that is in time, in the time that counts.

    call: from `with_history(at)`. address: that of its page.
    """
    return {
        "genre": call.get_kind_display(),
        "temporalCoverage": _period(call),
        "potentialAction": apply_actions(call, address),
        "isBasedOn": call.source_url,
        "disambiguatingDescription": example_note(call.is_example),
    }


def _period(call) -> str:
    if not (call.opening or call.closes_at):
        return ""
    opens = iso(call.opening.astimezone(call.zone)) if call.opening else ".."
    return f"{opens}/{iso(last_minute(call, call.closes_at)) if call.closes_at else '..'}"


def apply_actions(call, address: str) -> list[Node]:
    """How one applies and by when, for cities and for National Commissions; [] when nobody can apply any more.

    call: from `with_dates(at)`. address: that of its page, which explains how.
    """
    state = state_of(call)
    if not (state.is_open or state.is_to_come):
        return []
    return [
        {
            "@type": "ApplyAction",
            "name": clock_label(clock, has_date=False),
            "actionStatus": "https://schema.org/PotentialActionStatus",
            "startTime": iso(call.opening.astimezone(call.zone)) if call.opening else "",
            "endTime": iso(last_minute(call, instant)),
            "target": {"@type": "EntryPoint", "urlTemplate": call.application_url or absolute(address)},
        }
        for clock in (Clock.CITY, Clock.COMMISSION)
        if (instant := getattr(call, DATE_NAMES[clock])) and instant > call.as_of
    ]


def _steps(page, *, is_over: bool) -> list[dict]:
    """Return the steps of an application as {actor, text}; "your city" only while readers can still take part."""
    return [{"actor": step.actor_label(is_over=is_over), "text": step.text} for step in page.steps.all()]


def deadline_block(call, request, why_url: str) -> dict:
    """Return the `clocks` and the `zone_menu` of a call for templates/components/deadlines.html.

    call: from `with_history(at)`. request: its `?tz=` names the reader's time zone. why_url: the URL of the history.
    """
    reader_zone = chosen_zone(request)
    clocks = formatted_deadlines(call, reader_zone=reader_zone, why_url=why_url)
    has_zones = any(clock.zones for clock in clocks)
    return {"clocks": clocks, "zone_menu": zone_menu(reader_zone, request.path, call.as_of) if has_zones else None}


def _other_flyers(flyers: list[dict], language: str) -> list[dict]:
    """Return the flyers in other languages; none if there is no flyer in `language`, because then all are shown."""
    others = [file for file in flyers if file["language"] != language]
    return others if len(others) < len(flyers) else []


def _split_body(body) -> tuple[list, list]:
    """Return the blocks of a text that are always shown, the call-outs, and the others, which are folded."""
    blocks = list(body)
    shown = [block for block in blocks if block.block_type == "call_out"]
    return shown, [block for block in blocks if block not in shown]


def calendar_url(call, language: str) -> str:
    """Return the URL of a call's calendar file in a language."""
    return f"/calls/{call.code}.ics?{urlencode({'lang': language})}"


def public_documents(call) -> list:
    """Return a call's documents in public collections, in the editors' order."""
    return list(
        in_public_collections(call.documents.select_related("document"), "document__collection").order_by(
            "sort_order", "pk"
        )
    )


def call_files(call) -> tuple[list[dict], list[dict]]:
    """Return a call's flyers and its other public documents, for templates/components/files.html."""
    rows = [(row.kind == FLYER, _file(row, call)) for row in public_documents(call)]
    return [file for is_flyer, file in rows if is_flyer], [file for is_flyer, file in rows if not is_flyer]


def _file(row, call) -> dict:
    title = "" if row.kind == FLYER else row.get_kind_display()
    file = {**file_row(row.document, title, row.language), "version": row.version}
    if shows_old_date(row, call):
        file["old_date"] = _day_beside(row.shows_deadline, last_day(call))
    return file


def _day_beside(day, reference) -> str:
    """Format a day that is shown beside the day `reference`; leave out the year when both have the same."""
    return dates.day_month(day) if reference and day.year == reference.year else dates.day(day)


def call_sessions(call, reader_zone: str = "") -> list[dict]:
    """Return the question and answer sessions that are not over, as {date, iso, own, languages, url}."""
    rows = []
    for session in call.sessions.all():
        if session.ends_at > call.as_of:
            start, end = session.starts_at.astimezone(call.zone), session.ends_at.astimezone(call.zone)
            rows.append(
                {
                    "date": dates.with_place(
                        f"{dates.weekday_day(start)}{dates.comma()}{dates.time_range(start, end)}", call.time_zone_place
                    ),
                    "iso": start.isoformat(timespec="minutes"),
                    "own": own_time(start, end, reader_zone),
                    "languages": comma_list(language_names(session.languages)),
                    "url": session.url,
                }
            )
    return rows


# --- Lists --------------------------------------------------------------------------------


def call_lists(calls, reader: str) -> dict:
    """Return calls grouped into open, upcoming and past ones.

    Open calls that close first and upcoming calls that open first come first, then those without a date; past calls
    that closed last come first. calls: pairs of a call and its page, from `with_dates(at)` and
    `with_pages(reader)`, ordered by `closes_at`. reader: the reader's language.
    """
    items = [(call, call_item(call, page, reader)) for call, page in calls]
    upcoming = [(call, item) for call, item in items if item["state"].is_to_come]
    lists: dict = {
        "open_calls": [item for _call, item in items if item["state"].is_open],
        "upcoming_calls": [item for _call, item in sorted(upcoming, key=_comes_first)],
        "past_calls": [
            item for _call, item in reversed(items) if not item["state"].is_open and not item["state"].is_to_come
        ],
    }
    return lists | {"structured_data": collection(item for group in lists.values() for item in group)}


def _comes_first(pair) -> tuple:
    call, item = pair
    return item["state"] == CallState.UNDATED, call.opening or call.as_of, call.pk


def call_item(call, page, reader: str) -> dict:
    """Return a call for templates/components/call_item.html.

    call: from `with_dates(at)`. page: the version of its page for the reader. reader: the reader's language.
    """
    return {
        "title": page.title,
        "url": page.url,
        "language": page.language if page.language != reader else "",
    } | call_timing(call)


def call_timing(call) -> dict:
    """Return a call's `state`, `status` (the kind of its status tag), `dates`, and the time `left` or when it `closed`.

    call: from `with_dates(at)`.
    """
    state = state_of(call)
    item: dict = {"state": state, "status": state.tag, "dates": [], "left": "", "closed": ""}
    if state.is_to_come:
        item["dates"] = [_row(call, Clock.OPENING), _row(call, Clock.CITY)]
    elif state.is_open:
        item["dates"] = [_row(call, Clock.CITY), _row(call, Clock.COMMISSION)]
        item["left"] = time_left(call, call.closes_at)
    elif call.closes_at and call.closes_at <= call.as_of:
        item["closed"] = time_left(call, call.closes_at)
    item["dates"] = [row for row in item["dates"] if row["date"]]
    return item


def _row(call, clock: str) -> dict:
    instant = getattr(call, DATE_NAMES[clock])
    formatted = formatted_date(call, clock, instant)
    return {
        "label": clock_label(
            clock,
            is_closed=bool(instant) and instant <= call.as_of,
            has_date=bool(instant),
            has_commission=has_commission_deadline(call),
        ),
        "date": dates.moment(formatted.local, call.time_zone_place)
        if formatted.local and formatted.time
        else formatted.date,
        "iso": formatted.iso,
    }


def call_with_deadlines(call, page, reader: str) -> dict:
    """Return a call with its deadline block. The home page shows it for the open calls.

    call: from `with_history(at)`. page: the version of its page for the reader. reader: the reader's language.
    """
    return {
        **call_item(call, page, reader),
        "kind": call.kind,
        "lede": page.lede,
        "clocks": formatted_deadlines(call, why_url=f"{page.url}{HISTORY}"),
        "calendar_url": calendar_url(call, reader),
    }


def preview(call) -> dict:
    """Return the state and dates that a call's page shows, for the admin. call: from `with_history(at)`."""
    return {
        "state": state_of(call).label,
        "clocks": [
            {
                "label": clock.label,
                "text": _date_text(clock, call),
                "earlier": clock.earlier,
            }
            for clock in formatted_deadlines(call)
        ],
    }


def _date_text(clock: FormattedDeadline, call) -> str:
    if clock.local and clock.time:
        return dates.moment(clock.local, call.time_zone_place)
    return clock.date or clock.missing
