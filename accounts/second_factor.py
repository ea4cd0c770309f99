"""The second factor of staff: an app that shows a code of six digits every 30 seconds, and recovery codes.

django-otp holds the app's secret and refuses a code that was used. The first device can only be set up in a session
that began with the invitation, so a stolen password enrols nothing; another one only after the first was shown.
"""

import hashlib
import secrets
from base64 import b32encode

import django_otp
from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone
from django_otp.plugins.otp_totp.models import TOTPDevice

from accounts import limits
from accounts.models import RecoveryCode, User
from accounts.requests import PersonRequest
from audit import log
from audit.actions import Action

RECOVERY_CODES = 10
# Without letters and digits that look alike; 16 of these 31 signs are 79 random bits.
SIGNS = "23456789abcdefghjkmnpqrstuvwxyz"
GROUPS, GROUP_LENGTH = 4, 4
ENROLMENT = "second_factor_enrolment"  # in the session
PENDING = "second factor, not confirmed"


def begin_enrolment(request: HttpRequest, user: User) -> None:
    """Let this session, which began with an invitation, set up the first device."""
    request.session[ENROLMENT] = user.pk


def has_device(user: User) -> bool:
    """Whether a second factor is set up."""
    return TOTPDevice.objects.filter(user=user, confirmed=True).exists()


def is_verified(request: PersonRequest) -> bool:
    """Whether this session has shown the second factor (django-otp's middleware sets `otp_device`)."""
    return getattr(request.user, "otp_device", None) is not None


def may_set_up(request: PersonRequest) -> bool:
    """Whether this session may set up a device."""
    if has_device(request.user):
        return is_verified(request)
    return request.session.get(ENROLMENT) == request.user.pk


def pending_device(user: User) -> TOTPDevice:
    """The device that is being set up, with its secret; it counts for nothing until a code of it was shown."""
    device, _made = TOTPDevice.objects.get_or_create(user=user, confirmed=False, defaults={"name": PENDING})
    return device


def secret_of(device: TOTPDevice) -> str:
    """The secret for typing into an app, in groups of four signs (Base32, RFC 4648)."""
    text = b32encode(device.bin_key).decode()
    return " ".join(text[start : start + 4] for start in range(0, len(text), 4))


@transaction.atomic
def confirm(request: PersonRequest, code: str) -> list[str] | None:
    """Confirm the pending device by a code of it and return the new recovery codes; None for a wrong code.

    It replaces an earlier device and its recovery codes. The session is then verified.
    """
    user = request.user
    device = TOTPDevice.objects.select_for_update().filter(user=user, confirmed=False).first()
    if device is None or not device.verify_token(_digits(code)):
        return None
    TOTPDevice.objects.filter(user=user, confirmed=True).delete()
    device.confirmed = True
    device.name = ""
    device.save()
    request.session.pop(ENROLMENT, None)
    codes = new_recovery_codes(user)
    log.record(Action.SECOND_FACTOR_SET, user, by=user, request=request)
    _verified(request, device)
    return codes


@transaction.atomic
def new_recovery_codes(user: User) -> list[str]:
    """Replace the recovery codes of a person and return the new ones, which are stored nowhere."""
    user.recovery_codes.all().delete()
    codes = [
        "".join(secrets.choice(SIGNS) for _sign in range(GROUPS * GROUP_LENGTH)) for _code in range(RECOVERY_CODES)
    ]
    RecoveryCode.objects.bulk_create(RecoveryCode(user=user, code_hash=_hash(user, code)) for code in codes)
    return [
        "-".join(code[start : start + GROUP_LENGTH] for start in range(0, len(code), GROUP_LENGTH)) for code in codes
    ]


def verify(request: PersonRequest, code: str) -> bool:
    """Verify this session by a code of the app or a recovery code, each of which works once.

    Raises TooManyAttempts. Only who has signed in with the password gets so far.
    """
    user = request.user
    taken = limits.take((limits.CODE, user.pk), (limits.PASSWORDS_OF_ADDRESS, limits.network_of(request)))
    if len(digits := _digits(code)) == 6 and len(_plain(code)) == 6:
        device = _matching(user, digits)
    else:
        device = _device_for_recovery_code(request, code)
    if device is None:
        log.record(Action.SIGN_IN_REFUSED, user, by=user, request=request, by_means_of="second-factor")
        return False
    limits.give_back(taken)
    _verified(request, device)
    return True


def _matching(user: User, digits: str) -> TOTPDevice | None:
    with transaction.atomic():
        for device in TOTPDevice.objects.select_for_update().filter(user=user, confirmed=True):
            if device.verify_token(digits):
                return device
    return None


@transaction.atomic
def _device_for_recovery_code(request: PersonRequest, code: str) -> TOTPDevice | None:
    """Use up a recovery code, and return the device that it replaces; None for a wrong or used code."""
    user = request.user
    unused = user.recovery_codes.filter(code_hash=_hash(user, _plain(code)), used_at__isnull=True)
    device = TOTPDevice.objects.filter(user=user, confirmed=True).first()
    if device is None or not unused.update(used_at=timezone.now()):
        return None
    log.record(Action.RECOVERY_CODE_USED, user, by=user, request=request)
    return device


def _verified(request: PersonRequest, device: TOTPDevice) -> None:
    request.session.cycle_key()
    django_otp.login(request, device)


def _plain(code: str) -> str:
    return "".join(sign for sign in code.lower() if sign.isalnum())


def _digits(code: str) -> str:
    """The digits of a code as people type it: with spaces, in the digits of any script."""
    return "".join(str(int(sign)) for sign in code if sign.isdecimal())


def _hash(user: User, plain: str) -> str:
    """79 random bits need no slow hash; the id of the user keeps codes of several people apart."""
    return hashlib.sha256(f"recovery:{user.pk}:{plain}".encode()).hexdigest()
