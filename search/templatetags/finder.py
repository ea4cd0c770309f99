"""The finder inside other pages: their templates load this tag, so that lower apps do not import the search."""

from django import template

from search.page import search_page

register = template.Library()


@register.inclusion_tag("search/finder.html", takes_context=True)
def practice_finder(context) -> dict:
    """Show the search with the type preset to practices."""
    return {"search": search_page(context["request"], {"type": "practice"})}
