"""Wagtail hooks of calls."""

from wagtail import hooks

from calls.viewsets import call_viewset, commission_viewset


@hooks.register("register_admin_viewset")
def register_viewsets():
    return [call_viewset, commission_viewset]
