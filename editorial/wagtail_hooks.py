"""Registers the editors' day with Wagtail's admin."""

from django.templatetags.static import static
from django.urls import path, reverse, reverse_lazy
from django.utils.html import format_html_join
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.admin.views.pages.bulk_actions import DeleteBulkAction, MoveBulkAction
from wagtail.snippets.bulk_actions.delete import DeleteBulkAction as DeleteSnippets

from editorial import link_report
from editorial.bulk.calls import PublishCalls, UnpublishCalls
from editorial.bulk.confirming import MarkConfirmed
from editorial.bulk.facts import AssignCluster, SetState
from editorial.bulk.listing import WholeListing
from editorial.bulk.memberships import RecordStatuses
from editorial.bulk.publishing import PublishPages, PublishProfiles, UnpublishPages, UnpublishProfiles
from editorial.bulk.undo import undo
from editorial.event_list import event_list
from editorial.guide_views import GuideView
from editorial.guides import EDITORS, TRANSLATORS, guides_of
from editorial.imports import views as import_views
from editorial.late_schedules import LateSchedulesView
from editorial.menu import PeopleMenuItem, in_the_order_of_work, without_people
from editorial.panels import DaysWorkPanel
from editorial.practice_list import practice_list
from editorial.term_list import term_list
from editorial.translation_queue import TranslationQueue, assign

# Before wagtail-localize's own hooks, which have order 0.
FIRST = -10


@hooks.register("construct_homepage_panels")
def show_the_day(request, panels: list) -> None:
    """Fill the home page of the admin with the day's work instead of Wagtail's panels."""
    panels[:] = [DaysWorkPanel()]


@hooks.register("construct_homepage_summary_items", order=100)
def leave_out_the_summary(request, items: list) -> None:
    """Leave out how many pages, pictures and documents there are: it is nobody's work."""
    items.clear()


@hooks.register("insert_global_admin_css")
def insert_editorial_css() -> str:
    """Add the style sheets of the editors' pages, and of the network's colours."""
    sheets = [(reverse("admin-brand"),), (static("css/editorial.css"),)]
    return format_html_join("\n", '<link rel="stylesheet" href="{}">', sheets)


@hooks.register("register_admin_viewset")
def register_lists():
    """The lists of pages of one type, and of the terms of the network."""
    return [practice_list, event_list, term_list]


@hooks.register("register_admin_urls", order=FIRST)
def register_translation_queue():
    """Register the translators' queue at the URLs of wagtail-localize's report; Django uses the first that matches."""
    return [
        path("localize/reports/translations/", TranslationQueue.as_view(), name="translation-queue"),
        path("localize/reports/translations/results/", TranslationQueue.as_view(results_only=True)),
        path("translations/<int:translation_id>/assign/", assign, name="translation-assign"),
    ]


@hooks.register("register_admin_urls")
def register_imports():
    """The imports of tables."""
    return import_views.urlpatterns


@hooks.register("register_admin_urls")
def register_guides():
    """The guides for editors and translators."""
    return [path("guides/<slug:guide>/", GuideView.as_view(), name="guide")]


class GuideMenuItem(MenuItem):
    """Shown to those whose work the guide explains."""

    def is_shown(self, request):
        return self.name in {f"guide-{guide.code}" for guide in guides_of(request.user)}


def _guide_item(guide, order: int) -> MenuItem:
    url = reverse_lazy("guide", args=[guide.code])
    return GuideMenuItem(guide.heading, url, name=f"guide-{guide.code}", icon_name="help", order=order)


@hooks.register("register_help_menu_item")
def add_guide_for_editors() -> MenuItem:
    """The guide for editors, first in the help."""
    return _guide_item(EDITORS, 10)


@hooks.register("register_help_menu_item")
def add_guide_for_translators() -> MenuItem:
    """The guide for translators."""
    return _guide_item(TRANSLATORS, 20)


@hooks.register("register_admin_menu_item")
def add_today() -> MenuItem:
    """The home page, first in the menu."""
    return MenuItem(_("Today"), reverse_lazy("wagtailadmin_home"), name="today", icon_name="home", order=10)


@hooks.register("register_admin_menu_item")
def add_people() -> MenuItem:
    """The people of the secretariat, who are among the settings in Wagtail."""
    return PeopleMenuItem(
        _("People"), reverse_lazy("wagtailusers_users:index"), name="people", icon_name="user", order=9500
    )


@hooks.register("register_admin_urls")
def register_undo():
    """The page that undoes a bulk action."""
    return [path("bulk/undo/<str:token>/", undo, name="bulk-undo")]


@hooks.register("register_admin_urls")
def register_broken_links():
    """The report of broken links."""
    address = "reports/broken-links/"
    view = link_report.BrokenLinksView
    return [
        path(address, view.as_view(), name="broken-links"),
        path(f"{address}results/", view.as_view(results_only=True), name="broken-links-results"),
        path(f"{address}<int:pk>/dismiss/", link_report.dismiss, name="broken-link-dismiss"),
    ]


@hooks.register("register_admin_urls")
def register_late_schedules():
    """The list of what was not published or taken down at its time."""
    return [path("reports/late-schedules/", LateSchedulesView.as_view(), name="late-schedules")]


@hooks.register("register_reports_menu_item")
def add_broken_links() -> MenuItem:
    """The report of broken links."""
    return link_report.BrokenLinksMenuItem(
        _("Broken links"), reverse_lazy("broken-links"), name="broken-links", icon_name="link", order=81
    )


class MoveWholeListing(WholeListing, MoveBulkAction):
    """Wagtail's action, for the rows of the list as it is filtered."""


class DeleteWholeListing(WholeListing, DeleteBulkAction):
    """Wagtail's action, for the rows of the list as it is filtered."""


class DeleteWholeSnippetListing(WholeListing, DeleteSnippets):
    """Wagtail's action, for the rows of the list as it is filtered."""


BULK_ACTIONS = (
    PublishPages,
    UnpublishPages,
    PublishCalls,
    UnpublishCalls,
    PublishProfiles,
    UnpublishProfiles,
    AssignCluster,
    SetState,
    MarkConfirmed,
    RecordStatuses,
    MoveWholeListing,
    DeleteWholeListing,
    DeleteWholeSnippetListing,
)
for action in BULK_ACTIONS:
    # After Wagtail's own, which these replace.
    hooks.register("register_bulk_action", action, order=100)

hooks.register("construct_main_menu", in_the_order_of_work)
hooks.register("construct_settings_menu", without_people)
