"""Mark translations as out of date when the text of their original changes."""

from datetime import datetime

from wagtail_localize.models import OverridableSegment, SegmentOverride, Translation

from core.translations.running_text import VersionText
from core.translations.source_state import SourceChange
from core.translations.strings import open_strings


def mark_outdated(translation, record: Translation, change: SourceChange, text: VersionText, at: datetime) -> None:
    """Set `text_outdated_since` of a translation in memory.

    change, text: the change of the original at the instant `at`, and what `VersionText.follow` has found in the
    translation. A translation keeps the date of the first change that it does not have. The date is removed when the
    translation is published, or when it has all words of the original again (the original was changed back).
    """
    since = translation.text_outdated_since
    if translation.live:
        is_outdated = (
            bool(text.untranslated)
            or bool(change.replaced_values & set(text.overrides))
            or (since is not None and _has_replaced_values(translation))
        )
    elif change.before.is_same_text(change.after):
        return
    else:
        is_outdated = bool(open_strings(record))
    translation.text_outdated_since = (since or at) if is_outdated else None


def _has_replaced_values(translation) -> bool:
    """Whether the translation overrides a value (a file, an address) that changed after it was last published."""
    if translation.last_published_at is None:
        return False
    current = OverridableSegment.objects.filter(source__object_id=translation.translation_key)
    overrides = SegmentOverride.objects.filter(
        context__in=current.values("context"), locale=translation.locale_id, has_error=False
    )
    return overrides.filter(updated_at__gt=translation.last_published_at).exists()
