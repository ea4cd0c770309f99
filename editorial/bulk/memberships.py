"""Record a change of membership status for many cities, as after a round of progress reports."""

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from wagtail.admin.widgets import AdminDateInput
from wagtail.snippets.bulk_actions.snippet_bulk_action import SnippetBulkAction

from cities.models import City, MembershipEvent, MembershipRound
from cities.services import check_step, is_before_latest, record_status
from cities.vocabularies import MembershipStatus
from core.i18n import dates
from editorial.bulk.acting import LIMIT, LeftOut, RowsAction


class StatusChoice(forms.Form):
    """The change, for `cities.services.record_status`. Only the first name is none of a filter of the list."""

    to_status = forms.ChoiceField(label=gettext_lazy("New membership status"), choices=MembershipStatus)
    on = forms.DateField(
        label=gettext_lazy("Date of the change"),
        required=False,
        widget=AdminDateInput,
        help_text=gettext_lazy("The day on which the status changed. Leave empty if the day is not on record."),
    )
    round = forms.ModelChoiceField(
        label=gettext_lazy("Membership round"),
        queryset=MembershipRound.objects.all(),
        to_field_name="code",
        required=False,
        help_text=gettext_lazy(
            "For an admission: its date and its source are those of the round. Add a missing round first."
        ),
    )
    source = forms.CharField(label=gettext_lazy("Source"), required=False, max_length=200)

    def clean(self):
        data = super().clean()
        if not self.errors:
            check_step(self.step())
        return data

    def step(self) -> MembershipEvent:
        """The step that the history of a city gets, in memory."""
        data = self.cleaned_data
        return MembershipEvent(status=data["to_status"], on=data["on"], round=data["round"], source=data["source"])


class RecordStatuses(RowsAction, SnippetBulkAction):
    """Record one change of membership status for each of several cities."""

    models = [City]
    display_name = gettext_lazy("Membership status")
    action_type = "status"
    aria_label = gettext_lazy("Record a change of membership status of the selected cities")
    button = gettext_lazy("Record")
    action_priority = 60
    choose_form = StatusChoice
    title_template = "editorial/admin/bulk_city.html"
    note = gettext_lazy("A change of status stays in the history and cannot be undone.")

    def rows(self, keys):
        if not self.permission_policy.user_has_any_permission(self.user, ["change", "view"]):
            return []
        cities = City.objects.filter(pk__in=keys).prefetch_related("names", "membership_events__round")
        return sorted(cities, key=lambda city: (city.name, city.pk))

    @property
    def change(self) -> dict:
        """The arguments of the service."""
        return {name: value for name, value in self.chosen.items() if name != "to_status"}

    def effect_on(self, row):
        status = self.chosen["to_status"]
        if not self.permission_policy.user_has_permission_for_instance(self.user, "change", row):
            raise LeftOut(_("You are not allowed to change it."))
        if row.status == status:
            raise LeftOut(_("It has this membership status already."))
        if is_before_latest(MembershipEvent(status=status, **self.change), row.membership_events.all()):
            return _("The change is added to its history. The status stays, because a later change is on record.")
        return _("Its membership status becomes “%(status)s”.") % {"status": MembershipStatus(status).label}

    def do(self, row):
        record_status(row, status=self.chosen["to_status"], by=self.user, **self.change)

    def done(self, count):
        text = ngettext(
            "A change of membership status was recorded for %(count)s city.",
            "A change of membership status was recorded for %(count)s cities.",
            count,
        )
        return text % {"count": dates.number(count)}

    def chosen_text(self, count):
        text = ngettext("You have chosen %(count)s city.", "You have chosen %(count)s cities.", count)
        return text % {"count": dates.number(count)}

    def planned_text(self, count):
        return _("What will happen to these cities") if count else _("Nothing can be done to these cities now.")

    def left_out_text(self, count):
        return _("These cities are left out")

    def more_left_out_text(self, count):
        text = ngettext("%(count)s more city was left out.", "%(count)s more cities were left out.", count)
        return text % {"count": dates.number(count)}

    def beyond_limit_text(self, count):
        return _("At most %(limit)s cities are changed at once. Repeat this for the others.") % {
            "limit": dates.number(LIMIT)
        }
