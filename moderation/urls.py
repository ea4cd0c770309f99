"""Views of moderation at Wagtail's own addresses in the admin, which come before Wagtail's."""

from django.urls import path
from wagtail.admin.auth import require_admin_access

from moderation import guards

urlpatterns = [
    path("workflows/disable/<int:pk>/", require_admin_access(guards.DisableWorkflowView.as_view())),
    path("workflows/tasks/disable/<int:pk>/", require_admin_access(guards.DisableTaskView.as_view())),
]
