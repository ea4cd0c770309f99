"""Requests to the admin that no page of it sends: they get 400 or 404 before a view stumbles over them.

Wagtail reads some parameters without checking them, because its own scripts fill them.
"""

from collections.abc import Callable

from django.core.exceptions import BadRequest
from django.core.signing import BadSignature, Signer
from django.http import Http404, HttpRequest, QueryDict

# Fields of forms that hold the primary key of a page.
PAGE_FIELDS = ("new_parent_page", "chooser")
ALL = "all"  # what bulk actions take for the keys of all rows


def check_admin_request(request: HttpRequest) -> None:
    """Raise BadRequest or Http404 for a request whose parameters no view of the admin can read.

    request: its `resolver_match` is set.
    """
    match = request.resolver_match
    if match is None:
        return
    if any(not _is_key(value) for value in request.GET.getlist("id") if value != ALL):
        raise BadRequest("An id is no number.")
    if not _is_key(match.kwargs.get("pk", "")):
        raise Http404
    if request.method == "POST":
        if any(not _is_key(request.POST.get(name, "")) for name in PAGE_FIELDS):
            raise BadRequest("The key of a page is no number.")
        if check := FORMS.get(match.view_name):
            check(request.POST)
        if match.view_name.startswith("wagtailsnippetchoosers_") and match.url_name == "create":
            raise Http404  # choosers of snippets have no form
        if match.url_name == "copy" and "pk" in match.kwargs:
            # The form of a copy is sent to the address for new rows; here Wagtail would save it over the original.
            raise BadRequest("A copy is a new row.")


def _is_key(value: object) -> bool:
    """Whether this can be the primary key of a row; every model of the portal has numbers."""
    return isinstance(value, int) or not value or (str(value).isascii() and str(value).isdecimal())


def _external_link(fields: QueryDict) -> None:
    if not fields.get("external-link-chooser-url"):
        raise BadRequest("A link needs an address.")


def _redirects_import(fields: QueryDict) -> None:
    """Wagtail has signed the name and format of the file that was uploaded a step before."""
    for name in ("import_file_name", "input_format"):
        try:
            Signer().unsign(fields.get(name, ""))
        except BadSignature as error:
            raise BadRequest("The file was not uploaded here.") from error


FORMS: dict[str, Callable[[QueryDict], None]] = {
    "wagtailadmin_choose_page_external_link": _external_link,
    "wagtailredirects:process_import": _redirects_import,
}
