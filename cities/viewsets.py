"""Cities and city profiles in the admin."""

from django.urls import path, reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.ui.tables import BooleanColumn, Column
from wagtail.admin.widgets import Button
from wagtail.snippets.views.snippets import (
    EditView,
    IndexView,
    PreviewRevisionView,
    RevisionsCompareView,
    RevisionsUnscheduleView,
    SnippetViewSet,
    SnippetViewSetGroup,
    UnpublishView,
    UsageView,
)

from cities.models import City, CityProfile, MembershipRound
from cities.views import RecordStatusView
from core.permissions import OfOneVersion


def _status_button(view, city) -> list[Button]:
    """The link to the form for the membership status, for users who may use it."""
    if not view.user_has_permission_for_instance("change", city):
        return []
    url = reverse(city.snippet_viewset.get_url_name("record_status"), args=[city.pk])
    return [Button(_("Record a change of membership status"), url=url, icon_name="history", priority=15)]


class CityIndexView(IndexView):
    """The list of cities; the menu of a row has the link to the form for its status."""

    def get_base_queryset(self):
        return super().get_base_queryset().prefetch_related("names")

    def get_list_more_buttons(self, instance):
        return [*super().get_list_more_buttons(instance), *_status_button(self, instance)]


class CityEditView(EditView):
    """The form of a city; the menu in its header has the link to the form for its status."""

    @cached_property
    def header_more_buttons(self):
        return [*super().header_more_buttons, *_status_button(self, self.object)]


class CityViewSet(SnippetViewSet):
    """Cities."""

    model = City
    icon = "site"
    menu_label = gettext_lazy("Cities")
    index_view_class = CityIndexView
    edit_view_class = CityEditView
    copy_view_enabled = False
    list_per_page = 50
    list_display = [
        "name",
        "code",
        Column("get_country_display", label=gettext_lazy("Country"), sort_key="country"),
        Column("get_status_display", label=gettext_lazy("Membership status"), sort_key="status"),
        Column(
            "is_example",
            label=gettext_lazy("Example"),
            accessor=lambda city: _("Example") if city.is_example else "",
            sort_key="is_example",
        ),
    ]
    list_filter = ["status", "region", "country", "is_example"]
    list_export = [
        "code",
        "own_name",
        "country",
        "region",
        "status",
        "population",
        "population_year",
        "population_source",
        "website",
    ]
    ordering = ["own_name"]

    @property
    def record_status_view(self):
        """The form for a city's membership status."""
        return RecordStatusView.as_view(
            index_url_name=self.get_url_name("list"), edit_url_name=self.get_url_name("edit")
        )

    def get_urlpatterns(self):
        return [
            *super().get_urlpatterns(),
            path(f"status/<{self.pk_path_converter}:pk>/", self.record_status_view, name="record_status"),
        ]


class ProfileIndexView(IndexView):
    """The list of profiles: it links the forms that the user may open."""

    def get_edit_url(self, instance):
        policy = self.permission_policy
        if not policy.user_has_permission_for_instance(self.request.user, "change", instance):
            return None
        return super().get_edit_url(instance)


class ProfileEditView(OfOneVersion, EditView):
    """The form of a profile."""


class ProfileUnpublishView(OfOneVersion, UnpublishView):
    """Unpublish a profile."""

    permission_required = "unpublish"


class ProfileUnscheduleView(OfOneVersion, RevisionsUnscheduleView):
    """Cancel the scheduled publication of a profile."""

    permission_required = "unschedule"


class ProfileUsageView(OfOneVersion, UsageView):
    """Where a profile is used."""


class ProfilePreviewRevisionView(OfOneVersion, PreviewRevisionView):
    """An earlier version of a profile."""


class ProfileCompareView(OfOneVersion, RevisionsCompareView):
    """Two versions of a profile."""


class CityProfileViewSet(SnippetViewSet):
    """City profiles, one version per language."""

    model = CityProfile
    index_view_class = ProfileIndexView
    edit_view_class = ProfileEditView
    unpublish_view_class = ProfileUnpublishView
    revisions_unschedule_view_class = ProfileUnscheduleView
    usage_view_class = ProfileUsageView
    revisions_view_class = ProfilePreviewRevisionView
    revisions_compare_view_class = ProfileCompareView
    icon = "openquote"
    menu_label = gettext_lazy("City profiles")
    # A city has one profile, so a copy would have nothing to be about.
    copy_view_enabled = False
    list_per_page = 50
    list_display = [
        "headline",
        "city",
        "locale",
        BooleanColumn("live", label=gettext_lazy("Published")),
        Column("text_outdated_since", label=gettext_lazy("Out of date since")),
    ]
    list_filter = ["city", "original_language", "live"]

    def get_queryset(self, request):
        return CityProfile.objects.select_related("locale", "city").prefetch_related("city__names")


class MembershipRoundViewSet(SnippetViewSet):
    """The rounds in which cities were admitted."""

    model = MembershipRound
    icon = "calendar-check"
    menu_label = gettext_lazy("Membership rounds")
    copy_view_enabled = False
    list_display = ["year", "code", "announced_on", "source"]
    ordering = ["-year", "code"]


class CityViewSetGroup(SnippetViewSetGroup):
    """Cities and city profiles in one menu."""

    menu_label = gettext_lazy("Cities")
    menu_icon = "site"
    menu_order = 200
    items = [CityViewSet, CityProfileViewSet, MembershipRoundViewSet]
