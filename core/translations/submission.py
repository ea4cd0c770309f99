"""Submit originals for translation: check permissions and limits, create the draft translations."""

from collections.abc import Iterable, Sequence

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from wagtail.models import Locale, Page
from wagtail.permissions import policy_registry
from wagtail_localize.models import TranslationLog, TranslationSource
from wagtail_localize.operations import translate_object

from core.i18n import dates
from core.i18n.languages import own_name
from core.translations.groups import original_of, translation_record, translations_of
from core.translations.source_state import refresh
from core.translations.strings import IncompleteTranslation

# They are created within the request; each takes up to a quarter of a second.
MAX_VERSIONS_AT_ONCE = 60


def can_edit(version, user) -> bool:
    """Whether `user` may edit this page or snippet."""
    if isinstance(version, Page):
        return version.permissions_for_user(user).can_edit()
    return policy_registry.get(version).user_has_permission_for_instance(user, "change", version)


def can_submit(version, user) -> bool:
    """Whether `user` may have this page or snippet translated. Permission to edit the original is not needed."""
    if isinstance(version, Page):
        return version.permissions_for_user(user).can_submit_translation()
    return policy_registry.get(version).user_has_permission(user, "change")


def can_publish(version, user) -> bool:
    """Whether `user` may publish this page or snippet."""
    if isinstance(version, Page):
        return version.permissions_for_user(user).can_publish()
    return policy_registry.get(version).user_has_permission_for_instance(user, "publish", version)


def can_unpublish(version, user) -> bool:
    """Whether `user` may unpublish this page or snippet."""
    if isinstance(version, Page):
        return version.permissions_for_user(user).can_unpublish()
    lock = version.get_lock()
    if lock is not None and lock.for_user(user):
        return False
    return policy_registry.get(version).user_has_permission_for_instance(user, "unpublish", version)


def subtree(page: Page) -> list[Page]:
    """Return a page and the originals among its descendants, parents first.

    Other descendants are translations, whose originals are in the trees of other languages.
    """
    below = page.get_descendants().filter(locale=page.locale_id).specific()
    return [page, *(child for child in below if child.is_original)]


def reasons_against_submitting(objects: Sequence, locales: Iterable[Locale], user) -> list[str]:
    """Return the reasons why `user` may not submit these originals (parents first) for translation into `locales`."""
    locales = list(locales)
    count = len(objects) * len(locales)
    if count > MAX_VERSIONS_AT_ONCE:
        return [
            _("Too many versions at once: %(count)s. The limit is %(most)s. Choose fewer languages or pages.")
            % {"count": dates.number(count), "most": dates.number(MAX_VERSIONS_AT_ONCE)}
        ]
    reasons = []
    keys = {item.translation_key for item in objects}
    for item in objects:
        if not item.is_original:
            original = original_of(item)
            reasons.append(
                _("“%(title)s” is itself a translation. Submit its original “%(original)s” (%(language)s).")
                % {"title": item, "original": original, "language": own_name(item.original_language)}
            )
        elif not can_submit(item, user):
            reasons.append(_("You are not allowed to edit “%(title)s”.") % {"title": item})
        elif isinstance(item, Page):
            reasons += _reasons_against_parent(item, locales, user, keys)
    return reasons


def _reasons_against_parent(page: Page, locales: Iterable[Locale], user, keys: set) -> list[str]:
    """Return the reasons why translations of a page can't be added below the translations of its parent.

    keys: the translation keys of all submitted pages; a parent among them gets its translations first.
    """
    parent = page.get_parent().specific
    if parent.is_root():
        return [_("The home page of a language is created together with its page tree, by the command add_language.")]
    if parent.translation_key in keys:
        return []
    reasons = []
    for locale in locales:
        place = parent.get_translation_or_none(locale)
        names = {"title": page, "parent": parent, "language": own_name(locale.language_code)}
        if place is None:
            reasons.append(
                _("“%(title)s” is below “%(parent)s”, which has no version in %(language)s. Translate that page first.")
                % names
            )
        elif not place.permissions_for_user(user).can_add_translation():
            reasons.append(_("You are not allowed to add pages below “%(parent)s” in %(language)s.") % names)
    return reasons


@transaction.atomic
def submit(objects: Sequence, locales: Iterable[Locale], user, components=None) -> list:
    """Submit originals (parents first) for translation and return the created versions, which are drafts.

    Raises IncompleteTranslation with the reasons if a version can't be created; then none is created.
    wagtail-localize alone skips such a version without an error, so each one is checked.
    """
    versions = []
    for item in objects:
        source = TranslationSource.objects.get_for_instance_or_none(item)
        if source is not None:
            refresh(source)
        wanted = [locale for locale in locales if not item.has_translation(locale)]
        translate_object(item, wanted, components, user=user)
        for locale in wanted:
            versions.append(_created_version(item, locale, user))
    return versions


def _created_version(original, locale: Locale, user):
    """Return the version that was created from `original`; raise IncompleteTranslation if there is none."""
    version = translations_of(original).filter(locale=locale).first()
    record = translation_record(version) if version else None
    if record and TranslationLog.objects.filter(source=record.source, locale=locale).exists():
        return version
    reason = ""
    try:
        source = TranslationSource.objects.get_for_instance_or_none(original)
        source.translations.get(target_locale=locale).save_target(user=user, publish=False)
    except ValidationError as error:
        reason = " ".join(error.messages)
    raise IncompleteTranslation(
        [_("“%(title)s” cannot be translated in its present state. %(reason)s") % {"title": original, "reason": reason}]
    )


def begin_translation(original: Page, locale: Locale, user) -> tuple[Page | None, list[str]]:
    """Return the version of a page in a language, begun as a draft if there is none, or the reasons why it cannot be.

    For whoever may edit the original and add drafts in that language: who writes a page writes its translations, too.
    """
    if existing := original.get_translation_or_none(locale):
        return existing, []
    if reasons := reasons_against_submitting([original], [locale], user):
        return None, reasons
    try:
        (version,) = submit([original], [locale], user)
    except IncompleteTranslation as error:
        return None, error.messages
    return version, []
