"""What the admin refuses to do with a practice of a city, outside its editor."""

from collections.abc import Iterable

from django.contrib.contenttypes.models import ContentType
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from wagtail.admin import messages
from wagtail.admin.views.workflows import Disable, DisableTask
from wagtail.models import Page, WorkflowState

from moderation.publishing import version_to_publish
from moderation.services import lock_page
from moderation.states import city_waits, may_be_published, newest_workflow
from practices.models import PracticePage


def reasons_against_publishing(pages: Iterable[Page]) -> list[str]:
    """Why these pages cannot be published together, without their editors having been opened; empty if they can.

    Locks their practices until the end of the transaction: what follows publishes what was read here.
    """
    reasons = []
    for page in _practices(pages):
        lock_page(page.page_ptr_id)
        practice = PracticePage.objects.select_related("latest_revision").get(pk=page.pk)
        if not may_be_published(practice):
            reasons.append(_("“%(title)s” was withdrawn by its city, and cannot be published.") % {"title": practice})
            continue
        state = newest_workflow(practice)
        if state is None or not state.is_active or state.current_task_state is None:
            continue
        if practice.latest_revision != version_to_publish(state.current_task_state.revision):
            reasons.append(
                _("“%(title)s” has a newer text that nobody has read. Open its editor.") % {"title": practice}
            )
    return reasons


def reasons_against_losing(pages: Iterable[Page]) -> list[str]:
    """Why these pages cannot be deleted: their cities wait for an answer."""
    text = _("The city waits for an answer about “%(title)s”. Publish it, or request changes, before you delete it.")
    return [text % {"title": page} for page in _practices(pages) if city_waits(page)]


def _practices(pages: Iterable[Page]) -> Iterable[PracticePage]:
    keys = [page.pk for page in pages if issubclass(page.specific_class or Page, PracticePage)]
    return [page for page in PracticePage.objects.filter(pk__in=keys).order_by("pk") if page.is_original]


class _KeepsSubmissions:
    """Mixin of a view that disables a workflow or task: not while practices wait, because Wagtail would drop them."""

    def post(self, request, *args, **kwargs):
        practices = ContentType.objects.get_for_model(PracticePage)
        waiting = self.in_progress().filter(content_type=practices, status=WorkflowState.STATUS_IN_PROGRESS)
        if waiting.exists():
            messages.error(request, _("Practices wait for a decision. Decide on them first."))
            return redirect(self.get_edit_url)
        return super().post(request, *args, **kwargs)


class DisableWorkflowView(_KeepsSubmissions, Disable):
    """Wagtail's view, except while practices wait."""

    def in_progress(self):
        return WorkflowState.objects.filter(workflow=self.kwargs["pk"])


class DisableTaskView(_KeepsSubmissions, DisableTask):
    """Wagtail's view, except while practices wait: Wagtail would publish what waits for the last task of a workflow."""

    def in_progress(self):
        return WorkflowState.objects.filter(workflow__workflow_tasks__task=self.kwargs["pk"])
