"""What the search adds to the admin: the report of what readers look for."""

from django.urls import path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from search.admin_views import SearchAnalyticsView


@hooks.register("register_admin_urls")
def register_search_analytics_url():
    address = "reports/search-analytics/"
    return [
        path(address, SearchAnalyticsView.as_view(), name="search-analytics"),
        path(f"{address}results/", SearchAnalyticsView.as_view(results_only=True), name="search-analytics-results"),
    ]


class SearchAnalyticsMenuItem(MenuItem):
    """Shown to those who may open the report."""

    def is_shown(self, request):
        return SearchAnalyticsView.permission_policy.user_has_permission(request.user, "view")


@hooks.register("register_reports_menu_item")
def register_search_analytics_menu_item():
    return SearchAnalyticsMenuItem(
        _("What readers search for"),
        reverse("search-analytics"),
        name="search-analytics",
        icon_name="search",
        order=100,
    )
