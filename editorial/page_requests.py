"""How often pages are asked for in each language, for the queue of the translators: numbers, and nothing about readers.

Each process counts in memory, also answers that the page cache has kept, and leaves its numbers for the worker about
once a minute (`core.left_lines`). Counted is a page that was shown in a language, and one that was asked for in a
language that it does not have, which is answered by 404 with its versions. Programs are counted like people.
"""

import atexit
import json
import logging
import threading
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import F, OuterRef, QuerySet, Subquery, Sum
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import timezone
from wagtail.models import Page

from cities.models import CityProfile
from cities.presentation import CITY_INDEX
from core.i18n.languages import LANGUAGE_CODES
from core.left_lines import LeftLines
from core.list_pages import list_urls
from editorial.models import PageRequests
from home.models import HomePage

logger = logging.getLogger(__name__)

LINES = LeftLines("page_requests", "pages")
# The most addresses that a process counts before it leaves its numbers.
MOST_ADDRESSES = 5_000
LONGEST_ADDRESS = 500
MONTHS = 13
# How many addresses are looked up in one query.
CHUNK = 200

Address = tuple[str, str]
"""A language, and the path below it: ("fr", "practices/bread/")."""


class Numbers:
    """What one process has counted since it last left its numbers for the worker."""

    def __init__(self) -> None:
        self.counts: Counter[Address] = Counter()
        self.since = time.monotonic()
        self._lock = threading.Lock()

    def add(self, address: Address) -> None:
        """Count one request, and leave the numbers when it is time."""
        with self._lock:
            if address in self.counts or len(self.counts) < MOST_ADDRESSES:
                self.counts[address] += 1
            is_due = time.monotonic() - self.since > settings.PAGE_REQUESTS_SECONDS
        if is_due:
            self.leave()

    def leave(self) -> None:
        """Leave the numbers for the worker. Never raises."""
        with self._lock:
            counts, self.counts, self.since = self.counts, Counter(), time.monotonic()
        month = f"{timezone.now():%Y-%m}"
        lines = "".join(
            json.dumps([month, *address, count], ensure_ascii=False) + "\n" for address, count in counts.items()
        )
        if not lines:
            return
        try:
            LINES.append(lines)
        except OSError as error:
            logger.warning("Requests of pages are not counted: %s", error)


NUMBERS = Numbers()
atexit.register(NUMBERS.leave)


class PageRequestsMiddleware:
    """Counts the pages that are answered. Around the page cache, whose answers are most of them."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        if settings.PAGE_REQUESTS_SECONDS and (address := counted_address(request, response)):
            NUMBERS.add(address)
        return response


def counted_address(request: HttpRequest, response: HttpResponseBase) -> Address | None:
    """The address that a request counts for; None if it is none of a page."""
    if request.method != "GET" or getattr(request, "is_dummy", False) or len(request.path_info) > LONGEST_ADDRESS:
        return None
    language, _slash, rest = request.path_info.lstrip("/").partition("/")
    if language not in LANGUAGE_CODES or not response.get("Content-Type", "").startswith("text/html"):
        return None
    if response.status_code == 200:
        # What the page cache has answered has no route. Other routes can have secrets in their addresses.
        match = request.resolver_match
        return (language, rest) if match is None or match.view_name == "wagtail_serve" else None
    return (language, rest) if getattr(response, "names_versions", False) else None


def count_requests() -> bool:
    """Add up what the processes have left; a periodic task of the worker. Returns False: nothing more to do now."""
    LINES.take(_add_lines)
    return False


@transaction.atomic
def _add_lines(lines: list[str]) -> None:
    counts: Counter[tuple[date, Address]] = Counter()
    for month, address, count in _parsed(lines):
        counts[month, address] += count
    keys = _translation_keys({address for _month, address in counts})
    totals: Counter[tuple[date, str, UUID]] = Counter()
    for (month, address), count in counts.items():
        if address in keys:
            totals[month, address[0], keys[address]] += count
    for (month, language, key), count in totals.items():
        row, created = PageRequests.objects.get_or_create(
            month=month, language=language, translation_key=key, defaults={"count": count}
        )
        if not created:
            PageRequests.objects.filter(pk=row.pk).update(count=F("count") + count)


def _parsed(lines: Iterable[str]) -> Iterator[tuple[date, Address, int]]:
    """The month, address and number of each line. Broken lines are ignored."""
    for line in lines:
        try:
            month, language, path, count = json.loads(line)
            yield date.fromisoformat(f"{month}-01"), (str(language), str(path)), int(count)
        except (ValueError, TypeError):
            continue


def _translation_keys(addresses: set[Address]) -> dict[Address, UUID]:
    """The translation key of the page or city profile at each address.

    Without a page there in this language, that of the page at the same path in another one.
    """
    homes = dict(HomePage.objects.values_list("locale__language_code", "url_path"))
    cities = list_urls(CITY_INDEX)
    found: dict[Address, UUID] = {}
    waiting = sorted(addresses)
    for start in range(0, len(waiting), CHUNK):
        chunk = waiting[start : start + CHUNK]
        paths = {f"{home}{path}" for _language, path in chunk for home in homes.values()}
        keys = dict(Page.objects.filter(url_path__in=paths).values_list("url_path", "translation_key"))
        codes = {address: _city_code(address, cities) for address in chunk}
        profiles = dict(
            CityProfile.objects.filter(city__code__in=codes.values()).values_list("city__code", "translation_key")
        )
        for address in chunk:
            language, path = address
            own_first = sorted(homes, key=lambda code: code != language)
            places = (f"{homes[code]}{path}" for code in own_first)
            key = next((keys[place] for place in places if place in keys), profiles.get(codes[address]))
            if key is not None:
                found[address] = key
    return found


def _city_code(address: Address, lists: dict[str, str]) -> str:
    """The code of the city whose page has this address; "" for other addresses. lists: the lists of cities."""
    language, path = address
    full = f"/{language}/{path}"
    for code, url in lists.items():
        below = f"/{language}/{url.removeprefix(f'/{code}/')}"
        if full.startswith(below):
            return full.removeprefix(below).rstrip("/")
    return ""


def since() -> date:
    """The first day of the month before this one: the numbers of the queue begin there."""
    this_month = timezone.now().date().replace(day=1)
    year, month = divmod(this_month.year * 12 + this_month.month - 2, 12)
    return date(year, month + 1, 1)


def requests_of(key: str, language: str) -> Subquery:
    """How often a page was asked for since `since()`, as a subquery. key, language: fields of the outer query."""
    rows: QuerySet = PageRequests.objects.filter(
        translation_key=OuterRef(key), language=OuterRef(language), month__gte=since()
    )
    return Subquery(rows.order_by().values("translation_key").annotate(total=Sum("count")).values("total"))


def forget() -> None:
    """Delete numbers that are older than `MONTHS` months."""
    this_month = timezone.now().date().replace(day=1)
    year, month = divmod(this_month.year * 12 + this_month.month - 1 - MONTHS, 12)
    PageRequests.objects.filter(month__lt=date(year, month + 1, 1)).delete()
