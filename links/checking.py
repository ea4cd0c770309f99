"""Check the addresses of the portal itself: pages, documents, and whatever a reader would be answered.

Addresses of other sites are not checked.
"""

from datetime import timedelta
from urllib.parse import urlsplit

from django.conf import settings
from django.db.models import F, Q
from django.test import Client
from django.utils import timezone, translation
from wagtail.documents import get_document_model
from wagtail.models import Page

from core.querysets.visibility import public
from links.models import Address, Fault

BATCH = 50
EVERY = timedelta(days=1)
PAGE, DOCUMENT = "page:", "document:"
GONE = {404, 410}
MOVED = {301, 308}


def check_next() -> bool:
    """Check the addresses that were not checked for the longest time; return whether there are more to check now."""
    own = Q(address__startswith=PAGE) | Q(address__startswith=DOCUMENT) | Q(address__startswith="/")
    due = Address.objects.filter(own, Q(checked_at=None) | Q(checked_at__lt=timezone.now() - EVERY))
    addresses = list(due.order_by(F("checked_at").asc(nulls_first=True), "pk")[:BATCH])
    pages = _states_of_pages(_keys(addresses, PAGE))
    documents = set(get_document_model().objects.filter(pk__in=_keys(addresses, DOCUMENT)).values_list("pk", flat=True))
    for address in addresses:
        if address.address.startswith(PAGE):
            address.found(pages.get(_key(address, PAGE), Fault.DELETED))
        elif address.address.startswith(DOCUMENT):
            address.found("" if _key(address, DOCUMENT) in documents else Fault.NO_DOCUMENT)
        else:
            address.found(*_answer(address.address))
    return len(addresses) == BATCH


def _states_of_pages(keys: list[int]) -> dict[int, str]:
    """The fault of each page that exists, "" for one that is public."""
    pages = dict(Page.objects.filter(pk__in=keys).values_list("pk", "live"))
    shown = set(public(Page.objects.filter(pk__in=keys)).values_list("pk", flat=True))
    return {key: "" if key in shown else Fault.CLOSED if live else Fault.DRAFT for key, live in pages.items()}


def _keys(addresses: list[Address], kind: str) -> list[int]:
    return [key for address in addresses if address.address.startswith(kind) if (key := _key(address, kind))]


def _key(address: Address, kind: str) -> int:
    """The primary key in an address; 0, which no row has, where it is no number of a row."""
    text = address.address.removeprefix(kind)
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else 0


def _answer(address: str) -> tuple[str, str]:
    """What a visitor gets at an address of the portal: the fault, and where it has moved to."""
    status, location = ask_portal(address)
    if status in GONE:
        return Fault.NOT_FOUND, ""
    path = urlsplit(address).path
    if status in MOVED and urlsplit(location).path != f"{path}/":
        return Fault.MOVED, location
    return "", ""


def ask_portal(address: str) -> tuple[int, str]:
    """The status and the header Location of the answer to a visitor at an address, without its query.

    The request is made in this process by Django's client: nothing is sent over the network.
    """
    own, path = urlsplit(settings.WAGTAILADMIN_BASE_URL), urlsplit(address).path
    visitor = Client(raise_request_exception=False, headers={"host": own.netloc})
    with translation.override(translation.get_language()):
        response = visitor.head(path, secure=own.scheme == "https")
    return response.status_code, response.headers.get("Location", "")
