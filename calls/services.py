"""The only functions that change a call's dates, and the place whose time counts.

Each function locks the call, adds one row to an append-only history and sends
`calls.signals.dates_changed`, all in one transaction. Nothing else is written: pages, cards, files
and the index compute the dates from the history. A forbidden change raises ValidationError with a
message for the editor and writes nothing. A repeated call with the same arguments adds no second row.
"""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from calls.deadlines import A_MINUTE, DATE_NAMES, deadline_text, is_formatted_exactly, last_minute, opening_text
from calls.models import Call, DateChange, Withdrawal
from calls.signals import dates_changed
from calls.states import ClockFace
from calls.vocabularies import DATED_CLOCKS, FIRST_DATES, Clock, DateReason
from core.i18n import dates
from core.i18n.places import is_place, place_name
from core.local_times.conversion import local_instant

# Fields that are corrected while nobody outside has seen them.
CORRECTED = (*FIRST_DATES.values(), "time_zone", "precision")


def extend_deadline(
    call: Call,
    *,
    clock: str,
    new: datetime,
    reason: str,
    by: str,
    announce_at: datetime | None = None,
    reopen: bool = False,
    user=None,
    now: datetime | None = None,
) -> DateChange:
    """Move a deadline to a later instant.

    clock: whose deadline, `Clock.CITY` or `Clock.COMMISSION`. new: the first instant that is too
    late. reason: a `DateReason`. by: a `Decider`. announce_at: the instant from which the change is
    public; by default now. reopen: allow that the deadline has passed by then. user: who records the
    change. now: the current instant; by default the system time.
    Returns the row of the history. Raises ValidationError when the new deadline is not later than
    the one in effect, when the deadline will have passed and `reopen` is false, and for the reasons
    that all moves share (`_Move.record`).
    """
    with transaction.atomic():
        move = _Move(call, clock, new, announce_at, now)
        if row := move.existing_row(reason, by):
            return row
        if clock == Clock.OPENING:
            raise ValidationError(_("An opening date cannot be extended. Open the call early instead."))
        if move.old and new <= move.old:
            raise ValidationError(
                _("The new deadline must be later than the current one, %(old)s.") % {"old": move.old_text}
            )
        if move.old and move.old <= move.announce_at and not reopen:
            raise ValidationError(
                _(
                    "This deadline (%(old)s) will have passed when the change is announced. To move it, tick "
                    "“Reopen the call”."
                )
                % {"old": move.old_text}
            )
        return move.record(reason, by, user)


def close_early(
    call: Call,
    *,
    new: datetime,
    reason: str,
    by: str,
    clock: str = Clock.CITY,
    announce_at: datetime | None = None,
    user=None,
    now: datetime | None = None,
) -> DateChange:
    """Move a deadline to an earlier instant, which must not be before the announcement.

    Arguments, result and side effects as in `extend_deadline`. Raises ValidationError when the
    deadline is not on record or will have passed, and when the new one is not earlier.
    """
    with transaction.atomic():
        move = _Move(call, clock, new, announce_at, now)
        if row := move.existing_row(reason, by):
            return row
        if clock == Clock.OPENING:
            raise ValidationError(_("An opening date is not a deadline and cannot be closed early."))
        if move.old is None:
            raise ValidationError(_("The current deadline is not on record, so it cannot be moved to an earlier date."))
        if move.old <= move.announce_at:
            raise ValidationError(
                _("This deadline (%(old)s) will have passed when the change is announced.") % {"old": move.old_text}
            )
        if new >= move.old:
            raise ValidationError(
                _("The new deadline must be earlier than the current one, %(old)s.") % {"old": move.old_text}
            )
        return move.record(reason, by, user)


