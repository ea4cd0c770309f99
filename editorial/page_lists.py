"""What the flat lists of pages in the admin share: one row for each original, and columns of Wagtail's."""

from collections.abc import Sequence
from functools import reduce
from operator import or_

from django.core.exceptions import PermissionDenied
from django.db.models import F, Q
from wagtail.admin.viewsets.pages import PageListingViewSet

# By name: "bulk_actions", "title", "status" …
COLUMNS = {column.name: column for column in PageListingViewSet.columns}


class OriginalsView(PageListingViewSet.index_view_class):
    """A list of the originals of one page type. The search leaves its filters and its order as they are.

    Wagtail's own search refuses a list that is filtered by a field that is not in its index, as this one always is.
    """

    search_fields: Sequence[str] = ("title", "draft_title")

    def get_base_queryset(self):
        return super().get_base_queryset().filter(locale__language_code=F("original_language"))

    def search_queryset(self, queryset):
        """The pages of which one of the fields has each of the words, once each."""
        found = self.model.objects.all()
        for word in self.search_query.split():
            found = found.filter(reduce(or_, (Q(**{f"{name}__icontains": word}) for name in self.search_fields)))
        return queryset.filter(pk__in=found.order_by().values("pk"))


class ParentChoiceView(PageListingViewSet.choose_parent_view_class):
    """The list in which a new page is made. Wagtail shows an empty choice to people who may make none."""

    def dispatch(self, request, *args, **kwargs):
        if not self.get_valid_parent_pages(request.user).exists():
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)
