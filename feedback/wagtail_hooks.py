"""Registers the list of reported mistakes with Wagtail's admin."""

from django.urls import path, reverse_lazy
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from feedback.admin_views import POLICY, MistakeReportsView, set_state


@hooks.register("register_admin_urls")
def register_urls():
    address = "reports/mistakes/"
    return [
        path(address, MistakeReportsView.as_view(), name="mistake-reports"),
        path(f"{address}results/", MistakeReportsView.as_view(results_only=True), name="mistake-reports-results"),
        path(f"{address}<int:pk>/<slug:state>/", set_state, name="mistake-report-state"),
    ]


class MistakeReportsMenuItem(MenuItem):
    """Shown to those who may open the list."""

    def is_shown(self, request):
        return POLICY.user_has_permission(request.user, "view")


@hooks.register("register_reports_menu_item")
def register_menu_item():
    return MistakeReportsMenuItem(
        _("Reports of mistakes"), reverse_lazy("mistake-reports"), name="mistake-reports", icon_name="warning", order=80
    )
