"""Calls in the admin."""

from django.urls import path
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from wagtail.admin.panels import FieldPanel, FieldRowPanel, HelpPanel, InlinePanel, MultiFieldPanel, ObjectList
from wagtail.admin.ui.tables import Column
from wagtail.admin.viewsets.model import ModelViewSet

from calls import date_forms
from calls.admin_views import (
    AgainView,
    DocumentView,
    EditCallView,
    MoveDatesView,
    NewCallView,
    PreviewView,
    TranslateView,
    WithdrawView,
    WritePageView,
)
from calls.forms import NewCallForm
from calls.listing import CallIndexView
from calls.models import Call, NationalCommission
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
    InlinePanel("sessions", label=_("session"), heading=_("Question and answer sessions")),
    FieldRowPanel([FieldPanel("source"), FieldPanel("source_url")]),
]


class CallViewSet(ModelViewSet):
    """Calls in the admin. Dates are entered when a call is created; afterwards `calls.date_forms` move them."""

    model = Call
    icon = "date"
    menu_label = _("Calls")
    menu_name = "calls"
    menu_order = 20
    add_to_admin_menu = True
    copy_view_enabled = False
    index_view_class = CallIndexView
    add_view_class = NewCallView
    edit_view_class = EditCallView
    create_template_name = "calls/admin/new.html"
    edit_template_name = "calls/admin/call.html"
    index_template_name = "calls/admin/index.html"
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
            FieldRowPanel([FieldPanel("kind"), FieldPanel("is_example")]),
            *ABOUT_PANELS,
        ],
        base_form_class=PlacedTimesForm,
    )

    def get_add_view_kwargs(self, **kwargs):
        return super().get_add_view_kwargs(
            **{"panel": self.new_panel, "form_class": self.new_panel.get_form_class(), **kwargs}
        )

    @property
    def again_view(self):
        """Begins a call from an earlier one."""
        return self.construct_view(
            AgainView, **(self.get_add_view_kwargs() | {"template_name": AgainView.template_name})
        )

    @property
    def document_view(self):
        """Adds, replaces and removes the documents of a call, on its screen."""
        return self.construct_view(DocumentView, **self.get_edit_view_kwargs())

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
            path("preview/<int:pk>/<slug:language>/", PreviewView.as_view(**names), name="preview"),
            path("again/<int:pk>/", self.again_view, name="again"),
            path("document/<int:pk>/", self.document_view, name="document"),
            path("translate/<int:pk>/<slug:language>/", TranslateView.as_view(**names), name="translate"),
            path("write/<int:pk>/<int:parent_pk>/", WritePageView.as_view(), name="write"),
        ]


class NationalCommissionViewSet(ModelViewSet):
    """National Commissions in the admin."""

    model = NationalCommission
    icon = "globe"
    menu_label = _("National Commissions")
    menu_name = "national-commissions"
    menu_order = 21
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
