"""Every field that can hold words, and who reads them: readers, only some people, or nobody because it holds no words.

A new field without a line here fails `test_canary.py`.
"""

from collections.abc import Iterator

from django.apps import apps
from django.db import models
from django.db.models import Field, Model

from core.fields import CodesField

# What readers are shown of a row that is public.
PUBLIC = {
    "wagtailcore.Page": "title seo_title search_description",
    "home.HomePage": "lede",
    "home.ExampleSearch": "label query",
    "home.StandardPage": "lede body",
    "home.JoinPage": "lede rules form afterwards directory_url",
    "home.JoinStep": "text",
    "home.JoinGuide": "title url",
    "home.JoinSource": "title publisher url",
    "home.NewsIndexPage": "lede",
    "home.NewsPage": "picture_alternative_text lede body",
    "home.NewsSource": "title publisher url",
    "home.NetworkSettings": "contact_email contact_phone contact_fax source_code_url",
    "home.NetworkWords": "name tagline independence postal_address banner",
    "practices.PracticeIndexPage": "lede",
    "practices.PracticePage": (
        "one_line_result problem not_again to_adapt cost_covers limiting_factors learners_part policy_base lead_unit "
        "contact_role quotation quotation_by body translators"
    ),
    "practices.PracticeStep": "text",
    "practices.PracticeResult": "unit label source source_url",
    "practices.PracticePartner": "name url",
    "practices.PracticeFunder": "name",
    "practices.PracticePhoto": "alternative_text caption",
    "practices.PracticeDocument": "title",
    "practices.PracticeSource": "title publisher url",
    "events.EventIndexPage": "lede",
    "events.EventPage": (
        "picture_alternative_text venue registration_url source source_url lede theme change_note body"
    ),
    "events.EventSession": "stream title room speakers",
    "events.EventOutcome": "title url",
    "events.EventDocument": "title",
    "calls.Call": "application_url contact_email source source_url",
    "calls.CallDocument": "version",
    "calls.CallSession": "url",
    "calls.NationalCommission": "name url source source_url",
    "calls.CallIndexPage": "lede",
    "calls.CallPage": "picture_alternative_text lede who_can_apply extension_note body results_text",
    "calls.CallStep": "text",
    "calls.CallQuestion": "question answer",
    "cities.City": "own_name population_source website contact_role",
    "cities.CityName": "name other_names",
    "cities.MembershipRound": "source source_url",
    "cities.MembershipEvent": "source",
    "cities.CityProfile": "headline vision challenges plan",
    "cities.CityIndexPage": "lede",
    "clusters.ClusterName": "name other_names",
    "clusters.ClusterIndexPage": "lede",
    "clusters.ClusterPage": "introduction body contact_role contact_email",
    "clusters.ClusterDocument": "title",
    "core.PortalImage": "credit",
    "core.PortalDocument": "title file",
    "wagtailsearchpromotions.SearchPromotion": "external_link_url external_link_text description",
}

# What no reader and no person of another city ever meets, whatever row it is in.
PRIVATE = {
    "accounts.User": "password first_name last_name email credit_name",
    "accounts.EmailLink": "token_hash next_url new_email",
    "accounts.LinkRequest": "email next_url",
    "accounts.Attempt": "key",
    "accounts.RecoveryCode": "code_hash",
    "audit.AuditEntry": "object_key details",
    "auth.Group": "name",
    "core.PortalImage": "title description",
    "core.Term": "note",
    "core.TermWord": "text other_forms",
    "desk.WorkingCopy": "answers base_answers",
    "desk.DeskFile": "reason name unchecked",
    "django_tasks_database.DBTaskResult": "args_kwargs return_value exception_class_path traceback",
    "editorial.Import": "name file notes columns ignored problems",
    "editorial.ImportRow": "cells changes problems reason",
    "events.EventChange": "before after note",
    "feedback.MistakeReport": "page text email",
    "links.Address": "address moved_to",
    "links.Link": "title part text",
    "mails.Notice": "object_key version",
    "moderation.Confirmation": "informant",
    "moderation.Remark": "section text",
    "otp_totp.TOTPDevice": "name key",
    "portal.TaskRun": "error",
    "post_office.Attachment": "file name mimetype headers",
    "post_office.Email": "from_email to cc bcc subject message html_message message_id headers context",
    "post_office.EmailTemplate": "name description subject content html_content",
    "post_office.Log": "exception_type message",
    "search.IndexTask": "last_error",
    "search.SearchStatistic": "value",
    "sessions.Session": "session_data",
    "wagtail_localize.SegmentOverride": "data_json field_error",
    "wagtail_localize.String": "data",
    "wagtail_localize.StringTranslation": "data tool_name field_error",
    "wagtail_localize.Template": "template",
    "wagtail_localize.TranslationSource": "object_repr content_json",
    "wagtailadmin.FormState": "data",
    "wagtailcore.APIToken": "name key_hash",
    "wagtailcore.Collection": "name",
    "wagtailcore.CollectionViewRestriction": "password",
    "wagtailcore.Comment": "text position",
    "wagtailcore.CommentReply": "text",
    "wagtailcore.ModelLogEntry": "label data",
    "wagtailcore.Page": "draft_title",
    "wagtailcore.PageLogEntry": "label data",
    "wagtailcore.PageViewRestriction": "password",
    "wagtailcore.Revision": "object_str content",
    "wagtailcore.Task": "name",
    "wagtailcore.TaskState": "comment",
    "wagtailcore.UploadedFile": "file",
    "wagtailcore.Workflow": "name",
    "wagtailusers.UserProfile": "avatar dismissibles",
}

