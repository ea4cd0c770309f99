"""Registers the report of mails with Wagtail's admin."""

from django.urls import path, reverse_lazy
from django.utils.translation import gettext_lazy
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from mails.admin_views import UndeliveredView, may_see, send_again


@hooks.register("register_admin_urls")
def register_urls():
    return [
        path("mails/undelivered/", UndeliveredView.as_view(), name="undelivered-mails"),
        path("mails/undelivered/<int:pk>/again/", send_again, name="undelivered-mail-again"),
    ]


class UndeliveredMenuItem(MenuItem):
    """Shown to those who may open the report."""

    def is_shown(self, request):
        return may_see(request.user)


@hooks.register("register_reports_menu_item")
def add_report() -> MenuItem:
    label = gettext_lazy("Undelivered mails")
    return UndeliveredMenuItem(
        label, reverse_lazy("undelivered-mails"), name="undelivered-mails", icon_name="mail", order=9100
    )
