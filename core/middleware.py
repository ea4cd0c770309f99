"""Middleware of the portal."""

import logging
from json import JSONDecodeError

from csp.middleware import CSPMiddleware, PolicyParts
from django.conf import settings
from django.core.exceptions import BadRequest
from django.db import IntegrityError
from django.db.models import ProtectedError, RestrictedError
from django.http import Http404, HttpResponseRedirect
from django.middleware.locale import LocaleMiddleware
from django.shortcuts import redirect
from django.utils.cache import patch_vary_headers
from django.utils.datastructures import MultiValueDictKeyError
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from wagtail.admin import messages
from wagtail.admin.views.pages.utils import get_valid_next_url_from_request

from core import offered_languages
from core.admin_requests import check_admin_request
from core.i18n.languages import LANGUAGE_CODES
from core.once_per_request import read_once
from core.protection import protection_message
from core.search_document import clean_text
from core.translations.locked import refuse_if_locked

logger = logging.getLogger(__name__)


class ContentSecurityPolicyMiddleware(CSPMiddleware):
    """Sends a strict policy for the public site, and another one for Wagtail's admin, which has inline scripts.

    The preview of a draft belongs to the admin, which shows it in a frame. Wagtail makes an inner request for it with
    the address of the page, and marks it as `is_dummy`; no request from outside can have this attribute.
    """

    def get_policy_parts(self, request, response, report_only=False) -> PolicyParts:
        parts = super().get_policy_parts(request, response, report_only)
        is_admin = request.path_info.startswith("/admin/") or getattr(request, "is_dummy", False)
        if is_admin and not report_only:
            parts.config = settings.ADMIN_CONTENT_SECURITY_POLICY
        return parts


class PermissionsPolicyMiddleware:
    """Tells browsers with every answer which of their features no page of the portal uses."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        response.headers["Permissions-Policy"] = settings.PERMISSIONS_POLICY
        return response


class AddressLanguageMiddleware(LocaleMiddleware):
    """Activates the language of the URL; only `/` redirects to the home page of a language that is offered.

    Django's class also redirects every 404 outside the language prefixes. A client that asks for a missing file or
    for data would get a page instead of the 404.
    """

    def process_view(self, request, view, args, kwargs):
        """Raise Http404 below a language that is not offered. Pages need no query here: none is found there."""
        first = request.path_info.split("/", 2)[1]
        is_page = request.resolver_match.url_name == "wagtail_serve"
        if first in LANGUAGE_CODES and not is_page and first not in offered_languages.offered_languages():
            raise Http404

    def process_response(self, request, response):
        is_root = request.path_info == "/" and response.status_code == 404
        if is_root and (offered := offered_languages.offered_languages()):
            response = HttpResponseRedirect(f"/{offered_languages.preferred_language(request, offered)}/")
            patch_vary_headers(response, ("Accept-Language", "Cookie"))
            return response
        response.headers.setdefault("Content-Language", get_language())
        return response


class InvalidAddressMiddleware:
    """Answers 400 for a path that the database can't store: NUL, lone surrogates, too long."""

    # The path of the deepest possible page with the longest possible slugs is shorter.
    MAX_LENGTH = 2_000

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_view(self, request, view, args, kwargs):
        """Raise BadRequest here, where Django renders the 400 page for it."""
        if len(request.path_info) > self.MAX_LENGTH or not is_storable(request.path_info):
            raise BadRequest("The address has characters that no page can have, or too many.")


class AdminSearchMiddleware:
    """Cleans `?q=` of the search fields in Wagtail's admin.

    Wagtail passes the text unchanged to the database, where a quotation mark, a control character or hundreds of
    words cause an error. Quotation marks are removed, so a phrase is searched as its words.
    """

    MAX_CHARACTERS = 200
    MAX_WORDS = 30

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if request.path_info.startswith("/admin/") and "q" in request.GET:
            request.GET = request.GET.copy()
            text = clean_text(request.GET["q"].replace('"', " "), self.MAX_CHARACTERS)
            request.GET["q"] = " ".join(text.split()[: self.MAX_WORDS])
        return self.get_response(request)


class AdminRequestMiddleware:
    """Answers 4xx in the admin for what no browser sends, and says in words what the database refuses.

    Wagtail reads some fields without checking them, for example the number of blocks of a text.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_view(self, request, view, args, kwargs):
        """Raise BadRequest or Http404 for parameters that no view can read."""
        if request.path_info.startswith("/admin/"):
            check_admin_request(request)

    def process_exception(self, request, exception):
        """Raise BadRequest for a broken form; return a redirect with a message when a row exists already."""
        is_form = request.method not in {"GET", "HEAD"} and request.path_info.startswith("/admin/")
        if is_form and isinstance(exception, MultiValueDictKeyError | JSONDecodeError):
            raise BadRequest(f"Incomplete form: {exception!r}") from exception
        if is_form and isinstance(exception, IntegrityError):
            # The form was valid, but a row with the same unique values was saved at the same moment.
            logger.warning("Refused by the database: %s", exception)
            messages.error(
                request,
                _(
                    "Your change was not saved, because the same item was saved at the same moment. Load the page "
                    "again and repeat the change."
                ),
            )
            return redirect(request.path)
        return None


class ProtectedRowsMiddleware:
    """Says in words why something was not deleted in the admin: other rows depend on it.

    Wagtail checks this by its index of references, which does not know every row, and not for every kind of row.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_exception(self, request, exception):
        """Return a redirect with a message for the exceptions of a refused deletion; None for others."""
        is_refusal = isinstance(exception, ProtectedError | RestrictedError)
        if not is_refusal or not request.path_info.startswith("/admin/"):
            return None
        messages.error(request, protection_message(exception))
        return redirect(get_valid_next_url_from_request(request) or "wagtailadmin_home")


class TranslationLockMiddleware:
    """A locked translation keeps its words: whoever may not edit it cannot change its strings either.

    Each address of wagtail-localize that writes strings has the parameter `translation_id`; the views do not look at
    locks.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_view(self, request, view, args, kwargs):
        """Return 403 with the reason as JSON, or a redirect to the translation with a message."""
        if request.method in {"GET", "HEAD"} or "translation_id" not in kwargs or not request.user.is_authenticated:
            return None
        return refuse_if_locked(request, kwargs["translation_id"])


class ReadOnceMiddleware:
    """Read what `OncePerRequest` holds once for a request: addresses of list pages, offered languages, content version.

    Not for a request that may write: it could rename a list page and then need the new address.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if request.method not in {"GET", "HEAD"}:
            return self.get_response(request)
        with read_once():
            return self.get_response(request)


def is_storable(text: str) -> bool:
    """Whether the database can store this text."""
    return "\0" not in text and not any(0xD800 <= ord(character) <= 0xDFFF for character in text)
