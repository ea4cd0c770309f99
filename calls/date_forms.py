"""Admin forms that move a call's dates, through `calls.services`."""

from datetime import time, timedelta
from functools import partial

from django import forms
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from calls import services
from calls.deadlines import A_MINUTE, DATE_NAMES, deadline_text, no_date, opening_text
from calls.forms import LAST_MINUTE, FirstDatesForm, FormattedDatesMixin, day_field, time_field
from calls.models import Call
from calls.presentation import preview
from calls.vocabularies import Clock, DateReason, Decider, Precision
from core.i18n.places import zone_of
from core.instant_previews import as_if
from core.local_times.forms import PlaceFormField

TIMES = ("opening_time", "city_time", "commission_time")
# The time of day that is proposed for an announcement.
PLANNED_TIME = time(9)
BLANK: list[tuple[str, str | Promise]] = [("", "---------")]


class DatesForm(FormattedDatesMixin, forms.Form):
    """Base of the forms that change the dates of `call` (from `with_history(now)`) on behalf of `user`."""

    title: str | Promise = ""
    submit_label = gettext_lazy("Save")
    # Whether the times that the form asks for have the precision of the call.
    has_times_of_call = True

    def __init__(self, *args, call: Call, user, **kwargs):
        self.call, self.user = call, user
        super().__init__(*args, **kwargs)
        if call.precision == Precision.DAY and self.has_times_of_call:
            for name in TIMES:
                self.fields.pop(name, None)

    @property
    def is_day_precision(self) -> bool:
        return self.call.precision == Precision.DAY

    def changes(self) -> list:
        """Return the service calls to run, as callables without arguments.

        Their order keeps the dates consistent after each step.
        """
        raise NotImplementedError

    @property
    def instant(self):
        """The instant from which pages show the change."""
        return timezone.now()

    def apply(self) -> None:
        """Apply all changes in one transaction. Raises ValidationError with the reason."""
        with transaction.atomic():
            for change in self.changes():
                change()

    def preview(self) -> tuple[dict, dict]:
        """Return what the page shows now and from `instant` on, each as `calls.presentation.preview`.

        Applies the changes and rolls them back. Raises ValidationError like `apply`.
        """
        calls = Call.objects
        before = preview(calls.with_history(timezone.now()).get(pk=self.call.pk))
        after = as_if(
            self.apply,
            lambda: preview(calls.with_history(max(self.instant, timezone.now())).get(pk=self.call.pk)),
        )
        return before, after

    def preview_page(self, render):
        """Return what `render` returns for the instant from which pages show the change, while it is applied.

        render: takes the keyword `at`. Applies the changes and rolls them back. Raises ValidationError like `apply`.
        """
        return as_if(self.apply, lambda: render(at=max(self.instant, timezone.now())))


class MoveForm(DatesForm):
    """Base of the forms that move a date: reason, who decided, instant of the announcement."""

    reason = forms.ChoiceField(label=gettext_lazy("Reason"), choices=[*BLANK, *DateReason.for_moves()])
    decided_by = forms.ChoiceField(label=gettext_lazy("Decided by"), choices=[*BLANK, *Decider.choices])
    announce_day = day_field(
        gettext_lazy("Announced on"), gettext_lazy("The change becomes public on this day. If empty: at once.")
    )
    announce_time = time_field(
        gettext_lazy("Time of the announcement"), gettext_lazy("If empty: at the start of the day.")
    )
    field_order = ["city_day", "city_time", "commission_day", "commission_time", "opening_day", "opening_time"]

    def __init__(self, *args, is_plan: bool = False, **kwargs):
        """is_plan: the change is announced later; tomorrow is proposed."""
        super().__init__(*args, **kwargs)
        if is_plan:
            tomorrow = timezone.now().astimezone(self.call.zone).date() + timedelta(days=1)
            self.initial = {**self.initial, "announce_day": tomorrow, "announce_time": PLANNED_TIME}
            self.fields["announce_day"].required = True
            self.fields["announce_day"].help_text = _("Until then, readers see nothing of the change.")

    def clean(self):
        cleaned_data = super().clean()
        cleaned_data["announce_at"] = self.clean_opening("announce", self.call.zone, is_day_precision=False)
        return cleaned_data

    @property
    def instant(self):
        return self.cleaned_data["announce_at"] or timezone.now()

    def arguments(self) -> dict:
        """Return the keyword arguments that all services share."""
        return {
            **({"reason": self.cleaned_data["reason"]} if "reason" in self.fields else {}),
            "by": self.cleaned_data["decided_by"],
            "announce_at": self.cleaned_data["announce_at"],
            "user": self.user,
        }


class DeadlineForm(MoveForm):
    """Base of the forms that move the cities' deadline, the commissions' deadline or both."""

    city_day = day_field(gettext_lazy("New last day for cities"))
    city_time = time_field(gettext_lazy("Closing time for cities"), LAST_MINUTE)
    commission_day = day_field(gettext_lazy("New last day for National Commissions"))
    commission_time = time_field(gettext_lazy("Closing time for National Commissions"), LAST_MINUTE)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self._show_current_date("city_day", self.call.deadline)
        self._show_current_date("commission_day", self.call.commission_deadline)
        if not self.call.first_commission_deadline and not self.call.commission_deadline:
            for name in ("commission_day", "commission_time"):
                self.fields.pop(name, None)

    def _show_current_date(self, name: str, deadline) -> None:
        current = deadline_text(self.call, deadline) if deadline else no_date(self.call)
        self.fields[name].help_text = _("Now: %(date)s. Leave empty to keep it.") % {"date": current}

    def clean(self):
        cleaned_data = super().clean()
        zone, is_day_precision = self.call.zone, self.is_day_precision
        cleaned_data["city"] = self.clean_deadline("city", zone, is_day_precision=is_day_precision)
        cleaned_data["commission"] = self.clean_deadline("commission", zone, is_day_precision=is_day_precision)
        if not self.errors and not cleaned_data["city"] and not cleaned_data["commission"]:
            raise ValidationError(_("Enter a new date."))
        return cleaned_data

    def _changes(self, service, clocks) -> list:
        return [
            partial(service, self.call, clock=clock, new=self.cleaned_data[clock.value], **self.arguments())
            for clock in clocks
            if self.cleaned_data[clock.value]
        ]


