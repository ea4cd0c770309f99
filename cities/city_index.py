"""The list of cities as its template shows it: maps, filters, and the cities by region and country."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cache
from itertools import groupby
from urllib.parse import urlencode

from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cities.alphabet import sort_key
from cities.presentation import alphabetical, city_item, city_places, city_route, city_url
from cities.vocabularies import PopulationBand, Region
from core.drawing.cartography import MAP_VIEW_BOX, WORLD, Dot, Section, merge_dots, section_around
from core.i18n import dates
from core.i18n.countries import country_name, country_names, regions
from core.i18n.text import sentence_list
from core.list_pages import list_url
from core.page_cache.kept_values import kept
from core.structured_data import collection

# The distance of two dots, in units of the map's view box, that is 24 pixels on the narrowest screen on which the map
# is shown: of 64rem for the wide one (about 960 pixels for 800 units), of 320 pixels for the narrow one.
SPACING = {"wide": 20, "narrow": 67}
# About the width of a letter of a dot's name, in units of the view box; the name is moved inward by half its width.
_LETTER = {"wide": 8, "narrow": 20}


@dataclass(frozen=True)
class Filters:
    """What a reader asks the list for. Unknown values of a query string are dropped."""

    region: str = ""
    country: str = ""
    size: str = ""
    near: str = ""
    near_on: str = "wide"
    """On which of the two maps `near` is the code of a dot's city."""

    @classmethod
    def read(cls, query: QueryDict) -> "Filters":
        """The filters of a query string. `near` is checked by the map."""
        country = query.get("country", "").upper()
        return cls(
            region=query.get("region", "") if query.get("region") in Region.values else "",
            country=country if country in country_names("en") else "",
            size=query.get("size", "") if query.get("size") in PopulationBand.values else "",
            near=query.get("near", ""),
            near_on="narrow" if query.get("map") == "narrow" else "wide",
        )

    @property
    def some(self) -> bool:
        """Whether the reader asks for a part of the list."""
        return bool(self.region or self.country or self.size or self.near)

    def url(self, url: str, **changed: str) -> str:
        """The URL of the list with these filters, some of them changed."""
        values = {"region": self.region, "country": self.country, "size": self.size, "near": self.near} | changed
        if values["near"] and self.near_on == "narrow":
            values["map"] = "narrow"
        kept = {name: value for name, value in values.items() if value}
        return f"{url}?{urlencode(kept)}" if kept else url

    def match(self, city) -> bool:
        """Whether a city has the region, the country and the size."""
        return (
            (not self.region or city.region == self.region)
            and (not self.country or city.country == self.country)
            and (not self.size or city.size_band == self.size)
        )


def city_index_context(members: Callable[[], Iterable], language: str, query: QueryDict, url: str) -> dict:
    """The context of templates/cities/city_index_page.html.

    members: returns all members, with `joined`. query: the query string of the request; its values are those of
    `Filters`: `region`, `country` (alpha-2), `size` (a `PopulationBand`), and `near` (the code of a city: all cities
    of its dot on the map; on the map of small screens with `map=narrow`). Unknown values are ignored. url: the URL of
    the page.

    `index` is a function that the template calls for what its long parts show, and `kept_as` the name under which
    these are kept: "" for a filtered list, of which there are many.
    """
    asked = Filters.read(query)
    index = cache(lambda: _index(members(), asked, language, url))

    def summary() -> dict:
        return {name: index()[name] for name in ("figures", "demonstration_figures", "structured_data")}

    kept_as = "" if asked.some else "cities"
    return {
        **(kept(f"{kept_as}.{language}", summary) if kept_as else summary()),
        "index": index,
        "kept_as": kept_as,
        "all_url": f"{url}#list",
    }


def _index(members: Iterable, asked: Filters, language: str, url: str) -> dict:
    """All that the page shows, read from all members."""
    members = {city.code: city for city in members}
    shown = [city for city in alphabetical(members.values(), language) if asked.match(city)]
    places = city_places(members.values())
    near = next((dot for dot in merge_dots(places, SPACING[asked.near_on]) if asked.near in dot.codes), None)
    if near:
        shown = [city for city in shown if city.code in near.codes]
    asked = asked if near else Filters(asked.region, asked.country, asked.size)
    on_map, section = _shown_on_map(shown, members.values(), asked)
    return {
        "figures": member_numbers(members.values()),
        "demonstration_figures": demonstration_numbers(*_numbers(members.values())),
        "maps": [_map(kind, on_map, section, members, language, url, asked) for kind in SPACING],
        "land": section.land,
        "map_links": _map_links(members.values(), asked, url),
        "form": _form(members.values(), asked, language, url),
        "regions": _by_region(shown, language),
        "examples": [_list_item(city, language) for city in shown if city.is_example],
        "chips": _chips(asked, near, members, language, url),
        "nothing": _nothing(asked, members.values(), language, url) if all(city.is_example for city in shown) else None,
        "structured_data": collection(
            {"name": city.name_in(language), "url": url + city_route(city.code)}
            for city in shown
            if not city.is_example
        ),
    }


