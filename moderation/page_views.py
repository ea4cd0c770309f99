"""The views of the admin that decide on a practice: each is one transaction, and refuses what is out of date."""

from django.db import transaction
from django.http import HttpRequest
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from wagtail.admin import messages
from wagtail.admin.views.pages.edit import EditView
from wagtail.admin.views.pages.revisions import RevisionsRevertView
from wagtail.admin.views.pages.unpublish import UnpublishView
from wagtail.admin.views.pages.workflow import WorkflowActionView

from core.i18n import dates
from core.i18n.text import sentence_list
from moderation.mailing import people_of
from moderation.services import lock_page
from moderation.states import Stage, city_waits, may_be_published, submission_status
from practices.models import PracticePage

PUBLISH, DECIDE = "action-publish", "action-workflow-action"
END = ("action-cancel-workflow", "action-restart-workflow")
# Buttons that change more than the draft.
DECISIVE = (PUBLISH, DECIDE, "action-submit", *END)


class OneTransaction:
    """Mixin of a view of one page: a form is handled in one transaction, which locks the page before it is read."""

    def dispatch(self, request, *args, **kwargs):
        if request.method != "POST":
            return super().dispatch(request, *args, **kwargs)
        with transaction.atomic():
            lock_page(kwargs.get("page_id") or (args[0] if args else self.pk))
            self.read_again()
            return super().dispatch(request, *args, **kwargs)

    def read_again(self) -> None:
        """Read what was read before the lock. Wagtail's editor reads everything after it."""


class GuardedEditor(OneTransaction):
    """Mixin of the editor: “Publish” approves what waits, and a form that is out of date decides nothing."""

    # What Wagtail's view sets.
    request: HttpRequest
    page: PracticePage
    is_out_of_date: bool
    is_reverting: bool

    def get(self, request, *args, **kwargs):
        if self.page.is_original:
            self.tell_who_gets_mails()
        return super().get(request, *args, **kwargs)

    def post(self, request, *args, **kwargs):
        if self.page.is_original and (reason := self.reason_against_saving()):
            if self.expects_json_response:
                return self.json_error_response("invalid_revision", reason)
            messages.error(request, reason)
            return redirect(self.get_edit_url())
        return super().post(request, *args, **kwargs)

    def publish_action(self):
        state = self.page.current_workflow_state if self.page.is_original else None
        # Before the last task of a workflow, a publication goes beyond an approval: `moderation.effects` ends it.
        if state is not None and self.page.current_workflow_task is not None and state.is_at_final_task:
            self.workflow_action = "approve"
            return self.perform_workflow_action()
        return super().publish_action()

    def tell_who_gets_mails(self) -> None:
        """Tell the editor what waits, and that a decision is mailed."""
        now, count = submission_status(self.page), len(people_of(self.page))
        if now.stage != Stage.SUBMITTED or self.page.city is None:
            return
        words = _("The secretariat submitted this version on %(date)s.")
        mailed = _("The people of %(city)s receive a mail when you publish it.")
        if now.by_city:
            words = _("%(city)s submitted this version on %(date)s.")
            mailed = _("Its people receive a mail when you publish it or request changes.")
        names = {"city": self.page.city, "date": dates.day(localtime(now.since))}
        submitted, mailed = words % names, mailed % names if count else ""
        url = reverse("practice-changes", args=[self.page.pk])
        buttons = [messages.button(url, _("See what has changed"))]
        messages.info(self.request, sentence_list(filter(None, [submitted, mailed])), buttons=buttons)

    def reason_against_saving(self) -> str:
        """Why this form is refused; empty if it is not."""
        pressed = {name for name in DECISIVE if self.request.POST.get(name)}
        by_city = self.page.authored_by == self.page.AuthoredBy.CITY
        waits = self.page.current_workflow_task is not None
        if self.is_out_of_date and (pressed or by_city):
            return _("Nothing was saved: there is a newer version of this page. Read it before you decide.")
        if DECIDE in pressed and not waits:
            return _("Nothing was saved: this version does not wait for a decision any more.")
        if by_city and pressed & set(END) and city_waits(self.page):
            return _("The city waits for an answer. Publish its version, or request changes.")
        if self.is_reverting and waits and pressed:
            return _("Another version waits for a decision. Publish it, or request changes, before you go back.")
        if PUBLISH in pressed and not may_be_published(self.page):
            return _("The city has withdrawn this practice. It can be published when the city submits it again.")
        return ""


class PracticeEditView(GuardedEditor, EditView):
    """The editor of a practice."""


class PracticeRevertView(GuardedEditor, RevisionsRevertView):
    """The editor with an earlier version of a practice."""


class PracticeWorkflowActionView(OneTransaction, WorkflowActionView):
    """Approve or return without the editor, from the preview of what waits."""

    def read_again(self) -> None:
        self.object = self.get_object()
        self.task_state = self.get_task_state()

    def check_action(self):
        super().check_action()
        current = self.object.current_workflow_task_state
        self.is_current = current is not None and current.pk == self.task_state.pk

    def post(self, request, *args, **kwargs):
        if not self.is_current:
            self.add_not_in_moderation_error()
            return redirect(self.redirect_url)
        return super().post(request, *args, **kwargs)


class PracticeUnpublishView(OneTransaction, UnpublishView):
    """Take down a practice; the people of its city get a mail."""

    def read_again(self) -> None:
        self.object = self.get_object()
        self.objects_to_unpublish = self.get_objects_to_unpublish()

    def get(self, request, *args, **kwargs):
        if self.object.is_original and len(people_of(self.object)):
            messages.info(request, _("The people of %(city)s receive a mail about it.") % {"city": self.object.city})
        return super().get(request, *args, **kwargs)
