"""The list of what was not published or taken down at its time, for those who can correct it."""

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext_lazy
from django.views.generic import TemplateView
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from editorial.kinds_of_work import writes_pages
from editorial.schedules import late_schedules


class LateSchedulesView(WagtailAdminTemplateMixin, TemplateView):
    """What is late, of what the reader may edit; the oldest first."""

    template_name = "editorial/admin/late_schedules.html"
    page_title = gettext_lazy("Pages that were not published or taken down at their time")
    header_icon = "time"

    def get_breadcrumbs_items(self):
        return [*self.breadcrumbs_items, {"url": "", "label": self.get_page_title()}]

    def dispatch(self, request, *args, **kwargs):
        if not writes_pages(request.user):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def get_context_data(self, **kwargs):
        return super().get_context_data(**kwargs, rows=late_schedules(self.request.user))
