"""Old addresses lead to the new ones: one redirect per renamed or moved page, for everything below it, too.

Wagtail would make one for each page below, and one for each city, which is a route of its list page. On SQLite
it fails for more than 1,000 of them (docs/decisions/redirects-by-prefix.md).
"""

from collections.abc import Callable

from django.db.models import Q
from django.db.models.signals import pre_save
from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect, HttpResponseRedirect
from wagtail.contrib.redirects.models import Redirect
from wagtail.models import Page, Site

from core.i18n.addresses import page_address
from core.middleware import is_storable

LONGEST_OLD_PATH = Redirect._meta.get_field("old_path").max_length
# So many parts of an address are looked up at most; pages are at most a handful of levels deep.
MOST_LEVELS = 10


def connect() -> None:
    """Connect the signal handler; called once, when all models are loaded."""
    pre_save.connect(on_pre_save)


def on_pre_save(instance, raw: bool = False, **kwargs) -> None:
    """Make a redirect when a page gets another address, in the transaction that saves the page."""
    if raw or not isinstance(instance, Page) or not instance.pk:
        return
    old = Page.objects.filter(pk=instance.pk).values("url_path", "locale__language_code").first()
    if old is None or old["url_path"] == instance.url_path:
        return
    language = old["locale__language_code"]
    before, after = (
        Redirect.normalise_path(page_address(url_path, language)) for url_path in (old["url_path"], instance.url_path)
    )
    if before == after or len(before) > LONGEST_OLD_PATH:
        return
    Redirect.objects.filter(
        Q(old_path=before) | Q(old_path=after, redirect_page=instance.pk), automatically_created=True
    ).delete()
    if not Redirect.objects.filter(old_path=before, site=None).exists():
        Redirect.objects.create(old_path=before, redirect_page_id=instance.pk, automatically_created=True)


class RedirectMiddleware:
    """Answer 404s with the redirects that editors and `on_pre_save` made, in the place of Wagtail's own middleware.

    A redirect that was made automatically also counts for the addresses below it: what follows, and the query
    string, are added to the new address.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.status_code != 404:
            return response
        return _redirect(request) or response


def _redirect(request: HttpRequest) -> HttpResponse | None:
    """The redirect for an address without a page; None without one."""
    path = Redirect.normalise_path(request.path)
    exact = [Redirect.normalise_path(request.get_full_path()), path]
    parts = path.split("/")[1 : MOST_LEVELS + 1]
    above = ["/" + "/".join(parts[:end]) for end in range(2, len(parts) + 1)]
    if not all(map(is_storable, exact)):
        return None
    rows = Redirect.get_for_site(Site.find_for_request(request)).filter(
        Q(old_path__in=exact) | Q(old_path__in=above, automatically_created=True)
    )
    # The longest address, a redirect by an editor before an automatic one, one of this site before a general one.
    chosen = max(
        rows,
        key=lambda row: (len(row.old_path), not row.automatically_created, row.site_id is not None),
        default=None,
    )
    if chosen is None or not (target := _target(chosen, path, request)) or target == request.get_full_path():
        return None
    kind = HttpResponsePermanentRedirect if chosen.is_permanent else HttpResponseRedirect
    response = kind(target)
    if chosen.automatically_created:
        # A browser that kept it for ever would loop after the page has got its old name back.
        response["Cache-Control"] = "no-cache"
    return response


def _target(redirect: Redirect, path: str, request: HttpRequest) -> str | None:
    if not redirect.automatically_created or not redirect.link:
        return redirect.link
    rest = path.removeprefix(redirect.old_path).lstrip("/")
    query = request.META.get("QUERY_STRING", "")
    return f"{redirect.link}{f'{rest}/' if rest else ''}{f'?{query}' if query else ''}"
