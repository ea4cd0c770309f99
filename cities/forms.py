"""Forms of the admin."""

from django import forms
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.widgets import AdminDateInput

from cities.vocabularies import MembershipStatus
from core.translations.forms import ScheduleForm


class RowWithCodeForm(WagtailAdminModelForm):
    """A row with a code, which cannot be changed later: URLs, files and other rows contain it."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.instance.pk and "code" in self.fields:
            self.fields["code"].disabled = True


class ProfileForm(ScheduleForm, WagtailAdminModelForm):
    """A city profile."""


class RecordStatusForm(forms.Form):
    """A change of a city's membership status, for `cities.services.record_status`."""

    status = forms.ChoiceField(label=_("New membership status"), choices=MembershipStatus)
    on = forms.DateField(
        label=_("Date of the change"),
        required=False,
        widget=AdminDateInput,
        help_text=_("The day on which the status changed. Leave empty if the day is not on record."),
    )
    year = forms.IntegerField(
        label=_("Year"),
        required=False,
        min_value=2012,
        max_value=2100,
        help_text=_("Only if the day is not known."),
    )
    round: forms.ModelChoiceField = forms.ModelChoiceField(
        label=_("Membership round"),
        queryset=None,
        required=False,
        help_text=_("For an admission: its date and its source are those of the round. Add a missing round first."),
    )
    source = forms.CharField(
        label=_("Source"),
        required=False,
        max_length=200,
        help_text=_("Where this is documented. Shown on the city’s page, below the date."),
    )

    def __init__(self, *args, rounds, **kwargs):
        """rounds: the membership rounds to choose from."""
        super().__init__(*args, **kwargs)
        self.fields["round"].queryset = rounds
