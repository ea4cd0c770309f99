"""Sending the stored mails, one at a time, in the worker.

Post-office's own loop tries every failed mail again for a day. Here a refusal that is permanent ends at once: trying
again does not help, and the person has to be told in another way.
"""

import logging
from contextlib import suppress
from datetime import timedelta
from smtplib import SMTPDataError, SMTPException, SMTPNotSupportedError, SMTPRecipientsRefused

from django.core.mail import get_connection
from django.db import transaction
from django.db.models import Max, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce
from django.utils import timezone
from post_office.mail import get_queued
from post_office.models import STATUS, Email, Log
from post_office.settings import get_backend, get_default_mailer, get_max_retries, get_retry_timedelta

from mails.kinds import WITH_SECRET
from mails.models import Notice

logger = logging.getLogger(__name__)

PERMANENT = range(500, 600)
# A mail that has waited for longer is late.
LONGEST_WAIT = timedelta(minutes=5)
# What a mail server says about one mail or one recipient, while it works for others.
ABOUT_ONE_MAIL = (SMTPRecipientsRefused.__name__, SMTPDataError.__name__)


def send_next() -> bool:
    """Send the next stored mail that is due; return whether there was one.

    A worker that is killed after the server has taken a mail sends it once more, with the same Message-ID.
    """
    for mail in get_queued():
        _send(mail)
        return True
    return False


def clock_was_set_back() -> None:
    """Try those mails again that were to be tried before the clock was set back."""
    now = timezone.now()
    late = Email.objects.filter(status=STATUS.requeued, scheduled_time__gt=now + get_retry_timedelta())
    late.update(scheduled_time=now)


def _send(mail: Email) -> None:
    notice = Notice.objects.select_related("recipient").filter(mail=mail).first()
    if notice and not notice.recipient.is_active:
        mail.delete()  # deactivated people get no mail; the notice remains
        return
    connection = get_connection(get_backend(mail.backend_alias or get_default_mailer()))
    try:
        connection.open()
    except Exception as error:
        _record_failure(mail, notice, error, permanent=False)
        return
    try:
        mail.dispatch(commit=False, connection=connection, disconnect_after_delivery=False)
    except Exception as error:
        _record_failure(mail, notice, error, permanent=is_permanent(error))
    else:
        _end(mail, STATUS.sent, notice)
    finally:
        with suppress(OSError, SMTPException):  # what the server has taken is recorded already
            connection.close()


def _record_failure(mail: Email, notice: Notice | None, error: Exception, *, permanent: bool) -> None:
    tries = (mail.number_of_retries or 0) + 1
    given_up = permanent or tries > get_max_retries()
    # Without the address, and the server's answer, which quotes it: logs contain no data of people.
    logger.warning("Mail %s failed (%s)%s", mail.pk, type(error).__name__, "" if given_up else "; it is tried again")
    with transaction.atomic():
        Log.objects.create(
            email=mail, status=STATUS.failed, exception_type=type(error).__name__, message=str(error)[:2000]
        )
        if given_up:
            _end(mail, STATUS.failed, notice)
        else:
            now = timezone.now()
            Email.objects.filter(pk=mail.pk).update(
                status=STATUS.requeued,
                number_of_retries=tries,
                scheduled_time=now + get_retry_timedelta(),
                last_updated=now,
            )


def _end(mail: Email, status: int, notice: Notice | None) -> None:
    """Record how a mail ended. The text of one with a link that signs somebody in is not kept."""
    changes: dict = {"status": status, "last_updated": timezone.now()}
    if notice and notice.kind in WITH_SECRET:
        changes |= {"message": "", "html_message": ""}
    Email.objects.filter(pk=mail.pk).update(**changes)


def is_permanent(error: Exception) -> bool:
    """Whether trying again cannot help: the server refused this mail or recipient with 5xx, or it cannot be written.

    error: of a connection that is open. A refusal of the sender is not permanent: it concerns every mail, and a wrong
    setting must not lose them.
    """
    if isinstance(error, SMTPRecipientsRefused):
        codes = [code for code, _answer in error.recipients.values()]
        return bool(codes) and all(code in PERMANENT for code in codes)
    if isinstance(error, SMTPDataError):
        return error.smtp_code in PERMANENT
    return isinstance(error, (SMTPNotSupportedError, ValueError))  # a header or an address that cannot be written


def overdue(wait: timedelta) -> QuerySet[Email]:
    """The mails that have waited for longer than `wait` because of the worker or the server.

    Not one of a long queue that moves, nor one that the server takes badly while it takes others: a full mailbox, or a
    recipient at whom it hangs. If it has taken no mail since, it does not work; answers about one recipient say so when
    they are about several.
    """
    late = waiting(wait)
    untried, about_one = Q(last_error=""), Q(last_error__in=ABOUT_ONE_MAIL)
    # Not what lies in the future, after the clock was set back.
    sent = Email.objects.filter(status=STATUS.sent, last_updated__lte=timezone.now())
    taken = sent.aggregate(last=Max("last_updated"))["last"]
    if taken:
        late = late.filter(Q(created__gt=taken) | untried)
        if taken > timezone.now() - wait:
            late = late.exclude(untried)
    people = {address for to in late.filter(about_one).values_list("to", flat=True) for address in to}
    return late if len(people) > 1 else late.exclude(about_one)


def waiting(wait: timedelta) -> QuerySet[Email]:
    """The mails that could have been sent and have waited for longer than `wait`; `last_error` names the last one."""
    found = Email.objects.filter(
        Q(scheduled_time=None) | Q(number_of_retries__gt=0),
        status__in=[STATUS.queued, STATUS.requeued],
        created__lt=timezone.now() - wait,
    )
    last = Log.objects.filter(email=OuterRef("pk")).order_by("-date", "-pk").values("exception_type")[:1]
    return found.annotate(last_error=Coalesce(Subquery(last), Value("")))
