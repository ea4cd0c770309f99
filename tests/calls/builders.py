"""Builders for tests of calls: the membership call of 2026, with deadlines in local time."""

from contextlib import contextmanager
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import time_machine
from django.utils import timezone

from calls import services
from calls.models import Call, CallDocument
from calls.vocabularies import DateReason
from tests import factories

BERLIN = ZoneInfo("Europe/Berlin")
ST_JOHNS = ZoneInfo("America/St_Johns")
KATHMANDU = ZoneInfo("Asia/Kathmandu")

EMERGENCY = {"reason": DateReason.EMERGENCY, "by": "secretariat"}
# Deadlines as they are stored: the first instant that is too late.
END_OF_MAY = datetime(2026, 6, 1, tzinfo=BERLIN)
END_OF_JUNE = datetime(2026, 7, 1, tzinfo=BERLIN)
MIDDLE_OF_JUNE = datetime(2026, 6, 15, 18, 1, tzinfo=BERLIN)
MIDDLE_OF_JULY = datetime(2026, 7, 15, 18, 1, tzinfo=BERLIN)


@contextmanager
def at(*when, zone: ZoneInfo = BERLIN):
    """Freeze the time at a local time: `with at(2026, 6, 18, 12): …`."""
    with time_machine.travel(datetime(*when).replace(tzinfo=zone).astimezone(UTC), tick=False):
        yield


def membership(**fields) -> Call:
    """Create a call that opens on 1 April and closes at the end of May, for commissions in mid-June."""
    with at(2026, 3, 1):
        return factories.call(
            **{
                "code": "membership-2026",
                "opens_at": datetime(2026, 4, 1, tzinfo=BERLIN),
                "first_deadline": END_OF_MAY,
                "first_commission_deadline": MIDDLE_OF_JUNE,
                "results_on": date(2026, 9, 1),
                **fields,
            }
        )


def extend(call: Call, clock: str = "city", new: datetime = END_OF_JUNE, **arguments):
    """Extend a deadline because of an emergency."""
    return services.extend_deadline(call, clock=clock, new=new, **{**EMERGENCY, **arguments})


def extend_both(call: Call, **arguments) -> None:
    """Extend the cities' deadline to the end of June and the commissions' to mid-July."""
    extend(call, "commission", MIDDLE_OF_JULY, **arguments)
    extend(call, "city", END_OF_JUNE, **arguments)


def now(call: Call) -> Call:
    """Return the call with its dates and history that are public now."""
    return Call.objects.with_history(timezone.now()).get(pk=call.pk)


def call_document(call: Call, **fields) -> CallDocument:
    """Create a flyer in English from a text file."""
    return CallDocument.objects.create(
        call=call, **{"language": "en", **fields, "document": fields.get("document") or factories.document()}
    )
