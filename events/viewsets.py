"""The screens of events in the admin. The list of events is in `editorial.event_list`."""

from django.urls import path
from wagtail.admin.viewsets.base import ViewSet

from events import change_forms
from events.admin_views import (
    AgainView,
    ChangeView,
    DocumentView,
    PreviewView,
    ScreenView,
    SeriesView,
    TranslateView,
)


class EventScreens(ViewSet):
    """The views about one event."""

    def get_urlpatterns(self):
        changes = {
            "move": change_forms.MoveForm,
            "postpone": change_forms.PostponeForm,
            "cancel": change_forms.CancelForm,
            "confirm": change_forms.ConfirmForm,
        }
        return [
            path("<int:pk>/", ScreenView.as_view(), name="screen"),
            path("again/<int:pk>/", AgainView.as_view(), name="again"),
            path("document/<int:pk>/", DocumentView.as_view(), name="document"),
            path("series/<slug:series>/", SeriesView.as_view(), name="series"),
            *(
                path(f"{name}/<int:pk>/", ChangeView.as_view(form_class=form), name=name)
                for name, form in changes.items()
            ),
            path("preview/<int:pk>/<slug:language>/", PreviewView.as_view(), name="preview"),
            path("translate/<int:pk>/<slug:language>/", TranslateView.as_view(), name="translate"),
        ]


event_screens = EventScreens("events", url_prefix="event")
