"""The links to the pages of a list."""

import pytest
from django.core.paginator import Paginator
from django.http import Http404
from django.test import RequestFactory

from core.pagination import list_context, page_links, paginate


def links(current: int, last: int) -> str:
    """The links as a reader sees them, the current page in brackets."""
    page = Paginator(range(last * 10), 10).page(current)
    shown = page_links(page, str)["links"]
    return " ".join(f"[{link['url']}]" if link.get("current") else link.get("url", "…") for link in shown)


@pytest.mark.parametrize(
    ("current", "last", "shown"),
    [
        (1, 1, "[1]"),
        (2, 6, "1 [2] 3 4 5 6"),
        (1, 9, "[1] 2 3 … 9"),
        (5, 9, "1 2 3 4 [5] 6 7 8 9"),
        (6, 11, "1 … 4 5 [6] 7 8 … 11"),
        (11, 11, "1 … 9 10 [11]"),
    ],
)
def test_the_first_the_last_and_the_neighbours_are_shown_and_a_gap_is_never_one_page(current, last, shown):
    assert links(current, last) == shown


def test_the_first_page_has_no_previous_one_and_the_last_no_next_one():
    paginator = Paginator(range(20), 10)
    first, last = page_links(paginator.page(1), str), page_links(paginator.page(2), str)
    assert (first["previous_url"], first["next_url"]) == ("", "2")
    assert (last["previous_url"], last["next_url"]) == ("1", "")


@pytest.mark.parametrize("number", ["0", "3", "-1", "x", "1.5"])
def test_a_page_that_does_not_exist_is_not_found(number):
    with pytest.raises(Http404):
        paginate(RequestFactory().get("/en/news/", {"page": number}), range(20), 10)


def test_only_the_first_page_of_a_list_has_versions_in_other_languages(settings):
    settings.WAGTAILADMIN_BASE_URL = "https://lyceum.example"
    first, second = (RequestFactory().get("/en/news/", query) for query in ({}, {"page": "2"}))
    assert set(list_context(first, paginate(first, range(20), 10))) == {"pages"}
    context = list_context(second, paginate(second, range(20), 10))
    assert context["canonical_url"] == "https://lyceum.example/en/news/?page=2"
    assert (context["alternates"], context["x_default_url"]) == ([], "")
