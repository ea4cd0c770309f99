"""The screen of a call in the admin: what readers see now and later, dates, pages, documents, sessions, results."""

from urllib.parse import urlencode

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone

from calls.admin_words import title_of
from calls.attention import languages_without_flyer
from calls.deadlines import DATE_NAMES, formatted_date
from calls.document_grid import document_grid
from calls.future import turns
from calls.models import Call, CallDocument, CallIndexPage
from calls.presentation import preview
from calls.states import ClockFace, state_of
from calls.vocabularies import CallState, Clock
from core.i18n import dates
from core.i18n.languages import LANGUAGE_CODES, html_code, own_name, settings_order
from core.i18n.text import comma_list
from core.local_times.conversion import moment_at
from core.local_times.words import how_far, in_zones
from core.translations.version_rows import version_rows


def for_screen() -> QuerySet[Call]:
    """Return the calls with all that their screens show, as of now."""
    related = ("pages__locale", "pages__questions", "documents__document", "sessions")
    return Call.objects.with_history(timezone.now()).prefetch_related(*related)


def call_overview(call: Call, user, url_name, form=None) -> dict:
    """Return the context of templates/calls/admin/call.html.

    call: from `for_screen`. user: the current user, who sees only permitted actions. url_name: the viewset's
    `get_url_name`. form: the form of a document that is open, if one is.
    """
    now = call.as_of
    pages = sorted(call.pages.all(), key=lambda page: settings_order(page.language))
    changes = list(call.date_changes.select_related("withdrawal", "recorded_by"))
    previews = _Previews(call, pages, url_name)
    rows = version_rows(
        pages,
        user,
        preview_url=previews.url,
        translate_url=lambda language: reverse(url_name("translate"), args=[call.pk, language]),
    )
    return {
        "call": call,
        "title": title_of(call),
        "current": preview(call),
        "state_code": state_of(call).value,
        "public_pages": [row for row in rows if row["is_public"]],
        "turns": [
            {
                "moment": in_zones(turn.shown, call.place_of_times),
                "far": how_far(turn.shown, now),
                "texts": turn.texts,
                "state": turn.state.label,
                "state_code": turn.state.value,
                "announces": turn.announces,
                "previews": previews.at(turn.at),
            }
            for turn in turns(call)
        ],
        "actions": _date_actions(call, pages, changes, url_name),
        "again_url": reverse(url_name("again"), args=[call.pk]),
        "changes": [_change(call, change, now, url_name, previews) for change in changes],
        "pages": rows,
        "has_pages": bool(pages),
        "write_in": [] if pages else write_in(call, user, url_name),
        "kinds": [{"code": kind.value, "label": kind.label} for kind in CallDocument.Kind],
        "grid": document_grid(call, form),
        "open_document": form,
        "document_url": reverse(url_name("document"), args=[call.pk]),
        "without_flyer": comma_list(map(own_name, languages_without_flyer(call))),
        "sessions": _sessions(call),
        "questions": [
            {"language": own_name(page.language), "count": len(page.questions.all()), "url": _edit_url(page)}
            for page in pages
        ],
        "results": _results(call, pages),
    }


class _Previews:
    """The addresses of previews of a call's pages."""

    def __init__(self, call: Call, pages: list, url_name):
        self.call, self.pages, self.url_name = call, pages, url_name

    def url(self, language: str, at=None) -> str:
        address = reverse(self.url_name("preview"), args=[self.call.pk, language])
        return f"{address}?{urlencode({'at': at.isoformat()})}" if at else address

    def at(self, at) -> list[dict]:
        """The links to the pages as they read at an instant: [{language, code, url}]."""
        return [
            {"language": own_name(page.language), "code": html_code(page.language), "url": self.url(page.language, at)}
            for page in self.pages
        ]


def _edit_url(page) -> str:
    return reverse("wagtailadmin_pages:edit", args=[page.pk])


def _sessions(call: Call) -> list[dict]:
    return [
        {
            "start": in_zones(session.starts_at, call.place_of_times),
            "languages": comma_list(map(own_name, session.languages)),
            "is_over": session.ends_at <= call.as_of,
            "url": session.url,
        }
        for session in sorted(call.sessions.all(), key=lambda session: session.starts_at)
    ]


def _results(call: Call, pages: list) -> dict:
    """What is known of the results: {expected, published, is_public, written, unwritten}."""
    published = call.results_published_at
    return {
        "expected": dates.partial_date(call.results_on, call.results_precision) if call.results_on else "",
        "published": in_zones(published, call.place_of_times) if published else None,
        "is_public": bool(published) and published <= call.as_of,
        "written": comma_list(own_name(page.language) for page in pages if page.results_text),
        "unwritten": comma_list(own_name(page.language) for page in pages if not page.results_text),
    }


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
    actions = [{"name": name, "url": reverse(url_name(name), args=[call.pk])} for name in names]
    if "extend" in names:
        place = names.index("close_early") + 1 if "close_early" in names else names.index("extend") + 1
        actions.insert(place, {"name": "plan", "url": f"{reverse(url_name('extend'), args=[call.pk])}?plan=1"})
    return actions


def _change(call: Call, change, now, url_name, previews: _Previews) -> dict:
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
        "previews": previews.at(change.announce_at) if is_planned else [],
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
