"""Wagtail hooks of calls."""

from wagtail import hooks

from calls.viewsets import call_viewset


@hooks.register("register_admin_viewset")
def register_call_viewset():
    return call_viewset
