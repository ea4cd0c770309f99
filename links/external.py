"""Check the addresses of other sites, where the operator allows it (CHECK_EXTERNAL_LINKS).

A site may be down for an hour: an address is at fault only after it has failed on FAILURES different days.
"""

from datetime import timedelta
from urllib.parse import urlsplit

from django.conf import settings
from django.db.models import F, Q
from django.utils import timezone

from links.models import Address, Fault
from links.outgoing import PUBLIC, Answer, Rule, ask

FAILURES = 3
# One host is not asked more often.
HOST_PAUSE = timedelta(seconds=30)
AGAIN_IF_FINE, AGAIN_IF_FAILED = timedelta(days=7), timedelta(days=1)
# As many addresses as are looked through for one whose host may be asked now.
LOOKED_THROUGH = 200
GONE = {404, 410}


def check_next_external(rule: Rule = PUBLIC) -> bool:
    """Check one address of another site. Returns False: the next one follows after a pause."""
    if not settings.CHECK_EXTERNAL_LINKS:
        return False
    now = timezone.now()
    foreign = Address.objects.filter(address__startswith="http")
    asked = foreign.filter(checked_at__gt=now - HOST_PAUSE).values_list("address", flat=True)
    resting = {urlsplit(address).hostname for address in asked}
    due = foreign.filter(Q(next_check_at=None) | Q(next_check_at__lte=now))
    for address in due.order_by(F("next_check_at").asc(nulls_first=True), "pk")[:LOOKED_THROUGH]:
        if urlsplit(address.address).hostname not in resting:
            store(address, ask(address.address, rule))
            break
    return False


def store(address: Address, answer: Answer) -> None:
    """Store what a site answered today."""
    fault, today = fault_of(answer), timezone.localdate()
    if fault and address.failed_on != today:
        address.failures, address.failed_on = address.failures + 1, today
    elif not fault:
        address.failures, address.failed_on = 0, None
    is_known = bool(fault) and address.failures >= FAILURES
    address.next_check_at = timezone.now() + (AGAIN_IF_FAILED if fault and not is_known else AGAIN_IF_FINE)
    address.save(update_fields=["failures", "failed_on", "next_check_at"])
    if is_known or not fault:
        address.found(fault, answer.moved_to if fault == Fault.MOVED else "")
    else:
        address.checked_at = timezone.now()
        address.save(update_fields=["checked_at"])


def fault_of(answer: Answer) -> str:
    """What an answer says about an address; "" if readers get something there, also after a sign-in."""
    if answer.error == "refused":
        return Fault.NOT_PUBLIC
    if answer.error or answer.status >= 500:
        return Fault.UNREACHABLE
    if answer.status in GONE:
        return Fault.NOT_FOUND
    return Fault.MOVED if answer.moved_to else ""
