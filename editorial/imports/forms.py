"""The form to upload a table."""

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.i18n.languages import LANGUAGE_CODES, active_language, own_name


def _languages() -> list[tuple[str, str]]:
    return [(code, own_name(code)) for code in LANGUAGE_CODES]


class UploadForm(forms.Form):
    """A table and its language."""

    file = forms.FileField(
        label=pgettext_lazy("to upload", "File"),
        help_text=_("CSV or Excel (.xlsx), at most 10 MB and 10,000 rows. The first row has the names of the columns."),
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,.tsv,.txt,.xlsx"}),
    )
    language = forms.ChoiceField(
        label=_("Language"),
        choices=_languages,
        help_text=_("Numbers are read as this language writes them. Rows without a language are in this one."),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["language"].initial = active_language()