# Codes, addresses and keys, which are the same for everybody who may name the row; and copies of other fields.
NO_WORDS = {
    "accounts.Attempt": "kind",
    "accounts.LinkRequest": "language",
    "audit.AuditEntry": "object_type address",
    "auth.Permission": "name codename",
    "calls.Call": "code time_zone",
    "calls.CallSession": "languages",
    "calls.DateChange": "old_place place",
    "calls.NationalCommission": "name_language",
    "cities.City": "code answers_in",
    "cities.MembershipRound": "code",
    "clusters.Cluster": "code colour colour_on_dark",
    "contenttypes.ContentType": "app_label model",
    "core.ContentChange": "mark",
    "core.PortalDocument": "file_hash",
    "core.PortalImage": "file_hash file",
    "core.PortalRendition": "filter_spec file focal_point_key",
    "django_tasks_database.DBTaskResult": "task_path worker_ids queue_name backend_name",
    "editorial.Import": "digest",
    "editorial.ImportRow": "code language",
    "events.EventPage": "languages time_zone",
    "events.EventSession": "languages",
    "home.JoinSource": "source_language",
    "home.NetworkSettings": "board_colour",
    "home.NewsSource": "source_language",
    "links.Address": "key",
    "links.Round": "model",
    "portal.TaskRun": "name",
    "post_office.Email": "backend_alias",
    "post_office.EmailTemplate": "language",
    "practices.PracticePage": "cost_currency",
    "practices.PracticeSource": "source_language",
    "search.DocumentText": "file file_hash text",  # of a public document, read with it
    "search.IndexTask": "key",
    "search.SearchStatistic": "language",
    "editorial.PageRequests": "language",
    "sessions.Session": "session_key",
    "taggit.Tag": "name slug",  # no form asks for tags
    "wagtail_localize.OverridableSegment": "data_json",
    "wagtail_localize.StringSegment": "attrs",
    "wagtail_localize.Template": "template_format",
    "wagtail_localize.TranslationContext": "path field_path",
    "wagtail_localize.TranslationSource": "schema_version",
    "wagtailadmin.EditingSession": "object_id",
    "wagtailadmin.FormState": "object_id parent_object_id",
    "wagtailcore.APIToken": "prefix",
    "wagtailcore.Collection": "path",
    "wagtailcore.Comment": "contentpath",
    "wagtailcore.Locale": "language_code",
    "wagtailcore.ModelLogEntry": "action object_id",
    "wagtailcore.Page": "path slug url_path",
    "wagtailcore.PageLogEntry": "action",
    "wagtailcore.ReferenceIndex": "object_id to_object_id model_path content_path",
    "wagtailcore.Revision": "object_id",
    "wagtailcore.Site": "hostname site_name",
    "wagtailcore.WorkflowState": "object_id",
    "wagtaildocs.Document": "title file file_hash",  # the portal has its own models of files
    "wagtailembeds.Embed": "url hash html title author_name provider_name thumbnail_url",  # nothing is embedded
    "wagtailimages.Image": "title file description file_hash",
    "wagtailimages.Rendition": "filter_spec file focal_point_key",
    "wagtailredirects.Redirect": "old_path redirect_page_route_path redirect_link",
    "wagtailsearch.IndexEntry": "object_id autocomplete title body",
    "wagtailsearch.SQLiteFTSIndexEntry": "autocomplete title body",
    "wagtailsearchpromotions.Query": "query_string",  # typed by editors, for promotions
    "wagtailusers.UserProfile": "preferred_language current_time_zone",
}


# What is public, and nowhere on the public site.
NOT_SHOWN = {
    "cities.CityIndexPage": "lede",  # these lists say in figures what is in them
    "cities.MembershipRound": "source_url",  # the source is named, and linked at the status of each city
    "events.EventIndexPage": "lede",
    "practices.PracticeIndexPage": "lede",
}


def decided(table: dict[str, str]) -> set[tuple[str, str]]:
    """The fields of a table, as (model, field)."""
    return {(label, name) for label, names in table.items() for name in names.split()}


def word_fields(model: type[Model]) -> Iterator[Field]:
    """The own fields of a model that can hold words: no choices, no vocabularies, no identifiers."""
    kinds = (models.CharField, models.TextField, models.JSONField, models.FileField, models.BinaryField)
    for field in model._meta.local_fields:
        holds_words = (
            isinstance(field, (*kinds, models.GenericIPAddressField)) or field.get_internal_type() == "JSONField"
        )
        if holds_words and not (field.choices or isinstance(field, CodesField)):
            yield field


def all_word_fields() -> set[tuple[str, str]]:
    """Every field that can hold words, as (model, field)."""
    return {(model._meta.label, field.name) for model in apps.get_models() for field in word_fields(model)}
