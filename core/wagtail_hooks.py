"""Wagtail hooks of core: the rules of translations, visible drafts, deletion, and which pages are served."""

from django.db import router
from django.db.models import ProtectedError, Q
from django.db.models.deletion import Collector
from django.shortcuts import redirect
from django.templatetags.static import static
from django.urls import path, reverse_lazy
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail import hooks
from wagtail.admin import messages
from wagtail.admin.auth import user_has_any_page_permission
from wagtail.admin.menu import MenuItem
from wagtail.models import Page, PageQuerySet
from wagtail.permission_policies.pages import PagePermissionPolicy
from wagtail_localize import wagtail_hooks as localize_hooks

from core.i18n import dates
from core.i18n.text import comma_list
from core.local_times.log import MOVED, MovedTimesFormatter
from core.media import permissions
from core.media.views import refuse_withheld_document
from core.pages import PortalPage
from core.protection import forbid_what_drafts_need, protection_message
from core.translations import views
from core.translations.buttons import offer_what_is_allowed, translation_buttons
from core.translations.deletion import deleted_together, reasons_against_deleting, roots_of_deletion
from core.translations.effects import reasons_against_moving
from core.translations.groups import original_of, outdated_since, translation_record
from core.translations.locked import lock_message
from core.translations.model import OriginalOrTranslation
from core.translations.strings import (
    not_published_message,
    open_strings,
    reasons_against_publishing,
    title_and_language,
)

# Before wagtail-localize's own hooks, which have order 0.
FIRST = -10


# Wagtail's own apps have registered theirs by now.
permissions.register()
hooks.register("before_serve_document", refuse_withheld_document)


@hooks.register("construct_admin_api", order=-FIRST)
def leave_withheld_files_out_of_the_api(router) -> None:
    """Replace the endpoints of pictures and documents, which ask no permission policy."""
    router.register_endpoint("images", permissions.PicturesAPI)
    router.register_endpoint("documents", permissions.DocumentsAPI)


@hooks.register("insert_global_admin_css")
def insert_admin_css() -> str:
    """Add the portal's style sheet for the admin: fields with Arabic text run from right to left."""
    return format_html('<link rel="stylesheet" href="{}">', static("css/admin.css"))


@hooks.register("register_log_actions")
def register_log_actions(actions) -> None:
    """Moved times are shown in the history of their page or row."""
    actions.register_action(MOVED)(MovedTimesFormatter)


@hooks.register("register_admin_urls", order=FIRST)
def register_translation_urls():
    """Register the portal's views at wagtail-localize's URLs; Django uses the first that matches."""
    overrides = "localize/translate/<int:translation_id>/overrides/"
    snippets = "localize/api/snippets/<slug:app_label>/<slug:model_name>/"
    return [
        path("localize/submit/page/<int:page_id>/", views.SubmitPageView.as_view()),
        path(
            "localize/submit/snippet/<slug:app_label>/<slug:model_name>/<str:pk>/",
            views.SubmitSnippetView.as_view(),
        ),
        path("localize/update/<int:translation_source_id>/", views.SyncTranslationsView.as_view()),
        path("localize/translate/<int:translation_id>/pofile/download/", views.download_po_file),
        path("localize/translate/<int:translation_id>/pofile/upload/", views.upload_po_file),
        path("localize/translate/<int:translation_id>/strings/<int:string_segment_id>/edit/", views.edit_string),
        path(f"{overrides}<int:overridable_segment_id>/edit/", views.edit_override),
        path("localize/translate/<int:translation_id>/disable/", views.stop_translation),
        path("localize/page/<int:page_id>/convert_to_alias/", views.convert_to_alias),
        path(snippets, views.TranslatableSnippetViewSet.as_view({"get": "list"})),
        path(f"{snippets}<str:pk>/", views.TranslatableSnippetViewSet.as_view({"get": "retrieve"})),
    ]


def _replace_buttons() -> None:
    """Unregister buttons that wagtail-localize offers where the portal refuses them, and a menu item.

    The label of the item is in the language of whoever opens the admin first.
    """
    for name, function in (
        ("register_page_header_buttons", localize_hooks.page_listing_more_buttons),
        ("register_page_listing_more_buttons", localize_hooks.page_listing_more_buttons),
        ("register_snippet_listing_buttons", localize_hooks.register_snippet_listing_buttons),
        ("register_reports_menu_item", localize_hooks.register_wagtail_localize2_report_menu_item),
    ):
        hooks._hooks[name] = [entry for entry in hooks._hooks[name] if entry[0] is not function]


_replace_buttons()


class TranslationsMenuItem(MenuItem):
    """Shown to those who work with pages."""

    def is_shown(self, request):
        return user_has_any_page_permission(request.user)


@hooks.register("register_admin_menu_item")
def add_translations_report() -> MenuItem:
    """The report of translations, which is daily work."""
    address = reverse_lazy("wagtail_localize:translations_report")
    return TranslationsMenuItem(gettext_lazy("Translations"), address, name="translations", icon_name="site", order=50)


@hooks.register("construct_help_menu")
def leave_out_news_of_wagtail(request, menu_items: list) -> None:
    """Leave out the news for developers of Wagtail and its guide: they are in English, and about another admin."""
    menu_items[:] = [item for item in menu_items if not item.name.startswith(("whats-new-in-wagtail", "editor-guide"))]


@hooks.register("register_page_header_buttons")
@hooks.register("register_page_listing_more_buttons")
def add_page_buttons(page, user, view_name=None, next_url=None):
    """Offer to submit a page for translation and to update its translations, where that is possible."""
    return translation_buttons(page, user, next_url)


