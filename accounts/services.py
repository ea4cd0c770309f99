"""The changes of an account's state: each is written into the audit log in the same transaction."""

from django.conf import settings
from django.contrib.auth import authenticate, login, logout, update_session_auth_hash
from django.db import transaction
from django.http import HttpRequest
from django_otp.plugins.otp_totp.models import TOTPDevice

from accounts import limits, links
from accounts.known_browsers import is_known
from accounts.models import EmailLink, LinkRequest, User
from audit import log
from audit.actions import Action
from mails.kinds import MailKind
from mails.outbox import send_once

BY_MEANS_OF = "signed_in_by"  # in the session
BACKEND = "django.contrib.auth.backends.ModelBackend"
Purpose = EmailLink.Purpose


def user_with_password(request: HttpRequest, email: str, password: str, may_enter) -> User | None:
    """The active user with this e-mail address and password who may sign in here; None if there is none.

    may_enter: a function of the user. Each wrong try counts for the account and for the network address, and is
    written into the audit log of an account that there is. Raises TooManyAttempts before the password is looked at.
    """
    account = limits.account_of(email)
    per_account = limits.PASSWORD_IN_KNOWN_BROWSER if is_known(request, account) else limits.PASSWORD
    taken = limits.take((per_account, account), (limits.PASSWORDS_OF_ADDRESS, limits.network_of(request)))
    user = authenticate(request, username=email.strip(), password=password)
    if user is not None and may_enter(user):
        limits.give_back(taken)
        return user
    if (known := User.objects.filter(email__iexact=email.strip()).first()) is not None:
        log.record(Action.SIGN_IN_REFUSED, known, request=request, by_means_of="password")
    return None


def sign_in(request: HttpRequest, user: User, by_means_of: str) -> None:
    """Begin a session. by_means_of: "password", "link" or "invitation", for the audit log."""
    is_first = user.last_login is None
    with transaction.atomic():
        login(request, user, backend=BACKEND)
        request.session[BY_MEANS_OF] = by_means_of
        if is_first:
            log.record(Action.JOINED, user, by=user, request=request)
        log.record(Action.SIGNED_IN, user, by=user, request=request, by_means_of=by_means_of)


def sign_out(request: HttpRequest) -> None:
    """End the session of this browser."""
    if request.user.is_authenticated:
        log.record(Action.SIGNED_OUT, request.user, by=request.user, request=request)
    logout(request)


@transaction.atomic
def set_password(user: User, password: str, *, request: HttpRequest | None = None) -> None:
    """Set the password of the person who is signed in: their sessions elsewhere and their e-mailed links end."""
    user.set_password(password)
    user.save(update_fields=["password"])
    EmailLink.objects.filter(user=user).end()
    log.record(Action.PASSWORD_SET, user, by=user, request=request)
    if request is not None and request.user == user:
        update_session_auth_hash(request, user)


@transaction.atomic
def deactivate(user: User, *, by: User | None, request: HttpRequest | None = None) -> None:
    """Deactivate a person: all sessions and links end, and stay ended when the person is reactivated."""
    LinkRequest.objects.filter(email__iexact=user.email).delete()
    user.is_active = False
    user.save(update_fields=["is_active"])
    log.record(Action.DEACTIVATED, user, by=by, request=request)


@transaction.atomic
def reactivate(user: User, *, by: User | None, request: HttpRequest | None = None) -> None:
    """Let a deactivated person sign in again. What ended with the deactivation stays ended."""
    user.is_active = True
    user.save(update_fields=["is_active"])
    log.record(Action.REACTIVATED, user, by=by, request=request)


def rights_of(user: User) -> dict:
    """The groups of a person, by their ids, and whether the person is an administrator."""
    return {
        "groups": sorted(user.groups.values_list("pk", flat=True)),
        "administrator": user.is_superuser,
    }


def record_rights(user: User, before: dict, *, by: User | None, request: HttpRequest | None = None) -> None:
    """Write into the audit log that the rights of a person have changed, if they have. before: as `rights_of` told."""
    after = rights_of(user)
    if after != before:
        log.record(Action.ROLE_CHANGED, user, by=by, request=request, before=before, after=after)


@transaction.atomic
def invite_staff(
    user: User, *, by: User | None, request: HttpRequest | None = None, without_second_factor: bool = False
) -> EmailLink:
    """Mail a person of the secretariat the link with which they choose a password and set up the second factor.

    without_second_factor: the person has lost it; its devices and recovery codes are removed first, and the sessions
    end. Earlier invitations end.
    """
    EmailLink.objects.filter(user=user, purpose=Purpose.STAFF_INVITATION).end()
    if without_second_factor:
        TOTPDevice.objects.filter(user=user).delete()
        user.recovery_codes.all().delete()
        user.session_generation += 1
        user.save(update_fields=["session_generation"])
    link, token = links.make(user, Purpose.STAFF_INVITATION)
    send_once(
        MailKind.STAFF_INVITATION,
        to=user,
        about=str(user.pk),
        version=link.pk,
        context={"expires_at": link.expires_at, "invited_by": by.get_full_name() if by else ""},
        path=f"/admin/invitation/{token}/",
    )
    log.record(Action.INVITED, user, by=by, request=request, second_factor_removed=without_second_factor)
    return link


def needs_second_factor(user) -> bool:
    """Whether this session has to show a second factor before it may go on: `accounts.middleware`."""
    return settings.REQUIRE_STAFF_SECOND_FACTOR and not user.is_verified()
