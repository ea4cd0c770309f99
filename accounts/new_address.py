"""The e-mail address of an account: its person changes it with a link to the new one, the secretariat in the admin.

A new address ends all sessions and links of the account (`User.save`), except the session in which its person confirms
it. The old address is told.
"""

from django.contrib.auth import update_session_auth_hash
from django.db import IntegrityError, transaction
from django.http import HttpRequest
from django.urls import reverse

from accounts import limits, links
from accounts.models import EmailLink, LinkRequest, User
from audit import log
from audit.actions import Action
from core.i18n.languages import active_language
from mails.kinds import MailKind
from mails.outbox import send_once


def ask_for_change(user: User, email: str, *, request: HttpRequest) -> None:
    """Record that a person wants this address. The worker mails it a link (`accounts.link_requests`).

    The answer and the work are the same for an address that somebody else has; nothing is mailed to that one. Raises
    TooManyAttempts.
    """
    email = User.objects.normalize_email(email.strip()).lower()
    limits.take(
        (limits.ADDRESS_MAILS, user.pk),
        (limits.ADDRESS_MAILS_TO, limits.account_of(email)),
        (limits.LINKS_OF_ADDRESS, limits.network_of(request)),
    )
    LinkRequest.objects.create(user=user, email=email, language=active_language())


def confirm_change(token: str, *, request: HttpRequest) -> User | None:
    """Use a link, give its address to its account and return the account; None if the link does not work.

    Nor does it work if the address belongs to somebody else by now. The session of the request goes on if it is one
    of this person; it signs nobody in.
    """
    signed_in = request.user.pk  # read before the change, which ends the session
    try:
        with transaction.atomic():
            link = links.use(token, EmailLink.Purpose.ADDRESS)
            if link is None:
                return None
            user, before = link.user, link.user.email
            user.email = link.new_email
            user.save(update_fields=["email"])
            tell_change(user, before, by=user, request=request)
    except IntegrityError:
        return None
    if signed_in == user.pk:
        update_session_auth_hash(request, user)
    return user


def tell_change(user: User, before: str, *, by: User | None, request: HttpRequest | None = None) -> None:
    """Record that an address has changed, and mail it to the old one; to the new one, too, if somebody else did it.

    before: the old address. Called in the transaction of the change.
    """
    entry = log.record(Action.ADDRESS_CHANGED, user, by=by, request=request)
    is_own = by == user
    for address in [before] if is_own else [before, user.email]:
        send_once(
            MailKind.ADDRESS_CHANGED,
            to=user,
            address=address,
            about=str(user.pk),
            version=f"{entry.pk} {'old' if address == before else 'new'}",
            context={"before": before, "after": user.email, "is_own": is_own, "is_old": address == before},
            path="" if address == before else reverse("desk"),
        )