def open_early(
    call: Call,
    *,
    new: datetime,
    reason: str,
    by: str,
    announce_at: datetime | None = None,
    user=None,
    now: datetime | None = None,
) -> DateChange:
    """Move the opening to an earlier instant, which must not be before the announcement.

    Arguments, result and side effects as in `extend_deadline`. Raises ValidationError when the
    opening is not on record or will have passed, and when the new one is not earlier.
    """
    with transaction.atomic():
        move = _Move(call, Clock.OPENING, new, announce_at, now)
        if row := move.existing_row(reason, by):
            return row
        if move.old is None:
            raise ValidationError(
                _("The current opening date is not on record, so it cannot be moved to an earlier date.")
            )
        if move.old <= move.announce_at:
            raise ValidationError(_("The call will already be open by then (%(old)s).") % {"old": move.old_text})
        if new >= move.old:
            raise ValidationError(
                _("The new opening date must be earlier than the current one, %(old)s.") % {"old": move.old_text}
            )
        return move.record(reason, by, user)


def set_date(
    call: Call,
    *,
    clock: str,
    new: datetime,
    by: str,
    announce_at: datetime | None = None,
    user=None,
    now: datetime | None = None,
) -> DateChange:
    """Give a date to a call that has been public without it.

    Arguments, result and side effects as in `extend_deadline`; the reason is `DateReason.FIRST_DATE`. Raises
    ValidationError when this date is or ever was on record, or was moved.
    """
    with transaction.atomic():
        move = _Move(call, clock, new, announce_at, now)
        if row := move.existing_row(DateReason.FIRST_DATE, by):
            return row
        if move.old or getattr(move.call, FIRST_DATES[Clock(clock)]) or move.changes.exists():
            raise ValidationError(_("This date has been set before. Move it and give a reason instead."))
        return move.record(DateReason.FIRST_DATE, by, user)


def move_place(
    call: Call,
    *,
    place: str,
    reason: str,
    by: str,
    keeps_local_times: bool = True,
    announce_at: datetime | None = None,
    user=None,
    now: datetime | None = None,
) -> DateChange:
    """Change the place whose time counts.

    place: a code of `core.i18n.places`. keeps_local_times: "23:59" stays 23:59, in the new place, and every date of
    the call moves with it in a row of its own; if false, the instants stay and are shown in the new time. Other
    arguments, result and side effects as in `extend_deadline`. Raises ValidationError when the call has that place,
    when other changes are planned, when a date would pass or lie ahead again because of it, when a date does not
    exist in the new place, and when an instant that stays is no whole day there for the precision `day`.
    """
    with transaction.atomic():
        Call.objects.select_for_update().get(pk=call.pk)
        now = now or timezone.now()
        at = announce_at or now
        call = Call.objects.with_dates(at).get(pk=call.pk)
        rows = DateChange.objects.valid().filter(call=call)
        same = rows.filter(clock=Clock.PLACE, announce_at=at) if announce_at else rows.filter(announce_at__lte=at)
        last = same.filter(clock=Clock.PLACE).order_by("announce_at", "pk").last()
        if last and (last.place, last.reason, last.decided_by) == (place, reason, by):
            return last
        if not is_place(place):
            raise ValidationError(_("Choose a place from the list."))
        if place == call.place:
            raise ValidationError(_("The times are already in the time zone of this place."))
        if at < now:
            raise ValidationError(_("The announcement cannot be in the past."))
        if rows.filter(announce_at__gt=now).exists():
            raise ValidationError(_("Other changes are planned. Withdraw them before you change the time zone."))
        shared = {
            "call": call,
            "reason": reason,
            "decided_by": by,
            "recorded_by": user,
            "announce_at": at,
            "old_place": call.place,
            "place": place,
            "precision": call.precision,
        }
        change = DateChange(clock=Clock.PLACE, **shared)
        change.clean_fields()
        change.save()
        for clock in DATED_CLOCKS:
            if old := getattr(call, DATE_NAMES[clock]):
                new = _moved_to(call, clock, old, ClockFace(place, call.precision), keeps_local_times)
                if (old <= at) != (new <= at):
                    raise ValidationError(
                        _(
                            "In the time zone of %(place)s, this date would already have passed, or would be in the "
                            "future again: %(date)s."
                        )
                        % {"place": place_name(place), "date": _date_text(call.face, clock, old)}
                    )
                if new != old:
                    DateChange(clock=clock, old=old, new=new, part_of=change, **shared).save()
        _validate_order(call, at)
        dates_changed.send(sender=Call, call=call, at=at)
        return change


