"""The kinds of work on the home page of the admin, in the order in which they are urgent."""

from datetime import timedelta

from django.db.models import Count, Min
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from editorial.days_work import Number, Urgency, Work
from moderation.waiting_submissions import late_since, may_decide, waiting_submissions


class PracticesWaiting(Work):
    """Practices that wait for a decision."""

    code = "practices-waiting"
    heading = _("Practices that wait for a decision")
    empty = _("No practice waits for a decision.")
    urgency = Urgency.SOON

    def may_see(self, user):
        return may_decide(user)

    def numbers(self, user):
        found = waiting_submissions().aggregate(count=Count("pk"), oldest=Min("current_task_state__started_at"))
        oldest = found["oldest"]
        return [
            Number(
                found["count"],
                reverse("practices-waiting"),
                note=_oldest_waits(timezone.now() - oldest) if oldest else "",
                is_late=bool(oldest) and oldest < late_since(),
            )
        ]


KINDS_OF_WORK: tuple[Work, ...] = (PracticesWaiting(),)


def _oldest_waits(span: timedelta) -> str:
    if not span.days:
        return gettext("The oldest came today.")
    text = ngettext("The oldest has waited for %(days)s day.", "The oldest has waited for %(days)s days.", span.days)
    return text % {"days": span.days}
