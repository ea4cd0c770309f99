"""The links of an empty result: without a filter, in other languages, or to lists."""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.i18n import dates
from core.i18n.countries import country_name, country_names, searched_names
from core.i18n.languages import language_name
from core.i18n.scripts import possible_languages
from core.i18n.text import comma_list
from core.list_pages import list_url
from search import reading
from search.filters import Names, chosen_facets, chosen_values
from search.forms import Link, SearchUrls
from search_engines import folding
from search_engines.criteria import Criteria

# Each costs one more request to the engine, which is made only when nothing was found.
MOST_FILTERS = 3
MOST_LANGUAGES = 3


def no_results_links(criteria: Criteria, names: Names, urls: SearchUrls, versions: Mapping[str, str]) -> list[Link]:
    """Return links to similar searches that have results, and to lists; the most similar search comes first.

    names: from `search.filters.value_names`; versions: language → path of the page with the search.
    """
    links = [
        *_without_a_filter(criteria, names, urls),
        *_without_quotation_marks(criteria, urls),
        *_in_other_languages(criteria, urls, versions),
        *_cities_of_the_country(criteria),
    ]
    if not links and criteria.text and chosen_facets(criteria, urls.preset):
        links.append(Link(_("Search without filters"), urls.of(_without_filters(criteria, urls))))
    lists = {"practices.PracticeIndexPage": _("All practices"), "clusters.ClusterIndexPage": _("Browse by cluster")}
    list_urls = {label: list_url(page_type, criteria.language) for page_type, label in lists.items()}
    return [*links, *(Link(label, url) for label, url in list_urls.items() if url)]


def _without_filters(criteria: Criteria, urls: SearchUrls) -> Criteria:
    preset = {code: (value,) for code, value in urls.preset.items()}
    return replace(criteria, selections=preset, ranges={}, page=1)


def _without_a_filter(criteria: Criteria, names: Names, urls: SearchUrls) -> Iterator[Link]:
    """The same search without one of its filters, with the number of results."""
    for facet in chosen_facets(criteria, urls.preset)[:MOST_FILTERS]:
        wider = criteria.without(facet.code)
        if count := _count(wider):
            label = ngettext("Without “%(filter)s”: %(count)s result", "Without “%(filter)s”: %(count)s results", count)
            chosen = comma_list(chosen_values(facet, criteria, names).values())
            yield Link(label % {"filter": chosen, "count": dates.number(count)}, urls.of(wider))


def _without_quotation_marks(criteria: Criteria, urls: SearchUrls) -> Iterator[Link]:
    """The same search with the words of its phrases as single words."""
    if not criteria.phrases:
        return
    loose = replace(criteria, words=" ".join([criteria.words, *criteria.phrases]).strip(), phrases=(), page=1)
    if count := _count(loose):
        label = ngettext(
            "The words without quotation marks: %(count)s result",
            "The words without quotation marks: %(count)s results",
            count,
        )
        yield Link(label % {"count": dates.number(count)}, urls.of(loose))


def _in_other_languages(criteria: Criteria, urls: SearchUrls, versions: Mapping[str, str]) -> Iterator[Link]:
    """The same words in the search of other languages that use their script."""
    found = 0
    for language in possible_languages(criteria.text) if criteria.text else ():
        if language == criteria.language or language not in versions or found == MOST_LANGUAGES:
            continue
        other = replace(criteria, language=language, page=1)
        if count := reading.answer(replace(other, per_page=1)).own_language_total:
            found += 1
            label = ngettext("In %(language)s: %(count)s result", "In %(language)s: %(count)s results", count)
            yield Link(
                label % {"language": language_name(language), "count": dates.number(count)},
                replace(urls, path=versions[language]).of(other),
                hreflang=language,
            )


def _cities_of_the_country(criteria: Criteria) -> Iterator[Link]:
    """The cities of the country whose name was searched: their list says that it has no member, and which are near."""
    url = list_url("cities.CityIndexPage", criteria.language)
    asked = _folded(criteria.text)
    for code in country_names(criteria.language) if url and asked else ():
        if any(_folded(name) == asked for name in searched_names(code, criteria.language)):
            name = country_name(code, criteria.language)
            yield Link(_("Cities: %(country)s") % {"country": name}, f"{url}?{urlencode({'country': code})}")
            return


def _folded(name: str) -> str:
    return " ".join(map(folding.fold, name.split()))


def _count(criteria: Criteria) -> int:
    return reading.answer(replace(criteria, per_page=1)).total
