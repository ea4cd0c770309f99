"""Links that are e-mailed to people: how they are made, and used once."""

import hashlib
import secrets
from datetime import timedelta

from django.utils import timezone

from accounts.models import EmailLink, User

TOKEN_BYTES = 32
Purpose = EmailLink.Purpose
# How long a link works. As many links to sign in are mailed in an hour as an account may get (`accounts.limits`), so
# whoever asks in the name of somebody else leaves them with a link that works.
LIFETIMES = {
    Purpose.SIGN_IN: timedelta(hours=1),
    Purpose.INVITATION: timedelta(days=14),
    Purpose.STAFF_INVITATION: timedelta(days=7),
    Purpose.ADDRESS: timedelta(hours=1),
}
# How long the row of a link that has ended is kept.
KEPT = timedelta(days=30)


def make(user: User, purpose: Purpose, next_url: str = "", new_email: str = "") -> tuple[EmailLink, str]:
    """Make a link for a person and return it with its token, which is stored nowhere but in the mail.

    next_url: the path that it leads to. new_email: the address that its use gives to the account. Earlier links go
    on working until they expire.
    """
    token = secrets.token_urlsafe(TOKEN_BYTES)
    link = EmailLink.objects.create(
        purpose=purpose,
        user=user,
        token_hash=_hash(token),
        expires_at=timezone.now() + LIFETIMES[purpose],
        next_url=next_url,
        new_email=new_email,
    )
    return link, token


def find(token: str, *purposes: Purpose) -> EmailLink | None:
    """The link with this token, used or not; None if there is none. It is not used by this."""
    rows = EmailLink.objects.select_related("user")
    return rows.filter(token_hash=_hash(token), purpose__in=purposes).first()


def use(token: str, *purposes: Purpose) -> EmailLink | None:
    """Use the link with this token and return it; None if it is unknown, used, expired or of a deactivated person.

    Of any number of calls at the same time one gets the link. The conditions are on this table only: PostgreSQL
    repeats them for a row that it had to wait for, but not those of a subquery.
    """
    now = timezone.now()
    unused = EmailLink.objects.filter(
        token_hash=_hash(token), purpose__in=purposes, used_at__isnull=True, expires_at__gt=now
    )
    if not unused.update(used_at=now):
        return None
    link = find(token, *purposes)
    return link if link is not None and link.user.is_active else None


def forget() -> int:
    """Delete the rows of links that ended a month ago; return how many there were."""
    return EmailLink.objects.filter(expires_at__lt=timezone.now() - KEPT).delete()[0]


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()
