"""Links to sign in and to confirm a new address: somebody asks, and the worker looks up the address and mails the link.

So the answer to the visitor, and the time that it takes, is the same for every address.
"""

import logging

from django.db import OperationalError, transaction
from django.urls import reverse
from django.utils import translation

from accounts import limits, links
from accounts.models import EmailLink, LinkRequest, User
from accounts.staff import is_staff_member
from mails.kinds import MailKind
from mails.outbox import send_once

logger = logging.getLogger(__name__)

BATCH = 20
Purpose = EmailLink.Purpose


def ask_for_link(email: str, language: str, next_url: str = "") -> None:
    """Record that somebody asked for a link to sign in to the account with this address, if there is one."""
    LinkRequest.objects.create(email=email, language=language, next_url=next_url)


def answer_requests() -> bool:
    """Mail the links that were asked for; return whether there is more to do. One of the worker's periodic tasks."""
    waiting = list(LinkRequest.objects.select_related("user")[:BATCH])
    for asked in waiting:
        try:
            _answer(asked)
        except OperationalError:  # the database does not answer: the worker tries again, so that no request is lost
            raise
        except Exception:  # one that cannot be answered must not hold up the others
            logger.exception("Request %s for a link was not answered", asked.pk)
            LinkRequest.objects.filter(pk=asked.pk).delete()
    return len(waiting) == BATCH


@transaction.atomic
def _answer(asked: LinkRequest) -> None:
    """Mail a link, unless the address is unknown, deactivated or of the staff, or got enough mails in this hour.

    Pressed twice, the button makes one mail.
    """
    if not LinkRequest.objects.filter(email=asked.email, user=asked.user).delete()[0]:
        return
    if asked.user is not None:
        asked.user.language = asked.user.language or asked.language
        _mail_new_address(asked.user, asked.email)
        return
    user = User.objects.filter(email__iexact=asked.email, is_active=True).first()
    if user is None or is_staff_member(user):
        return
    try:
        limits.take((limits.LINK_MAILS, user.pk))
    except limits.TooManyAttempts:
        return
    user.language = user.language or asked.language
    link, token = links.make(user, Purpose.SIGN_IN, asked.next_url)
    send_once(
        MailKind.SIGN_IN,
        to=user,
        about=str(user.pk),
        version=link.pk,
        context={"expires_at": link.expires_at},
        path=link_path(token, user.language),
    )


def _mail_new_address(user: User, email: str) -> None:
    """Mail a link to the address that a person wants, unless somebody has it. Limits: `accounts.new_address`."""
    if not user.is_active or User.objects.filter(email__iexact=email).exists():
        return
    link, token = links.make(user, Purpose.ADDRESS, new_email=email)
    send_once(
        MailKind.ADDRESS,
        to=user,
        address=email,
        about=str(user.pk),
        version=link.pk,
        context={"expires_at": link.expires_at, "before": user.email},
        path=link_path(token, user.language),
    )


def link_path(token: str, language: str) -> str:
    """The path of the page that a mailed link leads to."""
    with translation.override(language or None):
        return reverse("desk-sign-in-link", args=[token])
