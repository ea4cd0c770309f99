"""Admin views that move a call's dates and create its first page."""

from functools import partial

from django import forms
from django.core.exceptions import BadRequest, ValidationError
from django.db import transaction
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import FormView, View
from wagtail.admin import messages
from wagtail.admin.views.generic import CreateView, EditView
from wagtail.admin.views.generic.base import BaseObjectMixin, WagtailAdminTemplateMixin
from wagtail.admin.views.generic.permissions import PermissionCheckedMixin
from wagtail.admin.views.pages.create import CreateView as CreatePageView
from wagtail.models import Locale

from calls.admin_words import title_of
from calls.again import copy_pages, last_of_each_kind, proposal
from calls.date_forms import DatesForm, MoveForm
from calls.deadlines import deadline_text
from calls.document_grid import DocumentForm, document_form
from calls.models import Call
from calls.overview import call_overview, for_screen
from calls.services import withdraw_change
from core.i18n.languages import own_name, settings_order
from core.instant_previews import preview_response
from core.media.document_forms import answer_document
from core.shown_instant import parse_instant
from core.translations.submission import begin_translation


def call_url_name(view: str) -> str:
    """The name of the URL of a view of calls."""
    return f"calls:{view}"


class NewCallView(CreateView):
    """Create a call, then show its screen, which links to the form for its page."""

    success_message = gettext_lazy("The call “%(object)s” has been created. Now write its page.")

    def get_success_url(self):
        return self.get_edit_url()

    def form_valid(self, form):
        response = super().form_valid(form)
        if (past := self.object.first_deadline) and past <= timezone.now():
            messages.warning(
                self.request,
                _("The deadline for cities, %(date)s, has already passed: readers will see the call as closed.")
                % {"date": deadline_text(self.object, past)},
            )
        return response

    def get_context_data(self, **kwargs):
        patterns = [
            {
                "title": title_of(call),
                "kind": call.get_kind_display(),
                "url": reverse(call_url_name("again"), args=[call.pk]),
            }
            for call in last_of_each_kind()
        ]
        return super().get_context_data(**{"patterns": patterns, **kwargs})


class AgainView(NewCallView):
    """Create a call from an earlier one: its facts, contact, words and translations, with new dates.

    `?dates=empty` proposes no dates.
    """

    template_name = "calls/admin/again.html"
    page_title = gettext_lazy("Same again, new dates")

    @cached_property
    def earlier(self) -> Call:
        """The call that is the pattern, as of now."""
        calls = Call.objects.with_history(timezone.now()).prefetch_related("pages__locale")
        return get_object_or_404(calls, pk=self.kwargs["pk"])

    def get_add_url(self):
        return self.request.get_full_path()

    def get_page_subtitle(self):
        return _("Same again, new dates")

    def get_form_kwargs(self):
        kwargs = super().get_form_kwargs()
        has_dates = self.request.GET.get("dates") != "empty"
        return kwargs | {"initial": proposal(self.earlier, with_dates=has_dates)}

    def form_valid(self, form):
        """Create the call and its drafts together, or nothing."""
        with transaction.atomic():
            return super().form_valid(form)

    def save_instance(self):
        call = super().save_instance()
        copy_pages(self.earlier, call, self.request.user)
        return call

    def get_success_message(self, instance):
        return _("The call has been created, with its pages as drafts. Check its dates and words, then publish.")

    def get_context_data(self, **kwargs):
        return super().get_context_data(**kwargs, earlier=self.earlier, earlier_title=title_of(self.earlier))


class EditCallView(EditView):
    """The screen of a call: what readers see now and later, dates, pages, documents; below, the form of its facts.

    `?document=flyer-pt` opens the form of one document in the grid.
    """

    document_form: DocumentForm | None = None

    @cached_property
    def call(self) -> Call:
        """The call with all that the screen shows."""
        return get_object_or_404(for_screen(), pk=self.kwargs["pk"])

    def get_success_url(self):
        return self.get_edit_url()

    def get_page_subtitle(self):
        return str(title_of(self.call))

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        form = self.document_form
        if form is None:
            form = document_form(self.call, self.request.GET.get("document", ""), self.request.user)
        if form is not None:
            context["media"] = context["media"] + form.media
        return context | call_overview(self.call, self.request.user, call_url_name, form)


class DocumentView(EditCallView):
    """Adds, replaces or removes a document of a call. A form with an error comes back on the screen of the call."""

    http_method_names = ["post"]

    def post(self, request, *args, **kwargs):
        """Answer with a redirect to the grid; 404 for a document that the call does not have."""
        self.object = self.get_object()
        self.document_form = document_form(
            self.call, request.POST.get("document", ""), request.user, request.POST, request.FILES
        )
        return answer_document(request, self.document_form, self.get_edit_url()) or self.get(request, *args, **kwargs)

    def get_form_kwargs(self):
        """The form of the facts is not sent with a document."""
        return {name: value for name, value in super().get_form_kwargs().items() if name not in ("data", "files")}


