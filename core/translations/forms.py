"""Forms of the admin that hold for every page."""

from django import forms
from django.db import models
from django.utils.translation import gettext as _
from wagtail.admin.forms.models import register_form_field_override
from wagtail.admin.forms.pages import CopyForm
from wagtail.admin.widgets import AdminAutoHeightTextInput

from core.translations.model import VERSION_FIELDS


class MultiLineField(forms.CharField):
    """Text of several lines, which end alike whoever wrote it.

    Browsers send another end of a line than a PO file or a command: a paragraph that nobody has changed
    would be another one to its translators as soon as the page is saved.
    """

    def to_python(self, value):
        return super().to_python(value).replace("\r\n", "\n")


def register_multi_line_fields() -> None:
    """Let every form of the admin read its fields of several lines so; to be called before forms are made."""
    override = {"widget": AdminAutoHeightTextInput, "form_class": MultiLineField}
    register_form_field_override(models.TextField, override=override, exact_class=True)


class CopyPageForm(CopyForm):
    """A copy is a new original in its own language: no alias, no page in another language's tree."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields.pop("alias", None)

    def clean(self):
        cleaned_data = super().clean()
        parent = cleaned_data.get("new_parent_page")
        if parent and parent.depth > 1 and parent.locale_id != self.page.locale_id:
            self.add_error("new_parent_page", _("Choose a page in the same language; other languages are translated."))
        facts_of_its_own = set(self.page.specific_class.exclude_fields_in_copy) - {*VERSION_FIELDS}
        if cleaned_data.get("publish_copies") and facts_of_its_own:
            self.add_error(
                "publish_copies",
                _("The copy needs something else to be about first: it stays a draft until you choose that."),
            )
        return cleaned_data
