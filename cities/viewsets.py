"""Cities and city profiles in the admin."""

from urllib.parse import urlencode

from django.urls import path, reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin import messages
from wagtail.admin.ui.tables import Column
from wagtail.admin.widgets import Button
from wagtail.snippets.views.snippets import (
    CreateView,
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

from cities.imports import CityImport
from cities.models import City, CityProfile, MembershipRound
from cities.people_views import CityPeopleView
from cities.presentation import CITY_INDEX
from cities.profile_states import profile_states
from cities.views import RecordStatusView
from core.exports import DatasetImportMixin
from core.i18n.languages import active_language
from core.list_pages import list_urls
from core.permissions import OfOneVersion
from core.snippet_choosers import TranslatedChooserViewSet
from core.snippet_lists import NamedIndexView, OnceFoundMixin
from core.translations.buttons import locales_to_submit, submit_url
from core.translations.groups import original_of
from core.translations.submission import can_edit


def _status_button(view, city) -> list[Button]:
    """The link to the form for the membership status, for users who may use it."""
    if not view.user_has_permission_for_instance("change", city):
        return []
    url = reverse(city.snippet_viewset.get_url_name("record_status"), args=[city.pk])
    return [Button(_("Record a change of membership status"), url=url, icon_name="history", priority=15)]


def _people_button(view, city) -> list[Button]:
    """The link to the people of a city, for users who may invite them."""
    if not view.user_has_permission_for_instance("change", city):
        return []
    url = reverse(city.snippet_viewset.get_url_name("people"), args=[city.pk])
    return [Button(_("People"), url=url, icon_name="group", priority=16)]


class CityIndexView(DatasetImportMixin, NamedIndexView):
    """The list of cities; the menu of a row has the link to the form for its status."""

    name_order = "display_name"
    exported_dataset = "cities"

    def get_base_queryset(self):
        return super().get_base_queryset().with_name(active_language())

    def may_import(self) -> bool:
        return CityImport.may_import(self.request.user)

    def get_list_more_buttons(self, instance):
        buttons = super().get_list_more_buttons(instance)
        return [*buttons, *_status_button(self, instance), *_people_button(self, instance)]


class CityEditView(EditView):
    """The form of a city; the menu in its header has the links to the form for its status and to its people."""

    @cached_property
    def header_more_buttons(self):
        return [*super().header_more_buttons, *_status_button(self, self.object), *_people_button(self, self.object)]


class CityViewSet(SnippetViewSet):
    """Cities."""

    model = City
    chooser_viewset_class = TranslatedChooserViewSet
    icon = "site"
    menu_label = gettext_lazy("Cities")
    menu_name = "cities"
    index_view_class = CityIndexView
    edit_view_class = CityEditView
    copy_view_enabled = False
    list_per_page = 50
    list_display = [
        Column("name", label=gettext_lazy("Name")),
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
    search_fields = ["own_name", "code", "names__name", "names__other_names"]
    search_backend_name = None
    ordering = ["display_name", "pk"]

    @property
    def record_status_view(self):
        """The form for a city's membership status."""
        return RecordStatusView.as_view(
            index_url_name=self.get_url_name("list"), edit_url_name=self.get_url_name("edit")
        )

    @property
    def people_view(self):
        """The people who write for a city."""
        return CityPeopleView.as_view(
            index_url_name=self.get_url_name("list"),
            edit_url_name=self.get_url_name("edit"),
            people_url_name=self.get_url_name("people"),
        )

    def get_urlpatterns(self):
        return [
            *super().get_urlpatterns(),
            path(f"people/<{self.pk_path_converter}:pk>/", self.people_view, name="people"),
            path(f"status/<{self.pk_path_converter}:pk>/", self.record_status_view, name="record_status"),
        ]


class ProfileIndexView(OnceFoundMixin, IndexView):
    """The list of profiles: it links the forms that the user may open."""

    def get_edit_url(self, instance):
        policy = self.permission_policy
        if not policy.user_has_permission_for_instance(self.request.user, "change", instance):
            return None
        return super().get_edit_url(instance)

    def get_table(self, object_list):
        """The table, with the state of each profile in words."""
        profiles = list(object_list)
        states = profile_states(profiles, list_urls(CITY_INDEX))
        for profile in profiles:
            profile.state = states[profile].label
        return super().get_table(profiles)


class ProfileCreateView(CreateView):
    """The form of a new profile: where the city has one, it leads to that one or to its translation."""

    def form_invalid(self, form):
        city = form.data.get("city") or ""
        profile = CityProfile.objects.filter(city=city).first() if city.isdecimal() else None
        if profile and (button := self._way_on(original_of(profile) or profile)):
            messages.warning(
                self.request, _("A city has one profile, which is translated into other languages."), buttons=[button]
            )
        return super().form_invalid(form)

    def _way_on(self, original: CityProfile):
        """A link to the profile in the language of the form; without one to its translation, or to the original."""
        user = self.request.user
        version = original.get_translation_or_none(self.locale) or original
        if version == original and self.locale in locales_to_submit(original, user):
            url = f"{submit_url(original)}?{urlencode({'select_locale': self.locale.language_code})}"
            return messages.button(url, _("Translate the profile"))
        if not can_edit(version, user):
            return None
        return messages.button(reverse(self.edit_url_name, args=[version.pk]), _("Edit the profile"))


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
    chooser_viewset_class = TranslatedChooserViewSet
    index_view_class = ProfileIndexView
    add_view_class = ProfileCreateView
    edit_view_class = ProfileEditView
    unpublish_view_class = ProfileUnpublishView
    revisions_unschedule_view_class = ProfileUnscheduleView
    usage_view_class = ProfileUsageView
    revisions_view_class = ProfilePreviewRevisionView
    revisions_compare_view_class = ProfileCompareView
    icon = "openquote"
    menu_label = gettext_lazy("City profiles")
    menu_name = "city-profiles"
    # A city has one profile, so a copy would have nothing to be about.
    copy_view_enabled = False
    list_per_page = 50
    list_display = [
        "headline",
        "city",
        "locale",
        Column("state", label=gettext_lazy("State")),
        Column("text_outdated_since", label=gettext_lazy("Out of date since")),
    ]
    list_filter = ["city", "original_language", "live"]
    search_fields = ["headline", "vision", "city__own_name", "city__names__name", "city__code"]
    search_backend_name = None

    def get_queryset(self, request):
        return CityProfile.objects.select_related("locale", "city").prefetch_related("city__names")


class MembershipRoundViewSet(SnippetViewSet):
    """The rounds in which cities were admitted."""

    model = MembershipRound
    chooser_viewset_class = TranslatedChooserViewSet
    icon = "calendar-check"
    menu_label = gettext_lazy("Membership rounds")
    menu_name = "membership-rounds"
    copy_view_enabled = False
    list_display = ["year", "code", "announced_on", "source"]
    search_fields = ["code", "source"]
    search_backend_name = None
    ordering = ["-year", "code"]


class CityViewSetGroup(SnippetViewSetGroup):
    """Cities and city profiles in one menu."""

    menu_label = gettext_lazy("Cities")
    menu_name = "cities"
    menu_icon = "site"
    menu_order = 60
    items = [CityViewSet, CityProfileViewSet, MembershipRoundViewSet]
