"""Error pages, in the language of the address that was asked for; problem details at addresses for programs."""

import errno
import sys

from django.db import DatabaseError, InterfaceError, OperationalError
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.translation import activate, get_language
from wagtail.models import Page

from cities.models import City
from cities.presentation import city_urls
from core.csrf import csrf_failure_answer
from core.i18n.addresses import page_address
from core.i18n.languages import LANGUAGE_CODES, active_language
from core.middleware import is_storable
from core.offered_languages import in_languages, offered_languages, preferred_language
from core.problems import FOR_PROGRAMS, problem
from core.querysets.visibility import public
from core.sent_forms import is_from_this_portal, sent_fields
from home.models import HomePage

LONGEST_PATH = 500
# Seconds. A database that is restarted is back by then.
RETRY_AFTER = 30
# What the operating system says of a file on a disk that is full, read-only, or somebody else's.
CANNOT_BE_STORED = {errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EACCES, errno.EPERM}


def bad_request(request: HttpRequest, exception=None) -> HttpResponse:
    """400: the request cannot be understood."""
    return _plain(request, 400)


def permission_denied(request: HttpRequest, exception=None) -> HttpResponse:
    """403."""
    return _framed(request, 403, {})


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403 after a failed CSRF check (CSRF_FAILURE_VIEW): the form again, where the view can show it."""
    return csrf_failure_answer(request) or permission_denied(request)


def server_error(request: HttpRequest) -> HttpResponse:
    """500: without a query, because the database may be the cause; then 503, and 507 for a file that cannot be stored.

    Django calls it while it handles the exception.
    """
    cause = sys.exception()
    if isinstance(cause, OperationalError | InterfaceError):
        return service_unavailable(request)
    if isinstance(cause, OSError) and cause.errno in CANNOT_BE_STORED and request.method == "POST":
        return _plain(request, 507, _sent(request))
    return _plain(request, 500)


def service_unavailable(request: HttpRequest) -> HttpResponse:
    """503: the database does not answer, or is full. With what was sent, to be sent again."""
    response = _plain(request, 503, _sent(request))
    response["Retry-After"] = RETRY_AFTER
    return response


def page_not_found(request: HttpRequest, exception=None) -> HttpResponse:
    """404, with links to the same page in other languages and to the nearest page above.

    In a language that is offered: the address may name another one.
    """
    if _is_for_a_program(request):
        return problem(404)
    try:
        offered = offered_languages()
        if offered and get_language() not in offered:
            activate(preferred_language(request, offered))
        links = _related_links(request)
        response = _framed(request, 404, links)
        # Counted for the translators: a page was asked for in a language that it does not have.
        response.names_versions = bool(links.get("versions"))  # type: ignore[attr-defined]  # the middleware reads it
        return response
    except DatabaseError:
        return service_unavailable(request)


def _is_for_a_program(request: HttpRequest) -> bool:
    return request.path_info.startswith(FOR_PROGRAMS)


def _framed(request: HttpRequest, status: int, context: dict) -> HttpResponse:
    """The page with header and footer; without them if the database does not answer."""
    if _is_for_a_program(request):
        return problem(status)
    try:
        return render(request, f"errors/{status}.html", _own_context() | context, status=status)
    except DatabaseError:
        return _plain(request, status)


def _plain(request: HttpRequest, status: int, context: dict | None = None) -> HttpResponse:
    """The page without queries."""
    if _is_for_a_program(request):
        return problem(status)
    network = {"name": "Lyceum", "home_url": f"/{active_language()}/"}
    page = render_to_string(f"errors/{status}.html", _own_context() | {"network": network} | (context or {}))
    return HttpResponse(page, status=status)


def _sent(request: HttpRequest) -> dict:
    """What the page needs to send a form of the portal again."""
    if request.method != "POST" or not is_from_this_portal(request):
        return {}
    fields = sent_fields(request)
    return {
        "action": request.get_full_path(),
        "sent": fields,
        "written": [value for _name, value in fields if " " in value.strip()],
        "had_files": bool(request.FILES),
        "csrf_token": get_token(request),
    }


def _own_context() -> dict:
    language = active_language()
    return {"page_language": language, "search_url": f"/{language}/search/"}


def _related_links(request: HttpRequest) -> dict:
    """Where the same page is found in other languages, and the nearest public page above the address."""
    asked, _slash, rest = request.path.lstrip("/").partition("/")
    if asked not in LANGUAGE_CODES or not is_storable(request.path) or len(rest) > LONGEST_PATH:
        return {}
    # That of the address, unless it is not offered.
    language = active_language()
    homes = {home.locale.language_code: home.url_path for home in HomePage.objects.select_related("locale")}
    slugs = rest.strip("/").split("/")
    others = {code: f"{path.rstrip('/')}/" for code, path in in_languages(request).items() if code != asked}
    same = {code: homes[code] + path.split("/", 2)[2] for code, path in others.items() if code in homes}
    above = [f"{homes[asked]}{'/'.join(slugs[:end])}/" for end in range(1, len(slugs))] if asked in homes else []
    groups = Page.objects.filter(url_path__in=same.values()).values("translation_key")
    pages = Page.objects.filter(Q(url_path__in=[*same.values(), *above]) | Q(translation_key__in=groups))
    found = {page.url_path: page for page in public(pages).select_related("locale")}
    versions, namesakes = _same_page([found[path] for path in same.values() if path in found], found, language)
    nearest = next((found[url_path] for url_path in reversed(above) if url_path in found), None)
    return {
        "versions": [
            {"code": code, "url": url} for code, url in (versions or _city_pages(slugs[-1], language, others)).items()
        ],
        "namesakes": namesakes,
        "nearest": {"label": nearest.title, "url": page_address(nearest.url_path, language)} if nearest else None,
        "query": slugs[-1].replace("-", " ") if slugs[-1] else "",
    }


def _same_page(at_path: list[Page], found: dict[str, Page], language: str) -> tuple[dict[str, str], list[dict]]:
    """What is found at the same path in other languages.

    at_path: the pages there; found: these and all their versions. Returns the addresses by language of the versions
    of one page, which has none in `language`. Otherwise the pages as links {label, url, language}: they are several,
    or have a version in `language` at another address.
    """
    keys = {page.translation_key for page in at_path}
    versions = {page.locale.language_code: page for page in found.values() if page.translation_key in keys}
    if len(keys) == 1 and language not in versions:
        return {code: page_address(versions[code].url_path, code) for code in LANGUAGE_CODES if code in versions}, []
    shown = [versions[language]] if len(keys) == 1 else at_path
    return {}, [
        {
            "label": page.title,
            "url": page_address(page.url_path, page.locale.language_code),
            "language": page.locale.language_code,
        }
        for page in shown
    ]


def _city_pages(code: str, language: str, others: dict[str, str]) -> dict[str, str]:
    """The addresses of a city by language, for a language that has no list of cities; {} for any other address.

    code: the last part of the address asked for; others: the same address in the other languages.
    """
    urls = city_urls(code)
    if language in urls or not any(others.get(other) == url for other, url in urls.items()):
        return {}
    # Asked last: elsewhere, for example at the desk, a city that there is costs as much as one that there is not.
    return urls if City.objects.public().filter(code=code).exists() else {}
