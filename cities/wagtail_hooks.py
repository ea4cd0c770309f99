"""Registers the cities in the admin, the report of invitations, and the link to the city in the bar for staff."""

from django.urls import path, reverse_lazy
from django.utils.translation import gettext_lazy
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.snippets.models import register_snippet

from cities.people_views import OpenInvitationsView, may_invite
from cities.userbar import lead_to_the_city
from cities.viewsets import CityViewSetGroup

register_snippet(CityViewSetGroup)
hooks.register("construct_wagtail_userbar", lead_to_the_city)


@hooks.register("register_admin_urls")
def register_urls():
    """The report of invitations."""
    return [path("cities/invitations/", OpenInvitationsView.as_view(), name="open-invitations")]


class InvitationsMenuItem(MenuItem):
    """Shown to those who may invite."""

    def is_shown(self, request):
        return may_invite(request.user)


@hooks.register("register_reports_menu_item")
def add_report() -> MenuItem:
    """The report of invitations in the menu of reports."""
    label = gettext_lazy("Open invitations")
    return InvitationsMenuItem(
        label, reverse_lazy("open-invitations"), name="open-invitations", icon_name="group", order=9110
    )
