"""The history of what people plan by: one row for each change of a public event that readers were told of."""

from django.db import models
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from wagtail.log_actions import LogFormatter, get_active_log_context, log

from audit.actions import Action
from audit.log import record
from core.append_only import AppendOnlyModel
from core.i18n.languages import language_choices
from events.calendar_facts import CALENDAR_FIELDS, Facts, facts_of, stored
from events.signals import event_changed
from events.vocabularies import EventState

CHANGED = "events.changed"


class EventChange(AppendOnlyModel):
    """A change of the dates, the place or the status of a public event. Only `EventPage.save()` writes it.

    `before` and `after` are what `events.calendar_facts.stored` returns. `note` is what readers were told, in the
    language of the original; the page has its translations.
    """

    page = models.ForeignKey("events.EventPage", on_delete=models.CASCADE, related_name="changes")
    before = models.JSONField()
    after = models.JSONField()
    state = models.CharField(_("status"), max_length=10, choices=EventState)
    note = models.TextField(_("note for readers"))
    language = models.CharField(_("language"), max_length=10, choices=language_choices)
    sequence = models.PositiveIntegerField()

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("change of an event")
        verbose_name_plural = _("changes of events")

    def __str__(self):
        return f"{self.page_id} {self.sequence} {self.state}"


def record_change(original, before: Facts, city_before: str) -> None:
    """Record that a public event has other facts than `before`: in its history, the admin's log and the audit log.

    original: the page as it has just been saved, with its note. city_before: the code of its host city before. The
    person is whoever sent the request to the admin, or None. Sends `events.signals.event_changed`.
    """
    context = get_active_log_context()
    person = context.user if context.user is not None and context.user.is_authenticated else None
    after = facts_of(original)
    EventChange.objects.create(
        page=original,
        before=stored(before, city_before),
        after=stored(after, original.host_city.code if original.host_city else ""),
        state=original.state,
        note=original.change_note,
        language=original.language,
        sequence=original.sequence,
        recorded_by=person,
    )
    log(instance=original, action=CHANGED, user=person, data={"state": original.state, "note": original.change_note})
    fields = [name.removesuffix("_id") for name in CALENDAR_FIELDS if before[name] != after[name]]
    record(Action.EVENT_CHANGED, original, by=person, status=original.state, fields=fields)
    event_changed.send(sender=type(original), event=original)


class ChangeFormatter(LogFormatter):
    """Shows a log entry of `record_change` in the editor's language."""

    label = _("Change an event that is public")

    def format_message(self, log_entry):
        state = log_entry.data.get("state", "")
        word = EventState(state).label if state in EventState.values else state
        return format_html(_("Status: {}. Note for readers: “{}”"), word, log_entry.data.get("note", ""))
