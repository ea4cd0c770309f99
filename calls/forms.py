"""Admin forms of a call and of its pages. The forms that move dates are in `calls.date_forms`."""

from datetime import datetime, time
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from wagtail.admin.widgets import AdminDateInput, AdminTimeInput

from calls.deadlines import deadline_from, instant_from
from calls.vocabularies import DATED_CLOCKS, Precision
from core.i18n.places import zone_of
from core.i18n.text import detail_list
from core.local_times.forms import PlacedTimesForm
from core.translations.forms import PortalPageForm

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


LAST_MINUTE = _("If empty: 23:59. If this minute occurs twice because the clocks go back, the second one counts.")


def day_field(label: "StrOrPromise", help_text: "StrOrPromise" = "") -> forms.DateField:
    """Return a field for a day in the call's time zone."""
    return forms.DateField(label=label, required=False, widget=AdminDateInput(), help_text=help_text)


def time_field(label: "StrOrPromise", help_text: "StrOrPromise" = "") -> forms.TimeField:
    """Return a field for a time of day in the call's time zone."""
    return forms.TimeField(label=label, required=False, widget=AdminTimeInput(), help_text=help_text)


class FormattedDatesMixin(forms.BaseForm):
    """Mixin for forms with pairs of fields: a day and a time."""

    def clean_opening(self, name: str, zone: ZoneInfo, *, is_day_precision: bool):
        """Return the instant (UTC) of the fields `name`_day and `name`_time, or None.

        Adds an error to the form when the fields are invalid together.
        """
        return self._instant(name, zone, is_day_precision, opens=True)

    def clean_deadline(self, name: str, zone: ZoneInfo, *, is_day_precision: bool):
        """Return the first instant (UTC) that is too late for `name`_day and `name`_time, or None.

        Adds an error to the form when the fields are invalid together.
        """
        return self._instant(name, zone, is_day_precision, opens=False)

    def _instant(self, name: str, zone: ZoneInfo, is_day_precision: bool, opens: bool):
        day = self.cleaned_data.get(f"{name}_day")
        at = self.cleaned_data.get(f"{name}_time")
        if is_day_precision and (at is not None or self.data.get(self.add_prefix(f"{name}_time"))):
            self.add_error(
                f"{name}_time" if f"{name}_time" in self.fields else f"{name}_day",
                _("The deadlines of this call are whole days. Leave the time empty."),
            )
            return None
        if day is None:
            if at is not None and f"{name}_day" not in self.errors:
                self.add_error(f"{name}_day", _("Enter the day as well."))
            return None
        try:
            if opens:
                return instant_from(day, at or time(), zone)
            return deadline_from(day, at, zone)
        except ValidationError as error:
            self.add_error(f"{name}_time" if at else f"{name}_day", error)
            return None


class FirstDatesForm(FormattedDatesMixin, forms.Form):
    """The first dates of a call, as local days and times."""

    opening_day = day_field(_("Opens on"))
    opening_time = time_field(_("Time of the opening"), _("If empty: at the start of the day."))
    city_day = day_field(_("Last day for cities"), _("Leave empty if it is not on record."))
    city_time = time_field(_("Closing time for cities"), LAST_MINUTE)
    commission_day = day_field(
        _("Last day for National Commissions"), _("Leave empty if National Commissions have no date of their own.")
    )
    commission_time = time_field(_("Closing time for National Commissions"), LAST_MINUTE)

    def first_dates(self, zone: ZoneInfo, precision: str) -> dict:
        """Return the values of the call's date fields, from cleaned data."""
        is_day_precision = precision == Precision.DAY
        return {
            "opens_at": self.clean_opening("opening", zone, is_day_precision=is_day_precision),
            "first_deadline": self.clean_deadline("city", zone, is_day_precision=is_day_precision),
            "first_commission_deadline": self.clean_deadline("commission", zone, is_day_precision=is_day_precision),
        }

    def new_dates(self, zone: ZoneInfo, precision: str) -> dict[str, datetime | None]:
        """Return the same dates by clock."""
        dates = self.first_dates(zone, precision)
        return dict(zip(DATED_CLOCKS, dates.values(), strict=True))


# The field that shows the error of each constraint of the call.
FIELD_OF_CONSTRAINT = {"call_opens_before_deadline": "opening_day", "call_deadline_before_commission": "commission_day"}


class NewCallForm(FirstDatesForm, PlacedTimesForm):
    """Creates a call. Afterwards only `calls.services` changes its dates."""

    def clean(self):
        cleaned_data = super().clean()
        place = cleaned_data.get("time_zone")
        if place:
            dates = self.first_dates(zone_of(place), cleaned_data.get("precision"))
            for name, instant in dates.items():
                setattr(self.instance, name, instant)
            if not self.errors:
                self._validate_date_order()
        return cleaned_data

    def _validate_date_order(self):
        # Django does not check constraints on fields that the form does not have.
        for constraint in self.instance._meta.constraints:
            try:
                constraint.validate(type(self.instance), self.instance)
            except ValidationError as error:
                self.add_error(FIELD_OF_CONSTRAINT[constraint.name], error)


class CallPageForm(PortalPageForm):
    """The form of a call's page. It offers only calls that have no page yet."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if "call" in self.fields:
            field = self.fields["call"]
            field.queryset = field.queryset.without_pages(besides=self.instance)
            field.label_from_instance = lambda call: detail_list([call.code, call.get_kind_display()])
