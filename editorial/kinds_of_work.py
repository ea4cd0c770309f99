"""The kinds of work on the home page of the admin, in the order in which they are urgent."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.db.models import Count, Min, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from wagtail.models import Page
from wagtail.permission_policies.pages import PagePermissionPolicy

from accounts.roles import SEARCH_STATISTICS
from calls.attention import Attention, needs, outdated_documents
from calls.deadlines import DATE_NAMES
from calls.models import Call
from core.i18n import dates
from core.i18n.languages import active_language, language_name, language_names, settings_order
from core.i18n.text import comma_list, sentence_start
from core.translations.report import translations_for
from editorial.days_work import Number, Urgency, Work
from editorial.link_report import at_fault
from editorial.schedules import late_moments
from feedback import admin_views as feedback
from feedback.models import MistakeReport, ReportState
from links.permissions import links_for
from mails import admin_views as mails
from moderation.practice_lists import unconfirmed, with_open_changes
from moderation.waiting_submissions import late_since, may_decide, waiting_submissions
from search.search_analytics import unanswered


def writes_pages(user) -> bool:
    """Whether a person writes pages, and not only translations."""
    return PagePermissionPolicy(Page).user_has_permission(user, "add")


def works_with_pages(user) -> bool:
    """Whether a person may write or translate pages."""
    return PagePermissionPolicy(Page).user_has_permission(user, "change")


class PracticesWaiting(Work):
    """Practices that wait for a decision."""

    code = "practices-waiting"
    heading = _("Practices that wait for a decision")
    empty = _("No practice waits for a decision.")
    urgency = Urgency.SOON

    def may_see(self, user):
        return may_decide(user)

    def numbers(self, reader):
        count, oldest = count_and_oldest(waiting_submissions(), "current_task_state__started_at")
        return [
            Number(
                count,
                reverse("practices-waiting"),
                note=_oldest_waits(reader.now - oldest) if oldest else "",
                is_late=bool(oldest) and oldest < late_since(),
            )
        ]


class FailedMails(Work):
    """Mails that did not arrive: somebody waits for an answer that they will not get."""

    code = "failed-mails"
    heading = _("Mails that did not arrive")
    empty = _("All mails have arrived.")
    urgency = Urgency.NOW

    def may_see(self, user):
        return mails.may_see(user)

    def numbers(self, reader):
        count, oldest = count_and_oldest(mails.failed(), "created_at")
        note = on_day(gettext("The oldest was written on %(date)s."), oldest)
        return [Number(count, f"{reverse('undelivered-mails')}?state=failed", note=note)]


class LateSchedules(Work):
    """Pages that were not published, or not taken down, at their time: readers miss them, or see what is over."""

    code = "late-schedules"
    heading = _("Pages that were not published or taken down at their time")
    empty = _("Everything was published and taken down at its time.")
    urgency = Urgency.NOW

    def may_see(self, user):
        return writes_pages(user)

    def numbers(self, reader):
        moments = late_moments(reader.user)
        note = (
            gettext("The first one was planned for %(moment)s.") % {"moment": moment_here(min(moments))}
            if moments
            else ""
        )
        return [Number(len(moments), reverse("late-schedules"), note=note)]


class ReportedMistakes(Work):
    """Mistakes that readers report, and nobody has dealt with."""

    code = "reported-mistakes"
    heading = _("Mistakes that readers report")
    empty = _("No reader reports a mistake.")
    urgency = Urgency.SOON

    def may_see(self, user):
        return feedback.POLICY.user_has_permission(user, "view")

    def numbers(self, reader):
        count, oldest = count_and_oldest(MistakeReport.objects.open(), "created_at")
        note = _oldest_waits(reader.now - oldest) if oldest else ""
        url = f"{reverse('mistake-reports')}?{urlencode({'state': ReportState.NEW})}"
        return [Number(count, url, note=note)]


class CallsThatNeed(Work):
    """Base of the rows about calls: those that need an editor for one reason, as the list of calls filters them."""

    reason: Attention

    def may_see(self, user):
        return user.has_perm("calls.change_call")

    def numbers(self, reader):
        found = [call for call in reader.calls if needs(call, self.reason)]
        return [
            Number(len(found), f"{reverse('calls:index')}?{urlencode({'needs': self.reason})}", note=self.note(found))
        ]

    def note(self, calls: list[Call]) -> str:
        """The sentence about the first of them."""
        return ""


class CallsDue(CallsThatNeed):
    """Calls that open or close soon."""

    code = "calls-due"
    reason = Attention.DUE
    heading = _("Calls that open or close within 30 days")
    empty = _("No call opens or closes within 30 days.")
    urgency = Urgency.SOON

    def note(self, calls):
        at = [instant for call in calls if (instant := next_date(call))]
        return gettext("The next date is %(moment)s.") % {"moment": moment_here(min(at))} if at else ""


class PlannedAnnouncements(CallsThatNeed):
    """Calls whose dates will change at a planned announcement."""

    code = "planned-announcements"
    reason = Attention.ANNOUNCEMENT
    heading = _("Calls with a planned announcement")
    empty = _("No announcement is planned.")
    urgency = Urgency.SOON

    def note(self, calls):
        at = [change.announce_at for call in calls for change in call.valid_changes if change.announce_at > call.as_of]
        return gettext("The next one is on %(moment)s.") % {"moment": moment_here(min(at))} if at else ""


class OldFlyers(CallsThatNeed):
    """Calls with a document that shows another deadline than the one in effect: applicants may miss it."""

    code = "old-flyers"
    reason = Attention.FLYER
    heading = _("Calls with a flyer that shows an old date")
    empty = _("No flyer shows an old date.")
    urgency = Urgency.NOW

    def note(self, calls):
        languages = {row.language for call in calls for row in outdated_documents(call)}
        return comma_list(language_names(sorted(languages, key=settings_order)))


class OutdatedTranslations(Work):
    """Translations that readers are told to be older than their originals."""

    code = "outdated-translations"
    heading = _("Translations that are out of date")
    empty = _("All translations are up to date.")
    urgency = Urgency.SOON

    def may_see(self, user):
        return works_with_pages(user)

    def numbers(self, reader):
        outdated = translations_for(reader.user).filter(outdated_since__isnull=False).order_by()
        counted = outdated.values_list("target_locale__language_code").annotate(Count("pk"))
        return by_language(counted, reverse("wagtail_localize:translations_report"), is_outdated="true")


class UnconfirmedPractices(Work):
    """Practices that their cities have not confirmed for too long."""

    code = "unconfirmed-practices"
    heading = _("Practices that their cities have not confirmed")
    empty = _("All practices are confirmed by their cities, or new enough.")

    def may_see(self, user):
        return writes_pages(user)

    def numbers(self, reader):
        found = unconfirmed(timezone.localdate(reader.now)).filter(pk__in=reader.pages.values("pk"))
        count, oldest = count_and_oldest(found, "last_word_on")
        note = on_day(gettext("The oldest was written or confirmed on %(date)s."), oldest)
        return [Number(count, in_list("confirmation", "unconfirmed"), note=note)]


class OpenChanges(Work):
    """Published practices with changes that nobody has published."""

    code = "open-changes"
    heading = _("Published practices with changes that are not published")
    empty = _("No published practice has open changes.")

    def may_see(self, user):
        return writes_pages(user)

    def numbers(self, reader):
        found = with_open_changes().filter(pk__in=reader.pages.values("pk"))
        count, oldest = count_and_oldest(found, "latest_revision_created_at")
        note = on_day(gettext("The oldest was changed on %(date)s."), oldest)
        return [Number(count, in_list("state", "changed"), note=note)]


class BrokenLinks(Work):
    """Links in what the reader may edit that lead nowhere."""

    code = "broken-links"
    heading = _("Broken links")
    empty = _("No link is known to be broken.")

    def may_see(self, user):
        return works_with_pages(user)

    def numbers(self, reader):
        count, oldest = count_and_oldest(at_fault(links_for(reader.user)), "address__since")
        note = on_day(gettext("The oldest was found on %(date)s."), oldest)
        return [Number(count, reverse("broken-links"), note=note)]


class UnansweredSearches(Work):
    """What readers searched for this month and did not find."""

    code = "unanswered-searches"
    heading = _("Searches of this month without results")
    empty = _("No search that several readers made was without results this month.")

    def may_see(self, user):
        return user.has_perm(SEARCH_STATISTICS)

    def numbers(self, reader):
        found = unanswered().order_by().filter(language__in=[code for code, _name in settings.LANGUAGES])
        counted = found.values_list("language").annotate(Count("pk"))
        return by_language(counted, reverse("search-analytics"), kind="words")


KINDS_OF_WORK: tuple[Work, ...] = (
    OldFlyers(),
    LateSchedules(),
    FailedMails(),
    PracticesWaiting(),
    ReportedMistakes(),
    CallsDue(),
    PlannedAnnouncements(),
    OutdatedTranslations(),
    UnconfirmedPractices(),
    OpenChanges(),
    BrokenLinks(),
    UnansweredSearches(),
)


def count_and_oldest(rows: QuerySet, field: str) -> tuple[int, Any]:
    """How many rows there are, and the earliest value of a field with a day or an instant; None without any."""
    found = rows.order_by().aggregate(count=Count("pk"), oldest=Min(field))
    return found["count"], found["oldest"]


def on_day(sentence: str, value: date | None) -> str:
    """A sentence with the day of a day or an instant as its `date`; "" without one."""
    if value is None:
        return ""
    day = timezone.localtime(value) if isinstance(value, datetime) else value
    return sentence % {"date": dates.day(day)}


def next_date(call: Call) -> datetime | None:
    """The next opening or deadline of a call."""
    dates_of_call = (getattr(call, name) for name in DATE_NAMES.values())
    return min((instant for instant in dates_of_call if instant and instant > call.as_of), default=None)


def moment_here(instant: datetime) -> str:
    """An instant in the time zone of the person who reads the page, which is named at its top."""
    return dates.moment(timezone.localtime(instant))


def in_list(parameter: str, value: str) -> str:
    """The list of practices with a filter."""
    return f"{reverse('practice_list:index')}?{urlencode({parameter: value})}"


def by_language(counted: Iterable[tuple[str, int]], url: str, **filters: str) -> list[Number]:
    """A number for each language, in the order of the settings; the list behind each has that language as a filter."""
    return [
        Number(
            count,
            f"{url}?{urlencode({'language': code, **filters})}",
            label=sentence_start(language_name(code, active_language())),
        )
        for code, count in sorted(counted, key=lambda item: settings_order(item[0]))
    ]


def _oldest_waits(span: timedelta) -> str:
    if not span.days:
        return gettext("The oldest came today.")
    text = ngettext("The oldest has waited for %(days)s day.", "The oldest has waited for %(days)s days.", span.days)
    return text % {"days": dates.number(span.days)}
