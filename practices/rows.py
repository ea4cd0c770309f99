"""A practice as a row of results: on the search page, the list of practices, and a city's page."""

from django.db.models import Case, OuterRef, QuerySet, Subquery, Value, When
from django.utils.translation import get_language

from cities.models import CityName
from core.i18n.names import name_expression
from practices import cards
from practices.models import PracticeResult
from practices.presentation import language_tag, period_words
from practices.vocabularies import CostBand, Evidence, PracticeState

# What a row shows; the texts of whole practices weigh more than everything else on a page of results.
SHOWN = (
    *("title", "url_path", "translation_key", "locale__language_code", "original_language"),
    *("one_line_result", "cost_band", "state", "city__country", "city__is_example"),
    *("period_start", "period_start_precision", "period_end", "period_end_precision"),
)

_COSTS = {code: label for code, label in CostBand.choices if code != CostBand.UNKNOWN}


def with_rows(practices: QuerySet) -> QuerySet:
    """`practices` with what a row shows, and no more, but for the rows that `cards.fetch_rows` fetches."""
    steps = Case(*(When(evidence=evidence.value, then=Value(evidence.step)) for evidence in Evidence))
    best = PracticeResult.objects.filter(page=OuterRef("pk")).annotate(step=steps).order_by("-step")
    names = CityName.objects.filter(city=OuterRef("city"))
    return (
        practices.only(*SHOWN)
        .select_related("city", "locale")
        .annotate(
            city_name=name_expression(names, get_language(), "city__own_name"),
            best_evidence=Subquery(best.values("evidence")[:1]),
        )
    )


def practice_row(practice, reader: str, clusters: dict[int, dict], origin: str = "", url: str = "") -> dict:
    """A practice of `with_rows` as templates/components/hit.html takes it.

    clusters: what `clusters.presentation.cluster_links` gives; origin and url: as a `SearchDocument`
    says them, where they are known.
    """
    evidence = str(Evidence(practice.best_evidence).label) if practice.best_evidence else ""
    cost = str(_COSTS.get(practice.cost_band, ""))
    return {
        "title": practice.title,
        "url": url or practice.url,
        "language": practice.language if practice.language != reader else "",
        "place": cards.place(practice.city, practice.city_name),
        "result": practice.one_line_result,
        "facts": [fact for fact in (cost, evidence, period_words(practice)) if fact],
        "clusters": cards.clusters_of(practice, clusters),
        "tags": _tags(practice, reader, origin),
        "picture": cards.picture(practice),
        "voice": True,
    }


def _tags(practice, reader: str, origin: str) -> list[dict]:
    """State and language: what a reader should know before opening it."""
    tags = []
    if practice.state in {PracticeState.STOPPED, PracticeState.FAILED}:
        tags.append({"kind": "lesson", "text": ""})
    origin = origin or ("original" if practice.is_original else "human")
    if tag := language_tag(origin, practice.language, reader, practice.original_language):
        tags.append(tag)
    return tags
