"""The list of reported mistakes in the admin."""

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_POST
from django_filters import ChoiceFilter
from wagtail.admin import messages
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.ui.tables import Column, DateColumn
from wagtail.admin.views.reports import ReportView
from wagtail.permission_policies import ModelPermissionPolicy

from core.i18n.languages import language_choices
from feedback import services
from feedback.models import MistakeReport, ReportState

POLICY = ModelPermissionPolicy(MistakeReport)


class ReportFilterSet(WagtailFilterSet):
    """The filters of the list."""

    state = ChoiceFilter(label=gettext_lazy("Status"), choices=ReportState.choices)
    language = ChoiceFilter(label=gettext_lazy("Language"), choices=language_choices)

    class Meta:
        model = MistakeReport
        fields = ["state", "language"]


class PageColumn(Column):
    """The address of the page, as a link if it is one of this portal."""

    cell_template_name = "feedback/admin/page_cell.html"


class TextColumn(Column):
    """What the reader wrote, and an address for questions."""

    cell_template_name = "feedback/admin/text_cell.html"


class StateColumn(Column):
    """The state, and the button that changes it for those who may."""

    cell_template_name = "feedback/admin/state_cell.html"

    def get_cell_context_data(self, instance, parent_context):
        context = super().get_cell_context_data(instance, parent_context)
        request = context["request"]
        # Wagtail renders cells without the context processors.
        may_change = POLICY.user_has_permission(request.user, "change")
        return context | {"may_change": may_change, "csrf_token": get_token(request)}


class MistakeReportsView(ReportView):
    """What readers say is wrong, the newest first; `?state=new` leaves out what is done."""

    model = MistakeReport
    permission_policy = POLICY
    any_permission_required = ["view"]
    page_title = gettext_lazy("Reports of mistakes")
    header_icon = "warning"
    index_url_name = "mistake-reports"
    index_results_url_name = "mistake-reports-results"
    filterset_class = ReportFilterSet
    default_ordering = "-created_at"
    search_fields = ["text", "page", "email"]
    search_backend_name = None
    is_searchable = True
    columns = [
        DateColumn("created_at", label=pgettext_lazy("when it happened", "Date"), sort_key="created_at"),
        PageColumn("page", label=gettext_lazy("Page")),
        TextColumn("text", label=gettext_lazy("What is wrong")),
        StateColumn("state", label=gettext_lazy("Status")),
    ]
    list_export: list[str] = []

    def get_queryset(self):
        found = MistakeReport.objects.select_related("closed_by")
        return self.search_queryset(self.filter_queryset(found)).order_by("-created_at", "-pk")


@require_POST
def set_state(request: HttpRequest, pk: int, state: str) -> HttpResponse:
    """Mark a report as done, or as new again, and go back to the list with its filters."""
    if not POLICY.user_has_permission(request.user, "change"):
        raise PermissionDenied
    if state not in ReportState.values:
        raise Http404
    try:
        services.set_state(pk, state, by=request.user, request=request)
    except MistakeReport.DoesNotExist:
        raise Http404 from None
    done = state == ReportState.DONE
    messages.success(request, _("The report is marked as done.") if done else _("The report is open again."))
    return redirect(f"{reverse('mistake-reports')}?state={ReportState.NEW}")
