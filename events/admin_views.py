"""Admin views of one event: its screen, previews of its page, and the forms that move, postpone and cancel it."""

from functools import partial

from django.core.exceptions import BadRequest, PermissionDenied, ValidationError
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.views.generic import FormView, TemplateView, View
from wagtail.admin import messages
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.models import Locale
from wagtail.permission_policies.pages import PagePermissionPolicy

from core.i18n.languages import own_name, settings_order
from core.instant_previews import as_if, preview_response
from core.media.document_forms import answer_document
from core.shown_instant import parse_instant
from core.translations.submission import begin_translation
from events.change_forms import AgainForm, ChangeForm
from events.document_grid import EventDocumentForm, document_form, newest
from events.models import EventPage
from events.overview import event_overview, event_url
from events.series_screen import latest_edition, series_rows
from events.vocabularies import EventSeries


class EventView(WagtailAdminTemplateMixin):
    """Base of views about one event, by the key of its original. Requires the right to edit it."""

    header_icon = "date"

    @cached_property
    def event(self) -> EventPage:
        """The original as it is public, or its row if it is a draft; 404 for a translation and for no event."""
        event = get_object_or_404(EventPage.objects.select_related("locale", "host_city"), pk=self.kwargs["pk"])
        if not event.is_original:
            raise Http404
        return event

    @cached_property
    def versions(self) -> list[EventPage]:
        """All versions of the event, in the order of the languages."""
        rows = EventPage.objects.filter(translation_key=self.event.translation_key).exclude(pk=self.event.pk)
        rows = rows.select_related("locale").prefetch_workflow_states().annotate_approved_schedule()
        found = [self.event, *rows]
        return sorted(found, key=lambda version: settings_order(version.language))

    def dispatch(self, request, *args, **kwargs):
        permissions = self.event.permissions_for_user(request.user)
        if not self.is_allowed(permissions):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def is_allowed(self, permissions) -> bool:
        """Whether somebody with these permissions on the original may use the view."""
        return permissions.can_edit()

    def get_page_subtitle(self):
        return self.event.draft_title or self.event.title

    def get_success_url(self):
        return event_url("screen", self.event)

    def get_breadcrumbs_items(self):
        return [
            *self.breadcrumbs_items,
            {"url": reverse("event_list:index"), "label": EventPage._meta.verbose_name_plural},
            {"url": self.get_success_url(), "label": self.get_page_subtitle()},
            {"url": "", "label": self.get_page_title()},
        ]


class ScreenView(EventView, TemplateView):
    """The screen of an event. `?document=new` opens the form of a new document, `?document=KEY-fr` that of another."""

    template_name = "events/admin/event.html"
    document_form: EventDocumentForm | None = None

    @cached_property
    def drafts(self) -> list[EventPage]:
        """All versions as they were saved last."""
        return newest(self.versions)

    def get_page_title(self):
        return _("Event")

    def get_breadcrumbs_items(self):
        return [*super().get_breadcrumbs_items()[:-2], {"url": "", "label": self.get_page_subtitle()}]

    def get_context_data(self, **kwargs):
        user = self.request.user
        form = self.document_form or document_form(self.drafts, self.request.GET.get("document", ""), user)
        return super().get_context_data(**kwargs) | event_overview(self.event, self.versions, user, self.drafts, form)


class DocumentView(ScreenView):
    """Adds, replaces or removes a document of an event. A form with an error comes back on the screen of the event."""

    http_method_names = ["post"]

    def post(self, request, *args, **kwargs):
        """Answer with a redirect to the grid; 404 for a document that the event does not have."""
        self.document_form = document_form(
            self.drafts, request.POST.get("document", ""), request.user, request.POST, request.FILES
        )
        done = answer_document(request, self.document_form, self.get_success_url())
        return done or self.get(request, *args, **kwargs)


class TranslateView(EventView, View):
    """Begins the translation of an event into one language, as a draft, and opens it."""

    http_method_names = ["post"]

    def post(self, request, pk, language):
        """Answer with a redirect: to the translation, or back with the reasons why there is none."""
        locale = get_object_or_404(Locale, language_code=language)
        version, reasons = begin_translation(self.event, locale, request.user)
        for reason in reasons:
            messages.error(request, reason)
        if version is None:
            return redirect(self.get_success_url())
        return redirect("wagtailadmin_pages:edit", version.pk)