@hooks.register("register_snippet_listing_buttons")
def add_snippet_buttons(snippet, user, next_url=None):
    """The same for translatable snippets."""
    return translation_buttons(snippet, user, next_url)


@hooks.register("construct_page_action_menu")
def limit_page_actions(menu_items, request, context) -> None:
    """Offer no action on a page that would be refused."""
    offer_what_is_allowed(menu_items, context.get("page"))


@hooks.register("construct_snippet_action_menu")
def limit_snippet_actions(menu_items, request, context) -> None:
    """Offer no action on a snippet that would be refused."""
    offer_what_is_allowed(menu_items, context.get("instance"))


@hooks.register("before_edit_page", order=FIRST)
@hooks.register("before_edit_snippet", order=FIRST)
def guard_translation_editor(request, version):
    """Forbid to publish an incomplete translation; warn that a translation is out of date."""
    if not isinstance(version, OriginalOrTranslation) or version.is_original:
        return None
    if request.method != "POST":
        _warn_if_outdated(request, version)
        return None
    if "localize-convert-to-alias" in request.POST or "localize-restart-translation" in request.POST:
        return views.redirect_as_unavailable(request, version)
    if reason := lock_message(version, request.user):
        messages.error(request, reason)
        return redirect(request.path)
    if request.POST.get("action") == "publish":
        return _redirect_if_incomplete(request, version)
    return None


def _warn_if_outdated(request, version) -> None:
    since, record = outdated_since(version), translation_record(version)
    if not since:
        return
    names = title_and_language(original_of(version)) | {"date": dates.day(timezone.localtime(since))}
    if record is None or open_strings(record):
        text = _(
            "The original “%(title)s” (%(language)s) changed on %(date)s. Readers are told that this translation is "
            "older, until its open strings are translated and it is published."
        )
    else:
        text = _(
            "Since %(date)s the original “%(title)s” (%(language)s) has another text, file, picture or address. Check "
            "the one of this language, then publish: readers are told that this translation is older."
        )
    messages.warning(request, text % names)


def _redirect_if_incomplete(request, version):
    """Return a redirect with the reasons if a translation can't be published, else None."""
    if version.is_original or not (reasons := reasons_against_publishing(version)):
        return None
    messages.error(request, not_published_message(version, reasons))
    return redirect(request.path)


@hooks.register("before_publish_page")
@hooks.register("before_publish")
def guard_plain_editor(request, version):
    """Check versions that were never submitted for translation: they open in Wagtail's own editor."""
    if isinstance(version, OriginalOrTranslation):
        return _redirect_if_incomplete(request, version)
    return None


@hooks.register("before_bulk_action")
def guard_bulk_action(request, action_type, objects, action):
    """Forbid to move and to delete in bulk what the forms of single pages forbid."""
    if action.model is not Page:
        return None
    refusals = []
    if action_type == "delete":
        # One of the pages can be deleted with another one: below it, or as its translation.
        roots = set(roots_of_deletion(objects).values_list("pk", flat=True))
        refusals = reasons_against_deleting(objects, request.user)
        objects[:] = _without_repetitions([page for page in objects if page.pk in roots])
    elif action_type == "move":
        destination = action.cleaned_form.cleaned_data["chooser"]
        for page in objects:
            refusals += reasons_against_moving(page.specific, destination)
    for text in refusals:
        messages.error(request, text)
    return redirect(action.next_url) if refusals else None


def _without_repetitions(pages: list[Page]) -> list[Page]:
    """The pages that are not deleted with one before them."""
    chosen: list[Page] = []
    for page in pages:
        if not chosen or not deleted_together(chosen).filter(pk=page.pk).exists():
            chosen.append(page)
    return chosen


@hooks.register("before_delete_page")
def guard_delete(request, page):
    """Forbid to delete a page with others that the user may not delete."""
    if request.method != "POST":
        return None
    reasons = reasons_against_deleting([page], request.user)
    for reason in reasons:
        messages.error(request, reason)
    return redirect("wagtailadmin_pages:delete", page.pk) if reasons else None


@hooks.register("before_move_page")
def guard_move(request, page, destination):
    """Forbid to move a page to where a translation of it can't follow."""
    reasons = reasons_against_moving(page, destination)
    for reason in reasons:
        messages.error(request, reason)
    return redirect("wagtailadmin_pages:move", page.pk) if reasons else None


@hooks.register("before_serve_page", order=FIRST)
def check_page_may_be_served(page, request, serve_args, serve_kwargs):
    """Raise Http404 for a page that must not be served. A hook, because routable pages do not call `Page.serve`."""
    if isinstance(page, PortalPage):
        page.check_may_be_served(request)


@hooks.register("construct_page_chooser_queryset")
def limit_page_chooser(pages: PageQuerySet, request) -> PageQuerySet:
    """Offer published pages and those drafts that the user may edit."""
    own = PagePermissionPolicy().instances_user_has_any_permission_for(request.user, ["change", "publish"])
    return pages.filter(Q(live=True) | Q(owner=request.user) | Q(pk__in=own.values("pk")))


@hooks.register("before_delete_snippet")
def forbid_deleting_protected_rows(request, instances):
    """Show a message if protected rows depend on the instances; Wagtail alone answers with a server error."""
    if not instances:
        return None
    try:
        Collector(using=router.db_for_write(type(instances[0])), origin=instances).collect(instances)
        for instance in instances:
            forbid_what_drafts_need(instance)
    except ProtectedError as error:
        messages.error(request, protection_message(error, comma_list(map(str, instances))))
        return redirect(instances[0].snippet_viewset.get_url_name("list"))
    return None
