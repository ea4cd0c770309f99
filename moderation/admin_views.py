"""Pages of the admin for those who review: what waits, what has changed in a version, and the history of remarks."""

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import TemplateView
from wagtail.admin.auth import user_has_any_page_permission
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.models import Revision, TaskState

from core.i18n.languages import direction, html_code, own_name
from core.search_box import SearchBoxMixin
from moderation import changes, remarks
from moderation.states import newest_workflow, submission_status
from moderation.waiting_submissions import late_since, waiting_practices
from practices.models import PracticePage


class WaitingView(SearchBoxMixin, WagtailAdminTemplateMixin, TemplateView):
    """The practices that wait for a decision."""

    template_name = "moderation/admin/waiting.html"
    page_title = gettext_lazy("Practices to review")
    header_icon = "tasks"

    def get_breadcrumbs_items(self):
        return [*self.breadcrumbs_items, {"url": "", "label": self.get_page_title()}]

    def dispatch(self, request: HttpRequest, *args, **kwargs):
        if not user_has_any_page_permission(request.user):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def get_context_data(self, **kwargs):
        late = late_since()
        rows = [
            {
                "page": state.practice,
                "language": own_name(state.practice.language),
                "since": timezone.localtime(state.current_task_state.started_at),
                "is_late": state.current_task_state.started_at < late,
                "by_city": state.by_city,
                "is_again": state.was_returned,
                "may_edit": state.practice.permissions_for_user(self.request.user).can_edit(),
            }
            for state in waiting_practices()
            if self.is_found([state.practice.get_admin_display_title(), state.practice.city or ""])
        ]
        return super().get_context_data(**kwargs, rows=rows, days=settings.SUBMISSION_ANSWER_DAYS)


class PracticeViewMixin(WagtailAdminTemplateMixin):
    """Base of a page of the admin about one practice. Requires the right to edit or publish it."""

    header_icon = "doc-empty-inverse"

    def dispatch(self, request: HttpRequest, page_id: int, *args, **kwargs):
        self.page = get_object_or_404(PracticePage.objects.select_related("city", "locale"), pk=page_id)
        allowed = self.page.permissions_for_user(request.user)
        if not (allowed.can_edit() or allowed.can_publish()):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def get_page_subtitle(self):
        return self.page.get_admin_display_title()

    def get_breadcrumbs_items(self):
        return [
            *self.breadcrumbs_items,
            {"url": reverse("practices-waiting"), "label": _("Practices to review")},
            {"url": reverse("wagtailadmin_pages:edit", args=[self.page.pk]), "label": self.get_page_subtitle()},
            {"url": "", "label": self.get_page_title()},
        ]

    def get_context_data(self, **kwargs):
        language = self.page.language
        return super().get_context_data(
            **kwargs,
            page=self.page,
            language=html_code(language),
            direction=direction(language),
            edit_url=reverse("wagtailadmin_pages:edit", args=[self.page.pk]),
        )


class ChangesView(PracticeViewMixin, TemplateView):
    """What has changed since the published version (`?since=published`) or since the one that was judged last."""

    template_name = "moderation/admin/changes.html"
    page_title = gettext_lazy("What has changed")

    def get_context_data(self, **kwargs):
        after = self.page.get_latest_revision()
        baselines = self.baselines(after)
        since = self.request.GET.get("since")
        chosen = since if since in baselines else next(iter(baselines), "")
        before = baselines.get(chosen)
        rows = changes.compare(before and before.as_object(), after.as_object()) if after else []
        return super().get_context_data(
            **kwargs,
            changed=[row for row in rows if before is not None and row.is_changed],
            unchanged=[row for row in rows if before is None or not row.is_changed],
            since=chosen,
            choices=list(baselines),
            before=before,
            after=after,
        )

    def baselines(self, after: Revision | None) -> dict[str, Revision]:
        """The versions to compare with: the last that was judged before this one, and the published one."""
        found = {}
        if judged := self.judged_before(after):
            found["judged"] = judged
        if self.page.live and self.page.live_revision is not None and self.page.live_revision != after:
            found["published"] = self.page.live_revision
        return found

    def judged_before(self, after: Revision | None) -> Revision | None:
        done = TaskState.objects.for_instance(self.page).filter(
            status__in=[TaskState.STATUS_REJECTED, TaskState.STATUS_APPROVED]
        )
        current = submission_status(self.page).revision_id
        task = done.exclude(revision=after).exclude(revision=current).order_by("-pk").first()
        return task.revision if task else None


class RemarksView(PracticeViewMixin, TemplateView):
    """All remarks, replies and decisions about a practice, also those that are resolved."""

    template_name = "moderation/admin/remarks.html"
    page_title = gettext_lazy("Remarks")

    def get_context_data(self, **kwargs):
        return super().get_context_data(
            **kwargs,
            threads=remarks.all_remarks(self.page),
            decisions=remarks.decisions_for(self.page),
            has_submission=newest_workflow(self.page) is not None,
        )
