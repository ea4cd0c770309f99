"""The form of a practice that has ended."""

from django import forms
from django.utils.translation import gettext_lazy as _

from practices.vocabularies import PracticeState


class EndForm(forms.Form):
    """How a practice ended, and when."""

    state = forms.ChoiceField(
        label=_("How did it end?"),
        choices=[choice for choice in PracticeState.choices if choice[0] != PracticeState.ONGOING],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose how it ended.")},
    )
    when = forms.CharField(
        label=_("When?"),
        required=False,
        max_length=100,
        help_text=_("A year, a month or a day; you can correct it in the next step."),
        widget=forms.TextInput(attrs={"dir": "auto"}),
    )
