"""Loads work for the secretariat of the demonstration: something in every row of the home page of the admin.

`home.demonstration` and `desk.demonstration` have loaded the rest: calls that close, a flyer with an old date, a
practice that its city has not confirmed, practices that wait. Dates are relative to the day on which this runs first.
What exists is kept, also when somebody has worked on it: a second run restores only what is missing.
"""

from datetime import UTC, timedelta
from typing import TypeVar

from django.db import transaction
from django.utils import timezone
from post_office.models import STATUS, Email, Log
from wagtail_localize.models import Translation

from accounts.models import User
from calls.models import Call
from calls.services import extend_deadline
from calls.vocabularies import Clock, DateReason
from cities.models import CityIndexPage
from core.translations.report import translations_for
from editorial.models import TranslationAssignment
from feedback.models import MistakeReport
from feedback.services import report
from home.models import JoinPage, NewsIndexPage, StandardPage
from links.models import Address, Fault, Link, key_of
from links.scanning import read
from mails.kinds import MailKind
from mails.models import Notice
from practices.models import PracticePage
from search.models import SearchStatistic
from search.search_analytics import this_month

EDITOR, MODERATOR, TRANSLATOR = "editor@example.org", "moderator@example.org", "translator@example.org"
PageOfKind = TypeVar("PageOfKind", StandardPage, PracticePage)

# The languages in which the translator works.
QUEUE = ("ar", "zh-hans")
# A call whose deadline will move, and how: days from now.
CALL, ANNOUNCED_IN, MOVED_BY = "award-example", timedelta(days=2), timedelta(days=14)
# The city whose mail does not arrive.
CITY_OWNER = "other-city@example.org"
REFUSAL = "550 5.1.1 mailbox unavailable"
# A sentence that was added to the summary of an original and published: its translations are out of date.
LATER = ("accessibility", "Write to us if a page keeps you out.")
# An original with a change that nobody has published.
CHANGED = ("evening-school-in-the-bus-depot", "Desde a primavera, os autocarros noturnos circulam até mais tarde.")
# A source of an invented practice, and its address, where nothing is.
BROKEN = ("tide-tables-in-the-harbour-hall", "https://example.org/kirkhaven/adult-learning-2024")
REPORTS = (
    (CityIndexPage, "en", "The map shows Linhe in the wrong province."),
    (JoinPage, "ar", "الرابط في الفقرة الثانية لا يعمل."),
    (NewsIndexPage, "zh-hans", "最新一条新闻的日期和正文不一致。"),
)
SEARCHES = (
    ("en", "sign language", 7),
    ("en", "prison libraries", 4),
    ("fr", "jardins partagés", 5),
    ("ar", "محو الأمية الرقمية للأمهات", 6),
    ("zh-hans", "社区夜校", 3),
)


@transaction.atomic
def load() -> int:
    """Load what is missing; return how many things."""
    staff = {user.email: user for user in User.objects.filter(email__in=[EDITOR, MODERATOR, TRANSLATOR])}
    if len(staff) < 3:
        return 0
    editor = staff[EDITOR]
    return sum(
        (
            _plan_announcement(editor),
            _fail_mail(),
            _change_original(staff[MODERATOR]),
            _begin_change(editor),
            _report_mistakes(),
            _find_broken_link(),
            _count_searches(),
            _assign(staff[TRANSLATOR]),
        )
    )


def _plan_announcement(editor: User) -> int:
    """An extension that the public does not know yet."""
    now = timezone.now()
    call = Call.objects.with_history(now).filter(code=CALL).first()
    if call is None or call.date_changes.exists() or call.deadline is None or call.deadline < now + ANNOUNCED_IN:
        return 0
    extend_deadline(
        call,
        clock=Clock.CITY,
        new=call.deadline + MOVED_BY,
        reason=DateReason.COMMISSIONS_REQUEST,
        by="secretariat",
        announce_at=(now + ANNOUNCED_IN).astimezone(UTC).replace(hour=9, minute=0, second=0, microsecond=0),
        user=editor,
    )
    return 1


def _fail_mail() -> int:
    """A mail that the mail server of a city refused."""
    notice = Notice.objects.filter(recipient__email=CITY_OWNER, kind=MailKind.RECEIVED).order_by("pk").first()
    if notice is None or notice.mail_id is None or Log.objects.filter(email_id=notice.mail_id).exists():
        return 0
    Log.objects.create(
        email_id=notice.mail_id, status=STATUS.failed, exception_type="SMTPRecipientsRefused", message=REFUSAL
    )
    Email.objects.filter(pk=notice.mail_id).update(status=STATUS.failed, last_updated=timezone.now())
    return 1


def _change_original(moderator: User) -> int:
    """Add a sentence to an original and publish it, unless somebody has changed it."""
    slug, sentence = LATER
    page = _as_it_was_loaded(StandardPage, slug)
    if page is None:
        return 0
    page.lede = f"{page.lede} {sentence}"
    page.save_revision(user=moderator).publish(user=moderator)
    return 1


def _begin_change(editor: User) -> int:
    slug, sentence = CHANGED
    page = _as_it_was_loaded(PracticePage, slug)
    if page is None:
        return 0
    page.problem = f"{page.problem} {sentence}"
    page.save_revision(user=editor)
    return 1


def _as_it_was_loaded(kind: type[PageOfKind], slug: str) -> PageOfKind | None:
    """A public original that nobody has changed since it was loaded."""
    pages = kind.objects.filter(slug=slug, live=True).select_related("locale")
    page = next((page for page in pages if page.is_original), None)
    return page if page is not None and page.revisions.count() == 1 else None


def _report_mistakes() -> int:
    made = 0
    for kind, language, text in REPORTS:
        page = kind.objects.filter(locale__language_code=language, live=True).first()
        if page and not MistakeReport.objects.filter(page=page.url, text=text).exists():
            report(page.url, language, text)
            made += 1
    return made


def _find_broken_link() -> int:
    """What the worker would find if it asked other sites, which the demonstration does not."""
    slug, address = BROKEN
    page = _as_it_was_loaded(PracticePage, slug)
    if page is None or Link.objects.filter(address__address=address).exists():
        return 0
    read(page)
    Address.objects.get(key=key_of(address)).found(Fault.NOT_FOUND)
    return 1


def _count_searches() -> int:
    made = 0
    for language, words, times in SEARCHES:
        _row, is_new = SearchStatistic.objects.get_or_create(
            month=this_month(),
            language=language,
            kind=SearchStatistic.Kind.WORDS,
            value=words,
            defaults={"count": times},
        )
        made += is_new
    return made


def _assign(translator: User) -> int:
    """The translator has taken what is out of date in the languages of the queue."""
    waiting = translations_for(translator).filter(
        outdated_since__isnull=False, target_locale__language_code__in=QUEUE, assignment=None
    )
    translations = Translation.objects.filter(pk__in=[row.pk for row in waiting])
    TranslationAssignment.objects.bulk_create(
        [TranslationAssignment(translation=translation, translator=translator) for translation in translations]
    )
    return len(translations)
