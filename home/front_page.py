"""What the home page of a language shows: the open calls, new practices, the size of the network."""

from functools import reduce

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from calls.models import Call, open_calls, pages_of_calls
from calls.presentation import call_item, call_with_deadlines
from calls.vocabularies import CallKind
from cities.city_index import demonstration_numbers
from cities.models import City
from clusters.models import Cluster
from core.drawing.cartography import MAP_VIEW_BOX, Dot, merge_dots
from core.i18n import dates
from core.list_pages import list_url
from core.offered_languages import offered_languages
from core.page_cache.kept_values import kept
from core.structured_data import ORGANIZATION, reference
from home.presentation import next_step
from practices import cards
from practices.models import PracticePage, chosen_for_cards

NEW_PRACTICES = 4


def front_page(page) -> dict:
    """The context of templates/home/home_page.html."""
    reader = page.language
    cities, countries, dots = kept("members", _members)
    keys, count = kept(f"newest.{reader}", lambda: PracticePage.objects.newest(reader, NEW_PRACTICES))
    clusters = Cluster.objects.links(reader)
    calls = _open_calls(reader)
    newest = cards.cards(chosen_for_cards(keys, reader), reader, clusters, lead=True)
    counted = {"{cities}": dates.number(cities), "{countries}": dates.number(countries)}
    lede = reduce(lambda lede, name: lede.replace(name, counted[name]), counted, page.lede)
    return {
        "lede": lede,
        "description": page.search_description or lede,
        "structured_data": {"about": reference(ORGANIZATION)},
        "introduction": next_step(page.introduction, reader) if page.introduction_id else None,
        "examples": page.examples.all(),
        "map": {
            "view_box": MAP_VIEW_BOX,
            "name": _("Map of the world with a dot for every member city"),
            "dots": dots,
        },
        "cities_url": list_url("cities.CityIndexPage", reader),
        "events_url": list_url("events.EventIndexPage", reader),
        "calls": calls,
        "join_url": list_url("home.JoinPage", reader),
        "membership": _membership(calls, reader),
        "clusters": list(clusters.values()),
        "lead_card": newest[0] if newest else None,
        "newest": newest[1:],
        "all_practices": {
            "url": list_url("practices.PracticeIndexPage", reader),
            "label": ngettext("The one practice", "All %(count)s practices", count) % {"count": dates.number(count)},
        },
        "figures": _figures(cities, countries, count, len(offered_languages())),
        "demonstration_figures": demonstration_numbers(cities, countries),
    }


def _members() -> tuple[int, int, list[Dot]]:
    """The numbers of member cities and of their countries, and their dots on the map; without examples."""
    cities = City.objects.members().filter(is_example=False).order_by()
    rows = list(cities.values_list("code", "longitude", "latitude", "country"))
    places = [(code, float(x), float(y)) for code, x, y, _country in rows if x is not None and y is not None]
    return len(rows), len({country for *_place, country in rows if country}), merge_dots(places)


def _open_calls(reader: str) -> list[dict]:
    """The open calls with their deadlines: those for membership first, and of each kind the one that closes next."""
    pages = pages_of_calls(open_calls(now=timezone.now()), reader)
    pages.sort(key=lambda pair: pair[0].kind != CallKind.MEMBERSHIP)
    return [call_with_deadlines(call, page, reader) for call, page in pages]


def _membership(open_calls: list[dict], reader: str) -> dict | None:
    """The open call for membership; without one, the announced one that opens next."""
    for call in open_calls:
        if call["kind"] == CallKind.MEMBERSHIP:
            return call
    now = timezone.now()
    coming = Call.objects.public().with_dates(now).filter(kind=CallKind.MEMBERSHIP, opening__gt=now)
    for call, page in coming.order_by("opening", "pk").with_pages(reader)[:1]:
        return call_item(call, page, reader)
    return None


def _figures(cities: int, countries: int, practices: int, languages: int) -> list[dict]:
    """Large numbers, each with a label below it. A label is the same for every number."""
    return [
        {"number": dates.number(cities), "text": pgettext("below a number", "member cities on this portal")},
        {"number": dates.number(countries), "text": pgettext("below a number", "countries with member cities")},
        {"number": dates.number(practices), "text": pgettext("below a number", "practices on this portal")},
        {"number": dates.number(languages), "text": pgettext("below a number", "languages of this portal")},
    ]
