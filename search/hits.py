"""From an engine's hits to what templates/components/hit.html shows.

Hits are read again from the database through the visibility rule: an index that lags behind can
cost a reader one row, never show what is not public.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache

from django.db.models import CharField, Exists, F, IntegerField, OuterRef
from django.utils import timezone
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from wagtail.models import Page

from calls.models import Call
from calls.presentation import call_timing
from cities.models import City, CityIndexPage, CityName
from cities.presentation import city_url
from cities.vocabularies import Region
from core.i18n import dates
from core.i18n.countries import country_name
from core.i18n.languages import direction, html_code
from core.i18n.names import name_expression
from core.media.documents import file_row, public_documents
from core.media.models import PortalDocument
from core.querysets.prepared import NOW, PreparedQuery, numbered_parameters, pad_to_power_of_two, parameter_values
from core.querysets.visibility import in_public_collections, public
from events.models import EventPage
from events.presentation import event_timing, item_status
from practices import cards
from practices.models import PracticePage
from practices.presentation import language_tag
from practices.rows import practice_row
from search.kinds import KINDS
from search.pdf_documents import document_key
from search.results import Hit, Segment, Suggestion

PAGE, CITY, DOCUMENT = "page", "city", "document"

_CODE = re.compile(r"[-a-zA-Z0-9_]{1,60}")
# Queries of one kind: for every language, and for 1, 2, 4, 8 … rows.
KEPT_QUERIES = 200
_CITY_FACTS = ("country", "region", "population", "is_example")
# What a row may have; where nothing is given a template looks long for it.
_NOTHING = dict.fromkeys(("result", "facts", "dates", "left", "clusters", "picture", "voice", "ask_url"))
_EVENT_FACTS = ("kind", "state", "mode", "venue", "time_zone", "starts_at", "ends_at", "first_day", "last_day")


def hit_rows(hits: Sequence[Hit], reader: str, clusters: dict[int, dict], cities: Mapping[str, dict]) -> list[dict]:
    """The rows of one page of results, in the engine's order, for a fixed number of queries.

    clusters: from `Cluster.objects.links`; cities: what `known_cities` gives.
    """
    practices = _practices([_number(hit) for hit in hits if hit.type == "practice"])
    more = _events([_number(hit) for hit in hits if hit.type == "event"])
    more |= _calls([_number(hit) for hit in hits if hit.type == "call"])
    files = _files([_number(hit) for hit in hits if _kind(hit) == DOCUMENT])
    others = _public_identities([hit for hit in hits if hit.type != "practice" and _kind(hit) == PAGE])
    rows = []
    for hit in hits:
        if hit.type == "practice":
            if practice := practices.get(_number(hit)):
                row = practice_row(practice, reader, clusters, hit.origin, hit.url)
                rows.append(row | _without_repetition(_row(hit, reader), practice))
        elif _kind(hit) == CITY:
            city, url = cities.get(_identity(hit)), city_url(_identity(hit), reader)
            if city and url:
                rows.append(_city_row(hit, city) | {"url": url})
        elif (_kind(hit), _identity(hit)) in others or hit.id in files:
            row = {"place": _kind_name(hit.type), "tags": []} | more.get(hit.id, {}) | files.get(hit.id, {})
            if tag := language_tag(hit.origin, hit.language, reader):
                row["tags"].append(tag)
            rows.append(_row(hit, reader) | row)
    return [_NOTHING | row for row in rows]


def public_suggestions(found: Iterable[Suggestion], reader: str) -> list[dict]:
    """Suggestions that the public may still see, as static/js/suggestions.js takes them: two queries at most."""
    found = list(found)
    there = _public_identities(found)
    return [
        {
            "url": suggestion.url,
            "kind": _kind_name(suggestion.type),
            "title": _pieces(suggestion.title),
            "lang": html_code(suggestion.language) if suggestion.language != reader else "",
            "dir": direction(suggestion.language) if suggestion.language != reader else "",
        }
        for suggestion in found
        if (_kind(suggestion), _identity(suggestion)) in there
    ]


def known_cities(codes: Iterable[str], hits: Iterable[Hit]) -> dict[str, dict]:
    """The public ones of these cities, and of those that were found, by their codes: one query, or none.

    Only what filters and rows show of them: there can be thousands.
    """
    wanted = {code for code in codes if _CODE.fullmatch(code)}
    wanted |= {_identity(hit) for hit in hits if _kind(hit) == CITY}
    if not wanted:
        return {}
    asked = pad_to_power_of_two(wanted)
    query = _cities_query(len(asked), get_language())
    return {city["code"]: city for city in query(**parameter_values(asked))}


@lru_cache(maxsize=KEPT_QUERIES)
def _cities_query(number: int, language: str) -> PreparedQuery:
    name = name_expression(CityName.objects.filter(city=OuterRef("pk")), language, "own_name")
    cities = City.objects.public().filter(code__in=numbered_parameters(number, CharField())).annotate(display_name=name)
    return PreparedQuery(lambda: cities.order_by().values("code", "display_name", *_CITY_FACTS))


def _kind(hit: Hit | Suggestion) -> str:
    """What the row in the database is: the first part of a document's id."""
    return hit.id.partition(":")[0]


def _kind_name(code: str) -> str:
    return str(KINDS[code].singular) if code in KINDS else ""


def _identity(hit: Hit | Suggestion) -> str:
    """The second part of a document's id: a page's number, a city's code."""
    return hit.id.split(":")[1]


def _number(hit: Hit | Suggestion) -> int:
    return int(_identity(hit))


