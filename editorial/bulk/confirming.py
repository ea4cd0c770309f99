"""Record for many practices that their cities say: still true."""

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from core.i18n import dates
from editorial.bulk.acting import LeftOut
from editorial.bulk.pages import PagesAction
from editorial.bulk.versions import in_hands_of_others
from moderation import confirmations
from moderation.models import Confirmation
from practices.models import PracticePage


class WhoForm(forms.Form):
    """Who of the cities said so, and how."""

    informant = forms.CharField(
        label=gettext_lazy("Who of the city said so, and how"),
        max_length=Confirmation._meta.get_field("informant").max_length,
        help_text=gettext_lazy("For example “Adult learning officer, by e-mail”: a role rather than a name."),
    )


class MarkConfirmed(PagesAction):
    """Record that a practice is still true, because its city has said so to the secretariat."""

    display_name = gettext_lazy("Still true")
    action_type = "confirm"
    aria_label = gettext_lazy("Record that the selected practices are still true")
    button = gettext_lazy("Record")
    action_priority = 62
    form_class = WhoForm
    note = gettext_lazy("Only what the city has said counts. A confirmation stays in the history and cannot be undone.")

    def effect_on(self, page):
        if not isinstance(page, PracticePage):
            raise LeftOut(_("It is not a practice."))
        if not page.is_original:
            raise LeftOut(_("It is a translation: it has this fact from its original."))
        if not page.live:
            raise LeftOut(_("It is not published."))
        in_hands_of_others(page, self.user)
        if not page.permissions_for_user(self.user).can_publish():
            raise LeftOut(_("You are not allowed to publish it."))
        today = timezone.localdate()
        if page.confirmed_on == today:
            raise LeftOut(_("It was confirmed today already."))
        return _("Readers see “Confirmed by the city on %(date)s”, in every language.") % {"date": dates.day(today)}

    def do(self, page):
        informant = self.cleaned_form.cleaned_data["informant"]
        confirmations.record_for_city(page, informant, by=self.user, request=self.request)

    def done(self, count):
        text = ngettext(
            "%(count)s practice is marked as still true.", "%(count)s practices are marked as still true.", count
        )
        return text % {"count": dates.number(count)}
