"""Related practices on a practice's page: its template loads this tag, so that practices do not import the search."""

from collections.abc import Iterable
from dataclasses import replace

from django import template
from django.utils import timezone
from django.utils.translation import gettext as _

from clusters.models import Cluster
from core.i18n.text import comma_list, sentence_start
from practices import cards
from practices.models import chosen_for_cards
from practices.vocabularies import TargetGroup
from search import reading
from search_engines.criteria import Criteria, parse_words

register = template.Library()

RELATED = 3
# Of so many candidates from the engine, those with most in common are shown.
CANDIDATES = 12
MOST_REASONS = 2


@register.simple_tag(takes_context=True)
def related_practices(context, practice) -> list[dict]:
    """Return up to three other practices as cards, each with the `reason` why it is shown.

    The engine finds them by the words of the title, and by cluster if that finds too few; none when it
    does not answer. Costs two queries, one more if there are photographs.
    """
    clusters = context.get("cluster_links") or Cluster.objects.links(practice.language)
    own = [clusters.get(row.cluster_id) for row in practice.practice_clusters.all()]
    codes = tuple(cluster["code"] for cluster in own if cluster)
    words, phrases = parse_words(practice.title)
    asked = Criteria(
        language=practice.language,
        instant=timezone.now(),
        words=" ".join([words, *phrases]),
        selections={"type": ("practice",)},
        per_page=CANDIDATES + 1,
    )
    numbers = _others(asked, practice)
    if len(numbers) < RELATED and codes:
        alike = replace(asked, words="", selections={"type": ("practice",), "cluster": codes}, sort="newest")
        numbers = list(dict.fromkeys([*numbers, *_others(alike, practice)]))
    if not numbers:
        return []
    found = chosen_for_cards(numbers, practice.language)
    cards.prefetch_card_rows(found)
    why = {other.pk: _reasons(practice, other, clusters) for other in found}
    chosen = sorted(found, key=lambda other: -len(why[other.pk]))[:RELATED]
    return [
        card | {"reason": _in_words(why[other.pk])}
        for other, card in zip(chosen, cards.cards(chosen, practice.language, clusters), strict=True)
    ]


def _others(criteria: Criteria, practice) -> list[int]:
    """The primary keys of the pages that the engine finds, without the practice itself."""
    own = f"page:{practice.translation_key}"
    results = reading.answer(criteria)
    if results.degraded:
        return []
    return [int(hit.id.partition(":")[2]) for hit in results.hits if hit.group != own]


def _reasons(practice, other, clusters: dict[int, dict]) -> list[str]:
    """What two practices have in common, the most specific first."""
    reasons = []
    if practice.city_id == other.city_id:
        reasons.append(_("From the same city"))
    own = {row.cluster_id for row in practice.practice_clusters.all()} & clusters.keys()
    if shared := [row.cluster_id for row in other.practice_clusters.all() if row.cluster_id in own]:
        reasons.append(_("Also in %(cluster)s") % {"cluster": clusters[shared[0]]["name"]})
    if goals := [goal for goal in other.sdgs if goal in practice.sdgs]:
        reasons.append(_("Same goal: SDG %(number)s") % {"number": goals[0]})
    if groups := _shared_groups(practice, other):
        reasons.append(_("Same target group: %(group)s") % {"group": comma_list(groups)})
    if practice.city_id != other.city_id and practice.city.country and practice.city.country == other.city.country:
        reasons.append(_("Same country"))
    return reasons


def _shared_groups(practice, other) -> Iterable[str]:
    """Target groups in common, without "everyone", which means nothing here."""
    shared = [TargetGroup(code) for code in other.target_groups if code in practice.target_groups]
    return [str(group.label) for group in shared if group != TargetGroup.EVERYONE]


def _in_words(reasons: list[str]) -> str:
    if not reasons:
        return _("Similar topic")
    return " · ".join(sentence_start(reason) for reason in reasons[:MOST_REASONS])
