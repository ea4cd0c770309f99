"""The admin view that changes a city's membership status."""

from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import FormView
from wagtail.admin import messages
from wagtail.admin.views.generic.base import BaseObjectMixin, WagtailAdminTemplateMixin
from wagtail.admin.views.generic.permissions import PermissionCheckedMixin

from cities.forms import RecordStatusForm
from cities.models import City, MembershipRound
from cities.services import record_status


class RecordStatusView(PermissionCheckedMixin, BaseObjectMixin, WagtailAdminTemplateMixin, FormView):
    """Record a change of a city's membership status; its history is below the form.

    For users with the permission to change cities.
    """

    model = City
    form_class = RecordStatusForm
    permission_required = "change"
    template_name = "cities/admin/record_status.html"
    page_title = gettext_lazy("Record a change of membership status")
    header_icon = "history"
    index_url_name = None
    edit_url_name = None

    def get_page_subtitle(self):
        return self.object.name

    def get_breadcrumbs_items(self):
        return [
            *self.breadcrumbs_items,
            {"url": reverse(self.index_url_name), "label": self.model._meta.verbose_name_plural},
            {"url": self.get_success_url(), "label": self.object.name},
            {"url": "", "label": self.page_title},
        ]

    def get_initial(self):
        return {"status": self.object.status}

    def get_form_kwargs(self):
        return super().get_form_kwargs() | {"rounds": MembershipRound.objects.all()}

    def form_valid(self, form):
        try:
            record_status(self.object, by=self.request.user, **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
            return self.form_invalid(form)
        messages.success(
            self.request,
            _("%(city)s: %(status)s.") % {"city": self.object.name, "status": self.object.get_status_display()},
        )
        return super().form_valid(form)

    def get_success_url(self):
        return reverse(self.edit_url_name, args=[self.object.pk])

    def get_context_data(self, **kwargs):
        return super().get_context_data(
            **kwargs,
            submit_button_label=_("Record"),
            submit_button_active_label=_("Recording…"),
            history=self.object.history,
        )
