"""Long lists in pages: `?page=2`."""

from collections.abc import Callable, Sequence

from django.core.paginator import InvalidPage, Page, Paginator
from django.http import Http404, HttpRequest

from core.i18n.addresses import absolute

NEIGHBOURS = 2
ENDS = 1


def paginate(request: HttpRequest, rows: Sequence, per_page: int) -> Page:
    """The page of `rows` that `?page=` asks for, by default the first. Raises Http404 if there is no such page."""
    try:
        return Paginator(rows, per_page).page(request.GET.get("page") or 1)
    except InvalidPage as error:
        raise Http404("There is no such page of this list.") from error


def page_links(page: Page, url: Callable[[int], str]) -> dict:
    """The links to the pages of a list as templates/components/pagination.html takes them.

    url: returns the URL of the page with a number.
    """
    numbers = page.paginator.get_elided_page_range(page.number, on_each_side=NEIGHBOURS, on_ends=ENDS)
    return {
        "links": [
            {"number": number, "url": url(number), "current": number == page.number} if isinstance(number, int) else {}
            for number in numbers
        ],
        "previous_url": url(page.previous_page_number()) if page.has_previous() else "",
        "next_url": url(page.next_page_number()) if page.has_next() else "",
    }


def list_context(request: HttpRequest, page: Page) -> dict:
    """The context of a page of a list: `pages`, and from the second page on its own canonical URL.

    Only the first page has versions in other languages: their later pages list other things.
    """

    def url(number: int) -> str:
        return request.path if number == 1 else f"{request.path}?page={number}"

    context: dict = {"pages": page_links(page, url)}
    if page.number > 1:
        context |= {"canonical_url": absolute(url(page.number)), "alternates": [], "x_default_url": ""}
    return context
