"""The one writer of a city's standing in the network."""

from datetime import date, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from cities.models import City, MembershipEvent
from cities.vocabularies import MembershipStatus

# Where the day begins first (UTC+14), it may already be tomorrow.
EARLIEST_ZONE = timedelta(hours=14)


@transaction.atomic
def record_status(
    city: City,
    *,
    status: str,
    by,
    on: date | None = None,
    year: int | None = None,
    round_code: str = "",
    source: str = "",
) -> MembershipEvent:
    """Record a change of a city's standing and return the step of its history.

    status: a `MembershipStatus`. by: the user who records it. on, year: when it happened, as
    exactly as is known; neither where the date is not on record. round_code: the round in which
    the city was admitted. source: who says so.

    Writes one MembershipEvent and the city's `status`, together. A step that is dated before the
    latest dated one completes the history and leaves the standing as it is. A second click, that
    is the last recorded step once more, writes nothing and returns that step.

    Raises ValidationError, by field, for an unknown status, a date to come, and a year that is not
    the date's.
    """
    step = MembershipEvent(
        city=city, status=status, on=on, year=year, round_code=round_code, source=source, recorded_by=by
    )
    _check(step)
    if on:
        step.year = on.year
    # Two clicks at once wait for each other here.
    city_row = City.objects.select_for_update().get(pk=city.pk)
    last = city_row.membership_events.order_by("pk").last()
    if last and _says(last) == _says(step):
        return last
    is_latest = not _comes_before(step, city_row.membership_events.all())
    step.save()
    if is_latest:
        city_row.status = status
        city_row.save(update_fields=["status"])
        city.status = status
    return step


def _check(step: MembershipEvent) -> None:
    errors = {}
    today = (timezone.now() + EARLIEST_ZONE).date()
    if step.status not in MembershipStatus.values:
        errors["status"] = _("Choose from the list.")
    if step.on and step.on > today:
        errors["on"] = _("This day is still to come.")
    if step.year and step.year > today.year:
        errors["year"] = _("This year is still to come.")
    elif step.on and step.year and step.on.year != step.year:
        errors["year"] = _("This is not the year of the date.")
    if errors:
        raise ValidationError(errors)


def _says(step: MembershipEvent) -> tuple:
    return step.status, step.on, step.year, step.round_code, step.source


def _comes_before(step: MembershipEvent, history) -> bool:
    """Whether a step of the history is dated later than this one. An undated step comes last."""
    if step.year is None:
        return False
    for other in history:
        if other.year and (other.year > step.year or (step.on and other.on and other.on > step.on)):
            return True
    return False
