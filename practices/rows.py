"""Practices as rows of results: on the search page, the list of practices, and a city's page."""

from practices import cards
from practices.presentation import evidence_link, format_period
from practices.provenance import provenance_of
from practices.vocabularies import CostBand, PracticeState

_COSTS = {code: label for code, label in CostBand.choices if code != CostBand.UNKNOWN}


def practice_row(practice, reader: str, clusters: dict[int, dict], url: str = "") -> dict:
    """A practice as templates/components/hit.html takes it.

    practice: from `PracticeQuerySet.for_rows`. clusters: from `Cluster.objects.links`. url: from its search
    document, if the caller has one.
    """
    cost = str(_COSTS.get(practice.cost_band, ""))
    is_lesson = practice.state in {PracticeState.STOPPED, PracticeState.FAILED}
    return {
        "title": practice.title,
        "url": url or practice.url,
        "language": practice.language if practice.language != reader else "",
        "place": cards.place(practice.city, practice.city_name),
        "result": practice.one_line_result,
        "facts": [fact for fact in (cost, evidence_link(practice.best_evidence), format_period(practice)) if fact],
        "provenance": provenance_of(practice).items(reader),
        "clusters": cards.clusters_of(practice, clusters),
        "tags": [{"kind": "lesson", "text": ""}] if is_lesson else [],
        "picture": cards.picture(practice),
        "voice": True,
    }
