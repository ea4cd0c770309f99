"""The kinds of mails. Each has its templates in templates/mails/."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class MailKind(TextChoices):
    """What a mail tells."""

    SIGN_IN = "sign-in", _("Link to sign in")
    INVITATION = "invitation", _("Invitation to a city’s desk")
    STAFF_INVITATION = "staff-invitation", _("Invitation to the secretariat")
    ADDRESS = "address", _("Link that confirms a new address")
    ADDRESS_CHANGED = "address-changed", _("Address of the account changed")
    RECEIVED = "received", _("Practice received")
    TO_REVIEW = "to-review", _("Practice to review")
    RETURNED = "returned", _("Practice returned")
    PUBLISHED = "published", _("Practice published")
    SCHEDULED = "scheduled", _("Practice to be published on a day")
    UNSCHEDULED = "unscheduled", _("Day of a publication cancelled")
    DELETED = "deleted", _("Practice deleted")
    TAKEN_DOWN = "taken-down", _("Practice taken down")
    NOT_OPEN = "not-open", _("Practice not open to the public")
    OPEN_AGAIN = "open-again", _("Practice open to the public again")
    CONFIRM = "confirm", _("Question whether a practice is still true")
    CONFIRM_AGAIN = "confirm-again", _("Reminder to confirm a practice")


# Their mails contain a link with which its reader is signed in, or changes an account.
WITH_SECRET = frozenset({MailKind.SIGN_IN, MailKind.INVITATION, MailKind.STAFF_INVITATION, MailKind.ADDRESS})
