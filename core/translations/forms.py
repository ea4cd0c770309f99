"""Admin forms and form fields of all pages."""

from django import forms
from django.db import models
from django.forms.formsets import ORDERING_FIELD_NAME
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.admin.forms.models import register_form_field_override
from wagtail.admin.forms.pages import CopyForm, WagtailAdminPageForm
from wagtail.admin.widgets import AdminAutoHeightTextInput

from core.i18n import dates
from core.translations.model import VERSION_FIELDS

# Fields that are read in the time zone of the editor's account.
SCHEDULE = {"go_live_at", "expire_at"}


class MultiLineField(forms.CharField):
    """A text field that stores line breaks as LF.

    Browsers send CR LF. Without this, a text imported from a PO file or by a command would change when somebody
    saves the page, and its translation would become out of date.
    """

    def to_python(self, value):
        return super().to_python(value).replace("\r\n", "\n")


def register_multi_line_fields() -> None:
    """Use MultiLineField for every TextField in the admin. Call it before form classes are created."""
    override = {"widget": AdminAutoHeightTextInput, "form_class": MultiLineField}
    register_form_field_override(models.TextField, override=override, exact_class=True)


class ScheduleForm:
    """Mixin before a form of the admin: the dates of publication say in which time zone they are read."""

    fields: dict[str, forms.Field]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name in SCHEDULE & self.fields.keys():
            place = dates.zone_place(timezone.get_current_timezone_name())
            self.fields[name].help_text = _("In the time of %(place)s, the time zone of your account.") % {
                "place": place
            }


class DraftValidation:
    """Mixin before a form of the admin: its instance knows that it is saved as a draft, or shown in a preview.

    The model's `clean()` then asks for nothing that is only needed to publish (`is_saved_as_draft`), and a child row
    in which nothing was entered is left out. Wagtail asks for it where at least one row is needed.
    The child rows of a draft know that it is one, too.
    """

    formsets: dict

    instance: models.Model

    def defer_required_fields(self):
        super().defer_required_fields()
        self._mark_as_draft(True)
        for formset in self.formsets.values():
            for row in formset.extra_forms:
                row.empty_permitted = True
                position = row[ORDERING_FIELD_NAME].data if ORDERING_FIELD_NAME in row.fields else ""
                if str(position).isdecimal():  # its position alone does not make it a row
                    row.initial[ORDERING_FIELD_NAME] = int(position)

    def restore_required_fields(self):
        super().restore_required_fields()
        self._mark_as_draft(False)

    def _mark_as_draft(self, is_draft: bool) -> None:
        rows = [row.instance for formset in self.formsets.values() for row in formset.forms]
        for thing in (self.instance, *rows):
            thing.is_saved_as_draft = is_draft


class PortalPageForm(DraftValidation, ScheduleForm, WagtailAdminPageForm):
    """The form of all pages."""


class CopyPageForm(CopyForm):
    """A copy is a new original in the language of the copied page: no alias, no copy into another language tree."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields.pop("alias", None)

    def clean(self):
        cleaned_data = super().clean()
        parent = cleaned_data.get("new_parent_page")
        if parent and parent.depth > 1 and parent.locale_id != self.page.locale_id:
            self.add_error(
                "new_parent_page",
                _("Choose a page in the same language. Versions in other languages are made by translating."),
            )
        page = self.page.specific
        excluded = set(page.exclude_fields_in_copy) - {*VERSION_FIELDS}
        empty_in_copy = [name for name in excluded if page._meta.get_field(name).editable and getattr(page, name)]
        if cleaned_data.get("publish_copies") and empty_in_copy:
            self.add_error(
                "publish_copies",
                _(
                    "This copy cannot be published yet, because the page it was copied from is about the same item. "
                    "Keep it as a draft and choose another item."
                ),
            )
        return cleaned_data
