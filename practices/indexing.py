"""The search documents of practices."""

from datetime import UTC, datetime, time

from cities.indexing import city_names, place
from core.i18n.text import stream_text
from core.search_document import SearchDocument, page_kind
from practices.vocabularies import CostBand, PracticeState

PRACTICE = page_kind(
    "practice",
    facets={
        "cluster",
        "sdg",
        "action_line",
        "region",
        "country",
        "city",
        "size",
        "audience",
        "cost_band",
        "evidence",
        "state",
        "lessons",
    },
    instants={"confirmed_on"},
    ranges={"period"},
)


def practice_document(practice, shown_in: tuple[str, ...], available: tuple[str, ...]) -> SearchDocument:
    """Return the document of one language version."""
    city = practice.city
    clusters = [row.cluster for row in practice.practice_clusters.all()]
    results = list(practice.results.all())
    texts = [
        practice.problem,
        *(step.text for step in practice.steps.all()),
        *(result.label for result in results),
        practice.not_again,
        practice.to_adapt,
        practice.limiting_factors,
        practice.learners_part,
        practice.policy_base,
        practice.lead_unit,
        practice.quotation,
        *(partner.name for partner in practice.partners.all()),
        stream_text(practice.body),
    ]
    return practice.common_document(
        shown_in,
        available,
        summary=practice.one_line_result,
        body="\n".join(filter(None, texts)),
        names=(*city_names(city), *(name.name for cluster in clusters for name in cluster.names.all())),
        facets={
            "cluster": tuple(cluster.code for cluster in clusters),
            "sdg": tuple(practice.sdgs),
            "action_line": tuple(practice.action_lines),
            "region": (city.region,) if city.region else (),
            "country": (city.country,) if city.country else (),
            "city": (city.code,),
            "size": (city.size_band.value,),
            "audience": tuple(practice.target_groups),
            "cost_band": (practice.cost_band,) if practice.cost_band != CostBand.UNKNOWN else (),
            "evidence": tuple({result.evidence for result in results}),
            "state": (practice.state,) if practice.state else (),
            "lessons": _lessons(practice),
        },
        instants={"confirmed_on": _midnight(practice.confirmed_on)},
        ranges=_period(practice),
        place=place(practice) or place(city),
    )


def _lessons(practice) -> tuple[str, ...]:
    lessons = []
    if practice.not_again:
        lessons.append("not-again")
    if practice.state in {PracticeState.STOPPED, PracticeState.FAILED}:
        lessons.append("stopped-or-failed")
    return tuple(lessons)


def _midnight(day):
    return datetime.combine(day, time(), UTC) if day else None


def _period(practice) -> dict:
    if not practice.period_start:
        return {}
    end = practice.period_end.year if practice.period_end else None
    return {"period": (practice.period_start.year, end)}
