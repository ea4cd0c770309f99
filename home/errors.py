"""Pages for what went wrong, in the language of the address that was asked for."""

from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.translation import get_language
from wagtail.models import Page

from core.i18n.addresses import in_language
from core.i18n.languages import LANGUAGE_CODES, SOURCE_LANGUAGE
from core.middleware import is_storable
from core.querysets.visibility import public
from home.models import HomePage


def bad_request(request: HttpRequest, exception=None) -> HttpResponse:
    """400: what was sent cannot be understood."""
    return _plain(request, 400)


def permission_denied(request: HttpRequest, exception=None, reason: str = "") -> HttpResponse:
    """403, also for a form whose protection against forgery failed (CSRF_FAILURE_VIEW)."""
    return _framed(request, 403, {})


def server_error(request: HttpRequest) -> HttpResponse:
    """500: asks nothing of the database, which may be what is broken."""
    return _plain(request, 500)


def service_unavailable(request: HttpRequest) -> HttpResponse:
    """503: the database does not answer."""
    return _plain(request, 503)


def page_not_found(request: HttpRequest, exception=None) -> HttpResponse:
    """404, with the languages in which the same address answers and the nearest list above it."""
    try:
        return _framed(request, 404, _neighbours(request.path))
    except DatabaseError:
        return service_unavailable(request)


def _framed(request: HttpRequest, status: int, context: dict) -> HttpResponse:
    """The page with head and foot; without them where the database does not answer."""
    try:
        return render(request, f"errors/{status}.html", _own_context() | context, status=status)
    except DatabaseError:
        return _plain(request, status)


def _plain(request: HttpRequest, status: int) -> HttpResponse:
    """The page without anything that would ask the database or trust the request."""
    network = {"name": "Lyceum", "home_url": f"/{_language()}/"}
    return HttpResponse(render_to_string(f"errors/{status}.html", _own_context() | {"network": network}), status=status)


def _own_context() -> dict:
    language = _language()
    return {"page_language": language, "search_url": f"/{language}/search/"}


def _language() -> str:
    language = get_language()
    return language if language in LANGUAGE_CODES else SOURCE_LANGUAGE


def _neighbours(path: str) -> dict:
    """Where the address answers in other languages, and the nearest public page above it."""
    if not is_storable(path):
        return {}
    homes = {home.locale.language_code: home.url_path for home in HomePage.objects.select_related("locale")}
    first, _slash, rest = path.lstrip("/").partition("/")
    if first not in homes or len(rest) > 500:
        return {}
    rest = rest if rest.endswith("/") else f"{rest}/"
    same = {f"{root}{rest}": code for code, root in homes.items() if code != first}
    parts = rest.strip("/").split("/")
    above = [f"{homes[first]}{'/'.join(parts[:end])}/" for end in range(1, len(parts))]
    found = {page.url_path: page for page in public(Page.objects.filter(url_path__in=[*same, *above]))}
    nearest = next((found[url_path] for url_path in reversed(above) if url_path in found), None)
    return {
        "versions": [
            {"code": code, "url": in_language(path, code)}
            for code in LANGUAGE_CODES
            for url_path, version in same.items()
            if version == code and url_path in found
        ],
        "nearest": {"label": nearest.title, "url": nearest.url} if nearest else None,
        "query": parts[-1].replace("-", " ") if parts[-1] else "",
    }
