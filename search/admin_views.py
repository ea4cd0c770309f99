"""A report of the admin: what readers of a language searched for in a month."""

from django.conf import settings
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django_filters import ChoiceFilter
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.ui.tables import Column, NumberColumn
from wagtail.admin.views.reports import ReportView
from wagtail.models import Page
from wagtail.permission_policies import ModelPermissionPolicy

from core.i18n import dates
from core.i18n.languages import active_language
from home.models import NewsIndexPage, NewsPage
from practices.models import PracticeIndexPage, PracticePage
from search import search_analytics
from search.models import SearchStatistic
from search_engines.facets import FACETS_BY_CODE


def _month_choices() -> list[tuple[str, str]]:
    """This month and those with statistics, the newest first."""
    counted = SearchStatistic.objects.order_by().values_list("month", flat=True).distinct()
    months = sorted({search_analytics.this_month(), *counted}, reverse=True)
    return [(month.isoformat(), dates.month(month)) for month in months]


class SearchStatisticFilterSet(WagtailFilterSet):
    """The filters of the report."""

    language = ChoiceFilter(label=gettext_lazy("Language"), choices=settings.LANGUAGES, empty_label=None)
    month = ChoiceFilter(label=gettext_lazy("Month"), choices=_month_choices, empty_label=None)
    kind = ChoiceFilter(label=gettext_lazy("Kind"), choices=SearchStatistic.Kind.choices)

    class Meta:
        model = SearchStatistic
        fields = ["language", "month", "kind"]


class ValueColumn(Column):
    """Words as they were typed, or the name of a filter."""

    cell_template_name = "search/admin/value_cell.html"

    def get_value(self, statistic):
        is_filter = statistic.kind == SearchStatistic.Kind.FILTER
        return FACETS_BY_CODE[statistic.value].label if is_filter else statistic.value


class WriteColumn(Column):
    """Links to begin a page about words without results."""

    cell_template_name = "search/admin/write_cell.html"


class SearchAnalyticsView(ReportView):
    """Searches without results and the most used filters, for users with the view permission."""

    model = SearchStatistic
    permission_policy = ModelPermissionPolicy(SearchStatistic)
    any_permission_required = ["view"]
    template_name = "search/admin/search_analytics.html"
    page_title = gettext_lazy("What readers search for")
    header_icon = "search"
    index_url_name = "search-analytics"
    index_results_url_name = "search-analytics-results"
    filterset_class = SearchStatisticFilterSet
    search_fields = ["value"]
    search_backend_name = None
    is_searchable = True
    columns = [
        Column("kind", label=gettext_lazy("Kind"), accessor="get_kind_display"),
        ValueColumn("value", label=gettext_lazy("Search words")),
        NumberColumn("count", label=pgettext_lazy("how many", "Searches")),
        WriteColumn("write", label=gettext_lazy("Write about this")),
    ]
    no_results_message = pgettext_lazy("searches without results", "None.")
    list_export = ["month", "language", "kind", "value", "count"]

    def get_filterset_kwargs(self) -> dict:
        """The choice in the URL; this month and the editor's language for what is not chosen, or not there."""
        default = {
            "language": active_language(),
            "month": search_analytics.this_month().isoformat(),
        }
        chosen = default | self.request.GET.dict()
        is_valid = SearchStatisticFilterSet(chosen, request=self.request).is_valid()
        return {"data": chosen if is_valid else default, "request": self.request}

    def get_queryset(self) -> QuerySet:
        """Words first; nothing that fewer people searched for than may be shown."""
        known = Q(kind=SearchStatistic.Kind.WORDS) | Q(value__in=FACETS_BY_CODE)
        return self.search_queryset(search_analytics.shown().filter(known)).order_by("-kind", "-count", "value")

    def get_table(self, object_list):
        table = super().get_table(object_list)
        table.writing_links = self.writing_links  # for the cells of WriteColumn
        return table

    def get_context_data(self, **kwargs) -> dict:
        return super().get_context_data(**kwargs, least=search_analytics.LEAST, months=search_analytics.MONTHS)

    @property
    def writing_links(self) -> list[dict]:
        """The forms in which the user may create a page in the chosen language: {label, url}."""
        kinds: tuple[tuple[type[Page], type[Page], str], ...] = (
            (PracticeIndexPage, PracticePage, _("Write a practice about this")),
            (NewsIndexPage, NewsPage, _("Write news about this")),
        )
        links = []
        for list_page, page_type, label in kinds:
            parent = list_page.objects.filter(locale__language_code=self.filters.data["language"]).first()
            if parent and parent.permissions_for_user(self.request.user).can_add_subpage():
                names = page_type._meta.app_label, page_type._meta.model_name
                links.append({"label": label, "url": reverse("wagtailadmin_pages:add", args=[*names, parent.pk])})
        return links