# --- Numbers --------------------------------------------------------------------------------------


def member_numbers(members: Iterable) -> str:
    """The numbers of members and countries: "126 member cities in 73 countries."; without examples."""
    cities, countries = _numbers(members)
    # Translators: the two halves are “126 member cities” and “in 73 countries”.
    return _("%(cities)s %(in_countries)s.") % {
        "cities": ngettext("%(count)s member city", "%(count)s member cities", cities)
        % {"count": dates.number(cities)},
        "in_countries": ngettext("in %(count)s country", "in %(count)s countries", countries)
        % {"count": dates.number(countries)},
    }


def demonstration_numbers(cities: int, countries: int) -> str:
    """The same for a demonstration, which holds a part of the network's cities."""
    held = ngettext(
        "%(count)s of the network’s cities is in this demonstration.",
        "%(count)s of the network’s cities are in this demonstration.",
        cities,
    )
    spread = ngettext("They are in %(count)s country.", "They are in %(count)s countries.", countries)
    return sentence_list([held % {"count": dates.number(cities)}, spread % {"count": dates.number(countries)}])


def _numbers(members: Iterable) -> tuple[int, int]:
    real = [city for city in members if not city.is_example]
    return len(real), len({city.country for city in real if city.country})


def _region_numbers(cities: list) -> str:
    countries = len({city.country for city in cities if city.country})
    # Translators: what a region has, as in “41 member cities in 17 countries”.
    return _("%(cities)s %(in_countries)s") % {
        "cities": ngettext("%(count)s member city", "%(count)s member cities", len(cities))
        % {"count": dates.number(len(cities))},
        "in_countries": ngettext("in %(count)s country", "in %(count)s countries", countries)
        % {"count": dates.number(countries)},
    }


# --- Filters --------------------------------------------------------------------------------------


def _form(members: Iterable, asked: Filters, language: str, url: str) -> dict:
    """The form of the filters: {action, near, fields [{name, label, every, options [{value, label, selected}]}]}.

    Its countries are the Member States of UNESCO and those of the members, not each territory with a code.
    """
    real = [city for city in members if not city.is_example]
    of_region = Counter(city.region for city in real)
    offered = {*regions(), *(city.country for city in real if city.country), *filter(None, [asked.country])}
    of_country = Counter(city.country for city in real)
    of_size = Counter(city.size_band for city in real)
    names = {code: country_name(code, language) for code in offered}
    countries = sorted(names.items(), key=lambda item: sort_key(item[1], language))
    fields = (
        ("region", _("Region"), _("All regions"), Region.choices, of_region, asked.region),
        ("country", _("Country"), _("All countries"), countries, of_country, asked.country),
        ("size", _("Size of the city"), _("All sizes"), PopulationBand.choices, of_size, asked.size),
    )
    return {
        "action": url,
        "fields": [
            {
                "name": name,
                "label": label,
                "every": every,
                "options": [
                    {
                        "value": value,
                        # Translators: an option of a filter and how many cities it has, as in “Ireland (4)”.
                        "label": _("%(name)s (%(count)s)") % {"name": text, "count": dates.number(counts[value])}
                        if counts[value]
                        else str(text),
                        "selected": value == chosen,
                    }
                    for value, text in options
                ],
            }
            for name, label, every, options, counts, chosen in fields
        ],
    }


def _chips(asked: Filters, near: Dot | None, members: Mapping, language: str, url: str) -> list[dict]:
    """The active filters, each with the URL of the list without it."""
    chips = []
    if asked.region:
        chips.append({"label": str(Region(asked.region).label), "url": asked.url(url, region="") + "#list"})
    if asked.country:
        chips.append({"label": country_name(asked.country, language), "url": asked.url(url, country="") + "#list"})
    if asked.size:
        chips.append({"label": str(PopulationBand(asked.size).label), "url": asked.url(url, size="") + "#list"})
    if near:
        chips.append({"label": _dot_name(near, members, language), "url": asked.url(url, near="") + "#list"})
    return chips


def _nothing(asked: Filters, members: Iterable, language: str, url: str) -> dict:
    """What the list says and where it leads when no city has what was asked for: {text, demonstration_text, links}."""
    links = []
    if asked.country:
        of_country = [city for city in members if city.country == asked.country and not city.is_example]
        if of_country:
            words = ngettext("The member city in %(country)s", "All member cities in %(country)s", len(of_country))
            only = Filters(country=asked.country)
            links.append({"label": words % _named(asked.country, language), "url": f"{only.url(url)}#list"})
            text = here = _("No member city matches all these filters.")
        else:
            text, here = _no_member(country_name(asked.country, language))
        region = regions().get(asked.country, "")
        neighbours = sum(city.region == region and not city.is_example for city in members) if region else 0
        if neighbours:
            words = ngettext(
                "%(count)s member city in the same region: %(region)s",
                "%(count)s member cities in the same region: %(region)s",
                neighbours,
            )
            label = words % {"count": dates.number(neighbours), "region": Region(region).label}
            links.append({"label": label, "url": f"{Filters(region=region).url(url)}#list"})
    elif asked.region and not any(city.region == asked.region and not city.is_example for city in members):
        text, here = _no_member(str(Region(asked.region).label))
    else:
        text = here = _("No member city matches all these filters.") if any(members) else _("No member city here yet.")
    links.append({"label": _("All cities"), "url": f"{url}#list"})
    if join := list_url("home.JoinPage", language) or list_url("calls.CallIndexPage", language):
        links.append({"label": _("How to join"), "url": join})
    return {"text": text, "demonstration_text": here, "links": links}


