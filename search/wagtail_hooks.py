"""What the search adds to the admin: the report of what readers look for."""

from django.urls import path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from search.admin_views import DemandView


@hooks.register("register_admin_urls")
def register_demand_url():
    return [path("reports/search-demand/", DemandView.as_view(), name="search-demand")]


class DemandMenuItem(MenuItem):
    """Shown to those who may open the report."""

    def is_shown(self, request):
        return DemandView.permission_policy.user_has_permission(request.user, "view")


@hooks.register("register_reports_menu_item")
def register_demand_menu_item():
    return DemandMenuItem(
        _("What readers search for"), reverse("search-demand"), name="search-demand", icon_name="search", order=100
    )
