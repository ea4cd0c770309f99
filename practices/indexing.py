"""The search documents of practices."""

from cities.indexing import city_keywords, city_names, place
from clusters.indexing import cluster_names
from core.i18n.languages import LANGUAGE_CODES
from core.i18n.text import passages, stream_text
from core.search_document import SearchDocument, page_kind, start_of_day
from practices.evidence import counts_as_evidence
from practices.presentation import information_in
from practices.vocabularies import CostBand, Lesson, PracticeState, goal_names

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
        "says",
    },
    instants={"confirmed_on"},
    ranges={"period"},
)


def practice_document(practice, shown_in: tuple[str, ...], available: tuple[str, ...]) -> SearchDocument:
    """Return the document of one language version."""
    city = practice.city
    # From `fetch_for_documents`: None for a cluster that is not public.
    clusters = [row.public_cluster for row in practice.practice_clusters.all() if row.public_cluster]
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
        body=passages(texts, practice.language),
        names=(
            *city_names(city),
            *(name for cluster in clusters for name in cluster_names(cluster)),
            *_goal_codes(practice),
        ),
        keywords=(
            *city_keywords(city, practice.language),
            *(name for goal in practice.sdgs for name in goal_names(goal, practice.language)),
        ),
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
            "evidence": tuple({result.evidence for result in results if counts_as_evidence(result)}),
            "state": (practice.state,) if practice.state else (),
            "lessons": _lessons(practice),
            "says": tuple(information_in(practice)),
        },
        instants={"confirmed_on": start_of_day(practice.confirmed_on)},
        ranges=_period(practice),
        place=place(practice) or place(city),
    )


def _goal_codes(practice) -> list[str]:
    """Return the names of its goals that are a word and a number, as one word, in all languages: "SDG4", "ODS4"."""
    names = [name for goal in practice.sdgs for code in LANGUAGE_CODES for name in goal_names(goal, code)]
    return ["".join(words) for name in names if len(words := name.split()) == 2]


def _lessons(practice) -> tuple[str, ...]:
    lessons: list[str] = []
    if practice.not_again:
        by_city = practice.authored_by == practice.AuthoredBy.CITY
        lessons.append(Lesson.NOT_AGAIN.value if by_city else Lesson.WENT_WRONG.value)
    if practice.state in {PracticeState.STOPPED, PracticeState.FAILED}:
        lessons.append(Lesson.STOPPED_OR_FAILED.value)
    return tuple(lessons)


def _period(practice) -> dict:
    if not practice.period_start:
        return {}
    end = practice.period_end.year if practice.period_end else None
    return {"period": (practice.period_start.year, end)}
