"""Who gets below `/admin/`: staff, with the second factor where the settings require it."""

from urllib.parse import urlencode

from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect
from django.urls import reverse

from accounts.services import needs_second_factor
from accounts.staff import is_staff_member

ADMIN = "/admin/"
SECOND_FACTOR = "staff-second-factor"
# What a person reaches before the second factor is shown: the ways in and out, what those pages load, and its own.
FREE = frozenset(
    {
        "wagtailadmin_login",
        "wagtailadmin_logout",
        "wagtailadmin_javascript_catalog",
        "wagtailadmin_sprite",
        "staff-invitation",
        "staff-invitation-accept",
        SECOND_FACTOR,
        "staff-second-factor-set-up",
        "staff-second-factor-qr",
    }
)


class StaffMiddleware:
    """Answers everybody below `/admin/` who is not staff as if nobody were signed in, however they came in.

    Staff who have not shown their second factor are led to the page that asks for it. It stands behind every way in.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_view(self, request, view, args, kwargs):
        """Return a redirect, or raise PermissionDenied for a request of a script."""
        if not request.path_info.startswith(ADMIN) or not request.user.is_authenticated:
            return None
        if not is_staff_member(request.user):
            request.user = AnonymousUser()
            return None
        if request.resolver_match.view_name in FREE or not needs_second_factor(request.user):
            return None
        if request.headers.get("X-Requested-With") == "XMLHttpRequest":
            raise PermissionDenied
        back = request.get_full_path() if request.method in {"GET", "HEAD"} else reverse("wagtailadmin_home")
        return redirect(f"{reverse(SECOND_FACTOR)}?{urlencode({'next': back})}")
