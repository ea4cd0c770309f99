"""Cities as the templates show them."""

from collections.abc import Iterable
from datetime import date
from urllib.parse import urlencode, urlsplit

from django.db.models import Prefetch, prefetch_related_objects
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from cities.alphabet import sort_key
from cities.sources import source_text
from cities.vocabularies import MembershipStatus, Region
from core.drawing.cartography import MAP_VIEW_BOX, locator, merge_dots
from core.i18n import dates
from core.i18n.addresses import absolute
from core.i18n.languages import language_name, language_names
from core.i18n.text import comma_list, detail_list, sentence_start
from core.list_pages import list_url, list_urls
from core.querysets.children import prefetch_children
from core.structured_data import Node, coordinates, country, example_note

CITY_INDEX = "cities.CityIndexPage"
TAG_OF_STATUS: dict[str, str] = {
    MembershipStatus.REPORTING_DUE: "report-due",
    MembershipStatus.REPORTING_LATE: "report-late",
    MembershipStatus.INACTIVE: "inactive",
    MembershipStatus.LEFT: "left",
    MembershipStatus.NOT_A_MEMBER: "plain",
}


def city_route(code: str) -> str:
    """The URL of a city's page, relative to that of the list of cities.

    The same as `CityIndexPage.reverse_subpage("city_page", …)`, which is too slow for lists of hundreds of cities.
    """
    return f"{code}/"


def city_url(code: str, language: str) -> str:
    """The URL of a city's page in a language; "" if that language has no public list of cities."""
    index_url = list_url(CITY_INDEX, language)
    return index_url + city_route(code) if index_url else ""


def city_urls(code: str) -> dict[str, str]:
    """The URLs of a city's page by language, for the languages with a public list of cities."""
    return {language: index_url + city_route(code) for language, index_url in list_urls(CITY_INDEX).items()}


def city_item(city, language: str, note: str = "") -> dict:
    """A city as templates/components/city_item.html takes it; an example is marked."""
    return {
        "name": city.name_in(language),
        "url": city_url(city.code, language),
        "country": _("example city") if city.is_example else city.country_name,
        "note": note,
    }


def alphabetical(cities: Iterable, language: str) -> list:
    """Cities in alphabetical order of their names in the reader's language."""
    return sorted(cities, key=lambda city: (sort_key(city.name_in(language), language), city.code))


def format_term(first: int | None, last: int | None) -> str:
    """The years of a term: "2019–2021", "since 2019", "until 2021"; "" if none is known."""
    if first and last:
        return dates.year_range(first, last)
    if first:
        return _("since %(year)s") % {"year": first}
    return _("until %(year)s") % {"year": last} if last else ""


# --- Maps ------------------------------------------------------------------------------------------


def cluster_map(cities: list) -> dict | None:
    """The cities of a cluster as templates/components/map_image.html takes them; None if none has coordinates."""
    places = city_places(cities)
    if not places:
        return None
    words = ngettext(
        "Map of the world with a dot for %(count)s city of this cluster",
        "Map of the world with dots for %(count)s cities of this cluster",
        len(places),
    )
    return {"view_box": MAP_VIEW_BOX, "name": words % {"count": len(places)}, "dots": merge_dots(places)}


def city_places(cities: Iterable) -> list[tuple[str, float, float]]:
    """Code, longitude and latitude of the cities that have a position and are no examples."""
    return [
        (city.code, float(city.longitude), float(city.latitude))
        for city in cities
        if not city.is_example and city.latitude is not None and city.longitude is not None
    ]


# --- A city's page --------------------------------------------------------------------------------


def city_context(city, similar: list[tuple], points: list, clusters: dict[int, dict], index_page) -> dict:
    """The context of templates/cities/city_page.html, without what other apps add by template tags.

    city, similar, points: from `City.objects.get_with_similar`. clusters: from `Cluster.objects.links`.
    index_page: the list of cities, whose language is the reader's.
    """
    language = index_page.language
    prefetch_children([city, *(other for other, _match in similar)], "names", "awards", "coordinations")
    prefetch_related_objects([city], Prefetch("membership_events", city.membership_events.select_related("round")))
    name = city.name_in(language)
    profile = city.profiles.best_for(language)
    crumbs = [{"label": index_page.title, "url": index_page.url}]
    if city.region:
        url = f"{index_page.url}?{urlencode({'region': city.region})}#list"
        crumbs.append({"label": str(Region(city.region).label), "url": url})
    return {
        "city": city,
        "name": name,
        "own_name": city.own_name if city.own_name != name else "",
        "place": _place(city),
        "crumbs": crumbs,
        "tags": status_tags(city),
        "clusters": clusters,
        "facts": facts_at_a_glance(city, language, clusters),
        "profile": profile_context(profile, language) if profile else None,
        "points": timeline(city, clusters),
        "similar": [city_item(other, language, comma_list(match.labels)) for other, match in similar],
        "no_profile": _no_profile(profile, language),
        "description": profile.headline if profile and profile.language == language else _description(city, name),
        "structured_data": {"name": name, "mainEntity": city_node(city, language)},
        **_locator(city, points),
    }


