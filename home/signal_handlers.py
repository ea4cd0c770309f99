"""Clear what is cached about a site when it changes."""

from django.db import transaction
from django.db.models.signals import post_delete, post_save
from django.dispatch import receiver
from wagtail.models import Site

from core.page_cache.content_version import note_change
from home.models import HomePage


@receiver([post_save, post_delete], sender=HomePage)
@receiver([post_save, post_delete], sender=Site)
def forget_site_roots(sender, **kwargs):
    """Clear Wagtail's cached addresses of the home pages when the change is committed.

    Wagtail clears them before. Until the commit, another process caches the old ones again, and every
    link of a new language would be None for an hour.
    """
    transaction.on_commit(_forget)


def _forget() -> None:
    Site.clear_site_root_paths_cache()
    # A page that was made since the commit has the old addresses.
    note_change()
