"""Save a changed fact of a page from code, as an editor would.

A page that is public, and has no other changes, is published with the new fact, in every language. Everywhere else the
fact is saved as a draft: who may not publish, a page with changes that nobody has published, and a translation with
open strings make nothing public.
"""

from collections.abc import Callable

from core.pages import PortalPage
from core.translations.strings import reasons_against_publishing


def is_published_at_once(page: PortalPage, user) -> bool:
    """Whether a changed fact of a page becomes public."""
    if not page.live or page.has_unpublished_changes or not page.permissions_for_user(user).can_publish():
        return False
    return page.is_original or not reasons_against_publishing(page)


def save_fact(page: PortalPage, change: Callable[[PortalPage], None], user) -> bool:
    """Save a page, as it was just read, with a changed fact; returns whether readers see it.

    Side effects: a revision; for a page that is public and has no other changes a publication, with what follows.
    """
    at_once = is_published_at_once(page, user)
    edited = page if at_once else page.get_latest_revision_as_object()
    change(edited)
    revision = edited.save_revision(user=user, log_action=True)
    if at_once:
        revision.publish(user=user)
    return at_once