def city_node(city, language: str) -> Node:
    """A city in the structured data of a page in `language`.

    An example city is a Place without a country and a position, with a note: it is nowhere, and no City.
    """
    url = city_url(city.code, language)
    name = city.name_in(language)
    node: Node = {
        "@type": "Place" if city.is_example else "City",
        "@id": f"{absolute(url)}#place" if url else "",
        "url": absolute(url) if url else "",
        "name": name,
        "disambiguatingDescription": example_note(city.is_example),
    }
    if city.is_example:
        return node
    return node | {
        "alternateName": city.own_name if city.own_name != name else "",
        "sameAs": city.website,
        "geo": coordinates(city),
        "containedInPlace": country(city.country, city.country_name),
    }


def government_node(city, language: str) -> Node:
    """The administration of a city, which writes and hosts, in the structured data of a page in `language`."""
    place = city_node(city, language)
    return {
        "@type": "GovernmentOrganization",
        "name": place["name"],
        "url": place["url"],
        "location": {"@id": place["@id"]} if place["@id"] else {},
        "disambiguatingDescription": place["disambiguatingDescription"],
    }


def _no_profile(profile, language: str) -> str:
    """The sentence that the city has not written about itself in the reader's language; "" if it has."""
    if profile is None:
        return _("The city has not written a profile yet.")
    if profile.language != language:
        return _("The city’s profile is not available in %(language)s yet.") % {"language": language_name(language)}
    return ""


def preview_context(profile) -> dict:
    """The context of templates/cities/city_profile_preview.html."""
    return {
        "page_language": profile.language,
        "name": profile.city.name_in(profile.language),
        "place": _place(profile.city),
        "profile": profile_context(profile, profile.language),
    }


def _place(city) -> str:
    return _("Example city, invented to show what this portal can do") if city.is_example else city.country_name


def _description(city, name: str) -> str:
    """The description for a city without a profile in the language of the page."""
    place = _("%(city)s, %(country)s") % {"city": name, "country": city.country_name} if city.country else name
    if city.is_member and not city.is_example:
        return _("%(place)s, member of the network: facts, practices, events and news.") % {"place": place}
    return _("%(place)s: facts, practices, events and news.") % {"place": place}


def _locator(city, points: list) -> dict:
    if city.latitude is None or city.longitude is None:
        return {}
    where = locator(float(city.longitude), float(city.latitude))
    return {"locator": where, "others": where.spots(points)}


def status_tags(city) -> list[dict]:
    """The tags for the membership status, at most two, and for an example city."""
    tags = [{"kind": "plain", "text": _("Example city")}] if city.is_example else []
    if city.is_member:
        since = _("Member since %(year)s") % {"year": city.joined} if city.joined else ""
        tags.append({"kind": "member", "text": since})
        words: dict[str, str] = {
            MembershipStatus.REPORTING_DUE: _("Progress report due"),
            MembershipStatus.REPORTING_LATE: _("Progress report late"),
            MembershipStatus.INACTIVE: _("Inactive"),
        }
        if city.status in words:
            tags.append({"kind": TAG_OF_STATUS[city.status], "text": words[city.status]})
    elif city.status == MembershipStatus.LEFT:
        tags.append({"kind": "left", "text": _former_member(city)})
    else:
        tags.append({"kind": TAG_OF_STATUS[city.status], "text": city.get_status_display()})
    return tags


def _former_member(city) -> str:
    left = next((step.known_year for step in reversed(city.history) if step.status == MembershipStatus.LEFT), None)
    if city.joined and left:
        return _("Former member, %(years)s") % {"years": dates.year_range(city.joined, left)}
    if left:
        return _("Former member, left in %(year)s") % {"year": left}
    return city.get_status_display()


