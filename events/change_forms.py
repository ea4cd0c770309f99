"""Admin forms that move, postpone, cancel or confirm a public event, each with a note for readers."""

from typing import Any

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.forms.models import formfield_for_dbfield
from wagtail.admin.widgets import AdminAutoHeightTextInput

from core.i18n.languages import direction, html_code, language_name
from core.translations.forms import MultiLineField
from events import services
from events.again import begin_again, next_edition
from events.models import EventPage

MOST_EDITIONS = 999
LONGEST_NOTE = EventPage._meta.get_field("change_note").max_length


class EventForm(forms.Form):
    """Base of the forms about an event.

    event: the original. user: who sends the form.
    """

    def __init__(self, *args, event: EventPage, user, **kwargs):
        self.event, self.user = event, user
        # The fields of instants read and show their values in the time of this row's place.
        self.instance = event
        super().__init__(*args, **kwargs)

    def facts(self) -> dict[str, Any]:
        """The dates and the place that were entered."""
        return {name: self.cleaned_data.get(name) for name in services.MOVED_FIELDS}

    def add_errors(self, error: ValidationError) -> None:
        """Show the errors of what was refused beside the fields that they are about."""
        names = {"change_note": "note"}
        by_field = error.error_dict if hasattr(error, "error_dict") else {NON_FIELD_ERRORS: error.error_list}
        for name, errors in by_field.items():
            name = names.get(name, name)
            self.add_error(name if name in self.fields else None, errors)


class ChangeForm(EventForm):
    """Base of the forms that change what people plan by."""

    title: str | Promise = ""
    explanation: str | Promise = ""

    note = MultiLineField(
        label=gettext_lazy("Note for readers"), max_length=LONGEST_NOTE, widget=AdminAutoHeightTextInput
    )

    def __init__(self, *args, event: EventPage, **kwargs):
        super().__init__(*args, event=event, **kwargs)
        self.fields["note"].help_text = _(
            "In %(language)s, in one or two sentences: what has changed and why. Readers find it on the page, in the "
            "calendar and in feeds. Translators are asked to translate it; until then, readers of other languages read "
            "it in this one."
        ) % {"language": language_name(event.language)}
        self.fields["note"].widget.attrs |= {"lang": html_code(event.language), "dir": direction(event.language)}

    def apply(self) -> None:
        """Make the change. Raises ValidationError with the reason why it cannot be made."""
        self.service()(self.event, note=self.cleaned_data["note"], user=self.user)

    def service(self):
        """The function of `events.services` that makes the change."""
        raise NotImplementedError


class MoveForm(ChangeForm):
    """Gives an event other dates or another place."""

    title = gettext_lazy("Move the event")
    explanation = gettext_lazy(
        "Change only what moves. Enter either a start and an end with times, or whole days. The calendars of those who "
        "have subscribed follow."
    )

    field_order = ["time_zone", *services.MOVED_FIELDS, "moves_programme", "note"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name in services.MOVED_FIELDS:
            self.fields[name] = formfield_for_dbfield(EventPage._meta.get_field(name))
            value = getattr(self.event, name)
            self.initial[name] = value.pk if name == "host_city" and value else value
        if self.event.sessions.exists():
            self.fields["moves_programme"] = forms.BooleanField(
                label=_("Move the programme, too"),
                required=False,
                initial=True,
                help_text=_("Each item moves by as many days and hours as the start of the event."),
            )
        self.order_fields(self.field_order)

    def apply(self):
        services.move_event(
            self.event,
            note=self.cleaned_data["note"],
            facts=self.facts(),
            moves_programme=self.cleaned_data.get("moves_programme", False),
            user=self.user,
        )


class AgainForm(EventForm):
    """Begins an event from an earlier one, with new dates."""

    title = forms.CharField(label=gettext_lazy("Title"), max_length=255)
    field_order = ["title", "edition", "time_zone", *services.MOVED_FIELDS]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.initial["title"] = self.event.title
        if number := next_edition(self.event):
            self.fields["edition"] = forms.IntegerField(
                label=_("Edition"), min_value=1, max_value=MOST_EDITIONS, initial=number
            )
        for name in services.MOVED_FIELDS:
            self.fields[name] = formfield_for_dbfield(EventPage._meta.get_field(name))
        self.initial |= {"time_zone": self.event.time_zone, "mode": self.event.mode}
        self.order_fields(self.field_order)

    def clean_edition(self):
        number = self.cleaned_data["edition"]
        if EventPage.objects.filter(series=self.event.series, edition=number).exists():
            raise ValidationError(_("There is already a page for this edition."))
        return number

    def begin(self) -> EventPage:
        """Return the new draft. Raises ValidationError with the reason why it cannot be."""
        return begin_again(
            self.event,
            title=self.cleaned_data["title"],
            facts=self.facts(),
            edition=self.cleaned_data.get("edition"),
            user=self.user,
        )


class PostponeForm(ChangeForm):
    """Says that an event does not take place when announced, without a new date."""

    title = gettext_lazy("Postpone the event")
    explanation = gettext_lazy(
        "The event does not take place when announced, and the new date is not known yet. When it is, move the event "
        "to it. The date that was planned stays on the page as such."
    )

    def service(self):
        return services.postpone_event


class CancelForm(ChangeForm):
    """Cancels an event."""

    title = gettext_lazy("Cancel the event")
    explanation = gettext_lazy(
        "The page stays public and says that the event does not take place. Calendars strike it out."
    )

    def service(self):
        return services.cancel_event


class ConfirmForm(ChangeForm):
    """Says that a postponed or cancelled event takes place after all."""

    title = gettext_lazy("It takes place after all")
    explanation = gettext_lazy(
        "The event takes place on the dates that are on its page. If it has other dates, move it instead."
    )

    def service(self):
        return services.confirm_event
