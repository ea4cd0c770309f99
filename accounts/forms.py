"""Forms of accounts."""

from django import forms
from django.contrib.auth import password_validation
from django.contrib.auth.forms import SetPasswordForm
from django.contrib.auth.models import Group
from django.forms import ModelForm
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms.auth import LoginForm

from accounts.models import User
from accounts.services import user_with_password
from accounts.staff import is_staff_member
from core.i18n.languages import language_choices

WRONG_PASSWORD = _("The e-mail address and the password do not match. Check both, including capital letters.")


class CreditForm(ModelForm):
    """How a translator is named under published texts."""

    class Meta:
        model = User
        fields = ["credit_name", "credit_kind"]


class EmailForm(forms.Form):
    """The e-mail address to which a link is sent."""

    email = forms.EmailField(
        label=_("E-mail address"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "username", "dir": "ltr"}),
        error_messages={
            "required": _("Enter your e-mail address."),
            "invalid": _("Enter an e-mail address, for example name@city.org."),
        },
    )


class PasswordForm(EmailForm):
    """E-mail address and password."""

    password = forms.CharField(
        label=_("Password"),
        max_length=4096,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password", "dir": "ltr"}),
        error_messages={"required": _("Enter your password.")},
    )


class StaffLoginForm(LoginForm):
    """The form of `/admin/login/`: for staff only, and within limits. `clean` raises TooManyAttempts."""

    error_messages = {**LoginForm.error_messages, "invalid_login": WRONG_PASSWORD}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        # Wagtail's form takes the names of its fields as labels, in English.
        for name, label, missing in (
            ("username", _("E-mail address"), _("Enter your e-mail address.")),
            ("password", _("Password"), _("Enter your password.")),
        ):
            field = self.fields[name]
            field.label, field.error_messages["required"] = label, missing
            field.widget.attrs["dir"] = "ltr"
            field.widget.attrs.pop("placeholder", None)

    def clean(self):
        email, password = self.cleaned_data.get("username"), self.cleaned_data.get("password")
        if email and password:
            self.user_cache = user_with_password(self.request, email, password, is_staff_member)
            if self.user_cache is None:
                raise self.get_invalid_login_error()
        return self.cleaned_data


class NewPasswordForm(SetPasswordForm):
    """A new password, twice."""

    def __init__(self, user, *args, **kwargs):
        super().__init__(user, *args, **kwargs)
        first, second = self.fields["new_password1"], self.fields["new_password2"]
        first.label, second.label = _("New password"), _("The new password again")
        first.help_text = " ".join(password_validation.password_validators_help_texts())
        second.help_text = ""
        for field in (first, second):
            field.widget.attrs |= {"dir": "ltr", "autocomplete": "new-password"}
            field.widget.attrs.pop("autofocus", None)


class StaffInvitationForm(ModelForm):
    """A new member of the secretariat: address, name, groups, language. No password: the person chooses it."""

    email = forms.EmailField(label=_("E-mail address"), max_length=254)
    language = forms.ChoiceField(label=_("Language of the invitation"), choices=language_choices)
    groups = forms.ModelMultipleChoiceField(
        label=_("Groups"), queryset=Group.objects.all(), required=False, widget=forms.CheckboxSelectMultiple
    )
    is_superuser = forms.BooleanField(
        label=_("Administrator"), required=False, help_text=_("An administrator may do everything in the admin.")
    )

    class Meta:
        model = User
        fields = ["email", "first_name", "last_name", "language", "is_superuser", "groups"]

    def save(self, commit=True):
        """Save the person without a password."""
        self.instance.set_unusable_password()
        return super().save(commit)

    def clean_email(self):
        """The address in lower case; that of a person of a city or of the secretariat is refused."""
        email = User.objects.normalize_email(self.cleaned_data["email"]).lower()
        if User.objects.filter(email__iexact=email).exists():
            raise forms.ValidationError(
                _("There is an account with this e-mail address already. Find it in the list of users.")
            )
        return email

    def clean(self):
        cleaned = super().clean()
        if not cleaned.get("is_superuser") and not cleaned.get("groups"):
            self.add_error("groups", _("Choose at least one group, or make the person an administrator."))
        return cleaned
