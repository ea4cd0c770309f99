"""What an approval publishes: Wagtail's setting `WAGTAIL_FINISH_WORKFLOW_ACTION`.

Wagtail imports this module while it loads its models, so it imports nothing at the top.
"""


def publish_judged(workflow_state, user=None) -> None:
    """Publish the revision that was judged, or the secretariat's own edit of it, in the transaction of the approval.

    Wagtail's own action publishes the latest revision, whoever wrote it. Raises PermissionDenied, which undoes the
    approval, where nobody has approved anything (Wagtail ends a workflow so when its last task is disabled), where the
    submission was withdrawn before, and where the user has no right to publish.
    """
    from django.core.exceptions import PermissionDenied

    from moderation.states import is_withdrawn

    judged = workflow_state.current_task_state
    if judged is None or not workflow_state.task_states.filter(status=judged.STATUS_APPROVED).exists():
        raise PermissionDenied("Nobody has approved this.")
    if is_withdrawn(workflow_state):
        raise PermissionDenied("It was withdrawn.")
    version_to_publish(judged.revision).publish(user=user)


def version_to_publish(judged):
    """The judged revision, or the newest of the secretariat's edits that follow it without one of anybody else."""
    from wagtail.models import Revision

    from moderation.actors import works_for_secretariat

    chosen = judged
    newer = Revision.objects.filter(
        base_content_type_id=judged.base_content_type_id, object_id=judged.object_id, pk__gt=judged.pk
    )
    for revision in newer.select_related("user").order_by("pk"):
        if not works_for_secretariat(revision.user):
            break
        chosen = revision
    return chosen