def facts_at_a_glance(city, language: str, clusters: dict[int, dict]) -> list[dict]:
    """The known data of a city, as templates/components/facts.html takes it.

    clusters: from `Cluster.objects.links`.
    """
    facts = []
    if city.known_population:
        note = detail_list(
            [source_text(city.population_source), dates.year_range(city.population_year, city.population_year)]
        )
        facts.append({"label": _("Population"), "value": dates.number(city.known_population), "note": note})
    if names := language_names(city.answers_in):
        facts.append({"label": _("Contact languages"), "value": sentence_start(comma_list(names))})
    website = {"note": urlsplit(city.website).netloc.removeprefix("www."), "note_url": city.website}
    if city.contact_role:
        facts.append({"label": _("Contact person"), "value": city.contact_role, **(website if city.website else {})})
    elif city.website:
        facts.append({"label": _("Website"), "value": website["note"], "url": city.website, "dir": "ltr"})
    terms = [row for row in city.coordinations.all() if row.cluster_id in clusters]
    facts += [_coordination(row, clusters[row.cluster_id]) for row in terms]
    if city.area_km2:
        facts.append({"label": _("Area"), "value": _("%(number)s km²") % {"number": dates.number(city.area_km2)}})
    return facts


def _coordination(row, cluster: dict) -> dict:
    return {
        "label": _("Coordinated the cluster")
        if row.last_year and row.last_year < timezone.localdate().year
        else _("Coordinates the cluster"),
        "value": cluster["name"],
        "url": cluster["url"],
        "note": format_term(row.first_year, row.last_year),
    }


def profile_context(profile, reader: str) -> dict:
    """A city profile as templates/cities/profile.html takes it; `label` names its language or its original."""
    parts = (
        (_("Vision"), profile.vision),
        (_("Challenges"), profile.challenges),
        (_("Plans"), profile.plan),
    )
    label = ""
    if profile.language != reader:
        words = _("In %(language)s (original)") if profile.is_original else _("In %(language)s")
        label = words % {"language": language_name(profile.language)}
    elif not profile.is_original:
        label = _("Translated from %(language)s") % {"language": language_name(profile.original_language)}
    return {
        "headline": profile.headline,
        "language": profile.language,
        "parts": [{"heading": heading, "text": text} for heading, text in parts if text],
        "label": label,
        "outdated_since": None if profile.is_original else profile.text_outdated_since,
    }


def timeline(city, clusters: dict[int, dict]) -> list[dict]:
    """Membership, coordinated clusters and awards, as templates/components/timeline.html takes them.

    clusters: from `Cluster.objects.links`.
    """
    steps: dict[str, str] = {
        MembershipStatus.ADMITTED: _("Admitted to the network"),
        MembershipStatus.REPORTING_DUE: _("Progress report due"),
        MembershipStatus.REPORTING_LATE: _("Progress report late"),
        MembershipStatus.INACTIVE: _("Marked as inactive"),
        MembershipStatus.LEFT: _("Left the network"),
        MembershipStatus.NOT_A_MEMBER: _("Not a member"),
    }
    points, last = [], 0
    for step in city.history:
        last = step.known_year or last
        sources = dict.fromkeys(filter(None, [step.round.source if step.round else "", step.source]))
        # Translators: between two sources.
        source = pgettext("between two sources", "; ").join(map(source_text, sources))
        note = _("Source: %(source)s") % {"source": source} if source else ""
        points.append((last, _point(step.known_day, step.known_year, steps[step.status], note)))
    for row in city.coordinations.all():
        if row.cluster_id in clusters and (year := row.first_year or row.last_year):
            words = _("Coordinating city of the cluster “%(cluster)s”") % {"cluster": clusters[row.cluster_id]["name"]}
            point = _point(None, year, words)
            if row.first_year and row.last_year:
                point["date"] = dates.year_range(row.first_year, row.last_year)
            points.append((year, point))
    points += [(award.year, _point(None, award.year, award.get_kind_display())) for award in city.awards.all()]
    return [point for _year, point in sorted(points, key=lambda pair: pair[0])]


def _point(on: date | None, year: int | None, text: str, note: str = "") -> dict:
    point = {"state": "past", "text": text, "note": note}
    if on:
        return point | {"date": dates.day(on), "iso": on.isoformat()}
    if year:
        state = "future" if year > timezone.localdate().year else "past"
        return point | {"date": dates.year(date(year, 1, 1)), "iso": str(year), "state": state}
    return point | {"date": _("Date not on record"), "iso": ""}
