"""Registers moderation with Wagtail's admin."""

from django.shortcuts import redirect
from django.urls import path, reverse, reverse_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail import hooks
from wagtail.admin import messages
from wagtail.admin.auth import user_has_any_page_permission
from wagtail.admin.menu import MenuItem
from wagtail.admin.widgets import Button
from wagtail.models import Page

from moderation import guards
from moderation.admin_views import ChangesView, RemarksView, WaitingView
from moderation.mailing import people_of
from moderation.page_views import END
from moderation.states import city_waits, is_seen_by_city, may_be_published, newest_workflow
from moderation.viewsets import practice_viewset
from practices.models import PracticePage

# Before the guards of core.
FIRST = -20


@hooks.register("register_admin_viewset")
def register_viewset():
    return practice_viewset


@hooks.register("register_admin_urls")
def register_urls():
    """The pages of moderation."""
    return [
        path("practices/review/", WaitingView.as_view(), name="practices-waiting"),
        path("practices/<int:page_id>/changes/", ChangesView.as_view(), name="practice-changes"),
        path("practices/<int:page_id>/remarks/", RemarksView.as_view(), name="practice-remarks"),
    ]


class WaitingMenuItem(MenuItem):
    """Shown to those who work with pages."""

    def is_shown(self, request):
        return user_has_any_page_permission(request.user)


@hooks.register("register_admin_menu_item")
def add_menu_item() -> MenuItem:
    address = reverse_lazy("practices-waiting")
    label = gettext_lazy("Practices to review")
    return WaitingMenuItem(label, address, name="practices-to-review", icon_name="tasks", order=31)


@hooks.register("register_page_header_buttons")
def add_page_buttons(page, user, view_name=None, next_url=None):
    """Link to the comparison and to the remarks from the menu of a practice that was submitted."""
    if not isinstance(page, PracticePage) or not page.is_original or newest_workflow(page) is None:
        return
    yield Button(_("What has changed"), reverse("practice-changes", args=[page.pk]), icon_name="history", priority=42)
    yield Button(_("Remarks"), reverse("practice-remarks", args=[page.pk]), icon_name="comment", priority=43)


@hooks.register("construct_page_action_menu")
def limit_actions(menu_items, request, context) -> None:
    """Offer no action on a practice of a city that would be refused."""
    page = context.get("page")
    if not isinstance(page, PracticePage) or page.authored_by != PracticePage.AuthoredBy.CITY:
        return
    refused = set(END) if city_waits(page) else set()
    if not may_be_published(page):
        refused.add("action-publish")
    menu_items[:] = [item for item in menu_items if item.name not in refused]


@hooks.register("before_delete_page", order=FIRST)
def guard_delete(request, page):
    """Keep a practice while its city waits for an answer, and tell that its people get a mail."""
    if request.method == "POST":
        return _refuse(request, guards.reasons_against_losing([page]), "wagtailadmin_pages:edit", page.pk)
    practice = page.specific
    is_original = isinstance(practice, PracticePage) and practice.is_original
    if is_original and len(people_of(practice)) and is_seen_by_city(practice):
        messages.info(request, _("The people of %(city)s receive a mail about it.") % {"city": practice.city})
    return None


@hooks.register("before_bulk_action", order=FIRST)
def guard_bulk_action(request, action_type, objects, action):
    """The same for several pages, and for their publication without their editors."""
    if action.model is not Page:
        return None
    reasons = []
    if action_type == "publish":
        pages = list(objects)
        if action.cleaned_form.cleaned_data["include_descendants"]:
            for page in objects:
                pages += page.get_descendants().not_live()
        reasons = guards.reasons_against_publishing(pages)
        for page in objects:
            page.refresh_from_db(fields=["latest_revision", "live"])
    elif action_type == "delete":
        pages = list(objects)
        for page in objects:
            pages += page.get_descendants()
        reasons = guards.reasons_against_losing(pages)
    return _refuse(request, reasons, action.next_url)


def _refuse(request, reasons: list[str], *target):
    for reason in reasons:
        messages.error(request, reason)
    return redirect(*target) if reasons else None
