"""Calls in the admin."""

from django.urls import path
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from wagtail.admin.panels import FieldPanel, FieldRowPanel, HelpPanel, InlinePanel, MultiFieldPanel, ObjectList, Panel
from wagtail.admin.ui.tables import Column
from wagtail.admin.viewsets.model import ModelViewSet

from calls import date_forms
from calls.admin_views import (
    EditCallView,
    MoveDatesView,
    NewCallView,
    WithdrawView,
    WritePageView,
)
from calls.forms import NewCallForm
from calls.listing import CallIndexView
from calls.models import Call, NationalCommission
from calls.overview import call_overview
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
    search_fields = ["code", "pages__title", "pages__draft_title"]
    search_backend_name = None

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
