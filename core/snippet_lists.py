"""The list of snippets with names in several languages, in the admin."""

from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from wagtail.snippets.views.snippets import IndexView


class NamedIndexView(IndexView):
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