class CallViewMixin(PermissionCheckedMixin, BaseObjectMixin, WagtailAdminTemplateMixin):
    """Base of views about one call. Requires the permission to change calls."""

    model = Call
    permission_required = "change"
    header_icon = "date"
    index_url_name = None
    edit_url_name = None

    def get_base_object_queryset(self):
        return Call.objects.with_history(timezone.now()).prefetch_related("pages__locale")

    def get_page_subtitle(self):
        return str(title_of(self.object))

    def get_success_url(self):
        return reverse(self.edit_url_name, args=[self.object.pk])

    def get_breadcrumbs_items(self):
        return [
            *self.breadcrumbs_items,
            {"url": reverse(self.index_url_name), "label": self.model._meta.verbose_name_plural},
            {"url": self.get_success_url(), "label": self.get_page_subtitle()},
            {"url": "", "label": self.get_page_title()},
        ]


class MoveDatesView(CallViewMixin, FormView):
    """A form of `calls.date_forms`: previews the change or applies it."""

    template_name = "calls/admin/move_dates.html"
    form_class: type[DatesForm]

    @property
    def is_plan(self) -> bool:
        """Whether the change is to be announced later: `?plan=1`."""
        return bool(self.request.GET.get("plan")) and issubclass(self.form_class, MoveForm)

    def get_page_title(self):
        return _("Plan an announcement") if self.is_plan else self.form_class.title

    def get_form_kwargs(self):
        kwargs = {**super().get_form_kwargs(), "call": self.object, "user": self.request.user}
        return kwargs | {"is_plan": True} if self.is_plan else kwargs

    def form_valid(self, form):
        try:
            if page := self._page_to_preview():
                return form.preview_page(partial(preview_response, page, request=self.request))
            if "preview" in self.request.POST:
                before, after = form.preview()
                return self.render_to_response(self.get_context_data(form=form, before=before, after=after))
            form.apply()
        except ValidationError as error:
            form.add_error(None, error)
            return self.form_invalid(form)
        messages.success(
            self.request, _("Saved. All pages, lists and calendars show the change once it has been announced.")
        )
        return super().form_valid(form)

    def _page_to_preview(self):
        """The page in the language that was chosen for a preview; None if another button was pressed."""
        wanted = self.request.POST.get("preview", "")
        return next((page for page in self.object.pages.all() if page.language == wanted), None)

    def get_context_data(self, **kwargs):
        pages = sorted(self.object.pages.all(), key=lambda page: settings_order(page.language))
        return super().get_context_data(
            **kwargs,
            call=self.object,
            languages=[{"code": page.language, "name": own_name(page.language)} for page in pages],
            submit_button_label=self.get_page_title(),
            submit_button_active_label=_("Saving…"),
        )


class WithdrawView(CallViewMixin, FormView):
    """Withdraw a change before its announcement."""

    template_name = "calls/admin/withdraw.html"
    form_class = forms.Form
    page_title = gettext_lazy("Withdraw a planned change")

    @cached_property
    def change(self):
        return get_object_or_404(self.object.date_changes, pk=self.kwargs["change_pk"])

    def form_valid(self, form):
        try:
            withdraw_change(self.change, user=self.request.user)
        except ValidationError as error:
            form.add_error(None, error)
            return self.form_invalid(form)
        messages.success(self.request, _("The change has been withdrawn. It was never public."))
        return super().form_valid(form)

    def get_context_data(self, **kwargs):
        return super().get_context_data(**kwargs, change=self.change, submit_button_label=self.page_title)


class PreviewView(CallViewMixin, View):
    """The page of a call in one language as readers will see it at `?at=` (ISO 8601 with an offset), or now."""

    http_method_names = ["get", "head"]

    def get(self, request, pk, language):
        """404 for a language without a page, and for a draft that the user may not edit."""
        page = get_object_or_404(self.object.pages.all(), locale__language_code=language)
        if not (page.live or page.permissions_for_user(request.user).can_edit()):
            raise Http404
        asked = request.GET.get("at", "")
        at = parse_instant(asked) if asked else timezone.now()
        if at is None:
            raise BadRequest("`at` is no instant in ISO 8601 with a UTC offset.")
        return preview_response(page, at, request)


class TranslateView(CallViewMixin, View):
    """Begins the translation of a call's page into one language, as a draft, and opens it.

    For whoever may edit the original and add drafts in that language: who writes a call writes its translations, too.
    """

    http_method_names = ["post"]

    def post(self, request, pk, language):
        """Answer with a redirect: to the new translation, or back with the reasons why there is none."""
        locale = get_object_or_404(Locale, language_code=language)
        originals = [page for page in self.object.pages.all() if page.is_original]
        if not originals:
            messages.error(request, _("Write the page in one language first."))
            return redirect(self.get_success_url())
        version, reasons = begin_translation(originals[0], locale, request.user)
        for reason in reasons:
            messages.error(request, reason)
        if version is None:
            return redirect(self.get_success_url())
        return redirect("wagtailadmin_pages:edit", version.pk)


class WritePageView(CreatePageView):
    """Wagtail's form for a new page with the call preselected. It posts to Wagtail's own URL."""

    def dispatch(self, request, pk, parent_pk):
        self.call = get_object_or_404(Call, pk=pk)
        return super().dispatch(request, "calls", "callpage", parent_pk)

    def get(self, request):
        self.page.call = self.call
        return super().get(request)
