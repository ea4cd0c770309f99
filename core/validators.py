"""Checks that several models share."""

from datetime import date
from zoneinfo import ZoneInfo, available_timezones

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _

validate_code = RegexValidator(
    r"\A[a-z0-9]+(?:-[a-z0-9]+)*\Z",
    _("Use small letters a–z, digits and single hyphens, for example “dk-sonderborg”."),
)

# What a person can mean; far from the ends of what Python can turn into any time zone.
YEARS = range(1900, 2200)


def validate_year(value: date) -> None:
    """Refuse a date or an instant in a year that nobody means."""
    if value.year not in YEARS:
        raise ValidationError(
            _("Give a year from %(first)s to %(last)s."), params={"first": YEARS.start, "last": YEARS.stop - 1}
        )


def year_errors(instance, *names: str) -> dict[str, ValidationError]:
    """What `validate_year` has against the fields `names` of a model instance, for its `clean`."""
    errors = {}
    for name in names:
        if value := getattr(instance, name):
            try:
                validate_year(value)
            except ValidationError as refusal:
                errors[name] = refusal
    return errors


def validate_time_zone(name: str) -> None:
    """Refuse what the IANA time zone database does not know."""
    if name not in available_timezones():
        raise ValidationError(_("Write the zone as in the IANA database, for example “Europe/Berlin”."))
    ZoneInfo(name)
