"""“Select all in this list”: the rows of the list as it is searched and filtered, on all of its pages.

Wagtail's own bulk actions take every row of the model, whatever the filters say.
"""

from copy import copy
from urllib.parse import urlsplit

from django.http import Http404, HttpRequest, QueryDict
from django.urls import Resolver404, resolve
from wagtail.admin.views.generic import BaseListingView

LONGEST_KEY = 18


def keys_of_listing(request: HttpRequest, address: str, model: type) -> list[int]:
    """The primary keys of the rows of the list at `address`, with its search and its filters, in its order.

    request: whose user reads the list; it shows what its view shows to them. Raises Http404 for any other address, and
    for a list of another model.
    """
    parts = urlsplit(address)
    try:
        match = resolve(parts.path)
    except Resolver404 as error:
        raise Http404 from error
    view_class = getattr(match.func, "view_class", None)
    if view_class is None or not issubclass(view_class, BaseListingView):
        raise Http404
    asked = copy(request)
    asked.method, asked.path, asked.path_info = "GET", parts.path, parts.path
    asked.GET = QueryDict(parts.query)
    asked.resolver_match = match
    response = match.func(asked, *match.args, **match.kwargs)
    paginator = (getattr(response, "context_data", None) or {}).get("paginator")
    if paginator is None:
        raise Http404
    rows = list(paginator.object_list)
    if not all(isinstance(row, model) for row in rows):
        raise Http404
    return [row.pk for row in rows]


class WholeListing:
    """Mixin of a bulk action: “all” means the rows of the list that the person came from."""

    request: HttpRequest

    def chosen_keys(self) -> list[int]:
        """The primary keys that the address names."""
        asked = self.request.GET.getlist("id")
        if "all" in asked:
            return self.get_all_objects_in_listing_query(None)
        # One with more digits is no key of a row, and none that Python reads.
        return list(dict.fromkeys(int(key) for key in asked if len(key) <= LONGEST_KEY))

    def get_all_objects_in_listing_query(self, parent_id):
        return keys_of_listing(self.request, self.next_url, self.model)
