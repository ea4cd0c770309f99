"""What “How to join” shows: the open call for membership or the usual procedure, and the National Commissions."""

from dataclasses import dataclass

from django.utils import timezone

from calls.models import Call, NationalCommission
from calls.presentation import apply_actions, call_files, call_item, call_with_deadlines, deadline_block
from calls.states import state_of
from calls.vocabularies import CallKind
from cities.alphabet import sort_key
from cities.models import City
from cities.presentation import alphabetical, city_item
from core.i18n.countries import country_name, regions
from core.list_pages import list_url
from core.querysets.children import prefetch_children
from core.querysets.versions import best_versions
from core.structured_data import ORGANIZATION, reference
from events.models import EventOutcome, EventPage

COMMISSION = "commission"


@dataclass(frozen=True)
class Guide:
    """A guiding document, for templates/home/join_page.html. event: a link to the conference that adopted it."""

    title: str
    year: int | None
    url: str
    event: dict | None = None


def join_context(page, request) -> dict:
    """The context of templates/home/join_page.html besides the page itself."""
    reader = page.language
    prefetch_children([page], "steps", "guides", "sources")
    calls = membership_calls(reader)
    context = {
        "calls_url": list_url("calls.CallIndexPage", reader),
        "call": None,
        "coming": [call_item(call, own, reader) for call, own in calls["coming"]],
        "last": [call_item(call, own, reader) for call, own in calls["past"][:1]] if not calls["open"] else [],
        "steps": page.steps.all(),
        "guides": guiding_documents(page),
        "commission": _commission(request.GET.get("country", ""), reader),
        "countries": _countries(request.GET.get("country", ""), reader),
        "commissions": _commissions(reader),
        "sources": page.sources.all(),
        "structured_data": {"about": reference(ORGANIZATION)},
    }
    if calls["open"]:
        call, own = calls["open"][0]
        context["structured_data"]["potentialAction"] = apply_actions(call, own.address)
        context |= _open_call(call, own, reader, request)
    return context


def membership_calls(reader: str) -> dict[str, list]:
    """The public calls for membership by state: "open", "coming" and "past", each with its page for a reader.

    Open ones that close first, coming ones that open first, and past ones that closed last come first.
    """
    now = timezone.now()
    calls = Call.objects.public().filter(kind=CallKind.MEMBERSHIP).with_history(now).order_by("closes_at", "pk")
    pairs = [(call, own, state_of(call)) for call, own in calls.with_pages(reader)]
    return {
        "open": [(call, own) for call, own, state in pairs if state.is_open],
        "coming": sorted(
            ((call, own) for call, own, state in pairs if state.is_to_come),
            key=lambda pair: (pair[0].opening is None, pair[0].opening or now, pair[0].pk),
        ),
        "past": [
            (call, own)
            for call, own, state in reversed(pairs)
            if call.closes_at and not state.is_open and not state.is_to_come
        ],
    }


def _open_call(call, own, reader: str, request) -> dict:
    """What the page takes from an open call. own: the version of its page for the reader."""
    prefetch_children([own], "steps")
    _flyers, forms = call_files(call)
    return {
        "call": call_with_deadlines(call, own, reader),
        "dates": deadline_block(call, request, f"{own.url}#history"),
        "application_url": call.application_url,
        "quota": call.quota_per_country,
        "who_can_apply": own.who_can_apply,
        "forms": forms,
        **({"steps": own.steps.all()} if own.steps.all() else {}),
    }


def guiding_documents(page) -> list[Guide]:
    """The guiding documents of conferences and those of the page, the oldest first."""
    outcomes = list(
        EventOutcome.objects.filter(
            is_guiding=True, page__in=best_versions(EventPage.objects.all(), page.language).values("pk")
        )
        .select_related("page__locale", "page__host_city")
        .prefetch_related("page__host_city__names")
        .order_by("sort_order", "pk")
    )
    guides = [
        Guide(
            outcome.title,
            (outcome.page.first_day or outcome.page.starts_at).year,
            outcome.url,
            {
                "title": outcome.page.title,
                "url": outcome.page.url,
                "language": outcome.page.language if outcome.page.language != page.language else "",
            },
        )
        for outcome in outcomes
    ]
    guides += [Guide(guide.title, guide.year, guide.url) for guide in page.guides.all()]
    return sorted(guides, key=lambda guide: guide.year or 0)


def _commissions(reader: str) -> list[NationalCommission]:
    return sorted(NationalCommission.objects.all(), key=lambda row: sort_key(row.country_name, reader))


def _countries(chosen: str, reader: str) -> list[dict]:
    """The countries to choose from: the Member States of UNESCO, in the order of the reader's alphabet."""
    names = {code: country_name(code) for code in regions()}
    return [
        {"code": code.lower(), "name": names[code], "selected": code == chosen.upper()}
        for code in sorted(names, key=lambda code: sort_key(names[code], reader))
    ]


def _commission(chosen: str, reader: str) -> dict | None:
    """What is known for the chosen country; None without a choice, `is_unknown` for a code that is none."""
    code = chosen.upper()
    if not code:
        return None
    if code not in regions():
        return {"is_unknown": True}
    members = City.objects.members().filter(country=code).prefetch_related("names")
    return {
        "country": country_name(code),
        "row": NationalCommission.objects.filter(country=code).first(),
        "cities": [city_item(city, reader) for city in alphabetical(members, reader)],
    }
