"""How the admin edits practices."""

from wagtail.admin.viewsets.pages import PageViewSet
from wagtail.models import Page

from moderation.page_views import (
    PracticeEditView,
    PracticeRevertView,
    PracticeUnpublishView,
    PracticeWorkflowActionView,
)
from practices.models import PracticePage


class PracticeViewSet(PageViewSet):
    """Wagtail's views of pages; those that decide on a practice are the portal's own."""

    model = PracticePage
    edit_view_class = PracticeEditView
    revisions_revert_view_class = PracticeRevertView
    workflow_action_view_class = PracticeWorkflowActionView
    unpublish_view_class = PracticeUnpublishView
    parent_models: list[type[Page]] = []  # the list of pages stays Wagtail's own


practice_viewset = PracticeViewSet("practices")