class AgainView(EventView, FormView):
    """Begin an event from this one, as a draft with new dates."""

    template_name = "events/admin/again.html"
    form_class = AgainForm

    def is_allowed(self, permissions) -> bool:
        parent = self.event.get_parent().specific
        return permissions.can_edit() and parent.permissions_for_user(self.request.user).can_add_subpage()

    def get_page_title(self):
        return _("Same again, new edition") if self.event.edition else _("Same again, new dates")

    def get_form_kwargs(self):
        return {**super().get_form_kwargs(), "event": self.event, "user": self.request.user}

    def form_valid(self, form):
        try:
            begun = form.begin()
        except ValidationError as error:
            form.add_errors(error)
            return self.form_invalid(form)
        messages.success(self.request, _("The event has been created as a draft. Check its words, then publish it."))
        return redirect("wagtailadmin_pages:edit", begun.pk)

    def get_context_data(self, **kwargs):
        label = self.get_page_title()
        return super().get_context_data(**kwargs, submit_button_label=label, submit_button_active_label=_("Saving…"))


class SeriesView(WagtailAdminTemplateMixin, TemplateView):
    """A series with its editions. 404 for a code that is no series."""

    template_name = "events/admin/series.html"
    header_icon = "date"

    def dispatch(self, request, *args, **kwargs):
        if not PagePermissionPolicy().user_has_permission(request.user, "add"):
            raise PermissionDenied
        if kwargs["series"] not in EventSeries.values:
            raise Http404
        return super().dispatch(request, *args, **kwargs)

    def get_page_title(self):
        return _("Conference series")

    def get_page_subtitle(self):
        return EventSeries(self.kwargs["series"]).label

    def get_breadcrumbs_items(self):
        return [
            *self.breadcrumbs_items,
            {"url": reverse("event_list:index"), "label": EventPage._meta.verbose_name_plural},
            {"url": "", "label": self.get_page_subtitle()},
        ]

    def get_context_data(self, **kwargs):
        series = self.kwargs["series"]
        latest = latest_edition(series)
        again_url = event_url("again", latest) if latest else ""
        return super().get_context_data(**kwargs, rows=series_rows(series), again_url=again_url)


class ChangeView(EventView, FormView):
    """A form of `events.change_forms`: shows the page after the change, or makes the change. It is public at once."""

    template_name = "events/admin/change.html"
    form_class: type[ChangeForm]

    def is_allowed(self, permissions) -> bool:
        return permissions.can_edit() and permissions.can_publish()

    def get_page_title(self):
        return self.form_class.title

    def get_form_kwargs(self):
        return {**super().get_form_kwargs(), "event": self.event, "user": self.request.user}

    def form_valid(self, form):
        """Answer with a preview, or a redirect to the screen; an error comes back with what was typed."""
        try:
            if page := self._page_to_preview():
                return as_if(form.apply, partial(self._preview, page))
            form.apply()
        except ValidationError as error:
            form.add_errors(error)
            return self.form_invalid(form)
        messages.success(
            self.request, _("Saved and public. All pages, lists, calendars and feeds of the event show the change.")
        )
        return super().form_valid(form)

    def _page_to_preview(self) -> EventPage | None:
        """The version in the language that was chosen for a preview; None if another button was pressed."""
        wanted = self.request.POST.get("preview", "")
        return next((version for version in self.versions if version.language == wanted), None)

    def _preview(self, page: EventPage):
        return preview_response(EventPage.objects.get(pk=page.pk), timezone.now(), self.request)

    def get_context_data(self, **kwargs):
        shown = [version for version in self.versions if version.live]
        return super().get_context_data(
            **kwargs,
            event=self.event,
            languages=[{"code": version.language, "name": own_name(version.language)} for version in shown],
            submit_button_label=self.get_page_title(),
            submit_button_active_label=_("Saving…"),
        )


class PreviewView(EventView, View):
    """The page of an event in one language as readers will see it at `?at=` (ISO 8601 with an offset), or now."""

    http_method_names = ["get", "head"]

    def get(self, request, pk, language):
        """404 for a language without a page, and for a draft that the user may not edit."""
        page = next((version for version in self.versions if version.language == language), None)
        if page is None or not (page.live or page.permissions_for_user(request.user).can_edit()):
            raise Http404
        asked = request.GET.get("at", "")
        at = parse_instant(asked) if asked else timezone.now()
        if at is None:
            raise BadRequest("`at` is no instant in ISO 8601 with a UTC offset.")
        return preview_response(page, at, request)
