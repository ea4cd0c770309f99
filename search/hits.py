"""From the hits of an engine to the rows that templates/components/hit.html shows.

Hits are read again from the database through the visibility rule: an outdated index can cost a
reader a row, but it never shows anything that is not public.
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
from core.i18n.languages import direction, html_code, language_name
from core.i18n.names import name_expression
from core.media.documents import file_row, public_documents
from core.media.models import PortalDocument
from core.querysets.prepared import NOW, PreparedQuery, numbered_parameters, pad_to_power_of_two, parameter_values
from core.querysets.visibility import in_public_collections, public
from events.models import EventPage
from events.presentation import event_timing, item_status
from practices import cards
from practices.models import PracticePage
from practices.rows import practice_row
from search.pdf_documents import document_key
from search_engines.kinds import KINDS
from search_engines.results import Hit, Segment, Suggestion

PAGE, CITY, DOCUMENT = "page", "city", "document"

_CODE = re.compile(r"[-a-zA-Z0-9_]{1,60}")
# Prepared queries of one kind that are kept: one for each language and each of 1, 2, 4, 8 … rows.
KEPT_QUERIES = 200
_CITY_FACTS = ("country", "region", "population", "population_year", "population_source", "is_example")
# Optional keys of a row. Templates look up a missing key slowly.
_NOTHING = dict.fromkeys(
    ("result", "facts", "dates", "left", "closed", "clusters", "picture", "voice", "ask_url", "provenance")
)
_EVENT_FACTS = ("kind", "state", "mode", "venue", "time_zone", "starts_at", "ends_at", "first_day", "last_day")


def hit_rows(hits: Sequence[Hit], reader: str, clusters: dict[int, dict], cities: Mapping[str, dict]) -> list[dict]:
    """Return the rows of one page of results in the order of the engine, with a fixed number of queries.

    reader: the reader's language; clusters: from `Cluster.objects.links`; cities: from `known_cities`.
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
                row = practice_row(practice, reader, clusters, hit.url)
                rows.append(row | _without_repetition(_row(hit, reader), practice))
        elif _kind(hit) == CITY:
            city, url = cities.get(_identity(hit)), city_url(_identity(hit), reader)
            if city and url:
                rows.append(_city_row(hit, city) | {"url": url})
        elif (_kind(hit), _identity(hit)) in others or hit.id in files:
            row = {"place": _kind_name(hit.type), "tags": []} | more.get(hit.id, {}) | files.get(hit.id, {})
            if tag := _language_tag(hit, reader):
                row["tags"].append(tag)
            rows.append(_row(hit, reader) | row)
    return [_NOTHING | row for row in rows]


def _language_tag(hit: Hit, reader: str) -> dict | None:
    """A tag with the language and the origin of a hit's text; None in the reader's language, unless by a machine."""
    if hit.language == reader:
        return {"kind": "machine", "text": ""} if hit.origin == "machine" else None
    kind = "machine" if hit.origin == "machine" else "plain"
    return {"kind": kind, "text": version_label(hit.language, hit.origin)}


def version_label(language: str, origin: str) -> str:
    """The language of a version and how its text was written: "In Arabic (original)". origin: from a hit."""
    words = {
        "original": _("In %(language)s (original)"),
        "human": _("In %(language)s (translation)"),
        "machine": _("In %(language)s (machine translation, not checked)"),
    }[origin]
    return words % {"language": language_name(language)}


def public_suggestions(found: Iterable[Suggestion], reader: str) -> list[dict]:
    """Return the public ones of these suggestions, as static/js/suggestions.js takes them; two queries at most."""
    found = list(found)
    there = _public_identities(found)
    return [
        {
            "url": suggestion.url,
            "kind": _suggested_kind(suggestion, reader),
            "title": _pieces(suggestion.title),
            "lang": html_code(suggestion.language) if suggestion.language != reader else "",
            "dir": direction(suggestion.language) if suggestion.language != reader else "",
        }
        for suggestion in found
        if (_kind(suggestion), _identity(suggestion)) in there
    ]


def _suggested_kind(suggestion: Suggestion, reader: str) -> str:
    """ "Practice"; with the language of the title where that is not the reader's: "Practice (in Arabic)"."""
    kind = _kind_name(suggestion.type)
    if suggestion.language == reader:
        return kind
    return _("%(kind)s (in %(language)s)") % {"kind": kind, "language": language_name(suggestion.language)}


def known_cities(codes: Iterable[str], hits: Iterable[Hit]) -> dict[str, dict]:
    """Return the public cities among these codes and hits, by code, with at most one query.

    Only with the fields that filters and rows show: there can be thousands of cities.
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
    """The first part of a document's id: page, city or document."""
    return hit.id.partition(":")[0]


def _kind_name(code: str) -> str:
    return str(KINDS[code].singular) if code in KINDS else ""


def _identity(hit: Hit | Suggestion) -> str:
    """The second part of a document's id: the primary key of a page or file, the code of a city."""
    return hit.id.split(":")[1]


def _number(hit: Hit | Suggestion) -> int:
    return int(_identity(hit))


def _public_identities(hits: Iterable[Hit | Suggestion]) -> set[tuple[str, str]]:
    """The public ones of these, as (kind, identity): one query for each kind among them."""
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
    """The query for this number of practices. It is prepared in the active language, which is its cache key."""
    chosen = PracticePage.objects.filter(id__in=numbered_parameters(number, IntegerField()))
    return PreparedQuery(lambda: public(chosen, NOW).for_rows())


def _events(page_ids: list[int]) -> dict[str, dict]:
    """What rows of events show, by the ids of their documents: dates, place, status."""
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
    """What rows of calls show, by the ids of their documents: status and dates at this moment."""
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
            "closed": timing["closed"],
        }
    return rows


@lru_cache(maxsize=KEPT_QUERIES)
def _calls_query(number: int) -> PreparedQuery:
    page_ids = numbered_parameters(number, IntegerField())
    return PreparedQuery(
        lambda: Call.objects.with_dates(NOW).annotate(shown_page_id=F("pages__id")).filter(shown_page_id__in=page_ids)
    )


def _files(pks: list[int]) -> dict[str, dict]:
    """What rows of public files show, by the ids of their documents: type, pages, size."""
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
        "snippet": _pieces(hit.snippet),
    }


def _without_repetition(row: dict, practice: PracticePage) -> dict:
    """Leave out a snippet that only repeats the practice's one-line result above it."""
    snippet = "".join(text for text, _matched in row["snippet"]).strip("… ")
    return row | {"snippet": []} if snippet[:60] and snippet[:60] in practice.one_line_result else row


def _city_row(hit: Hit, city: dict) -> dict:
    facts = [country_name(city["country"]), str(Region(city["region"]).label) if city["region"] else ""]
    if city["population"] and city["population_year"] and city["population_source"]:
        words = ngettext("%(count)s inhabitant (%(year)s)", "%(count)s inhabitants (%(year)s)", city["population"])
        facts.append(words % {"count": dates.number(city["population"]), "year": city["population_year"]})
    return _row(hit, hit.language) | {
        "place": _("Example city") if city["is_example"] else _kind_name("city"),
        "facts": [fact for fact in facts if fact],
        "snippet": [],
    }
