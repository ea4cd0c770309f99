"""How often something may be tried: a password, a code, a request for a mail or to the API.

Counted in the database, so that the limits hold for all processes together. Each try is first inserted and then
counted: of tries at the same time, no more pass than the limit allows, on every database. So a try is never made
inside a transaction that others cannot see (on PostgreSQL 60 tries at once let 16 pass where 5 may, if they are
counted first).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from ipaddress import ip_address, ip_network

from django.db.models import F
from django.http import HttpRequest
from django.utils import timezone
from django.utils.crypto import salted_hmac

from accounts.models import Attempt
from core.client_address import client_address

# How long the rows are kept; longer than any limit counts.
KEPT = timedelta(days=1)
# A provider gives a household or an office a whole network of this size (RFC 6177).
IPV6_NETWORK = 64


@dataclass(frozen=True)
class Limit:
    """So many tries of one kind within this time."""

    kind: str
    allowed: int
    within: timedelta


TEN_MINUTES, HOUR = timedelta(minutes=10), timedelta(hours=1)
# A wrong password slows the password of this account, never its e-mailed links.
PASSWORD = Limit("password", 5, TEN_MINUTES)
PASSWORDS_OF_ADDRESS = Limit("password-address", 20, TEN_MINUTES)
# A password of an account in a browser in which this account has signed in before: others cannot use it up.
PASSWORD_IN_KNOWN_BROWSER = Limit("password-known", 5, TEN_MINUTES)
CODE = Limit("code", 5, TEN_MINUTES)
LINKS_OF_ADDRESS = Limit("link-address", 6, timedelta(minutes=1))
# Mails with a link to one account, each of which works for an hour.
LINK_MAILS = Limit("link-mail", 3, HOUR)
# Mails that confirm a new address: those that one person asks for, and those to one address, whoever asks.
ADDRESS_MAILS = Limit("address-mail", 3, HOUR)
ADDRESS_MAILS_TO = Limit("address-mail-to", 3, HOUR)
INVITATIONS = Limit("invitation", 30, HOUR)
INVITATION_MAILS = Limit("invitation-mail", 3, HOUR)
# The password of a page or document, which all its readers share.
SHARED_PASSWORD = Limit("shared-password", 30, TEN_MINUTES)
SHARED_PASSWORDS_OF_ADDRESS = Limit("shared-password-address", 10, TEN_MINUTES)
# Reports of mistakes from one network address, and from everybody.
REPORTS_OF_ADDRESS = Limit("report-address", 5, TEN_MINUTES)
REPORTS = Limit("report", 200, HOUR)
# Answers of the API that had to be made for one network address: ten a second, as for a program that takes all rows.
API_REQUESTS = Limit("api-address", 6000, TEN_MINUTES)


class TooManyAttempts(Exception):
    """The limit is reached. `wait` is the time until the next try may pass."""

    def __init__(self, wait: timedelta):
        super().__init__("The limit is reached.")
        self.wait = wait

    @property
    def seconds(self) -> int:
        """The time to wait in whole seconds, at least one."""
        return max(1, -(-int(self.wait.total_seconds() * 1000) // 1000))

    @property
    def minutes(self) -> int:
        """The time to wait in whole minutes, at least one."""
        return max(1, -(-int(self.wait.total_seconds()) // 60))


def take(*counted: tuple[Limit, object]) -> list[int]:
    """Count a try against each limit and return the keys of its rows, for `give_back`.

    counted: limits, each with what it counts (an e-mail address, the id of a user, a network address). One with None
    is left out: an unknown network address is not limited. Raises TooManyAttempts. A refused try is not counted, so
    that nobody makes the wait longer.
    """
    now = timezone.now()
    rows = [Attempt(kind=limit.kind, key=_key(limit, what), at=now) for limit, what in counted if what is not None]
    taken = [row.pk for row in Attempt.objects.bulk_create(rows)]
    limits = {limit.kind: limit for limit, _what in counted}
    for row in rows:
        limit = limits[row.kind]
        same = Attempt.objects.filter(kind=row.kind, key=row.key, at__gt=now - limit.within)
        if same.count() > limit.allowed:
            give_back(taken)
            blocking = same.exclude(pk=row.pk).order_by("-at").values_list("at", flat=True)
            last = blocking[limit.allowed - 1 : limit.allowed].first() if limit.allowed else None
            raise TooManyAttempts((last or now) + limit.within - now)
    return taken


def give_back(taken: Iterable[int]) -> None:
    """Count these tries no longer: they succeeded."""
    Attempt.objects.filter(pk__in=list(taken)).delete()


def clock_was_set_back(by: timedelta) -> None:
    """Let tries count for as long as before, and not until the clock shows their time again."""
    Attempt.objects.filter(at__gt=timezone.now()).update(at=F("at") - by)


def network_of(request: HttpRequest) -> str | None:
    """What limits count as one network address: an IPv4 address, or the network of an IPv6 address. None: unknown."""
    address = client_address(request)
    if address is None or ip_address(address).version == 4:
        return address
    return str(ip_network(f"{address}/{IPV6_NETWORK}", strict=False))


def account_of(email: str) -> str:
    """What limits count as one account: spellings that the database takes for the same address are the same."""
    return email.strip().upper().lower()


def forget() -> int:
    """Delete the rows that no limit counts any more; return how many there were."""
    return Attempt.objects.filter(at__lt=timezone.now() - KEPT).delete()[0]


def _key(limit: Limit, what: object) -> str:
    return salted_hmac("accounts.limits", f"{limit.kind}:{what}", algorithm="sha256").hexdigest()
