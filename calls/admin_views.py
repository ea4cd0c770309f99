"""Admin views that move a call's dates and create its first page."""

from django import forms
from django.core.exceptions import ValidationError
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import FormView
from wagtail.admin import messages
from wagtail.admin.views.generic import CreateView, EditView
from wagtail.admin.views.generic.base import BaseObjectMixin, WagtailAdminTemplateMixin
from wagtail.admin.views.generic.permissions import PermissionCheckedMixin
from wagtail.admin.views.pages.create import CreateView as CreatePageView

from calls.date_forms import DatesForm
from calls.models import Call
from calls.services import withdraw_change


class NewCallView(CreateView):
    """Create a call, then show its edit view, which links to the form for its page."""

    success_message = gettext_lazy("The call “%(object)s” has been created. Now write its page.")

    def get_success_url(self):
        return self.get_edit_url()


class EditCallView(EditView):
    """Edit a call, except its code and dates."""

    def get_success_url(self):
        return self.get_edit_url()


class CallViewMixin(PermissionCheckedMixin, BaseObjectMixin, WagtailAdminTemplateMixin):
    """Base of views about one call. Requires the permission to change calls."""

    model = Call
    permission_required = "change"
    header_icon = "date"
    index_url_name = None
    edit_url_name = None

    def get_base_object_queryset(self):
        return Call.objects.with_history(timezone.now())

    def get_page_subtitle(self):
        return self.object.code

    def get_success_url(self):
        return reverse(self.edit_url_name, args=[self.object.pk])

    def get_breadcrumbs_items(self):
        return [
            *self.breadcrumbs_items,
            {"url": reverse(self.index_url_name), "label": self.model._meta.verbose_name_plural},
            {"url": self.get_success_url(), "label": self.object.code},
            {"url": "", "label": self.get_page_title()},
        ]


class MoveDatesView(CallViewMixin, FormView):
    """A form of `calls.date_forms`: previews the change or applies it."""

    template_name = "calls/admin/move_dates.html"
    form_class: type[DatesForm]

    def get_page_title(self):
        return self.form_class.title

    def get_form_kwargs(self):
        return {**super().get_form_kwargs(), "call": self.object, "user": self.request.user}

    def form_valid(self, form):
        try:
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

    def get_context_data(self, **kwargs):
        return super().get_context_data(
            **kwargs,
            call=self.object,
            submit_button_label=self.form_class.title,
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


class WritePageView(CreatePageView):
    """Wagtail's form for a new page with the call preselected. It posts to Wagtail's own URL."""

    def dispatch(self, request, pk, parent_pk):
        self.call = get_object_or_404(Call, pk=pk)
        return super().dispatch(request, "calls", "callpage", parent_pk)

    def get(self, request):
        self.page.call = self.call
        return super().get(request)