def _no_member(place: str) -> tuple[str, str]:
    """That a country or a region has no member: in a network, and in a demonstration with a part of its cities."""
    network = _("No member in %(country)s yet.") % {"country": place}
    return network, _("No member in %(country)s yet in this demonstration.") % {"country": place}


def _named(country: str, language: str) -> dict[str, str]:
    return {"country": country_name(country, language)}


# --- Maps -----------------------------------------------------------------------------------------


def _shown_on_map(shown: list, members: Iterable, asked: Filters) -> tuple[list, Section]:
    """The places of the map and its section: the filtered cities, or else those of the region, or else all."""
    if asked.region or asked.country or asked.near:
        region = asked.region or regions().get(asked.country, "")
        places = city_places(shown) or city_places(city for city in members if city.region == region)
        if places:
            return places, section_around(places)
    return city_places(members), WORLD


def _map(kind: str, places: list, section: Section, members: Mapping, language: str, url: str, asked: Filters) -> dict:
    """A map as templates/components/map_links.html takes it. kind: a key of SPACING."""
    dots = merge_dots(places, SPACING[kind], section)
    return {
        "kind": kind,
        "view_box": MAP_VIEW_BOX,
        "name": _("Map with a dot for every member city, or for several that are close together"),
        "reach": SPACING[kind] / 2,
        "dots": [_dot_link(dot, kind, members, language, url, asked) for dot in dots],
    }


def _dot_link(dot: Dot, kind: str, members: Mapping, language: str, url: str, asked: Filters) -> dict:
    city = _main_city(dot, members)
    name = _dot_name(dot, members, language)
    if len(dot.codes) == 1 and (own_page := city_url(city.code, language)):
        address = own_page
    elif asked.near:
        # The map shows these cities as large as it can, and the list below has them.
        address = f"{asked.url(url)}#list"
    else:
        address = replace(asked, near=city.code, near_on=kind).url(url)
    half = len(name) * _LETTER[kind] / 2
    above = dot.y > _LETTER[kind] * 4
    return {
        "x": dot.x,
        "y": dot.y,
        "size": dot.size,
        "name": name,
        "name_x": round(max(half, min(800 - half, dot.x)), 1) if half < 400 else 400,
        "name_y": round(dot.y + (-1.6 if above else 3.2) * _LETTER[kind], 1),
        "url": address,
    }


def _map_links(members: Iterable, asked: Filters, url: str) -> list[dict]:
    """The links between the map of the world and those of the regions with members."""
    known = {city.region for city in members if not city.is_example}
    links = [("", _("World")), *((code, str(label)) for code, label in Region.choices if code in known)]
    whole = not (asked.region or asked.country or asked.near)
    return [
        {
            "label": label,
            "url": Filters(region=code, size=asked.size).url(url) + "#map",
            "current": code == asked.region and not asked.country and not asked.near if code else whole,
        }
        for code, label in links
    ]


def _main_city(dot: Dot, cities: Mapping):
    """The city that gives a dot its name: the one with the largest population, then the first by code."""
    return min((cities[code] for code in dot.codes), key=lambda city: (-(city.known_population or 0), city.code))


def _dot_name(dot: Dot, cities: Mapping, language: str) -> str:
    name = _main_city(dot, cities).name_in(language)
    more = len(dot.codes) - 1
    if not more:
        return name
    words = ngettext("%(city)s and %(count)s more city nearby", "%(city)s and %(count)s more cities nearby", more)
    return words % {"city": name, "count": more}


# --- The list -------------------------------------------------------------------------------------


def _list_item(city, language: str) -> dict:
    return city_item(city, language, note=str(city.joined) if city.joined else "")


def _by_region(cities: list, language: str) -> list[dict]:
    """The cities without the examples, by region in the order of the vocabulary and in it by country.

    Those without a region come last.
    """
    real = [city for city in cities if not city.is_example]
    groups = [(region.value, str(region.label)) for region in Region] + [("", _("Region not on record"))]
    return [
        {
            "code": code or "other",
            "name": name,
            "figures": _region_numbers(members),
            "countries": _by_country(members, language),
        }
        for code, name in groups
        if (members := [city for city in real if city.region == code])
    ]


def _by_country(cities: list, language: str) -> list[dict]:
    """The cities of a region by country, both in alphabetical order."""

    def country(city) -> tuple[str, str]:
        return sort_key(country_name(city.country, language), language), city.country

    return [
        {
            "name": country_name(code, language) or _("Country not on record"),
            "cities": [_list_item(city, language) | {"country": ""} for city in group],
        }
        for (_key, code), group in groupby(sorted(cities, key=country), key=country)
    ]
