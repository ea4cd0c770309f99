"""Form fields for places and for instants in the time of a place.

An `InstantFormField` reads and shows its value in the time zone of the row that the form edits, never in
that of the editor's account. The place comes from the place field of the form, from that of the form around
it (`PlacedTimesForm`), or from the row's `place_of_times`.
"""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from datetime import timezone as fixed_offset
from zoneinfo import ZoneInfo, available_timezones

from django import forms
from django.core.exceptions import ValidationError
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.widgets import AdminDateTimeInput

from core.i18n import dates
from core.i18n.places import DEFAULT_PLACE, is_place, place_choices, place_name, zone_of
from core.local_times.conversion import local_instant, offset_code, repeated_offsets
from core.translations.forms import PortalPageForm
from core.validators import validate_year

REPEATED = "-repeated"


class PlaceSelect(forms.Select):
    """A list of places by continent. A place that is not in the list but in use is offered, too."""

    class Media:
        js = ["js/place_choice.js"]

    def render(self, name, value, attrs=None, renderer=None):
        select = super().render(name, value, attrs, renderer)
        return render_to_string("core/admin/place_select.html", {"select": select})

    def optgroups(self, name, value, attrs=None):
        groups = super().optgroups(name, value, attrs)
        current = str(value[0]) if value and value[0] else ""
        if current in available_timezones() and not any(row["selected"] for _n, rows, _i in groups for row in rows):
            option = self.create_option(name, current, place_name(current), True, len(groups))
            groups.append((None, [option], len(groups)))
        return groups


class PlaceFormField(forms.ChoiceField):
    """The place whose time counts, chosen by its name in the editor's language. The value is its code."""

    widget = PlaceSelect
    default_error_messages = {"invalid_choice": gettext_lazy("Choose a place from the list.")}

    def __init__(self, **kwargs):
        super().__init__(choices=place_choices, **kwargs)

    def valid_value(self, value):
        return is_place(value)


class InstantInput(AdminDateTimeInput):
    """A date and time. For an hour that occurs twice, a second control asks which one is meant."""

    zone: ZoneInfo | None = None

    def render(self, name, value, attrs=None, renderer=None):
        text, offset = split_offset(str(value or ""))
        choices = [{"value": code, "label": label, "selected": code == offset} for code, label in self._choices(text)]
        context = {"input": super().render(name, text, attrs, renderer), "name": name + REPEATED, "choices": choices}
        return render_to_string("core/admin/instant_input.html", context)

    def _choices(self, text: str) -> list[tuple[str, str]]:
        """Return the UTC offsets, with labels, of a local time that occurs twice; else an empty list."""
        local = _parsed(text)
        offsets = repeated_offsets(local, self.zone) if local and self.zone else []
        labels = _("the first time (%(offset)s)"), _("the second time (%(offset)s)")
        return [
            (
                offset_code(offset),
                label % {"offset": dates.utc_offset(local.replace(tzinfo=fixed_offset(offset)))},
            )
            for offset, label in zip(offsets, labels, strict=False)
            if local
        ]

    def value_from_datadict(self, data, files, name):
        text = super().value_from_datadict(data, files, name)
        offset = data.get(f"{name}{REPEATED}", "")
        return f"{text} {offset}" if text and offset in dict(self._choices(text)) else text


def split_offset(text: str) -> tuple[str, str]:
    """Return the local time and the UTC offset of a typed text: "2026-10-25 02:30 +01:00"."""
    local, _space, offset = text.strip().rpartition(" ")
    return (local, offset.replace("\u2212", "-")) if local and offset[:1] in "+-\u2212" else (text.strip(), "")


def _parsed(text: str, formats: Iterable[str] = ()) -> datetime | None:
    """Return the local time of a text in ISO 8601 or one of the formats, or None for another text."""
    try:
        if value := parse_datetime(text):
            return value
    except ValueError:
        return None
    for pattern in formats:
        try:
            return datetime.strptime(text, pattern)
        except ValueError:
            continue
    return None


class InstantFormField(forms.DateTimeField):
    """An instant, typed and shown in the time of the row's place. The cleaned value is in UTC.

    Raises ValidationError in words for a time that clocks leave out, and for one that occurs twice until the
    editor says which one is meant.
    """

    widget = InstantInput
    form: forms.BaseForm | None = None

    def get_bound_field(self, form, field_name):
        self.form = form
        self.field_name = field_name
        place = self._place()
        self.widget.zone = zone_of(place)
        if not self.help_text:
            self.help_text = _("In the time zone of %(place)s.") % {"place": place_name(place)}
        return super().get_bound_field(form, field_name)

    def _owner(self):
        return getattr(self.form, "form_around", None) or self.form

    def _stored_place(self) -> str:
        """The code of the place before this form was sent."""
        for form in (self.form, self._owner()):
            if place := getattr(getattr(form, "instance", None), "place_of_times", ""):
                return place
        return DEFAULT_PLACE

    def _place(self) -> str:
        """The code of the place that counts: what was sent with the form, or what is stored."""
        owner = self._owner()
        if owner is not None and owner.is_bound:
            for name, field in owner.fields.items():
                if isinstance(field, PlaceFormField) and not field.disabled:
                    sent = owner[name].data
                    if sent and is_place(sent):
                        return sent
        return self._stored_place()

    def prepare_value(self, value):
        if not isinstance(value, datetime):
            return value
        zone = zone_of(self._stored_place())
        local = value.astimezone(zone) if timezone.is_aware(value) else value
        text = f"{local:%Y-%m-%d %H:%M}" + (f":{local:%S}" if local.second else "")
        if repeated_offsets(local.replace(tzinfo=None, fold=0), zone):
            text += f" {offset_code(local.utcoffset())}"
        return text

    def to_python(self, value):
        if value in self.empty_values:
            return None
        if isinstance(value, datetime):
            return value
        text, written = split_offset(str(value))
        local = _parsed(text, self.input_formats)
        if local is None:
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        validate_year(local)
        if local.tzinfo:
            return local.astimezone(UTC)
        zone = zone_of(self._place())
        repeated = repeated_offsets(local, zone)
        offsets = repeated or [local.replace(tzinfo=zone).utcoffset() or timedelta()]
        if written:
            chosen = [offset for offset in offsets if offset_code(offset) == written]
            if not chosen:
                raise ValidationError(_other_offset(self._place()), code="other_offset")
            return (local - chosen[0]).replace(tzinfo=UTC)
        if repeated:
            raise ValidationError(
                _("The clocks go back on %(day)s, so %(time)s occurs twice. Choose which of the two you mean.")
                % {"day": dates.day(local), "time": f"{local:%H:%M}"},
                code="repeated",
            )
        return local_instant(local, zone)


def _other_offset(place: str) -> str:
    return _("At that time, %(place)s has a different UTC offset. Leave the offset out.") % {"place": place_name(place)}


class ConnectsChildForms:
    """Mixin before a form class of Wagtail: the forms of child rows know the form around them."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for formset in self.formsets.values():
            form = formset.form
            if any(isinstance(field, InstantFormField) for field in form.base_fields.values()):
                # A class, because the formset makes its empty form, from which the browser adds rows, again each time.
                formset.form = type(form)(form.__name__, (form,), {"form_around": self})


class PlacedTimesForm(ConnectsChildForms, WagtailAdminModelForm):
    """The form of a row with a place: the forms of its child rows read their times in the time of that place.

    It, or `PlacedTimesPageForm`, is the form class of every model that has child rows with an `InstantField`.
    """


class PlacedTimesPageForm(ConnectsChildForms, PortalPageForm):
    """The same for pages."""
