"""Every route of the project, as the resolver gives it, and an address that leads to it."""

import re
from collections.abc import Callable, Iterator, Mapping

from django.urls import URLResolver, get_resolver
from django.urls.resolvers import LocalePrefixPattern

PARAMETER = re.compile(r"<(?:\w+:)?(?P<name>\w+)>|\(\?P<(?P<group>\w+)>(?:[^()]|\([^()]*\))*\)")
# Routes that have no parameter names, and an address of each.
UNNAMED = {
    r"documents/^(\d+)/(.*)$": "/documents/{document_id}/document.txt",
    r"xx/^((?:[\w\-]+/)*)$": "{page_path}",
    r"admin/^.*/$": "/admin/nothing-here/",
}


def routes() -> set[str]:
    """The whole routes of all addresses; "xx/" stands for the languages."""
    return {route for route, _view in _walk(get_resolver().url_patterns, "")}


def views() -> dict[str, Callable]:
    """Each whole route with the view that answers there."""
    return dict(_walk(get_resolver().url_patterns, ""))


def _walk(patterns, prefix: str) -> Iterator[tuple[str, Callable]]:
    for item in patterns:
        route = prefix + ("xx/" if isinstance(item.pattern, LocalePrefixPattern) else str(item.pattern))
        if isinstance(item, URLResolver):
            yield from _walk(item.url_patterns, route)
        else:
            yield route, item.callback


def address(route: str, values: Mapping) -> str:
    """The address of a route with the values of its parameters.

    values: by the name of the parameter; for routes that begin with a key that ends in "/" or ":", its own values
    come first. A parameter without a value is a mistake of the test, and raises KeyError.
    """
    own = [found for start, found in values.items() if isinstance(found, Mapping) and route.startswith(start)]
    filled: dict = {name: value for name, value in values.items() if not isinstance(value, Mapping)}
    for found in own:
        filled |= found
    if route in UNNAMED:
        return UNNAMED[route].format(**filled)
    missing = [name for name in _parameters(route) if name not in filled]
    if missing:
        raise KeyError(f"{route}: no value of {', '.join(missing)} in tests/permissions/rows.py")
    path = PARAMETER.sub(lambda found: str(filled[found["name"] or found["group"]]), route)
    path = path.replace("^", "").replace("$", "").replace("\\.", ".")
    return "/" + re.sub(r"^xx/", "en/", path)


def _parameters(route: str) -> list[str]:
    return [found["name"] or found["group"] for found in PARAMETER.finditer(route)]
