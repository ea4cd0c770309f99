"""The one object of the search page, as authors of templates use it."""

import re
from dataclasses import fields

import pytest
from django.conf import settings
from django.test import RequestFactory
from django.utils import translation

from search.page import FilterPanel, SearchField, SearchPage, search_page
from search.rebuild import rebuild_index
from search.result_messages import ResultMessages
from tests import factories

TEMPLATES = settings.BASE_DIR / "templates" / "search"


def page_at(address: str, preset: dict[str, str] | None = None) -> SearchPage:
    with translation.override("en"):
        return search_page(RequestFactory().get(address), preset)


def names_in_templates() -> set[str]:
    """`search.messages.summary` and the like, out of the tags of the templates."""
    text = "\n".join(path.read_text(encoding="utf-8") for path in TEMPLATES.glob("*.html"))
    tags = re.sub(r"{% comment %}.*?{% endcomment %}", "", text, flags=re.S)
    return set(re.findall(r"(?<![\w./])search\.([a-z_.]+)\b", " ".join(re.findall(r"{[{%].*?[}%]}", tags))))


@pytest.mark.usefixtures("network")
def test_templates_use_only_parts_that_the_page_has():
    """Django's templates show nothing for a name that does not exist."""
    factories.practice(title="Lantern lessons")
    rebuild_index()
    page = page_at("/en/search/?q=lantrn")
    names = names_in_templates()
    assert len(names) > 15
    for name in names:
        part = page
        for attribute in name.split("."):
            part = getattr(part, attribute)


def test_every_part_of_the_page_is_shown():
    used = {name.partition(".")[0] for name in names_in_templates()}
    assert used == {part.name for part in fields(SearchPage)}


@pytest.mark.parametrize("part", [SearchPage, SearchField, FilterPanel, ResultMessages])
def test_every_part_says_what_it_is(part):
    assert not part.__doc__.startswith(f"{part.__name__}("), "a generated docstring"


@pytest.mark.usefixtures("network")
def test_forms_keep_the_rest_of_the_search():
    factories.practice(title="Lantern lessons", sdgs=["4"], period_start="2015-01-01")
    rebuild_index()
    page = page_at("/en/search/?q=lantern&sdg=4&from=2014&sort=title&page=3&colour=red")
    assert page.field.hidden_fields == [("sdg", "4"), ("from", "2014"), ("sort", "title")]
    assert page.filters.hidden_fields == [("q", "lantern"), ("sort", "title")]
    assert [(chip.label, chip.url) for chip in page.chips] == [
        ("Goal 4: Quality education", "/en/search/?q=lantern&from=2014&sort=title"),
        ("since 2014", "/en/search/?q=lantern&sdg=4&sort=title"),
    ]
    assert page.filters.chosen == 2
    assert [sort.label for sort in page.sorts if sort.current] == ["By title"]
    assert [len(page.own_hits), len(page.other_hits), page.no_results, page.spelling] == [1, 0, [], None]


@pytest.mark.usefixtures("network")
def test_what_the_page_itself_selects_is_neither_a_filter_nor_in_an_address():
    factories.practice(title="Lantern lessons")
    factories.news(title="Lantern news")
    rebuild_index()
    page = page_at("/en/practices/?q=lantern&type=news", {"type": "practice"})
    assert page.results.total == 1
    assert page.chips == []
    assert "type" not in [facet["name"] for facet in page.filters.facets]
    assert page.messages.summary == "1 practice in English"
    assert page.sorts[0].url == "/en/practices/?q=lantern"
