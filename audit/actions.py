"""The actions that the audit log knows. A code is never renamed: it is in exported logs."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Action(TextChoices):
    """What somebody did."""

    # People
    INVITED = "person.invited", _("Invited a person")
    JOINED = "person.joined", _("Accepted an invitation")
    SIGNED_IN = "person.signed-in", _("Signed in")
    SIGN_IN_REFUSED = "person.sign-in-refused", _("Was refused at sign-in")
    SIGNED_OUT = "person.signed-out", _("Signed out")
    PASSWORD_SET = "person.password-set", _("Set a password")
    ADDRESS_CHANGED = "person.address-changed", _("Changed the e-mail address of a person")
    SECOND_FACTOR_SET = "person.second-factor-set", _("Set up the second factor")
    RECOVERY_CODE_USED = "person.recovery-code-used", _("Used a recovery code")
    ROLE_CHANGED = "person.role-changed", _("Changed the role of a person")
    LEFT = "person.left", _("Left a city")
    DEACTIVATED = "person.deactivated", _("Deactivated a person")
    REACTIVATED = "person.reactivated", _("Reactivated a person")
    EXPORTED = "person.exported", _("Exported the data of a person")
    ERASED = "person.erased", _("Erased the data of a person")
    # Cities
    CITY_CHANGED = "city.changed", _("Changed facts of a city")
    CITY_ADDED = "city.added", _("Added a city by an import")
    CITY_IMPORTED = "city.imported", _("Changed a city by an import")
    PROFILE_SAVED = "profile.saved", _("Saved a draft of a city profile")
    PROFILE_PUBLISHED = "profile.published", _("Published a city profile")
    # Practices
    STARTED = "practice.started", _("Started a practice")
    DISCARDED = "practice.discarded", _("Discarded a working copy")
    SUBMITTED = "practice.submitted", _("Submitted a practice")
    WITHDRAWN = "practice.withdrawn", _("Withdrew a submission")
    RETURNED = "practice.returned", _("Returned a submission with remarks")
    REMARKED = "practice.remarked", _("Wrote a remark")
    REPLIED = "practice.replied", _("Replied to a remark")
    PUBLISHED = "practice.published", _("Published a practice")
    SCHEDULED = "practice.scheduled", _("Scheduled the publication of a practice")
    UNSCHEDULED = "practice.unscheduled", _("Cancelled the scheduled publication of a practice")
    DELETED = "practice.deleted", _("Deleted a practice")
    TAKEN_DOWN = "practice.taken-down", _("Took a practice down")
    CLOSED = "practice.closed", _("Closed a published practice to the public")
    REOPENED = "practice.reopened", _("Opened a published practice to the public again")
    CONFIRMED = "practice.confirmed", _("Confirmed that a practice is still true")
    PRACTICE_IMPORTED = "practice.imported", _("Wrote a draft of a practice by an import")
    TAKEN_OVER = "practice.taken-over", _("Took over a practice of the secretariat")
    # Exports of lists
    LIST_EXPORTED = "list.exported", _("Exported a list")
    # Imports
    IMPORT_UPLOADED = "import.uploaded", _("Uploaded a file to import")
    IMPORT_STARTED = "import.started", _("Started an import")
    IMPORT_DISCARDED = "import.discarded", _("Discarded an import")
    # Events
    EVENT_CHANGED = "event.changed", _("Moved, postponed or cancelled an event, or changed its place")
    # Reports of mistakes
    REPORT_DONE = "report.done", _("Marked a report of a mistake as done")
    REPORT_OPENED = "report.opened", _("Opened a report of a mistake again")
    # Files
    FILE_RECEIVED = "file.received", _("Uploaded a file")
    FILE_ACCEPTED = "file.accepted", _("Accepted a file")
    FILE_REFUSED = "file.refused", _("Refused a file")
    FILE_REMOVED = "file.removed", _("Removed a file")
