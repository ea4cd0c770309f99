"""The administrator's page in the admin."""

from django.core.exceptions import PermissionDenied
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.generic import TemplateView
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from portal.system_report import by_state, report


def may_see(user) -> bool:
    """Whether a person sees the state of the portal: administrators."""
    return user.is_superuser


@method_decorator(never_cache, name="dispatch")
class SystemView(WagtailAdminTemplateMixin, TemplateView):
    """The state of each part in words, and what to do."""

    template_name = "portal/admin/system.html"
    page_title = gettext_lazy("State of the portal")
    header_icon = "cogs"
    http_method_names = ["get", "head"]

    def dispatch(self, request, *args, **kwargs):
        if not may_see(request.user):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def get_breadcrumbs_items(self):
        return [*self.breadcrumbs_items, {"url": "", "label": self.get_page_title()}]

    def get_context_data(self, **kwargs) -> dict:
        return super().get_context_data(groups=by_state(report()), **kwargs)
