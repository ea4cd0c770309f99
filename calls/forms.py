"""Admin forms of a call and of its pages. Those that move dates are in `calls.date_forms`."""

from datetime import time
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo, available_timezones

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms import WagtailAdminModelForm, WagtailAdminPageForm
from wagtail.admin.widgets import AdminDateInput, AdminTimeInput

from calls.deadlines import deadline_from, instant_from
from calls.vocabularies import Precision

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


def day_field(label: "StrOrPromise", help_text: "StrOrPromise" = "") -> forms.DateField:
    """A day where the call's time is."""
    return forms.DateField(label=label, required=False, widget=AdminDateInput(), help_text=help_text)


def time_field(label: "StrOrPromise", help_text: "StrOrPromise" = "") -> forms.TimeField:
    """A time of day where the call's time is."""
    return forms.TimeField(label=label, required=False, widget=AdminTimeInput(), help_text=help_text)


class FormattedDatesMixin(forms.BaseForm):
    """For a form with pairs of a day and a time, that say dates as people do."""

    def clean_opening(self, name: str, zone: ZoneInfo, *, is_to_the_day: bool):
        """The instant of the pair `name`_day and `name`_time; None, and an error, where there is none."""
        return self._instant(name, zone, is_to_the_day, opens=True)

    def clean_deadline(self, name: str, zone: ZoneInfo, *, is_to_the_day: bool):
        """The first instant that is too late for the pair `name`_day and `name`_time, or None."""
        return self._instant(name, zone, is_to_the_day, opens=False)

    def _instant(self, name: str, zone: ZoneInfo, is_to_the_day: bool, opens: bool):
        day = self.cleaned_data.get(f"{name}_day")
        at = None if is_to_the_day else self.cleaned_data.get(f"{name}_time")
        if day is None:
            if at is not None and f"{name}_day" not in self.errors:
                self.add_error(f"{name}_day", _("Give the day, too."))
            return None
        try:
            if opens:
                return instant_from(day, at or time(), zone)
            return deadline_from(day, at, zone)
        except ValidationError as refusal:
            self.add_error(f"{name}_time" if at else f"{name}_day", refusal)
            return None


class FirstDatesForm(FormattedDatesMixin, forms.Form):
    """The dates with which a call begins, as people say them."""

    opening_day = day_field(_("Opens on"))
    opening_time = time_field(_("Time of the opening"), _("Empty: with the day."))
    city_day = day_field(_("Last day for cities"), _("Empty: not on record."))
    city_time = time_field(_("Last minute for cities"), _("Empty: 23:59."))
    commission_day = day_field(_("Last day for commissions"), _("Empty: commissions have no date of their own."))
    commission_time = time_field(_("Last minute for commissions"), _("Empty: 23:59."))

    def first_dates(self, zone: ZoneInfo, precision: str) -> dict:
        """The call's fields of dates, out of cleaned data."""
        is_to_the_day = precision == Precision.DAY
        return {
            "opens_at": self.clean_opening("opening", zone, is_to_the_day=is_to_the_day),
            "first_deadline": self.clean_deadline("city", zone, is_to_the_day=is_to_the_day),
            "first_commission_deadline": self.clean_deadline("commission", zone, is_to_the_day=is_to_the_day),
        }


# The field beside which a contradiction is said, by the name of the call's constraint.
SHOWN_BESIDE = {"call_opens_before_deadline": "opening_day", "call_deadline_before_commission": "commission_day"}


class NewCallForm(FirstDatesForm, WagtailAdminModelForm):
    """A new call. From then on its dates move by services."""

    def clean(self):
        cleaned_data = super().clean()
        zone = cleaned_data.get("time_zone")
        if zone in available_timezones():
            dates = self.first_dates(ZoneInfo(zone), cleaned_data.get("precision"))
            for name, instant in dates.items():
                setattr(self.instance, name, instant)
            if not self.errors:
                self._refuse_contradictions()
        return cleaned_data

    def _refuse_contradictions(self):
        # Django leaves out constraints on fields that the form does not have.
        for constraint in self.instance._meta.constraints:
            try:
                constraint.validate(type(self.instance), self.instance)
            except ValidationError as refusal:
                self.add_error(SHOWN_BESIDE[constraint.name], refusal)


class CallPageForm(WagtailAdminPageForm):
    """A page of a call: only a call that has no page yet can be chosen."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if "call" in self.fields:
            field = self.fields["call"]
            field.queryset = field.queryset.without_pages(besides=self.instance)
            field.label_from_instance = lambda call: f"{call.code} – {call.get_kind_display()}"
