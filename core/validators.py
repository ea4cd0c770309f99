"""Validators that several models use."""

from datetime import date
from zoneinfo import ZoneInfo, available_timezones

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _

validate_code = RegexValidator(
    r"\A[a-z0-9]+(?:-[a-z0-9]+)*\Z",
    _("Use lower-case letters a–z, digits and single hyphens, for example “dk-sonderborg”."),
)

# Far enough from the limits of datetime that an instant can be converted to any time zone.
YEARS = range(1900, 2200)


def validate_year(value: date) -> None:
    """Raise ValidationError for a date or datetime outside of YEARS."""
    if value.year not in YEARS:
        raise ValidationError(
            _("Enter a year from %(first)s to %(last)s."), params={"first": YEARS.start, "last": YEARS.stop - 1}
        )


def year_errors(instance, *names: str) -> dict[str, ValidationError]:
    """Return the errors of `validate_year` by field, for the `clean` method of a model.

    names: the date and datetime fields of `instance` to validate.
    """
    errors = {}
    for name in names:
        if value := getattr(instance, name):
            try:
                validate_year(value)
            except ValidationError as refusal:
                errors[name] = refusal
    return errors


def coordinate_errors(instance) -> dict:
    """Return the error of a place with one coordinate only, by the field that is missing, for the `clean` method."""
    missing = [name for name in ("latitude", "longitude") if getattr(instance, name) is None]
    return {missing[0]: _("Enter both latitude and longitude, or leave both empty.")} if len(missing) == 1 else {}


def validate_time_zone(name: str) -> None:
    """Raise ValidationError for a name that is not in the IANA time zone database. Only for the first migrations."""
    if name not in available_timezones():
        raise ValidationError(_("Enter the time zone as in the IANA database, for example “Europe/Berlin”."))
    ZoneInfo(name)
