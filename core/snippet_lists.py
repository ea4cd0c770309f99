"""The lists of snippets in the admin.

They do not search with Wagtail's index: it refuses, with an error, a list that is filtered or ordered by a field that
is not in it. Their viewsets set `search_backend_name = None` and name the `search_fields`.
"""

from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from wagtail.snippets.views.snippets import IndexView


class OnceFoundMixin:
    """Mixin before a list whose search reads related rows: what several of them match is found once."""

    def search_queryset(self, queryset):
        """The rows that the search finds."""
        return queryset.filter(pk__in=super().search_queryset(queryset).order_by().values("pk"))


class NamedIndexView(OnceFoundMixin, IndexView):
    """A list with the name in the reader's language, of rows that have a related `names`."""

    name_order: str | None = None
    """The field by which the column of the name is ordered, if it can be."""

    def get_base_queryset(self):
        return super().get_base_queryset().prefetch_related("names")

    @cached_property
    def columns(self):
        """The columns. A name is no field, so Wagtail knows neither its label nor its order."""
        columns = super().columns
        for column in columns:
            if column.name == "name":
                column.label = _("Name")
                column.sort_key = self.name_order or column.sort_key
        return columns
