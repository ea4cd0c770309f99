"""Forms of the people of a city, and of one's own account."""

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.forms import EmailForm, NewPasswordForm
from accounts.models import User
from core.i18n.languages import language_choices


class NewOwnerForm(forms.Form):
    """The person who becomes owner in place of another one."""

    person = forms.TypedChoiceField(
        label=_("New owner"),
        coerce=int,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose a person."), "invalid_choice": _("Choose a person.")},
    )

    def __init__(self, *args, people, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["person"].choices = [(person.pk, str(person.user)) for person in people]


class AccountForm(forms.ModelForm):
    """Name and language of one's own account."""

    first_name = forms.CharField(label=_("First name"), max_length=150, required=False)
    last_name = forms.CharField(label=_("Last name"), max_length=150, required=False)
    language = forms.ChoiceField(
        label=_("Language"), choices=language_choices, help_text=_("Of the mails that you get, and of your desk.")
    )

    class Meta:
        model = User
        fields = ["first_name", "last_name", "language"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name, purpose in (("first_name", "given-name"), ("last_name", "family-name")):
            self.fields[name].widget.attrs |= {"autocomplete": purpose, "dir": "auto"}


class OwnAddressForm(EmailForm):
    """A new e-mail address for the person who is signed in.

    is_password_right: a function that says whether the password is right; None where it is not asked for.
    """

    password = forms.CharField(
        label=_("Current password"),
        strip=False,
        max_length=4096,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password", "dir": "ltr"}),
        error_messages={"required": _("Enter your password.")},
    )

    def __init__(self, *args, user: User, is_password_right=None, **kwargs):
        super().__init__(*args, **kwargs)
        self.user, self.is_password_right = user, is_password_right
        self.fields["email"].label = _("New e-mail address")
        self.fields["email"].widget.attrs["autocomplete"] = "email"
        self.fields["email"].error_messages["required"] = _("Enter the new e-mail address.")
        if is_password_right is None:
            del self.fields["password"]

    def clean_email(self):
        email = User.objects.normalize_email(self.cleaned_data["email"]).lower()
        if email == self.user.email.lower():
            raise forms.ValidationError(_("This is your address already."))
        return email

    def clean_password(self):
        password = self.cleaned_data["password"]
        if not self.is_password_right(password):
            raise forms.ValidationError(_("This is not your password."))
        return password


class OwnPasswordForm(NewPasswordForm):
    """A new password for the person who is signed in.

    is_old_right: a function that says whether the old password is right; None where it is not asked for, because the
    person has none or came by an e-mailed link.
    """

    old_password = forms.CharField(
        label=_("Current password"),
        strip=False,
        max_length=4096,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password", "dir": "ltr"}),
    )
    field_order = ["old_password", "new_password1", "new_password2"]

    def __init__(self, user, *args, is_old_right=None, **kwargs):
        super().__init__(user, *args, **kwargs)
        self.is_old_right = is_old_right
        if is_old_right is None:
            del self.fields["old_password"]

    def clean_old_password(self):
        password = self.cleaned_data["old_password"]
        if not self.is_old_right(password):
            raise forms.ValidationError(_("This is not your password."))
        return password
