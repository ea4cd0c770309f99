"""The city's own words in one language: reading them, saving a draft, publishing it.

The language in which a city writes first is the original; what it writes in another language is the translation of
that, in the strings of wagtail-localize, so that translators and the city work at the same text.

A city publishes its own words at once, and the audit log keeps who did it: they stand below the heading “In the city's
own words” of its own page, and long waiting is what focal points complain of. Where the secretariat wants to read them
first, it gives city profiles a workflow in the settings of the admin; then publishing starts that.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from wagtail.models import Locale, WorkflowState
from wagtail_localize.models import StringSegment, StringTranslation
from wagtail_localize.strings import StringValue

from audit import log
from audit.actions import Action
from cities.models import City, CityProfile
from cities.presentation import city_urls
from core.translations.groups import original_of, translation_record
from core.translations.strings import reasons_against_publishing
from core.translations.writing import pair_texts, write_translation
from desk.city.forms import WORDS
from desk.city.merging import Merged, merge, same_line_ends


@dataclass(frozen=True)
class Words:
    """The words of a city in one language as they are now, published or not."""

    city: City
    language: str
    version: CityProfile | None
    """The profile in this language; None before it is saved for the first time."""
    original: CityProfile | None
    """The profile in the language in which the city wrote first; None if there is none."""
    texts: dict[str, str]
    original_texts: dict[str, str]
    """The newest texts of the original; empty for the original itself."""

    @property
    def is_original(self) -> bool:
        """Whether other languages are translated from this one."""
        return self.original is None or self.original.language == self.language

    @property
    def fields(self) -> tuple[str, ...]:
        """What can be written: a translation has the texts that its original has."""
        return WORDS if self.is_original else tuple(name for name in WORDS if self.original_texts[name])

    @property
    def is_submitted(self) -> bool:
        """Whether the secretariat has it, in a workflow."""
        return self.version is not None and self.version.workflow_in_progress

    def as_profile(self, texts: Mapping[str, str]) -> CityProfile:
        """A profile with these texts that is not saved, for the preview."""
        locale = Locale.objects.get(language_code=self.language)
        source = self.original.language if self.original else self.language
        return CityProfile(city=self.city, locale=locale, original_language=source, **texts)


def languages_shown(city: City) -> set[str]:
    """The languages of those words of a city that readers see now, by the visibility rule of its page."""
    return {profile.language for profile in CityProfile.objects.filter(city=city).shown_to(city_urls(city.code))}


def words_of(city: City, language: str) -> Words:
    """The words of a city in a language."""
    rows = {
        row.language: row for row in CityProfile.objects.filter(city=city).select_related("locale", "latest_revision")
    }
    version = rows.get(language)
    first = next(iter(rows.values()), None)
    original = rows.get(first.original_language) if first else None
    if original is None or original is version:
        return Words(city, language, version, original, _newest(version), {})
    return Words(city, language, version, original, _translated(version), _newest(original))


def _newest(profile: CityProfile | None) -> dict[str, str]:
    newest = profile.get_latest_revision_as_object() if profile else None
    return {name: same_line_ends(getattr(newest, name)) if newest else "" for name in WORDS}


def _translated(version: CityProfile | None) -> dict[str, str]:
    """The texts of a translation, without the words of the original that replace missing ones."""
    texts = dict.fromkeys(WORDS, "")
    record = translation_record(version) if version else None
    if record is None:
        return texts
    segments = StringSegment.objects.filter(source=record.source, context__path__in=WORDS)
    for segment in segments.annotate_translation(record.target_locale).select_related("context"):
        texts[segment.context.path] = same_line_ends(StringValue(segment.translation or "").render_text())
    return texts


@transaction.atomic
def save_draft(
    city: City, language: str, shown: Mapping[str, str], typed: Mapping[str, str], *, by, request=None
) -> Merged:
    """Save what a person typed as a draft, and return what was merged.

    shown: the texts when the person began. With conflicts nothing is saved. An entry in the audit log.
    """
    City.objects.select_for_update().get(pk=city.pk)  # two people begin a profile at the same time
    words = words_of(city, language)
    typed = {name: same_line_ends(typed.get(name, "")) for name in words.fields}
    merged = merge({name: same_line_ends(text) for name, text in shown.items()}, typed, words.texts)
    if merged.conflicts or not merged.changed:
        return merged
    texts = words.texts | merged.values
    version = _save_original(words, texts, by) if words.is_original else _save_translation(words, texts, by)
    log.record(
        Action.PROFILE_SAVED, version, by=by, version=version.latest_revision_id, request=request, language=language
    )
    return merged


def _save_original(words: Words, texts: Mapping[str, str], by) -> CityProfile:
    version = words.version or words.as_profile(texts)
    if version.pk is None:
        version.live = False
        version.save()
    draft = version.get_latest_revision_as_object()
    for name, text in texts.items():
        setattr(draft, name, text)
    draft.save_revision(user=by)
    return CityProfile.objects.get(pk=version.pk)


def _save_translation(words: Words, texts: Mapping[str, str], by) -> CityProfile:
    given = {name: texts[name] for name in words.fields if texts[name]}
    source = {name: words.original_texts[name] for name in given}
    assert words.original is not None  # noqa: S101  # without an original these would be the words of the original
    # The strings of a draft that was never published are those of its newest revision.
    original = words.original.get_latest_revision_as_object()
    write_translation(original, words.language, pair_texts(source, given), user=by, publish=False)
    version = CityProfile.objects.select_related("locale").get(city=words.city, locale__language_code=words.language)
    emptied = [name for name in words.fields if not texts[name]]
    StringTranslation.objects.filter(
        context__object_id=version.translation_key, context__path__in=emptied, locale=version.locale
    ).delete()
    record = translation_record(version)
    assert record is not None  # noqa: S101  # it was made with the translation
    record.save_target(user=by, publish=False)
    return CityProfile.objects.select_related("locale").get(pk=version.pk)


@transaction.atomic
def publish(city: City, language: str, *, by, request=None) -> bool:
    """Publish the newest words of a city in a language; return whether they are published now.

    False: the secretariat reads them first, because city profiles have a workflow. An entry in the audit log.
    Raises ValidationError with the reasons why that is not possible.
    """
    City.objects.select_for_update().get(pk=city.pk)
    words = words_of(city, language)
    version = words.version
    if version is None:
        raise ValidationError(_("There is nothing to publish yet."))
    if words.is_submitted:
        raise ValidationError(_("The secretariat is reading this text. You get a mail when it has decided."))
    newest = version.get_latest_revision_as_object()
    newest.full_clean()
    if not words.is_original and (reasons := _reasons(words)):
        raise ValidationError(reasons)
    if (workflow := version.get_workflow()) and not _is_decided(version):
        workflow.start(newest, by)
        log.record(
            Action.SUBMITTED, version, by=by, version=version.latest_revision_id, request=request, language=language
        )
        return False
    version.latest_revision.publish(user=by, skip_permission_checks=True)
    log.record(
        Action.PROFILE_PUBLISHED, version, by=by, version=version.latest_revision_id, request=request, language=language
    )
    return True


def _reasons(words: Words) -> list[str]:
    """Why a translation cannot be published, in words for the city."""
    original = original_of(words.version)
    if not original.live:
        return [_("Publish your text in the first language before this one.")]
    if any(not words.texts[name] for name in words.fields):
        return [_("Write every part that the first language has, or remove it there.")]
    return reasons_against_publishing(words.version)


def _is_decided(version: CityProfile) -> bool:
    """Whether the secretariat has approved the newest text already."""
    state = version.current_workflow_state or version.workflow_states.order_by("-created_at", "-pk").first()
    if state is None or state.status != WorkflowState.STATUS_APPROVED:
        return False
    return state.current_task_state.revision_id == version.latest_revision_id
