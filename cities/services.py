"""Recording changes of a city's membership status."""

from datetime import date, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from cities.models import City, MembershipEvent, MembershipRound
from cities.vocabularies import MembershipStatus

# The zone in which a day begins first is UTC+14.
EARLIEST_ZONE = timedelta(hours=14)


@transaction.atomic
def record_status(
    city: City,
    *,
    status: str,
    by,
    on: date | None = None,
    year: int | None = None,
    round: MembershipRound | None = None,
    source: str = "",
) -> MembershipEvent:
    """Record a change of a city's membership status and return the step of its history.

    status: a `MembershipStatus`. by: the user who records it. round: the membership round in which the city
    was admitted; the date is then that of the round. on, year: the date of any other change; only the year if
    the day is not known, neither if nothing is known. source: where the information is from.

    Writes a MembershipEvent and the city's `status` in one transaction. A step with a date before that of
    the latest dated step is added to the history and does not change the status. If the last recorded step
    has the same content (a second click), nothing is written and that step is returned.

    Raises ValidationError by field for an unknown status, a date in the future, a year that differs from that of
    the date, a round with a date of its own or without an admission, and an admission whose date has neither a
    round nor a source.
    """
    step = MembershipEvent(city=city, status=status, on=on, year=year, round=round, source=source, recorded_by=by)
    check_step(step)
    if on:
        step.year = on.year
    # Of two requests at the same time, one waits here for the other.
    city_row = City.objects.select_for_update().get(pk=city.pk)
    last = city_row.membership_events.order_by("pk").last()
    if last and _content(last) == _content(step):
        return last
    is_latest = not is_before_latest(step, city_row.membership_events.select_related("round"))
    step.save()
    if is_latest:
        city_row.status = status
        city_row.save(update_fields=["status"])
        city.status = status
    return step


def check_step(step: MembershipEvent) -> None:
    """Raise ValidationError by field for a step that no history can have; `record_status` says which."""
    errors = {}
    today = (timezone.now() + EARLIEST_ZONE).date()
    if step.status not in MembershipStatus.values:
        errors["status"] = _("Choose from the list.")
    if step.on and step.on > today:
        errors["on"] = _("This day is in the future.")
    if step.year and step.year > today.year:
        errors["year"] = _("This year is in the future.")
    elif step.on and step.year and step.on.year != step.year:
        errors["year"] = _("The year does not match the date.")
    if step.round and step.status != MembershipStatus.ADMITTED:
        errors["round"] = _("Only an admission belongs to a membership round.")
    elif step.round and (step.on or step.year):
        errors["on" if step.on else "year"] = _("Leave this empty: the date comes from the membership round.")
    elif step.status == MembershipStatus.ADMITTED and not step.round and (step.on or step.year) and not step.source:
        errors["source"] = _("Choose the membership round, or enter the source of this date.")
    if errors:
        raise ValidationError(errors)


def _content(step: MembershipEvent) -> tuple:
    return step.status, step.on, step.year, step.round_id, step.source


def is_before_latest(step: MembershipEvent, history) -> bool:
    """Whether the history has a step with a later date. A step without a date is the latest one."""
    year, day = step.known_year, step.known_day
    if year is None:
        return False
    for other in history:
        if other.known_year and (other.known_year > year or (day and other.known_day and other.known_day > day)):
            return True
    return False
