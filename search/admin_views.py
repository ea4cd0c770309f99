"""A report of the admin: what readers of a language looked for in a month."""

from datetime import date

from django import forms
from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.generic import TemplateView
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.admin.views.generic.permissions import PermissionCheckedMixin
from wagtail.models import Page
from wagtail.permission_policies import ModelPermissionPolicy

from core.i18n.languages import LANGUAGE_CODES, SOURCE_LANGUAGE
from home.models import NewsIndexPage, NewsPage
from practices.models import PracticeIndexPage, PracticePage
from search import search_analytics
from search.facets import FACETS_BY_CODE
from search.models import SearchStatistic

MOST_WORDS = 200


class ChoiceForm(forms.Form):
    """Which language and which month."""

    language = forms.ChoiceField(label=gettext_lazy("Language"), choices=settings.LANGUAGES)

    def __init__(self, *args, months: list[date], **kwargs):
        super().__init__(*args, **kwargs)
        names = [(month.isoformat(), date_format(month, "YEAR_MONTH_FORMAT")) for month in months]
        self.fields["month"] = forms.ChoiceField(label=_("Month"), choices=names)


class SearchAnalyticsView(PermissionCheckedMixin, WagtailAdminTemplateMixin, TemplateView):
    """Searches without results and the most used filters, for the groups that may see them."""

    permission_policy = ModelPermissionPolicy(SearchStatistic)
    any_permission_required = ["view"]
    template_name = "search/admin/search_analytics.html"
    page_title = gettext_lazy("What readers search for")
    header_icon = "search"

    def get_breadcrumbs_items(self):
        return [*self.breadcrumbs_items, {"url": "", "label": self.get_page_title()}]

    def get_context_data(self, **kwargs):
        form = self._form()
        language, month = form.cleaned_data["language"], date.fromisoformat(form.cleaned_data["month"])
        filters = search_analytics.shown(month, language, SearchStatistic.Kind.FILTER)
        return super().get_context_data(
            **kwargs,
            form=form,
            language=language,
            words=search_analytics.shown(month, language, SearchStatistic.Kind.WORDS)[:MOST_WORDS],
            filters=[
                {"label": FACETS_BY_CODE[row.value].label, "count": row.count}
                for row in filters
                if row.value in FACETS_BY_CODE
            ],
            ways=ways_to_write(language, self.request.user),
            least=search_analytics.LEAST,
            months=search_analytics.MONTHS,
        )

    def _form(self) -> ChoiceForm:
        """The chosen language and month; this month and the editor's language for what is none."""
        this_month = timezone.now().date().replace(day=1)
        counted = SearchStatistic.objects.order_by("-month").values_list("month", flat=True).distinct()
        months = sorted({this_month, *counted}, reverse=True)
        usual = {
            "language": get_language() if get_language() in LANGUAGE_CODES else SOURCE_LANGUAGE,
            "month": this_month.isoformat(),
        }
        form = ChoiceForm(usual | self.request.GET.dict(), months=months)
        if not form.is_valid():
            form = ChoiceForm(usual, months=months)
            form.is_valid()
        return form


def ways_to_write(language: str, user) -> list[dict]:
    """Where `user` may begin a page in a language: {label, url}."""
    kinds: tuple[tuple[type[Page], type[Page], str], ...] = (
        (PracticeIndexPage, PracticePage, _("Write a practice about this")),
        (NewsIndexPage, NewsPage, _("Write news about this")),
    )
    ways = []
    for list_page, page_type, label in kinds:
        parent = list_page.objects.filter(locale__language_code=language).first()
        if parent and parent.permissions_for_user(user).can_add_subpage():
            names = page_type._meta.app_label, page_type._meta.model_name
            ways.append({"label": label, "url": reverse("wagtailadmin_pages:add", args=[*names, parent.pk])})
    return ways
