"""Updates Wagtail's reference index and admin search index once, after thousands of rows were written."""

from django.core.management import call_command
from django.utils import timezone
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult
from modelsearch.tasks import insert_or_update_object_task
from wagtail.tasks import update_reference_index_task

ROW_BY_ROW = (insert_or_update_object_task.module_path, update_reference_index_task.module_path)


def update_wagtail_indexes() -> None:
    """Rebuild both indexes in place of the queued tasks that would update them row by row.

    Deletes the tasks that were queued before the start: they have nothing left to do and would keep
    the worker of a new portal busy for minutes. Does nothing when no task is queued.
    """
    waiting = DBTaskResult.objects.filter(
        status=TaskResultStatus.READY, task_path__in=ROW_BY_ROW, enqueued_at__lte=timezone.now()
    )
    if waiting.exists():
        call_command("rebuild_references_index", verbosity=0)
        call_command("update_index", verbosity=0)
        waiting.delete()
