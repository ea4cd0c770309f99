"""Long lists in pages: `?page=2`."""

from django.core.paginator import InvalidPage, Page, Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest

from core.i18n.addresses import absolute

NEIGHBOURS = 2


def paginate(request: HttpRequest, rows: QuerySet, per_page: int) -> Page:
    """The page of `rows` that `?page=` asks for, the first without it; Http404 for one that there is not."""
    try:
        return Paginator(rows, per_page).page(request.GET.get("page") or 1)
    except InvalidPage as error:
        raise Http404("There is no such page of this list.") from error


def page_links(request: HttpRequest, page: Page) -> dict:
    """What the templates need: `pages` for components/pagination.html, and the address of this page."""
    last, current = page.paginator.num_pages, page.number
    shown = sorted({1, last, *range(max(1, current - NEIGHBOURS), min(last, current + NEIGHBOURS) + 1)})
    links: list[dict] = []
    before = 0
    for number in shown:
        if number > before + 1:
            links.append({})
        links.append({"number": number, "url": _address(request.path, number), "current": number == current})
        before = number
    context: dict = {
        "pages": {
            "links": links,
            "previous_url": _address(request.path, current - 1) if page.has_previous() else "",
            "next_url": _address(request.path, current + 1) if page.has_next() else "",
        }
    }
    if current > 1:
        # A later page is no other language's first one.
        context |= {"canonical_url": absolute(_address(request.path, current)), "alternates": [], "x_default_url": ""}
    return context


def _address(path: str, number: int) -> str:
    return path if number == 1 else f"{path}?page={number}"
