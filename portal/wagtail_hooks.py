"""Registers the administrator's page with Wagtail's admin."""

from django.urls import path, reverse_lazy
from django.utils.translation import gettext_lazy
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from portal.admin_views import SystemView, may_see


@hooks.register("register_admin_urls")
def register_system_url():
    return [path("system/", SystemView.as_view(), name="system")]


class SystemMenuItem(MenuItem):
    """Shown to administrators."""

    def is_shown(self, request):
        return may_see(request.user)


@hooks.register("register_settings_menu_item")
def add_system() -> MenuItem:
    label = gettext_lazy("State of the portal")
    return SystemMenuItem(label, reverse_lazy("system"), name="system", icon_name="cogs", order=10)
