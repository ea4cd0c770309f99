"""The form by which readers report a mistake. It needs no cookie: a signed instant tells when it was opened."""

from datetime import timedelta

from django import forms
from django.core.signing import BadSignature, TimestampSigner
from django.utils.translation import gettext_lazy as _

from core.search_document import clean_text
from feedback.models import LONGEST_PAGE, LONGEST_TEXT

# For how long a form can be sent after its page was opened.
KEPT_OPEN = timedelta(hours=24)
_signer = TimestampSigner(salt="feedback.forms")


def opened_now() -> str:
    """What the form carries: that its page was opened now."""
    return _signer.sign("report")


class ReportForm(forms.Form):
    """What is wrong, on which page, and an address for questions."""

    text = forms.CharField(
        label=_("What is wrong?"),
        help_text=_("For example a wrong date, a dead link or a mistake in the translation."),
        max_length=LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": 6}),
        error_messages={"required": _("Describe what is wrong.")},
    )
    page = forms.CharField(
        label=_("Address of the page"),
        max_length=LONGEST_PAGE,
        widget=forms.TextInput(attrs={"dir": "ltr", "autocomplete": "off"}),
        error_messages={"required": _("Enter the address of the page.")},
    )
    email = forms.EmailField(
        label=_("E-mail address"),
        max_length=254,
        required=False,
        widget=forms.EmailInput(attrs={"autocomplete": "email", "dir": "ltr"}),
        error_messages={"invalid": _("Enter an e-mail address, for example name@city.org.")},
    )
    # Programs fill in every field; people do not see this one.
    website = forms.CharField(required=False, max_length=1_000)
    opened = forms.CharField(required=False, max_length=200)

    def clean_text(self) -> str:
        lines = (clean_text(line, LONGEST_TEXT) for line in self.cleaned_data["text"].splitlines())
        if text := "\n".join(lines).strip():
            return text
        raise forms.ValidationError(self.fields["text"].error_messages["required"], code="required")

    def clean_page(self) -> str:
        if page := clean_text(self.cleaned_data["page"], LONGEST_PAGE).strip():
            return page
        raise forms.ValidationError(self.fields["page"].error_messages["required"], code="required")

    @property
    def is_filled_by_a_program(self) -> bool:
        """Whether the field that people do not see has a value."""
        return bool(self.data.get("website"))

    @property
    def was_opened(self) -> bool:
        """Whether the form comes from a page of this portal that was opened not too long ago."""
        try:
            _signer.unsign(self.data.get("opened", "")[:200], max_age=KEPT_OPEN)
        except BadSignature:
            return False
        return True
