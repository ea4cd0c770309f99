"""Every address that a reader can open: of the URL configuration, with each row that it can name, and of the pages."""

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from itertools import cycle, product
from pathlib import Path

from django.conf import settings
from wagtail.models import Page

from calls.models import Call
from cities.models import City
from clusters.models import Cluster
from core.media.models import PortalDocument, PortalImage, PortalRendition
from events.models import EventPage
from home.help_topics import TOPICS
from open_data.datasets import DATASETS
from open_data.dumps import current_dump
from open_data.formats import FORMATS
from practices.models import PracticePage
from tests.canary.network import NOT_OFFERED, OFFERED, PROMOTED
from tests.permissions.routes import PARAMETER, address
from tests.permissions.table import TABLE, Refusal

LANGUAGES = ("en", *OFFERED, NOT_OFFERED)
# What is asked of an address besides: words that are public, and beginnings of both kinds of words.
QUERIES = {
    "xx/search/": ("?page=2", "?q={word}", "?q={word}&type=event", "?q={promoted}", "?q=zyx"),
    "xx/search/feed.atom": ("?q={word}",),
    "xx/search/suggest/": ("?q={word}", "?q=zyx", "?q=qwv"),
    "xx/feedback/": ("", "?page={path}"),
    r"^data/(?P<dataset>[a-z]+)\.(?P<file_format>csv|json|geojson)$": ("", "?language=fr", "?language=ar"),
    **{f"api/v1/{name}": ("", "?per_page=100&language=fr", "?q=zyx") for name in DATASETS},
}
NOT_THERE = ("/nothing-here/", "/{language}/nothing-here/", "/{language}/desk/", "/{language}/search/?page=x")


def reader_addresses(word: str) -> Iterator[str]:
    """Every address that is answered to visitors.

    word: a marked word that readers find.
    """
    turn = cycle(LANGUAGES)
    for route, rule in TABLE.items():
        if "v" not in rule.get or rule.refusal != Refusal.NOT_THERE:
            continue
        for path in _paths(route):
            for language in _languages(route, turn):
                for query in QUERIES.get(route, ("",)):
                    yield path.replace("/en/", f"/{language}/", 1) + query.format(
                        word=word, path=path, promoted=PROMOTED
                    )
    for language in LANGUAGES:
        yield from (path.format(language=language) for path in NOT_THERE)
    yield from _below_the_lists()
    yield from _files()


def _languages(route: str, turn: Iterator[str]) -> Iterable[str]:
    """All languages for an address with one page; for others English, and one language after the other."""
    if not route.startswith("xx/"):
        return ("en",)
    return {"en", next(turn)} if PARAMETER.search(route) or "^" in route else LANGUAGES


def _paths(route: str) -> Iterator[str]:
    """The addresses of a route in English, for each row that it can name."""
    if route.startswith("xx/^("):
        pages = Page.objects.filter(depth__gt=1).select_related("locale")
        yield from {page.url.replace(f"/{page.locale.language_code}/", "/en/", 1) for page in pages}
        return
    names = [found["name"] or found["group"] for found in PARAMETER.finditer(route)]
    if route == "documents/<int:document_id>/<str:document_filename>":
        yield from (document.url for document in PortalDocument.objects.all())
        return
    for chosen in product(*(_values(route, name) for name in names)):
        yield address(route, dict(zip(names, chosen, strict=True)))


def _values(route: str, name: str) -> Iterable[str]:
    """What a parameter of a route can be."""
    if name == "code":
        return next(codes() for part, codes in CODES.items() if part in route)
    values: dict[str, Iterable[str]] = {
        "language": LANGUAGES,
        "ending": ("bib", "ris", "json"),
        "size": ("thumb",),
        "dataset": DATASETS,
        "file_format": FORMATS,
        "topic": TOPICS,
        "name": _dump_files(),
    }
    return values[name]


def _dump_files() -> list[str]:
    dump = current_dump()
    return [file.name for file in dump.files] if dump else []


def _codes(model: type[Page]) -> set[str]:
    return {key.hex[:10] for key in model.objects.filter(depth__gt=1).values_list("translation_key", flat=True)}


def _codes_of_rows(model: type[Call] | type[City]) -> set[str]:
    return set(model.objects.values_list("code", flat=True))


# What the codes in an address name, by a part of its route.
CODES: dict[str, Callable[[], set[str]]] = {
    "^c/": partial(_codes, Page),
    "call": partial(_codes_of_rows, Call),
    "cities": partial(_codes_of_rows, City),
    "event": partial(_codes, EventPage),
    "practice": partial(_codes, PracticePage),
}


def _below_the_lists() -> Iterator[str]:
    """The addresses that pages answer below their own."""
    for language in LANGUAGES:
        yield f"/{language}/events/past/"
        yield f"/{language}/how-to-join/?country=dk"
    codes = City.objects.values_list("code", flat=True), Cluster.objects.values_list("code", flat=True)
    below = [f"cities/{code}/" for code in codes[0]] + [f"practices/?cluster={code}" for code in codes[1]]
    for language, path in zip(cycle(("en", *OFFERED)), below, strict=False):
        yield f"/{language}/{path}"


def _files() -> Iterator[str]:
    """Where files lie, also those that no page shows."""
    for image in PortalImage.objects.all():
        yield image.file.url
    for rendition in PortalRendition.objects.all():
        yield rendition.file.url
        yield f"/withheld/{Path(rendition.file.name).name}"
    for document in PortalDocument.objects.all():
        yield f"{settings.MEDIA_URL}{document.file.name}"
