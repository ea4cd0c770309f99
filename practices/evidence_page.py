"""What `/xx/help/evidence/` says about the evidence levels, in the active language."""

from django.utils.translation import gettext as _

from core.i18n.text import sentence_start
from core.structured_data import Node
from practices.vocabularies import Evidence, EvidenceBasis

# Titles are not translated: readers look for them in English.
SCALES = (
    {
        "title": "Standards of Evidence for Impact Investing",
        "authors": "Ruth Puttick, Joe Ludlow · Nesta, 2012",
        "url": "https://nestainvestments.org.uk/standards-of-evidence-for-impact-investing-a-new-approach-to-balance-"
        "the-need-for-evidence-with-innovation/",
    },
    {
        "title": "The Maryland Scientific Methods Scale",
        "authors": "David P. Farrington, Denise C. Gottfredson, Lawrence W. Sherman, Brandon C. Welsh · 2002",
        "url": "https://www.ojp.gov/ncjrs/virtual-library/abstracts/maryland-scientific-methods-scale-evidence-based-"
        "crime-prevention-p",
    },
)


def evidence_levels_context() -> dict:
    """The context of templates/practices/evidence_levels.html."""
    words = _words()
    return {
        "lede": _(
            "An evidence level says how well the results of a practice are documented. It does not say how "
            "good the practice is: a useful practice may be at level 1 because nobody has counted its "
            "results yet."
        ),
        "levels": [
            {
                "code": level.value,
                "label": level.label,
                "step": level.step,
                "meaning": words[level][0],
                "needs": words[level][1],
            }
            for level in Evidence
        ],
        "documents": [sentence_start(str(basis.label)) for basis in EvidenceBasis],
        "not_counted": [
            _("A target, a plan or an expectation. It is marked as expected and does not raise the level."),
            _(
                "A measurement that found no effect. It is marked, because others can learn from it, but it "
                "does not raise the level."
            ),
            _(
                "Sums of money, prizes and the size of the city. They describe the practice and do not raise it "
                "above level 1."
            ),
        ],
        "origin": _(
            "The levels adapt two published scales to what a city can document itself. Levels 1 and 2 are "
            "below both scales. Level 3 is close to level 2 of Nesta’s standards: a change was measured, "
            "but its cause is not proven. Level 4 requires what level 3 of the Maryland scale requires, a "
            "comparison with people or places without the practice, and the independent validation of "
            "Nesta’s level 4. The authors of these scales are not involved in this portal."
        ),
        "scales": SCALES,
    }


def evidence_levels_data(levels: list[dict], url: str) -> Node:
    """What the page adds to its node in the structured data: the levels as terms. url: its absolute address."""
    return {
        "name": _("Evidence levels"),
        "mainEntity": {
            "@type": "DefinedTermSet",
            "@id": f"{url}#levels",
            "name": _("Evidence levels"),
            "hasDefinedTerm": [
                {
                    "@type": "DefinedTerm",
                    "@id": f"{url}#{level['code']}",
                    "termCode": level["code"],
                    "name": level["label"],
                    "description": level["meaning"],
                }
                for level in levels
            ],
        },
    }


def _words() -> dict[Evidence, tuple[str, str]]:
    """What each level means, and what a result needs for it (`practices.evidence.NEEDS`)."""
    return {
        Evidence.ACTIVITY: (
            _("A source reports what was done: a course was held, a centre was opened, partners joined."),
            _("It needs a source."),
        ),
        Evidence.OUTPUT: (
            _("The direct products of the activity were counted: people reached, lessons held, places opened."),
            _("It needs a number and its source."),
        ),
        Evidence.OUTCOME: (
            _(
                "A change in people’s lives or in the city was measured: people passed a test, found work or "
                "produced less waste."
            ),
            _(
                "It needs a number, its year and its source. The city may have measured this itself; the page names "
                "the document."
            ),
        ),
        Evidence.INDEPENDENT_EVALUATION: (
            _(
                "An evaluator who neither runs nor funds the practice compared participants with other people, "
                "published the method and found an effect."
            ),
            _(
                "It needs a published independent evaluation with a number and its year. A student’s thesis or "
                "a prize is not enough."
            ),
        ),
    }
