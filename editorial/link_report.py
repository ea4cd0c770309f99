"""The report of broken links: by page and language, with a link to the editor and a button for what is no fault."""

from collections import defaultdict

from django.core.exceptions import PermissionDenied
from django.db.models import Model
from django.http import Http404, HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_POST
from django_filters import ChoiceFilter
from wagtail.admin import messages
from wagtail.admin.admin_url_finder import AdminURLFinder
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.menu import MenuItem
from wagtail.admin.ui.tables import Column
from wagtail.admin.views.reports import ReportView
from wagtail.models import Page

from core.i18n.languages import language_choices
from links import services
from links.models import Address, Fault, Link
from links.permissions import links_for, may_see

OPEN, DISMISSED = "open", "dismissed"


def at_fault(links):
    """The links whose address has a fault that nobody has taken for none; the oldest fault first."""
    return links.filter(address__in=Address.objects.at_fault()).order_by("address__since", "pk")


class LinkFilters(WagtailFilterSet):
    """The filters of the report."""

    language = ChoiceFilter(label=gettext_lazy("Language"), choices=language_choices)
    fault = ChoiceFilter(field_name="address__fault", label=gettext_lazy("What is wrong"), choices=Fault.choices)
    state = ChoiceFilter(
        label=pgettext_lazy("of a broken link", "State"),
        choices=[(DISMISSED, gettext_lazy("Marked as no fault"))],
        method="in_state",
    )

    class Meta:
        model = Link
        fields = ["language"]

    def in_state(self, links, _name, _state):
        """Applied by the view, which leaves these out otherwise."""
        return links


class LinkColumn(Column):
    """A part of a row, by a template of its own."""

    def __init__(self, name: str, **options):
        super().__init__(name, **options)
        self.cell_template_name = f"editorial/admin/link_{name}.html"

    def get_cell_context_data(self, instance, parent_context):
        context = super().get_cell_context_data(instance, parent_context)
        request = context["request"]
        return context | {"csrf_token": get_token(request), "next": request.get_full_path()}


class BrokenLinksView(ReportView):
    """The links with a fault in what the reader may edit."""

    model = Link
    page_title = gettext_lazy("Broken links")
    header_icon = "link"
    index_url_name = "broken-links"
    index_results_url_name = "broken-links-results"
    filterset_class = LinkFilters
    search_fields = ["title", "text", "address__address"]
    search_backend_name = None
    is_searchable = True
    columns = [
        LinkColumn("page", label=gettext_lazy("Page")),
        LinkColumn("text", label=pgettext_lazy("in a text", "Link")),
        LinkColumn("fault", label=gettext_lazy("What is wrong")),
    ]
    list_export: list[str] = []

    def dispatch(self, request, *args, **kwargs):
        if not may_see(request.user):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def get_queryset(self):
        own = links_for(self.request.user).select_related("address", "content_type")
        if self.request.GET.get("state") == DISMISSED:
            found = own.exclude(address__fault="").exclude(address__in=Address.objects.at_fault())
        else:
            found = at_fault(own)
        return self.search_queryset(self.filter_queryset(found)).order_by("address__since", "pk")

    def get_context_data(self, *args, **kwargs):
        context = super().get_context_data(*args, **kwargs)
        shown = context["object_list"]
        finder, things = AdminURLFinder(self.request.user), _things(shown)
        targets = Page.objects.in_bulk([key for link in shown if (key := link.address.page_key)])
        for link in shown:
            thing = things.get((link.content_type_id, link.object_id))
            link.edit_url = finder.get_edit_url(thing) if thing else None
            link.place_label = place_label(link.content_type.model_class(), link.part)
            link.target = targets.get(link.address.page_key)
        return context


def _things(links) -> dict[tuple[int, int], Model]:
    """The pages and rows of some links, by content type and key: one query for each type."""
    keys = defaultdict(set)
    for link in links:
        keys[link.content_type].add(link.object_id)
    return {
        (kind.pk, key): thing
        for kind, of_kind in keys.items()
        for key, thing in kind.model_class()._default_manager.in_bulk(of_kind).items()
    }


def place_label(model, place: str) -> str:
    """What the field or the rows of a link are called in the editor; the name of one that is gone."""
    names = {field.name: field for field in model._meta.get_fields()} if model else {}
    field = names.get(place)
    if field is None:
        return place
    label = getattr(field, "verbose_name", None) or field.related_model._meta.verbose_name
    return capfirst(str(label))


@require_POST
def dismiss(request: HttpRequest, pk: int) -> HttpResponse:
    """Take the fault of an address for none, or let it count again. 404 for links in what this person may not edit."""
    link = links_for(request.user).filter(address=pk).exclude(address__fault="").select_related("address").first()
    if link is None:
        raise Http404
    if "take_back" in request.POST:
        services.take_back(link.address)
        messages.success(request, _("The link counts as broken again."))
    else:
        services.dismiss(link.address, by=request.user)
        messages.success(request, _("The link does not count as broken, until something else is wrong with it."))
    target = request.POST.get("next", "")
    if not url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure()):
        target = reverse("broken-links")
    return redirect(target)


class BrokenLinksMenuItem(MenuItem):
    """Shown to those who edit pages."""

    def is_shown(self, request):
        return may_see(request.user)
