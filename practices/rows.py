"""Practices as rows of results: on the search page, the list of practices, and a city's page."""

from practices import cards
from practices.presentation import format_period, language_tag
from practices.vocabularies import CostBand, Evidence, PracticeState

_COSTS = {code: label for code, label in CostBand.choices if code != CostBand.UNKNOWN}


def practice_row(practice, reader: str, clusters: dict[int, dict], origin: str = "", url: str = "") -> dict:
    """A practice as templates/components/hit.html takes it.

    practice: from `PracticeQuerySet.for_rows`. clusters: from `Cluster.objects.links`. origin, url: from
    its search document, if the caller has one.
    """
    evidence = str(Evidence(practice.best_evidence).label) if practice.best_evidence else ""
    cost = str(_COSTS.get(practice.cost_band, ""))
    return {
        "title": practice.title,
        "url": url or practice.url,
        "language": practice.language if practice.language != reader else "",
        "place": cards.place(practice.city, practice.city_name),
        "result": practice.one_line_result,
        "facts": [fact for fact in (cost, evidence, format_period(practice)) if fact],
        "clusters": cards.clusters_of(practice, clusters),
        "tags": _tags(practice, reader, origin),
        "picture": cards.picture(practice),
        "voice": True,
    }


def _tags(practice, reader: str, origin: str) -> list[dict]:
    """Tags for the state and the language of a practice."""
    tags = []
    if practice.state in {PracticeState.STOPPED, PracticeState.FAILED}:
        tags.append({"kind": "lesson", "text": ""})
    origin = origin or ("original" if practice.is_original else "human")
    if tag := language_tag(origin, practice.language, reader, practice.original_language):
        tags.append(tag)
    return tags