def _moved_to(call: Call, clock: str, old: datetime, face: ClockFace, keeps_local_times: bool) -> datetime:
    """Return the date of a clock after a change of the place."""
    if not keeps_local_times:
        if not is_formatted_exactly(face, clock, old):
            raise ValidationError(
                _(
                    "The deadlines of this call are whole days. Choose dates that are whole days in the time zone "
                    "of %(place)s."
                )
                % {"place": face.time_zone_place}
            )
        return old
    if clock == Clock.OPENING:
        return local_instant(old.astimezone(call.zone).replace(tzinfo=None), face.zone)
    local = last_minute(call, old)
    return local_instant(local.replace(tzinfo=None, fold=1), face.zone) + A_MINUTE


def withdraw_change(change: DateChange, *, user=None, now: datetime | None = None) -> Withdrawal:
    """Withdraw a planned change before its announcement, so that it never becomes public.

    The change and its withdrawal stay in the history that the admin shows. user: who records it.
    now: the current instant; by default the system time. Returns the withdrawal. Raises
    ValidationError when the change has been announced, or when the dates would contradict each
    other without it.
    """
    with transaction.atomic():
        call = Call.objects.select_for_update().get(pk=change.call_id)
        withdrawal = Withdrawal.objects.filter(change=change).first()
        if withdrawal:
            return withdrawal
        if change.announce_at <= (now or timezone.now()):
            raise ValidationError(_("This change has already been announced. Move the date again instead."))
        if change.part_of_id:
            raise ValidationError(
                _("This date moves because the time zone changes. Withdraw the change of the time zone instead.")
            )
        withdrawal = Withdrawal.objects.create(change=change, recorded_by=user)
        for part in change.parts.all():
            Withdrawal.objects.create(change=part, recorded_by=user)
        _validate_order(call, change.announce_at)
        dates_changed.send(sender=Call, call=call, at=change.announce_at)
        return withdrawal


def correct_dates(
    call: Call,
    *,
    opens_at: datetime | None,
    first_deadline: datetime | None,
    first_commission_deadline: datetime | None,
    place: str | None = None,
    precision: str | None = None,
) -> None:
    """Replace a call's first dates while the call has never been public.

    The dates are instants; None is not on record. place, precision: the new ones; None leaves them as they are.
    Raises ValidationError when a page of the call was ever published, when its history is not empty, or when the
    dates contradict each other.
    """
    with transaction.atomic():
        call = Call.objects.select_for_update().get(pk=call.pk)
        if call.has_been_public or call.date_changes.exists():
            raise ValidationError(_("These dates have been public. They can now only be moved, with a reason."))
        call.opens_at = opens_at
        call.first_deadline = first_deadline
        call.first_commission_deadline = first_commission_deadline
        call.time_zone = place or call.time_zone
        call.precision = precision or call.precision
        call.clean_fields(exclude=[field.name for field in call._meta.fields if field.name not in CORRECTED])
        call.validate_constraints()
        Call.objects.filter(pk=call.pk).correct(**{name: getattr(call, name) for name in CORRECTED})
        dates_changed.send(sender=Call, call=call, at=timezone.now())


