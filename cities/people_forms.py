"""Forms of the people of a city, at its desk and in the admin."""

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.forms import EmailForm
from cities.vocabularies import CityRole
from core.i18n.languages import language_choices

ROLE_HINT = _(
    "An editor writes practices, the facts and the profile of the city. An owner also invites and removes people and "
    "takes practices down."
)


class RoleForm(forms.Form):
    """The role of a person."""

    role = forms.ChoiceField(
        label=_("Role"),
        choices=CityRole.choices,
        widget=forms.RadioSelect,
        help_text=ROLE_HINT,
        error_messages={"required": _("Choose a role."), "invalid_choice": _("Choose a role.")},
    )


class InvitationForm(RoleForm, EmailForm):
    """A person to invite."""

    language = forms.ChoiceField(
        label=_("Language of the mails"),
        choices=language_choices,
        help_text=_("For a person who has no account yet. The person can change it."),
    )
    field_order = ["email", "role", "language"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["email"].widget.attrs["autocomplete"] = "off"
        self.fields["email"].error_messages["required"] = _("Enter the e-mail address of the person.")
