"""What the page cache has to know of the models: which ones no public page reads, and which instants are past.

A model or field that is not named here counts: pages are then made again after each of its changes, and end at each of
its instants. tests/core/page_cache compares both tables with what public pages read.
"""

from core.page_cache.instants import register_past_fields
from core.page_cache.statements import register_filled_by_pages, register_unread_columns, register_unread_models

ACCOUNTS = "people and their access; readers without a cookie are nobody"
DESK = "drafts of the desk"
MODERATION = "work in progress, which a publication copies to the page"
INDEX = "the index and its outbox; what changes the index notes it"
MAILS = "mails"
LOGS = "logs for people with an account"
ADMIN = "what the admin keeps for itself"
TRANSLATION = "the work of translators; what is published of it is in other tables"

UNREAD_MODELS = {
    "accounts.Attempt": ACCOUNTS,
    "accounts.EmailLink": ACCOUNTS,
    "accounts.LinkRequest": ACCOUNTS,
    "accounts.RecoveryCode": ACCOUNTS,
    "accounts.User": ACCOUNTS,
    "accounts.User_groups": ACCOUNTS,
    "accounts.User_user_permissions": ACCOUNTS,
    "audit.AuditEntry": LOGS,
    "auth.Group": ACCOUNTS,
    "auth.Group_permissions": ACCOUNTS,
    "auth.Permission": ACCOUNTS,
    "cities.CityPerson": ACCOUNTS,
    "desk.DeskFile": DESK,
    "desk.WorkingCopy": DESK,
    "django_tasks_database.DBTaskResult": "background tasks",
    "editorial.TranslationAssignment": TRANSLATION,
    "editorial.Import": "imported rows, before they become cities and practices",
    "editorial.ImportRow": "imported rows, before they become cities and practices",
    "editorial.PageRequests": "statistics for translators",
    "feedback.MistakeReport": "reports for the editors",
    "links.Address": "found links, for the editors",
    "links.Link": "found links, for the editors",
    "links.Round": "found links, for the editors",
    "mails.Notice": MAILS,
    "moderation.Remark": MODERATION,
    "otp_totp.TOTPDevice": ACCOUNTS,
    "portal.TaskRun": "the state of the worker",
    "post_office.Attachment": MAILS,
    "post_office.Attachment_emails": MAILS,
    "post_office.Email": MAILS,
    "post_office.EmailTemplate": MAILS,
    "post_office.Log": MAILS,
    "search.DocumentText": INDEX,
    "search.IndexTask": INDEX,
    "search.SearchStatistic": "statistics for editors",
    "sessions.Session": ACCOUNTS,
    "wagtail_localize.LocaleSynchronization": TRANSLATION,
    "wagtail_localize.TranslationLog": TRANSLATION,
    "wagtailadmin.EditingSession": ADMIN,
    "wagtailadmin.FormState": ADMIN,
    "wagtailcore.APIToken": ACCOUNTS,
    "wagtailcore.Comment": LOGS,
    "wagtailcore.CommentReply": LOGS,
    "wagtailcore.GroupApprovalTask": MODERATION,
    "wagtailcore.GroupApprovalTask_groups": MODERATION,
    "wagtailcore.GroupCollectionPermission": ACCOUNTS,
    "wagtailcore.GroupPagePermission": ACCOUNTS,
    "wagtailcore.GroupSitePermission": ACCOUNTS,
    "wagtailcore.ModelLogEntry": LOGS,
    "wagtailcore.PageLogEntry": LOGS,
    "wagtailcore.PageSubscription": ADMIN,
    "wagtailcore.ReferenceIndex": "which rows name which, for the admin and the index",
    "wagtailcore.Revision": "drafts and earlier texts; a publication copies them to the page",
    "wagtailcore.Task": MODERATION,
    "wagtailcore.TaskState": MODERATION,
    "wagtailcore.UploadedFile": ADMIN,
    "wagtailcore.Workflow": MODERATION,
    "wagtailcore.WorkflowContentType": MODERATION,
    "wagtailcore.WorkflowPage": MODERATION,
    "wagtailcore.WorkflowTask": MODERATION,
    "wagtailcore.WorkflowState": MODERATION,
    "wagtailsearch.IndexEntry": "the search of the admin",
    "wagtailusers.UserProfile": ACCOUNTS,
}

SAVED_DRAFT = "written with each saved draft"
UNREAD_COLUMNS = {
    "wagtailcore.Page": {
        "draft_title": SAVED_DRAFT,
        "has_unpublished_changes": SAVED_DRAFT,
        "latest_revision": SAVED_DRAFT,
        "latest_revision_created_at": SAVED_DRAFT,
        "locked": "locks in the admin",
        "locked_at": "locks in the admin",
        "locked_by": "locks in the admin",
    }
}

FILLED_BY_PAGES = {"core.PortalRendition": "a page makes the sizes of a picture when it is first shown"}

# Fields that say when something happened, or when the worker does something, which then writes the row.
PAST_FIELDS = {
    "created_at",
    "destination_last_updated_at",
    "first_published_at",
    "go_live_at",
    "last_published_at",
    "last_updated",
    "last_updated_at",
    "latest_revision_created_at",
    "locked_at",
    "recorded_at",
    "text_outdated_since",
    "translated_at",
    "translations_last_updated_at",
    "updated_at",
}


def register() -> None:
    """Tell the page cache; called once, when all models are loaded."""
    register_unread_models(UNREAD_MODELS)
    register_filled_by_pages(FILLED_BY_PAGES)
    for label, names in UNREAD_COLUMNS.items():
        register_unread_columns(label, names)
    register_past_fields(PAST_FIELDS)
