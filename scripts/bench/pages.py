"""Measurements of pages: one address of each kind. Times are milliseconds of the processor."""

from django.urls import reverse

from calls.models import CallPage
from clusters.models import ClusterPage
from core.i18n.languages import SOURCE_LANGUAGE
from core.list_pages import list_url
from events.models import PAST, EventPage
from home.models import NewsPage
from practices.models import PracticePage
from scripts.bench.serving import served
from scripts.page_times import costs
from search.current_engine import current_engine
from search.rebuild import rebuild_index

Numbers = dict[str, dict[str, float]]


def addresses() -> dict[str, str]:
    """Return the path of one page of each kind, in English."""
    language = SOURCE_LANGUAGE
    lists = {
        "practices": "practices.PracticeIndexPage",
        "cities": "cities.CityIndexPage",
        "clusters": "clusters.ClusterIndexPage",
        "events": "events.EventIndexPage",
        "calls": "calls.CallIndexPage",
        "news": "home.NewsIndexPage",
    }
    found = {"home": f"/{language}/"} | {name: list_url(label, language) for name, label in lists.items()}
    of_language = {"locale__language_code": language}
    practice = PracticePage.objects.filter(**of_language).select_related("city").order_by("pk")[0]
    items = {"hub": ClusterPage, "event": EventPage, "call": CallPage, "item of news": NewsPage}
    return found | {
        "practice": practice.address,
        "city": f"{found['cities']}{practice.city.code}/",
        "past events": f"{found['events']}{PAST}/",
        **{name: model.objects.filter(**of_language).order_by("pk")[0].address for name, model in items.items()},
        "sitemap": "/sitemap.xml",
        "robots.txt": "/robots.txt",
        "feed of a search": f"/{language}/search/feed.atom",
        "calendar of events": reverse("event_feed", kwargs={"language": language}),
        "calendar of calls": reverse("calls_calendar", kwargs={"language": language}),
    }


def made(times: int = 20) -> Numbers:
    """Measure each page in this process: made for a reader with a cookie, recounted after a change, and kept."""
    if not current_engine().is_usable():
        rebuild_index()
    numbers = {}
    for name, path in addresses().items():
        made, recounted, kept = costs(path, times)
        numbers[name] = {"made": made.time, "SQL": made.queries, "recounted": recounted.time, "kept": kept.time}
    return numbers


def rates(readers: int) -> dict[str, float]:
    """Return how often a second each page is answered under gunicorn; the environment says whether it is kept."""
    with served() as portal:
        return {name: portal.rate(path, readers) for name, path in addresses().items()}
