"""Forms of the admin."""

from django import forms
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.widgets import AdminDateInput

from cities.vocabularies import MembershipStatus


class CityForm(WagtailAdminModelForm):
    """A city. Its code cannot be changed later: URLs and files contain it."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.instance.pk and "code" in self.fields:
            self.fields["code"].disabled = True


class RecordStatusForm(forms.Form):
    """A change of a city's membership status, for `cities.services.record_status`."""

    status = forms.ChoiceField(label=_("New standing"), choices=MembershipStatus)
    on = forms.DateField(
        label=_("On"),
        required=False,
        widget=AdminDateInput,
        help_text=_("The day on which it changed. Leave empty if only the year is on record, or nothing."),
    )
    year = forms.IntegerField(
        label=_("Year"),
        required=False,
        min_value=2012,
        max_value=2100,
        help_text=_("Only where the day is not known."),
    )
    round_code = forms.SlugField(
        label=_("Admission round"),
        required=False,
        max_length=60,
        help_text=_("For an admission: the code of the call, for example “membership-2021”."),
    )
    source = forms.CharField(
        label=_("Source"),
        required=False,
        max_length=200,
        help_text=_("Who says so. It stands on the city’s page, below the date."),
    )