class _Move:
    """A change of one date. Locks the call and reads its dates as of the announcement."""

    def __init__(self, call: Call, clock: str, new: datetime, announce_at: datetime | None, now: datetime | None):
        self.clock, self.new = clock, new
        # With the lock, a second click waits until the first one has written its row.
        Call.objects.select_for_update().get(pk=call.pk)
        self.now = now or timezone.now()
        self.is_planned = announce_at is not None
        self.announce_at = announce_at or self.now
        self.call = Call.objects.with_dates(self.announce_at).get(pk=call.pk)
        self.changes = DateChange.objects.valid().filter(call=call, clock=clock).order_by("announce_at", "pk")
        self.old = getattr(self.call, DATE_NAMES[clock])

    @property
    def old_text(self) -> str:
        """The date in effect, formatted for use in a sentence."""
        return _date_text(self.call.face, self.clock, self.old)

    def existing_row(self, reason: str, by: str) -> DateChange | None:
        """Return the row of an identical move that is in effect or planned for the same instant, if any."""
        if self.is_planned:
            row = self.changes.filter(announce_at=self.announce_at).last()
        else:
            row = self.changes.filter(announce_at__lte=self.announce_at).last()
        return row if row and (row.new, row.reason, row.decided_by) == (self.new, reason, by) else None

    def record(self, reason: str, by: str, user) -> DateChange:
        """Write the row and send `dates_changed`.

        Raises ValidationError when the announcement is in the past, when the date is before its
        announcement, when the date is more exact than the call's precision, when another change is
        planned for the same instant or would undo this one, and when at any announced instant the
        call would close before it opens or the commissions' deadline would be before the cities'.
        """
        self._validate_instants()
        self._validate_plans()
        row = DateChange(
            call=self.call,
            clock=self.clock,
            old=self.old,
            new=self.new,
            reason=reason,
            decided_by=by,
            recorded_by=user,
            announce_at=self.announce_at,
            old_place=self.call.place,
            place=self.call.place,
            precision=self.call.precision,
        )
        row.clean_fields()
        row.save()
        # This check needs the new row. An error rolls it back.
        _validate_order(self.call, self.announce_at)
        dates_changed.send(sender=Call, call=self.call, at=self.announce_at)
        return row

    def _validate_instants(self) -> None:
        if self.announce_at < self.now:
            raise ValidationError(_("The announcement cannot be in the past."))
        if self.new < self.announce_at:
            raise ValidationError(_("The new date must not be before its announcement."))
        if self.new.second or self.new.microsecond:
            raise ValidationError(_("Enter the time in hours and minutes, without seconds."))
        if not is_formatted_exactly(self.call, self.clock, self.new):
            raise ValidationError(
                _(
                    "The deadlines of this call are whole days. Choose dates that are whole days in the time zone "
                    "of %(place)s."
                )
                % {"place": self.call.time_zone_place}
            )

    def _validate_plans(self) -> None:
        places = DateChange.objects.valid().filter(call=self.call, clock=Clock.PLACE, announce_at__gt=self.now)
        if place := places.first():
            raise ValidationError(
                _(
                    "Another change of time zone is planned for %(instant)s. Withdraw that change first, or wait "
                    "until it has been announced."
                )
                % {"instant": _moment(self.call, place.announce_at)}
            )
        if self.is_planned and self.changes.filter(announce_at=self.announce_at).exists():
            raise ValidationError(_("Another change of this date is planned for the same moment. Withdraw it first."))
        plan = self.changes.filter(announce_at__gt=self.announce_at, old__isnull=False, new__isnull=False).first()
        if plan and (plan.old < plan.new < self.new or plan.old > plan.new > self.new):
            raise ValidationError(
                _("The change that is planned for %(instant)s would undo this one. Withdraw it first.")
                % {"instant": _moment(self.call, plan.announce_at)}
            )


def _validate_order(call: Call, since: datetime) -> None:
    """Raise ValidationError when the dates contradict each other at or after the instant `since`."""
    announcements = DateChange.objects.valid().filter(call=call, announce_at__gt=since)
    for instant in [since, *announcements.order_by("announce_at").values_list("announce_at", flat=True)]:
        call_then = Call.objects.with_dates(instant).get(pk=call.pk)
        opening, deadline, commission = call_then.opening, call_then.deadline, call_then.commission_deadline
        if opening and deadline and opening >= deadline:
            raise ValidationError(
                _("From %(instant)s on, the call would close (%(deadline)s) before it opens (%(opening)s).")
                % {
                    "instant": _moment(call, instant),
                    "deadline": deadline_text(call, deadline),
                    "opening": opening_text(call, opening),
                }
            )
        if deadline and commission and deadline > commission:
            raise ValidationError(
                _(
                    "From %(instant)s on, the deadline for cities (%(city)s) would be later than the deadline for "
                    "National Commissions (%(commission)s). Move both."
                )
                % {
                    "instant": _moment(call, instant),
                    "city": deadline_text(call, deadline),
                    "commission": deadline_text(call, commission),
                }
            )


def _date_text(face: ClockFace, clock: str, instant: datetime) -> str:
    text = opening_text if clock == Clock.OPENING else deadline_text
    return text(face, instant)


def _moment(call: Call, instant: datetime) -> str:
    return dates.moment(instant.astimezone(call.zone), call.time_zone_place)
