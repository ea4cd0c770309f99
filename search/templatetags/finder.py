"""The finder inside other pages: composed in their templates, so that nobody imports the search."""

from django import template

from search.views import finder

register = template.Library()


@register.inclusion_tag("search/finder.html", takes_context=True)
def practice_finder(context) -> dict:
    """Everything that the search page has, with the type fixed to practices."""
    request = context["request"]
    return finder(request, request.path, {"type": "practice"})
