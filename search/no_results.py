"""What leads on from an empty result: without a filter, in other languages, or to what there is."""

from collections.abc import Mapping
from dataclasses import replace

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.i18n import dates
from core.i18n.languages import LANGUAGE_CODES
from core.i18n.text import comma_list
from core.list_pages import list_url
from practices.presentation import language_name
from search import reading
from search.criteria import Criteria
from search.filters import Names, chosen_facets, chosen_values
from search.forms import address_of

# Each is one more question to the engine, asked only where nothing was found.
MOST_FILTERS = 3
MOST_LANGUAGES = 3

# Where letters say in which languages a word can be; Latin ones in any of the others.
SCRIPTS = {"ar": ("\u0600", "\u06ff"), "ru": ("\u0400", "\u04ff"), "zh-hans": ("\u3400", "\u9fff")}


def ways_on(
    criteria: Criteria, names: Names, path: str, fixed: Mapping[str, str], versions: Mapping[str, str]
) -> list[dict]:
    """Links as templates/components/empty.html takes them, the nearest to what was asked first.

    path: the address of the page with the search; versions: its addresses by language.
    """
    links = _without_a_filter(criteria, names, path, fixed)
    links += _without_quotation_marks(criteria, path, fixed)
    links += _in_other_languages(criteria, versions, fixed)
    if chosen_facets(criteria, fixed) and criteria.text and not links:
        links += [{"label": _("Search without filters"), "url": address_of(_bare(criteria, fixed), path, fixed)}]
    links.append({"label": _("All practices"), "url": list_url("practices.PracticeIndexPage", criteria.language)})
    links.append({"label": _("Browse by cluster"), "url": list_url("clusters.ClusterIndexPage", criteria.language)})
    return [link for link in links if link["url"]]


def _bare(criteria: Criteria, fixed: Mapping[str, str]) -> Criteria:
    kept = {code: (value,) for code, value in fixed.items()}
    return replace(criteria, selections=kept, ranges={}, page=1)


def _without_a_filter(criteria: Criteria, names: Names, path: str, fixed: Mapping[str, str]) -> list[dict]:
    """The same search without one of its filters, with the number that it gives."""
    links = []
    for facet in chosen_facets(criteria, fixed)[:MOST_FILTERS]:
        wider = criteria.without(facet.code)
        if count := _count(wider):
            words = ngettext("Without “%(filter)s”: %(count)s result", "Without “%(filter)s”: %(count)s results", count)
            chosen = comma_list(chosen_values(facet, criteria, names).values())
            label = words % {"filter": chosen, "count": dates.number(count)}
            links.append({"label": label, "url": address_of(wider, path, fixed)})
    return links


def _without_quotation_marks(criteria: Criteria, path: str, fixed: Mapping[str, str]) -> list[dict]:
    if not criteria.phrases:
        return []
    loose = replace(criteria, words=" ".join([criteria.words, *criteria.phrases]).strip(), phrases=(), page=1)
    count = _count(loose)
    words = ngettext(
        "The words without quotation marks: %(count)s result",
        "The words without quotation marks: %(count)s results",
        count,
    )
    return [{"label": words % {"count": dates.number(count)}, "url": address_of(loose, path, fixed)}] if count else []


def _in_other_languages(criteria: Criteria, versions: Mapping[str, str], fixed: Mapping[str, str]) -> list[dict]:
    """The same words among what is written in languages of their script."""
    if not criteria.text:
        return []
    links: list[dict] = []
    for language in _languages_of(criteria.text):
        if language == criteria.language or language not in versions or len(links) == MOST_LANGUAGES:
            continue
        other = replace(criteria, language=language, page=1)
        if count := reading.answer(replace(other, per_page=1)).own_language_total:
            words = ngettext("In %(language)s: %(count)s result", "In %(language)s: %(count)s results", count)
            links.append(
                {
                    "label": words % {"language": language_name(language), "count": dates.number(count)},
                    "url": address_of(other, versions[language], fixed),
                    "hreflang": language,
                }
            )
    return links


def _languages_of(text: str) -> list[str]:
    """The languages that a text can be in, by the script of its letters."""
    for language, (first, last) in SCRIPTS.items():
        if any(first <= character <= last for character in text):
            return [language]
    return [code for code in LANGUAGE_CODES if code not in SCRIPTS]


def _count(criteria: Criteria) -> int:
    return reading.answer(replace(criteria, per_page=1)).total
