"""Calls in the admin."""

from django.urls import path
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from wagtail.admin.panels import FieldPanel, FieldRowPanel, HelpPanel, InlinePanel, MultiFieldPanel, ObjectList, Panel
from wagtail.admin.ui.tables import Column
from wagtail.admin.viewsets.model import ModelViewSet

from calls import date_forms
from calls.admin_views import (
    CallIndexView,
    EditCallView,
    MoveDatesView,
    NewCallView,
    WithdrawView,
    WritePageView,
)
from calls.deadlines import deadline_text, no_date
from calls.forms import NewCallForm
from calls.models import Call, NationalCommission
from calls.overview import call_overview
from calls.states import shows_old_date, state_of
from core.i18n.languages import language_names, settings_order
from core.i18n.text import comma_list
from core.local_times.forms import PlacedTimesForm

ABOUT_PANELS = [
    MultiFieldPanel(
        [
            FieldRowPanel([FieldPanel("results_on"), FieldPanel("results_precision")]),
            FieldPanel(
                "results_published_at", help_text=_("From this moment on, the call counts as having its results.")
            ),
        ],
        heading=pgettext_lazy("of a call", "Results"),
    ),
    FieldRowPanel([FieldPanel("quota_per_country"), FieldPanel("contact_email")]),
    FieldPanel("application_url"),
    FieldPanel("clusters"),
    InlinePanel("documents", label=_("document"), heading=_("Flyers and forms")),
    InlinePanel("sessions", label=_("session"), heading=_("Question and answer sessions")),
    FieldRowPanel([FieldPanel("source"), FieldPanel("source_url")]),
]


class CallOverviewPanel(Panel):
    """A call's current dates, history and planned changes, with links to the forms that move dates."""

    class BoundPanel(Panel.BoundPanel):
        template_name = "calls/admin/overview.html"

        def get_context_data(self, parent_context=None):
            overview = call_overview(self.instance, self.request.user, call_viewset.get_url_name)
            return super().get_context_data(parent_context) | overview


class CallViewSet(ModelViewSet):
    """Calls in the admin. Dates are entered when a call is created; afterwards `calls.date_forms` move them."""

    model = Call
    icon = "date"
    menu_label = _("Calls")
    menu_order = 205
    add_to_admin_menu = True
    copy_view_enabled = False
    index_view_class = CallIndexView
    add_view_class = NewCallView
    edit_view_class = EditCallView
    list_display = [
        "code",
        Column("kind", label=_("Kind"), accessor="get_kind_display", sort_key="kind"),
        Column(
            "state",
            label=pgettext_lazy("state of a call, in a list", "Status"),
            accessor=lambda call: state_of(call).label,
        ),
        Column(
            "deadline",
            label=_("Deadline for cities"),
            accessor=lambda call: deadline_text(call, call.deadline) if call.deadline else no_date(call),
            sort_key="first_deadline",
        ),
        Column(
            "pages",
            label=pgettext_lazy("of a call", "Pages"),
            accessor=lambda call: comma_list(language_names(languages_of(call))) or _("None yet"),
        ),
        Column(
            "outdated",
            label=_("Outdated flyers"),
            accessor=lambda call: comma_list(language_names(outdated_flyers(call))),
        ),
        Column("is_example", label=_("Example"), accessor=lambda call: _("Example") if call.is_example else ""),
    ]
    list_filter = ["kind", "is_example"]
    search_fields = ["code"]
    search_backend_name = None
    ordering = ["-first_deadline"]

    new_panel = ObjectList(
        [
            HelpPanel(
                content=_(
                    "Enter the dates here, once: all languages, lists and calendars show them. Later they can only "
                    "be moved, with a reason, and the earlier date stays visible. Next, you write the page of the "
                    "call."
                )
            ),
            FieldRowPanel([FieldPanel("code"), FieldPanel("kind"), FieldPanel("is_example")]),
            MultiFieldPanel(
                [
                    FieldRowPanel([FieldPanel("time_zone"), FieldPanel("precision")]),
                    FieldRowPanel([FieldPanel("opening_day"), FieldPanel("opening_time")]),
                    FieldRowPanel([FieldPanel("city_day"), FieldPanel("city_time")]),
                    FieldRowPanel([FieldPanel("commission_day"), FieldPanel("commission_time")]),
                ],
                heading=_("Dates"),
            ),
            *ABOUT_PANELS,
        ],
        base_form_class=NewCallForm,
    ).bind_to_model(Call)
    edit_handler = ObjectList(
        [
            CallOverviewPanel(heading=_("Dates and pages")),
            FieldRowPanel([FieldPanel("kind"), FieldPanel("is_example")]),
            *ABOUT_PANELS,
        ],
        base_form_class=PlacedTimesForm,
    )

    def get_add_view_kwargs(self, **kwargs):
        return super().get_add_view_kwargs(
            **{"panel": self.new_panel, "form_class": self.new_panel.get_form_class(), **kwargs}
        )

    def get_urlpatterns(self):
        names = {"index_url_name": self.get_url_name("index"), "edit_url_name": self.get_url_name("edit")}
        moves = {
            "extend": date_forms.ExtendForm,
            "open_early": date_forms.OpenEarlyForm,
            "close_early": date_forms.CloseEarlyForm,
            "set": date_forms.SetDatesForm,
            "move_place": date_forms.MovePlaceForm,
            "correct": date_forms.CorrectDatesForm,
        }
        return [
            *super().get_urlpatterns(),
            *(
                path(f"{name.replace('_', '-')}/<int:pk>/", MoveDatesView.as_view(form_class=form, **names), name=name)
                for name, form in moves.items()
            ),
            path("withdraw/<int:pk>/<int:change_pk>/", WithdrawView.as_view(**names), name="withdraw"),
            path("write/<int:pk>/<int:parent_pk>/", WritePageView.as_view(), name="write"),
        ]


def languages_of(call) -> list[str]:
    """Return the languages in which a call has a live page, in the order of the settings."""
    return sorted((page.language for page in call.pages.all() if page.live), key=settings_order)


def outdated_flyers(call) -> list[str]:
    """Return the languages of the documents that show another deadline than the one in effect."""
    return [row.language for row in call.documents.all() if shows_old_date(row, call)]


class NationalCommissionViewSet(ModelViewSet):
    """National Commissions in the admin."""

    model = NationalCommission
    icon = "globe"
    menu_label = _("National Commissions")
    menu_order = 206
    add_to_admin_menu = True
    copy_view_enabled = False
    list_display = [
        Column("country", label=_("Country"), accessor="country_name", sort_key="country"),
        "name",
        "url",
    ]
    search_fields = ["name", "country"]
    search_backend_name = None
    panels = [
        FieldPanel("country"),
        FieldRowPanel([FieldPanel("name"), FieldPanel("name_language")]),
        FieldPanel("url"),
        FieldRowPanel([FieldPanel("source"), FieldPanel("source_url")]),
    ]


call_viewset = CallViewSet("calls")
commission_viewset = NationalCommissionViewSet("commissions")
