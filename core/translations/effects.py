"""Apply to the translations what happens to their original: unpublish, move, restrict; delete those of snippets.

The signal handlers call these functions on every path: the admin, bulk actions, the scheduler and code.
"""

from django.utils.translation import gettext as _
from wagtail.coreutils import find_available_slug
from wagtail.models import Page, PageViewRestriction

from core.i18n.languages import own_name
from core.translations.groups import translations_of


def unpublish_translations(original) -> None:
    """Unpublish the translations of an original that was unpublished, and cancel their schedules."""
    for translation in translations_of(original):
        for revision in translation.revisions.filter(approved_go_live_at__isnull=False):
            revision.approved_go_live_at = None
            revision.save(update_fields=["approved_go_live_at"])
        if translation.live:
            translation.unpublish(set_expired=original.expired)


def delete_translations(original) -> None:
    """Delete the translations of an original that is being deleted."""
    for translation in translations_of(original):
        # An earlier deletion can have deleted it: it may be a descendant of another translation.
        if type(translation)._default_manager.filter(pk=translation.pk).exists():
            translation.delete()


def reasons_against_moving(page: Page, parent: Page) -> list[str]:
    """Return the reasons why a page may not be moved below `parent`; empty if it may.

    A translation stays at the place of its original, and an original moves only where every translation can follow.
    """
    if page.get_parent() == parent:
        return []
    if not page.is_original:
        return [
            _("The place of “%(title)s” follows its original. Move the original (%(language)s) instead.")
            % {"title": page, "language": own_name(page.original_language)}
        ]
    there = set(parent.get_translations(inclusive=True).values_list("locale_id", flat=True))
    languages = [own_name(found.language) for found in translations_of(page) if found.locale_id not in there]
    if not languages:
        return []
    return [
        _("“%(title)s” has a version in %(languages)s, but “%(parent)s” does not. Translate “%(parent)s” first.")
        % {"parent": parent, "languages": ", ".join(languages), "title": page}
    ]


def move_translations(original: Page, parent: Page) -> None:
    """Move the translations of a page that was moved below the translations of its new parent.

    A translation without such a parent in its language is not moved; the admin refuses such a move beforehand.
    """
    for translation in translations_of(original):
        own_parent = parent.get_translation_or_none(translation.locale)
        if own_parent is None or translation.is_child_of(own_parent):
            continue
        slug = find_available_slug(own_parent, translation.slug)
        if slug != translation.slug:
            translation.slug = slug
            translation.save_synchronised_fields()
        translation.move(own_parent.specific, pos="last-child")


def restrict_translations(original: Page) -> None:
    """Copy the view restriction of a page to its translations; delete theirs if it has none."""
    restriction = original.view_restrictions.first()
    for translation in translations_of(original):
        own = translation.view_restrictions.first()
        if restriction is None:
            if own is not None:
                own.delete()
            continue
        own = own or PageViewRestriction(page=translation)
        own.restriction_type = restriction.restriction_type
        own.password = restriction.password
        own.save()
        own.groups.set(restriction.groups.all())
