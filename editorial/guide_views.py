"""The guides in the admin."""

from django.http import Http404
from django.views.generic import TemplateView
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from editorial.guides import GUIDES


class GuideView(WagtailAdminTemplateMixin, TemplateView):
    """One guide, for everybody who works in the admin."""

    template_name = "editorial/admin/guide.html"
    header_icon = "help"
    http_method_names = ["get", "head"]

    def dispatch(self, request, *args, **kwargs):
        if kwargs["guide"] not in GUIDES:
            raise Http404
        self.guide = GUIDES[kwargs["guide"]]
        return super().dispatch(request, *args, **kwargs)

    def get_page_title(self):
        return str(self.guide.heading)

    def get_breadcrumbs_items(self):
        return [*self.breadcrumbs_items, {"url": "", "label": self.get_page_title()}]

    def get_context_data(self, **kwargs) -> dict:
        return super().get_context_data(**kwargs | {"guide": self.guide})
