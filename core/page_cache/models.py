"""The rows by which every process knows that public content has changed."""

import secrets

from django.db import models
from django.utils import timezone

MARK_BYTES = 12


def new_mark() -> str:
    """A random text: ids are used again after a database was restored from a backup, marks are not."""
    return secrets.token_urlsafe(MARK_BYTES)


class ContentChange(models.Model):
    """Public content has changed: written in the transaction of the change by `core.page_cache.statements`.

    A row each, and no counter that all transactions would update: on PostgreSQL they would wait for each other.
    """

    mark = models.CharField(max_length=20, default=new_mark)
    noted_at = models.DateTimeField(default=timezone.now)

    # This row is no content that others refer to.
    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = "change of public content"

    def __str__(self):
        return self.mark
