"""The overview of a call in the admin: dates, history, planned changes, pages, flyers."""

from urllib.parse import urlencode

from django.urls import reverse
from django.utils import timezone

from calls.deadlines import DATE_NAMES, formatted_date
from calls.models import Call, CallDocument, CallIndexPage
from calls.presentation import preview
from calls.states import ClockFace, last_day, shows_old_date, state_of
from calls.vocabularies import CallState, Clock
from core.i18n.languages import LANGUAGE_CODES, own_name, settings_order
from core.local_times.conversion import moment_at


def call_overview(call: Call, user, url_name) -> dict:
    """Return the context of templates/calls/admin/overview.html.

    user: the current user, who sees only permitted actions. url_name: the viewset's `get_url_name`.
    """
    now = timezone.now()
    call = Call.objects.with_history(now).prefetch_related("pages__locale", "documents").get(pk=call.pk)
    pages = sorted(call.pages.all(), key=lambda page: settings_order(page.language))
    changes = list(call.date_changes.select_related("withdrawal", "recorded_by"))
    return {
        "call": call,
        "current": preview(call),
        "actions": _date_actions(call, pages, changes, url_name),
        "changes": [_change(call, change, pages, now, url_name) for change in changes],
        "pages": [
            {
                "language": own_name(page.language),
                "title": page.title,
                "edit_url": reverse("wagtailadmin_pages:edit", args=[page.pk]),
                "url": page.url if page.live else "",
            }
            for page in pages
        ],
        "write_in": [] if pages else write_in(call, user, url_name),
        "without_flyer": _languages_without_flyer(call, pages),
        "outdated": [row for row in call.documents.all() if shows_old_date(row, call)],
        "last_day": last_day(call),
    }


def _languages_without_flyer(call: Call, pages: list) -> list[str]:
    """The languages of the call's pages in which it has no flyer; none for a call without any flyer."""
    flyers = {row.language for row in call.documents.all() if row.kind == CallDocument.Kind.FLYER}
    return [own_name(page.language) for page in pages if flyers and page.language not in flyers]


def _date_actions(call: Call, pages: list, changes: list, url_name) -> list[dict]:
    """Return the links to those forms that can move a date now."""
    state = state_of(call)
    if not changes and not any(page.first_published_at for page in pages):
        names = ["correct"]
    else:
        names = [] if all(getattr(call, name) for name in DATE_NAMES.values()) else ["set"]
    if call.deadline or call.commission_deadline or call.first_deadline or call.first_commission_deadline:
        names.append("extend")
    if state == CallState.UPCOMING:
        names.append("open_early")
    if (state.is_open or state == CallState.UPCOMING) and call.closes_at:
        names.append("close_early")
    names.append("move_place")
    return [{"name": name, "url": reverse(url_name(name), args=[call.pk])} for name in names]


def _change(call: Call, change, pages: list, now, url_name) -> dict:
    old_face = ClockFace(change.old_place, change.precision)
    new_face = ClockFace(change.place, change.precision)
    is_withdrawn = hasattr(change, "withdrawal")
    is_planned = not is_withdrawn and change.announce_at > now
    return {
        "clock": change.get_clock_display(),
        "old": _as_it_was(change, change.old, old_face),
        "new": _as_it_was(change, change.new, new_face),
        "announced": moment_at(change.announce_at, change.old_place),
        "announcement_on_record": change.announcement_on_record,
        "reason": change.get_reason_display(),
        "decided_by": change.get_decided_by_display(),
        "recorded_by": change.recorded_by,
        "is_withdrawn": is_withdrawn,
        "is_planned": is_planned,
        "withdraw_url": reverse(url_name("withdraw"), args=[call.pk, change.pk])
        if is_planned and not change.part_of_id
        else "",
        "previews": [
            {
                "language": own_name(page.language),
                "url": f"{page.url}?{urlencode({'at': change.announce_at.isoformat()})}",
            }
            for page in pages
            if is_planned and page.live
        ],
    }


def _as_it_was(change, instant, face: ClockFace) -> str:
    """Return one side of a change as readers saw it: with the place and the precision of then."""
    if change.clock == Clock.PLACE:
        return face.time_zone_place
    if instant is None:
        return ""
    formatted = formatted_date(face, change.clock, instant)
    return formatted.with_place(face)


def write_in(call: Call, user, url_name) -> list[dict]:
    """Return the languages in which `user` may create the first page of a call, with URLs."""
    lists = CallIndexPage.objects.select_related("locale")
    urls = {
        page.language: reverse(url_name("write"), args=[call.pk, page.pk])
        for page in lists
        if page.permissions_for_user(user).can_add_subpage()
    }
    return [{"language": own_name(code), "url": urls[code]} for code in LANGUAGE_CODES if code in urls]
