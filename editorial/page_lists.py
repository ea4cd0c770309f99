"""What the flat lists of pages in the admin share: one row for each original, and columns of Wagtail's."""

from django.db.models import F
from wagtail.admin.viewsets.pages import PageListingViewSet

# By name: "bulk_actions", "title", "status" …
COLUMNS = {column.name: column for column in PageListingViewSet.columns}


class OriginalsView(PageListingViewSet.index_view_class):
    """A list of the originals of one page type."""

    def get_base_queryset(self):
        return super().get_base_queryset().filter(locale__language_code=F("original_language"))
