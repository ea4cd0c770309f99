"""Wagtail hooks of events."""

from wagtail import hooks

from events.history import CHANGED, ChangeFormatter
from events.viewsets import event_screens


@hooks.register("register_admin_viewset")
def register_viewsets():
    return [event_screens]


@hooks.register("register_log_actions")
def register_log_actions(actions):
    actions.register_action(CHANGED)(ChangeFormatter)
