"""The evidence levels: what each of them needs, and the level of a practice.

The levels are published at `/xx/help/evidence/` (`practices.views.evidence_levels`). They adapt two scales to what a
city can write down itself: Nesta's Standards of Evidence for Impact Investing (Puttick and Ludlow, 2012) and the
Maryland Scientific Methods Scale (Farrington, Gottfredson, Sherman and Welsh, 2002).
"""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from practices.vocabularies import Evidence, EvidenceBasis, ResultKind


@dataclass(frozen=True)
class LevelNeeds:
    """What a result needs for an evidence level, besides its source, which every result has."""

    number: bool = False
    year: bool = False
    basis: frozenset[str] = frozenset(EvidenceBasis.values)


NEEDS = {
    Evidence.ACTIVITY: LevelNeeds(),
    Evidence.OUTPUT: LevelNeeds(number=True),
    Evidence.OUTCOME: LevelNeeds(number=True, year=True),
    Evidence.INDEPENDENT_EVALUATION: LevelNeeds(
        number=True, year=True, basis=frozenset({EvidenceBasis.EVALUATION.value})
    ),
}


def evidence_errors(result) -> dict[str, str]:
    """Return the errors of a `PracticeResult` by field: what its level needs and it has not."""
    if result.kind == ResultKind.EXPECTED:
        return (
            {"evidence": _("An expected figure is not evidence. Leave the evidence level empty.")}
            if result.evidence
            else {}
        )
    if result.evidence not in Evidence.values:
        return {"evidence": _("Choose an evidence level.")}
    needs, errors = NEEDS[Evidence(result.evidence)], {}
    if needs.number and result.value is None and result.kind == ResultKind.RESULT:
        errors["value"] = _("This evidence level needs a number.")
    if needs.year and not result.year:
        errors["year"] = _("This evidence level needs the year.")
    if needs.basis != NEEDS[Evidence.ACTIVITY].basis and result.basis not in needs.basis:
        errors["basis"] = _("This evidence level needs a published independent evaluation.")
    elif not result.basis:
        errors["basis"] = _("Choose the kind of document that this result is based on.")
    return errors


def counts_as_evidence(result) -> bool:
    """Whether a result counts: what is expected does not, and neither does a measurement that found no effect."""
    return result.kind == ResultKind.RESULT and bool(result.evidence)


def strongest(results: Iterable):
    """Return the result with the highest level among those that count, the first of equals; None without one."""
    counted = [result for result in results if counts_as_evidence(result)]
    return max(counted, key=lambda result: Evidence(result.evidence).step, default=None)
