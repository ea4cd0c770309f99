"""The list of all practices in the admin, one row for each, with what an editor looks for."""

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django_filters import ChoiceFilter
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.ui.tables import Column
from wagtail.admin.viewsets.pages import PageListingViewSet

from core.exports import DatasetImportMixin
from core.i18n import dates
from core.i18n.languages import LANGUAGE_CODES, active_language, language_name
from editorial.page_lists import COLUMNS, OriginalsView, ParentChoiceView
from moderation.practice_lists import unconfirmed, with_open_changes
from moderation.waiting_submissions import waiting_submissions
from practices.imports import PracticeImport
from practices.models import PracticePage
from practices.provenance import last_word

STATES = (
    ("waiting", gettext_lazy("Waits for a decision")),
    ("changed", gettext_lazy("Published, with changes that are not published")),
    ("published", pgettext_lazy("state of a practice", "Published")),
    ("draft", pgettext_lazy("state of a practice", "Not published")),
)


def _languages() -> list[tuple[str, str]]:
    return [(code, language_name(code, active_language())) for code in LANGUAGE_CODES]


class PracticeFilters(WagtailFilterSet):
    """The filters of the list. Their parameters are codes: `?state=changed&confirmation=unconfirmed`."""

    state = ChoiceFilter(label=gettext_lazy("State"), choices=STATES, method="in_state")
    confirmation = ChoiceFilter(
        label=gettext_lazy("Confirmation by the city"),
        choices=[("unconfirmed", gettext_lazy("Not confirmed for too long"))],
        method="by_confirmation",
    )
    author = ChoiceFilter(
        field_name="authored_by", label=gettext_lazy("Written by"), choices=PracticePage.AuthoredBy.choices
    )
    language = ChoiceFilter(field_name="original_language", label=gettext_lazy("Written in"), choices=_languages)

    class Meta:
        model = PracticePage
        fields: list[str] = []

    def in_state(self, practices: QuerySet, _name: str, state: str) -> QuerySet:
        """The practices in one of `STATES`."""
        if state == "waiting":
            keys = [int(key) for key in waiting_submissions().values_list("object_id", flat=True)]
            return practices.filter(pk__in=keys)
        if state == "changed":
            return practices.filter(pk__in=with_open_changes().values("pk"))
        return practices.filter(live=state == "published")

    def by_confirmation(self, practices: QuerySet, _name: str, _value: str) -> QuerySet:
        """The practices that their cities have not confirmed for too long."""
        return practices.filter(pk__in=unconfirmed().order_by().values("pk"))


class PracticeListView(DatasetImportMixin, OriginalsView):
    """The practices: originals only, with city, language and the last word of the city."""

    exported_dataset = "practices"
    search_fields = (*OriginalsView.search_fields, "city__own_name", "city__names__name", "city__code")

    def may_import(self) -> bool:
        return PracticeImport.may_import(self.request.user)

    def get_base_queryset(self):
        return super().get_base_queryset().select_related("city").prefetch_related("city__names")


class PracticeListViewSet(PageListingViewSet):
    """The list of practices."""

    model = PracticePage
    icon = "doc-full-inverse"
    menu_label = gettext_lazy("Practices")
    menu_name = "practices"
    menu_order = 30
    add_to_admin_menu = True
    url_prefix = "practices/all"
    index_view_class = PracticeListView
    choose_parent_view_class = ParentChoiceView
    filterset_class = PracticeFilters
    columns = [
        COLUMNS["bulk_actions"],
        COLUMNS["title"],
        Column("city", label=gettext_lazy("City"), accessor=lambda page: str(page.city or "")),
        Column("last_word", label=gettext_lazy("Last word of the city"), accessor=lambda page: _last_word(page)),
        COLUMNS["status"],
    ]


def _last_word(page: PracticePage) -> str:
    day = last_word(page)
    return dates.day(day) if day else _("None yet")


practice_list = PracticeListViewSet("practice_list")