class ExtendForm(DeadlineForm):
    """Extend the deadline of cities, commissions or both."""

    title = gettext_lazy("Extend deadline")
    reopen = forms.BooleanField(
        label=gettext_lazy("Reopen the call"),
        required=False,
        help_text=gettext_lazy("Needed only if a deadline will have passed when the change is announced."),
    )

    def arguments(self):
        return {**super().arguments(), "reopen": self.cleaned_data["reopen"]}

    def changes(self):
        return self._changes(services.extend_deadline, (Clock.COMMISSION, Clock.CITY))


class CloseEarlyForm(DeadlineForm):
    """Bring forward the deadline of cities, commissions or both."""

    title = gettext_lazy("Close early")

    def changes(self):
        return self._changes(services.close_early, (Clock.CITY, Clock.COMMISSION))


class OpenEarlyForm(MoveForm):
    """Open a call before its announced opening."""

    title = gettext_lazy("Open early")
    opening_day = day_field(gettext_lazy("New opening day"))
    opening_time = time_field(gettext_lazy("Time of the opening"), gettext_lazy("If empty: at the start of the day."))

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        current = opening_text(self.call, self.call.opening) if self.call.opening else no_date(self.call)
        self.fields["opening_day"].required = True
        self.fields["opening_day"].help_text = _("Now: %(date)s.") % {"date": current}

    def clean(self):
        cleaned_data = super().clean()
        cleaned_data["opening"] = self.clean_opening("opening", self.call.zone, is_day_precision=self.is_day_precision)
        return cleaned_data

    def changes(self):
        return [partial(services.open_early, self.call, new=self.cleaned_data["opening"], **self.arguments())]


class SetDatesForm(MoveForm, FirstDatesForm):
    """Set the dates of a call that has been public without them."""

    title = gettext_lazy("Set the dates")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        del self.fields["reason"]
        for clock, name in DATE_NAMES.items():
            if getattr(self.call, name):
                for part in ("day", "time"):
                    self.fields.pop(f"{clock}_{part}", None)

    def clean(self):
        cleaned_data = super().clean()
        cleaned_data["dates"] = self.new_dates(self.call.zone, self.call.precision)
        if not self.errors and not any(cleaned_data["dates"].values()):
            raise ValidationError(_("Enter a new date."))
        return cleaned_data

    def changes(self):
        # The later ones first: at no time is a deadline of cities after that of the commissions.
        return [
            partial(services.set_date, self.call, clock=clock, new=new, **self.arguments())
            for clock, new in reversed(self.cleaned_data["dates"].items())
            if new
        ]


class MovePlaceForm(MoveForm):
    """Change the place whose time counts."""

    title = gettext_lazy("Change the time zone")
    place = PlaceFormField(label=gettext_lazy("New time zone"))
    keeps_local_times = forms.TypedChoiceField(
        label=gettext_lazy("What to keep"),
        choices=[
            ("yes", gettext_lazy("The clock time: 23:59 stays 23:59 in the new time zone.")),
            ("no", gettext_lazy("The moment itself: it is shown in the new time zone.")),
        ],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
        initial="yes",
    )
    field_order = ["place", "keeps_local_times"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["place"].initial = self.call.place

    def changes(self):
        data = self.cleaned_data
        return [
            partial(
                services.move_place,
                self.call,
                place=data["place"],
                keeps_local_times=data["keeps_local_times"],
                **self.arguments(),
            )
        ]


class CorrectDatesForm(DatesForm, FirstDatesForm):
    """Correct the first dates, the place and the precision of a call that has never been public."""

    title = gettext_lazy("Correct the dates")
    place = PlaceFormField(label=gettext_lazy("Time zone"), required=False)
    precision = forms.ChoiceField(
        label=gettext_lazy("Precision of the deadlines"), choices=Precision.choices, required=False
    )
    field_order = ["place", "precision"]
    has_times_of_call = False

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        call = self.call
        self.initial |= {"place": call.time_zone, "precision": call.precision}
        for name, instant in (
            ("opening", call.opens_at),
            ("city", call.first_deadline and call.first_deadline - A_MINUTE),
            ("commission", call.first_commission_deadline and call.first_commission_deadline - A_MINUTE),
        ):
            if instant:
                local = instant.astimezone(call.zone)
                self.initial[f"{name}_day"] = local.date()
                if call.precision == Precision.MINUTE:
                    self.initial[f"{name}_time"] = local.time()

    def clean(self):
        cleaned_data = super().clean()
        if "place" in cleaned_data and "precision" in cleaned_data:
            cleaned_data["place"] = cleaned_data["place"] or self.call.time_zone
            cleaned_data["precision"] = cleaned_data["precision"] or self.call.precision
            cleaned_data["dates"] = self.first_dates(zone_of(cleaned_data["place"]), cleaned_data["precision"])
        return cleaned_data

    def changes(self):
        data = self.cleaned_data
        return [
            partial(
                services.correct_dates,
                self.call,
                **data["dates"],
                place=data["place"],
                precision=data["precision"],
            )
        ]
