"""What happens to every request and answer."""

from csp.middleware import CSPMiddleware, PolicyParts
from django.conf import settings
from django.core.exceptions import BadRequest
from django.middleware.locale import LocaleMiddleware
from django.utils.translation import get_language

from core import list_pages
from core.search_document import clean_text


class ContentSecurityPolicyMiddleware(CSPMiddleware):
    """The public site's strict policy; Wagtail's admin, which has inline scripts, gets its own."""

    def get_policy_parts(self, request, response, report_only=False) -> PolicyParts:
        parts = super().get_policy_parts(request, response, report_only)
        if request.path_info.startswith("/admin/") and not report_only:
            parts.config = settings.ADMIN_CONTENT_SECURITY_POLICY
        return parts


class AddressLanguageMiddleware(LocaleMiddleware):
    """The language of the address; only the bare domain is sent on to a language's home page.

    Django's own class also sends every address that answers 404 outside the trees into one of them, so
    that whoever asks for a file or for data would get a page.
    """

    def process_response(self, request, response):
        if request.path_info == "/":
            return super().process_response(request, response)
        response.headers.setdefault("Content-Language", get_language())
        return response


class InvalidAddressMiddleware:
    """Answer 400 to addresses that no database column could hold: NUL, lone surrogates, endless ones."""

    # The address of a page at the deepest level that there is, with the longest slugs, is shorter.
    LONGEST = 2_000

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_view(self, request, view, args, kwargs):
        """Raise BadRequest from inside the view layer, so that the 400 page answers."""
        if len(request.path_info) > self.LONGEST or not is_storable(request.path_info):
            raise BadRequest("The address has characters that no page can have, or too many.")


class AdminSearchMiddleware:
    """Let the search fields of Wagtail's admin take whatever is typed: `?q=`.

    Wagtail hands it on to the database as it is, where a quotation mark, a control character or
    some hundred words are errors. So phrases are searched as their words.
    """

    MOST_CHARACTERS = 200
    MOST_WORDS = 30

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if request.path_info.startswith("/admin/") and "q" in request.GET:
            request.GET = request.GET.copy()
            text = clean_text(request.GET["q"].replace('"', " "), self.MOST_CHARACTERS)
            request.GET["q"] = " ".join(text.split()[: self.MOST_WORDS])
        return self.get_response(request)


class ListPagesMiddleware:
    """Read the addresses of list pages at most once per request (`core.list_pages`).

    Not in a request that may write: it could rename a list page and then need the new address.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if request.method not in {"GET", "HEAD"}:
            return self.get_response(request)
        with list_pages.read_once():
            return self.get_response(request)


def is_storable(text: str) -> bool:
    """Whether a database column can hold this text."""
    return "\0" not in text and not any(0xD800 <= ord(character) <= 0xDFFF for character in text)
