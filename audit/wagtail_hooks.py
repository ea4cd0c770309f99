"""What the audit log adds to the admin: its report."""

from django.urls import path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from audit.admin_views import AuditLogView


@hooks.register("register_admin_urls")
def register_audit_log_url():
    address = "reports/audit-log/"
    return [
        path(address, AuditLogView.as_view(), name="audit-log"),
        path(f"{address}results/", AuditLogView.as_view(results_only=True), name="audit-log-results"),
    ]


class AuditLogMenuItem(MenuItem):
    """Shown to those who may open the report."""

    def is_shown(self, request):
        return AuditLogView.permission_policy.user_has_permission(request.user, "view")


@hooks.register("register_reports_menu_item")
def register_audit_log_menu_item():
    return AuditLogMenuItem(_("Audit log"), reverse("audit-log"), name="audit-log", icon_name="history", order=90)
