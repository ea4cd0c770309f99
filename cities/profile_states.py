"""The state of the city's own words in one language, as the desk and the lists of the admin say it."""

from collections.abc import Collection, Iterable

from django.contrib.contenttypes.models import ContentType
from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from wagtail.models import WorkflowState

from cities.models import CityProfile


class ProfileState(TextChoices):
    """What readers see of a profile, and what waits."""

    CLOSED = "closed", _("Published, not open to the public now")
    SUBMITTED = "submitted", _("Submitted, not published yet")
    RESUBMITTED = "resubmitted", _("Published, with a newer version that is submitted")
    OUTDATED = "outdated", _("Out of date: the original has changed")
    CHANGED = "changed", _("Published, with a newer draft")
    PUBLISHED = "published", pgettext_lazy("state of a text", "Published")
    DRAFT = "draft", pgettext_lazy("state of a text", "Draft")


def profile_states(profiles: Collection[CityProfile], readers: Iterable[str]) -> dict[CityProfile, ProfileState]:
    """Return the state of each profile. Two queries.

    profiles: with `locale`. readers: the languages in which readers can open the pages of cities.
    """
    versions = CityProfile.objects.filter(city__in={profile.city_id for profile in profiles})
    shown = versions.shown_to(readers)
    submitted = WorkflowState.objects.filter(
        base_content_type=ContentType.objects.get_for_model(CityProfile),
        object_id__in=[str(profile.pk) for profile in profiles],
        status=WorkflowState.STATUS_IN_PROGRESS,
    ).values_list("object_id", flat=True)
    waiting = set(submitted)
    return {profile: _state(profile, profile in shown, str(profile.pk) in waiting) for profile in profiles}


def _state(profile: CityProfile, is_shown: bool, is_submitted: bool) -> ProfileState:
    if not profile.live:
        return ProfileState.SUBMITTED if is_submitted else ProfileState.DRAFT
    if not is_shown:
        return ProfileState.CLOSED
    if is_submitted:
        return ProfileState.RESUBMITTED
    if profile.text_outdated_since and not profile.is_original:
        return ProfileState.OUTDATED
    return ProfileState.CHANGED if profile.has_unpublished_changes else ProfileState.PUBLISHED
