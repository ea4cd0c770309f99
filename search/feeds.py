"""A search as a feed (Atom): `/xx/search/feed.atom` takes the parameters of the search page.

Pages come, the newest first. Cities and files have no instant of publication and are in no feed. docs/ways-out.md says
more.
"""

from dataclasses import replace
from datetime import timedelta

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from clusters.models import Cluster
from core.calendars import MAX_AGE, set_max_age
from core.i18n.addresses import absolute
from core.i18n.languages import html_code
from core.identity import lasting_id, network_id
from home.navigation import network_words
from search import reading
from search.atom import AtomFeed, xml_text
from search.feed_entries import entries_of
from search.filters import Names, chosen_facets, chosen_values, value_names
from search.forms import SearchUrls, criteria_from
from search.hits import known_cities
from search_engines.criteria import MAX_PER_PAGE, MAX_VALUES, Criteria
from search_engines.results import Hit

MOST_ENTRIES = 50
# What was published in this time is asked for separately: the order of the search goes by the date of an event or call.
RECENT = timedelta(days=31)
RETRY_AFTER = timedelta(minutes=5)


@require_safe
def feed(request: HttpRequest) -> HttpResponse:
    """`/xx/search/feed.atom`: 503 with `Retry-After` when the engine fails and the database alone cannot answer."""
    language = get_language()
    criteria, names = _asked(request)
    hits = _hits(criteria)
    if hits is None:
        return _unavailable()
    words, network = network_words(request, language), network_id()
    entries, unchanged = entries_of(hits, MOST_ENTRIES, network, words.name)
    query = SearchUrls("").of(replace(criteria, sort="relevance"))
    title = _("%(title)s – %(network)s") % {"title": _title(criteria, names), "network": words.name}
    atom = AtomFeed(
        title=xml_text(title),
        link=absolute(reverse("search") + query),
        description=None,
        language=html_code(language),
        author_name=xml_text(words.name),
        subtitle=xml_text(words.tagline) or None,
        feed_url=absolute(reverse("search-feed") + query),
        feed_guid=lasting_id(network, "feed", language, query),
    )
    for entry in entries:
        atom.add(entry)
    response = HttpResponse(atom.writeString("utf-8"), content_type=AtomFeed.content_type)
    return set_max_age(response, min(MAX_AGE, unchanged) if unchanged is not None else MAX_AGE)


def _asked(request: HttpRequest) -> tuple[Criteria, Names]:
    """The search that the address asks for, without what the search page drops, and the names of its values."""
    clusters = Cluster.objects.links(get_language())
    cities = known_cities(request.GET.getlist("city")[:MAX_VALUES], ())
    names = value_names(
        {
            "cluster": {cluster["code"]: cluster["name"] for cluster in clusters.values()},
            "city": {code: city["display_name"] for code, city in cities.items()},
        }
    )
    criteria = criteria_from(request.GET, get_language(), timezone.now(), names, {})
    return replace(criteria, sort="newest", page=1, per_page=MAX_PER_PAGE), names


def _hits(criteria: Criteria) -> list[Hit] | None:
    """The hits among which the newest are; None if the engine fails and the database cannot give the same answer."""
    results = reading.answer(criteria)
    if results.degraded:
        return None if _needs_engine(criteria) else list(results.hits)
    found = list(results.hits)
    if results.total > criteria.per_page:
        further = [reading.answer(question) for question in _further_questions(criteria)]
        if any(answer.degraded for answer in further):
            return None
        found += [hit for answer in further for hit in answer.hits]
    return found


def _further_questions(criteria: Criteria) -> list[Criteria]:
    """For more hits than one answer has: what was published lately, and the calls, which move."""
    questions = [replace(criteria, between={"published": (criteria.instant - RECENT, None)})]
    kinds = criteria.selections.get("type", ())
    if not kinds or "call" in kinds:
        questions.append(replace(criteria, selections={**criteria.selections, "type": ("call",)}))
    return questions


def _needs_engine(criteria: Criteria) -> bool:
    """Whether the fallback would give pages that the search does not find: it knows no filter but the kind."""
    return bool(criteria.text or criteria.ranges or criteria.selections.keys() - {"type"})


def _title(criteria: Criteria, names: Names) -> str:
    """The words and the chosen values, such as "Practices · Literacy"."""
    parts = [f"“{criteria.text}”"] if criteria.text else []
    parts += [
        value for facet in chosen_facets(criteria, {}) for value in chosen_values(facet, criteria, names).values()
    ]
    return " · ".join(parts) or _("Everything new")


def _unavailable() -> HttpResponse:
    words = _("The search does not work at the moment. Ask for this feed again in a few minutes.")
    response = HttpResponse(f"{words}\n", status=503, content_type="text/plain; charset=utf-8")
    response["Retry-After"] = str(int(RETRY_AFTER.total_seconds()))
    response["Cache-Control"] = "no-store"
    return response