def _public_identities(hits: Iterable[Hit | Suggestion]) -> set[tuple[str, str]]:
    """Which of these the public may see now: one query for each kind that there is."""
    wanted: dict[str, list] = {}
    for hit in hits:
        wanted.setdefault(_kind(hit), []).append(_identity(hit))
    is_listed = Exists(public(CityIndexPage.objects.filter(locale__language_code=get_language())))
    found = {
        PAGE: lambda ids: public(Page.objects.filter(pk__in=ids)).values_list("pk", flat=True),
        CITY: lambda ids: City.objects.public().filter(is_listed, code__in=ids).values_list("code", flat=True),
        DOCUMENT: lambda ids: in_public_collections(PortalDocument.objects.filter(pk__in=ids)).values_list(
            "pk", flat=True
        ),
    }
    return {(kind, str(key)) for kind, ids in wanted.items() if kind in found for key in found[kind](ids)}


def _practices(page_ids: list[int]) -> dict[int, PracticePage]:
    if not page_ids:
        return {}
    asked = pad_to_power_of_two(page_ids)
    query = _practices_query(len(asked), get_language())
    practices = query(now=timezone.now(), **parameter_values(asked))
    cards.prefetch_card_rows(practices)
    return {practice.pk: practice for practice in practices}


@lru_cache(maxsize=KEPT_QUERIES)
def _practices_query(number: int, language: str) -> PreparedQuery:
    """So many practices, named in a language; which is that of the page when the query is made."""
    chosen = PracticePage.objects.filter(id__in=numbered_parameters(number, IntegerField()))
    return PreparedQuery(lambda: public(chosen, NOW).for_rows())


def _events(page_ids: list[int]) -> dict[str, dict]:
    """When and where: what rows of events show, by the ids of their documents."""
    if not page_ids:
        return {}
    now, asked = timezone.now(), pad_to_power_of_two(page_ids)
    rows = {}
    for event in _events_query(len(asked), get_language())(**parameter_values(asked)):
        timing = event_timing(event, now)
        status = item_status(event, timing)
        when = dates.day_range(timing.first_day, timing.last_day)
        place = event.city_name or event.venue or event.get_mode_display()
        rows[f"{PAGE}:{event.pk}"] = {
            "place": str(event.get_kind_display()),
            "facts": [when, place],
            "tags": [{"kind": status, "text": ""}] if status else [],
        }
    return rows


@lru_cache(maxsize=KEPT_QUERIES)
def _events_query(number: int, language: str) -> PreparedQuery:
    chosen = EventPage.objects.filter(id__in=numbered_parameters(number, IntegerField()))
    names = CityName.objects.filter(city=OuterRef("host_city"))
    city_name = name_expression(names, language, "host_city__own_name")
    return PreparedQuery(lambda: chosen.only(*_EVENT_FACTS).annotate(city_name=city_name).order_by())


def _calls(page_ids: list[int]) -> dict[str, dict]:
    """Where a call stands and its dates at this moment, by the ids of its pages' documents."""
    if not page_ids:
        return {}
    rows, asked = {}, pad_to_power_of_two(page_ids)
    for call in _calls_query(len(asked))(now=timezone.now(), **parameter_values(asked)):
        timing = call_timing(call)
        rows[f"{PAGE}:{call.shown_page_id}"] = {
            "place": str(call.get_kind_display()),
            "tags": [{"kind": timing["status"], "text": ""}],
            "dates": timing["dates"],
            "left": timing["left"],
        }
    return rows


@lru_cache(maxsize=KEPT_QUERIES)
def _calls_query(number: int) -> PreparedQuery:
    page_ids = numbered_parameters(number, IntegerField())
    return PreparedQuery(
        lambda: Call.objects.with_dates(NOW).annotate(shown_page_id=F("pages__id")).filter(shown_page_id__in=page_ids)
    )


def _files(pks: list[int]) -> dict[str, dict]:
    """What kind of file, how many pages, how large, by the ids of their documents; those that all may open."""
    rows = {}
    for pk, document in public_documents(pks).items():
        file = file_row(document)
        pages = ngettext("%(pages)s page", "%(pages)s pages", document.pages or 0) % {"pages": document.pages}
        facts = [file["type"], pages if document.pages else "", file["size"]]
        rows[document_key(pk)] = {"facts": [fact for fact in facts if fact]}
    return rows


def _pieces(segments: Iterable[Segment]) -> list[tuple[str, bool]]:
    return [(segment.text, segment.matched) for segment in segments]


def _row(hit: Hit, reader: str) -> dict:
    return {
        "title_segments": _pieces(hit.title),
        "url": hit.url,
        "language": hit.language if hit.language != reader else "",
        "passage": _pieces(hit.passage),
    }


def _without_repetition(row: dict, practice: PracticePage) -> dict:
    """Leave out a passage that only repeats the practice's one-line result above it."""
    passage = "".join(text for text, _matched in row["passage"]).strip("… ")
    return row | {"passage": []} if passage[:60] and passage[:60] in practice.one_line_result else row


def _city_row(hit: Hit, city: dict) -> dict:
    facts = [country_name(city["country"]), str(Region(city["region"]).label) if city["region"] else ""]
    if city["population"]:
        facts.append(_("%(count)s inhabitants") % {"count": dates.number(city["population"])})
    return _row(hit, hit.language) | {
        "place": _("Example city") if city["is_example"] else _kind_name("city"),
        "facts": [fact for fact in facts if fact],
        "passage": [],
    }
