"""The languages that readers are offered: those of the setting whose home page is public.

A portal may have fewer languages than the setting, and a home page can be unpublished. Nothing leads to the others:
no link to another language, no `hreflang`, no redirect from the bare domain.
"""

from collections.abc import Iterable, Sequence

from django.conf import settings
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from wagtail.models import Page

from core.i18n.addresses import PAGE_ADDRESSES, in_language
from core.i18n.languages import LANGUAGE_CODES, SOURCE_LANGUAGE, likely_script, main_code
from core.once_per_request import OncePerRequest
from core.querysets.prepared import NOW, PreparedQuery
from core.querysets.visibility import public

# A longer header is cut off; browsers send a hundred characters.
LONGEST_HEADER = 500

_of_request: OncePerRequest[tuple[str, ...]] = OncePerRequest()


def remember(codes: Iterable[str]) -> None:
    """Take the languages of the public home pages from a query of this request, instead of reading them again."""
    _of_request.set(_in_order(codes))


def offered_languages() -> tuple[str, ...]:
    """The codes of the languages whose home page is public, in the order of the settings; perhaps none."""
    known = _of_request.get()
    if known is None:
        known = _in_order(_languages_of_public_homes(now=timezone.now()))
        _of_request.set(known)
    return known


def _in_order(codes: Iterable[str]) -> tuple[str, ...]:
    found = set(codes)
    return tuple(code for code in LANGUAGE_CODES if code in found)


@PreparedQuery
def _languages_of_public_homes() -> QuerySet:
    roots = Page.objects.order_by().filter(sites_rooted_here__isnull=False).values("translation_key")
    homes = public(Page.objects.order_by().filter(translation_key__in=roots), NOW)
    return homes.values_list("locale__language_code", flat=True)


def in_languages(request: HttpRequest) -> dict[str, str]:
    """The addresses by language at which the same thing is found, in the order of the settings.

    A page is found at the addresses of its public versions, anything else at the same path in every offered language.
    """
    addresses = getattr(request, PAGE_ADDRESSES, None)
    if addresses is None:
        return {code: in_language(request.path, code) for code in offered_languages()}
    return addresses


def preferred_language(request: HttpRequest, offered: Sequence[str]) -> str:
    """The language among `offered` that a reader wants; English, else the first, for a reader who wants none of them.

    Raises IndexError if `offered` is empty.
    """
    if wanted := wanted_language(request, offered):
        return wanted
    return SOURCE_LANGUAGE if SOURCE_LANGUAGE in offered else offered[0]


def wanted_language(request: HttpRequest, offered: Sequence[str]) -> str | None:
    """The language among `offered` that a reader wants, by the cookie that Django reads and the header Accept-Language.

    The same language in the same script, else in any: "zh-TW" is answered by "zh-hans" if there is no other Chinese.
    None for a reader who wants none of them.
    """
    chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
    if chosen in offered:
        return chosen
    for wanted in _wanted(request.headers.get("Accept-Language", "")[:LONGEST_HEADER]):
        if same := [code for code in offered if main_code(code) == main_code(wanted)]:
            script = likely_script(wanted)
            return min(same, key=lambda code: (code != wanted, likely_script(code) != script))
    return None


def _wanted(header: str) -> list[str]:
    """The codes of a header Accept-Language (RFC 9110, 12.5.4), the most wanted first, in lower case."""
    ranked = []
    for part in header.split(","):
        code, _semicolon, parameter = part.partition(";")
        try:
            weight = float(parameter.strip().removeprefix("q=") or 1)
        except ValueError:
            weight = 0
        if code.strip() and 0 < weight <= 1:
            ranked.append((weight, code.strip().lower().replace("_", "-")))
    # The order of equal ones is kept.
    return [code for _weight, code in sorted(ranked, key=lambda pair: -pair[0])]
