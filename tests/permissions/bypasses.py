"""The second and third ways to what somebody may not do: a table of bypasses, none of which may work.

`table.py` says who is answered at an address with GET and POST and without a form. Here are the same rules tried with
other methods, in other languages, from the addresses of Wagtail for the same object, and with the id of another object
in a field of a form that somebody may send.
"""

from dataclasses import dataclass, field

PRACTICE = "xx/desk/cities/<slug:city>/practices/<uuid:key>/"
PEOPLE = "xx/desk/cities/<slug:city>/people/"
PUBLISHED = r"xx/desk/^cities/(?P<city>[-\w]+)/published/(?P<code>[0-9a-f]{10})/"
PAGE = "admin/pages/<int:page_id>/"
BULK = "admin/bulk/<str:app_label>/<str:model_name>/<str:action>/"
UNDO = "admin/bulk/undo/<str:token>/"
OTHER_METHODS = ("head", "options", "put", "patch", "delete")
OTHER_LANGUAGES = (("get", "fr"), ("post", "fr"), ("get", "zh-hans"))


@dataclass(frozen=True)
class Bypass:
    """One way in.

    rule: what it would break. who: the letters of those who try it. form: its fields; `{theirs[key]}` is the key of a
    row of another city, by the name of the parameter of an address, `{own[key]}` that of the own one, `{remark}` the id
    of a remark that another city has got.
    """

    rule: str
    who: str
    route: str
    form: dict[str, str] = field(default_factory=dict)
    action: str = ""
    """Of an address that is for several actions."""


# The own addresses of an owner ("o") and an editor ("e") of a city, with rows of another city in the form.
IN_A_FORM = (
    *(
        Bypass("a file of another city is not removed", "oe", f"{PRACTICE}<section:code>/", form)
        for form in (
            {"then": "remove:documents:{theirs[file]}", "documents-{theirs[file]}-row": "1", "shown": "{{}}"},
            {"then": "remove:photos:{theirs[file]}", "photos-{theirs[file]}-row": "1", "shown": "{{}}"},
        )
    ),
    *(
        Bypass("a file of another city is not taken into the own practice", "oe", f"{PRACTICE}<section:code>/", form)
        for form in (
            {"documents-{theirs[file]}-row": "1", "documents-{theirs[file]}-title": "Taken", "shown": "{{}}"},
            {"documents-new1-row": "1", "documents-new1-file": "{theirs[file]}", "shown": "{{}}"},
            {"photos-new1-row": "1", "photos-new1-file": "{theirs[file]}", "shown": "{{}}"},
        )
    ),
    Bypass("a remark of another city is not answered", "oe", f"{PRACTICE}<section:code>/", {"reply-{remark}": "Ours."}),
    Bypass(
        "a working copy of another city is not opened by its key",
        "oe",
        "xx/desk/cities/<slug:city>/practices/new/",
        {"then": "start", "key": "{theirs[key]}", "language": "en", "title": "Taken"},
    ),
    Bypass("a city is not handed over to a stranger", "o", f"{PEOPLE}hand-over/", {"person": "{theirs[person]}"}),
    Bypass("an editor does not hand the city over", "e", f"{PEOPLE}hand-over/", {"person": "{own[person]}"}),
    Bypass("an editor invites nobody", "e", f"{PEOPLE}invite/", {"email": "x@example.org", "role": "owner"}),
    Bypass("an editor does not make themselves an owner", "e", f"{PEOPLE}<int:person>/", {"role": "owner"}),
    Bypass("an owner gives no role of the secretariat", "o", f"{PEOPLE}<int:person>/", {"role": "administrator"}),
    Bypass(
        "nobody gives themselves rights with their name",
        "oe",
        "xx/desk/account/",
        {"is_superuser": "1", "is_staff": "1", "groups": "1", "email": "taken@example.org", "language": "en"},
    ),
    Bypass("a city does not change its status", "oe", "xx/desk/cities/<slug:city>/facts/", {"status": "", "code": "x"}),
    Bypass("an editor does not take down", "e", f"{PUBLISHED}take-down/$", {"confirm": "1"}),
)

# What a city has submitted is judged by moderators: not by editors, translators or the city, and each version once.
JUDGING = tuple(
    Bypass(f"only moderators judge: {route} {action}", "oTE", route, form, action)
    for route, form, action in (
        *(
            ("admin/pages/workflow/action/<int:page_id>/<slug:action_name>/<int:task_state_id>/", form, "")
            for form in ({}, {"comment": "Fine."})
        ),
        ("admin/pages/workflow/collect_action_data/<int:page_id>/<slug:action_name>/<int:task_state_id>/", {}, ""),
        ("admin/pages/workflow/confirm_cancellation/<int:page_id>/", {}, ""),
        (f"{PAGE}edit/", {"action-publish": "1", "title": "Taken", "slug": "taken"}, ""),
        (f"{PAGE}edit/", {"action-workflow-action": "1", "workflow-action-name": "approve"}, ""),
        (f"{PAGE}edit/", {"action-cancel-workflow": "1"}, ""),
        (f"{PAGE}revisions/<int:revision_id>/revert/", {"action-publish": "1", "title": "Taken"}, ""),
        (f"{PAGE}revisions/<int:revision_id>/unschedule/", {}, ""),
        (f"{PAGE}unpublish/", {"include_descendants": "on"}, ""),
        (f"{PAGE}delete/", {}, ""),
        (f"{PAGE}copy/", {"new_title": "Taken", "new_slug": "taken", "publish_copies": "on"}, ""),
        (f"{PAGE}convert_alias/", {}, ""),
        (f"{PAGE}privacy/", {"restriction_type": "none"}, ""),
        (f"{PAGE}lock/", {}, ""),
        ("admin/pages/<int:page_to_move_id>/move/<int:destination_id>/confirm/", {}, ""),
        ("admin/api/main/pages/<int:pk>/action/<str:action_name>/", {}, ""),
        *((BULK, {"include_descendants": "on"}, action) for action in ("publish", "unpublish", "delete", "move")),
    )
)

# Withheld files, from wherever the admin shows a file. Who may read their words is in `Network.marks`.
OF_FILES = (
    "admin/images/<int:image_id>/",
    "admin/images/<int:image_id>/delete/",
    "admin/images/usage/<int:image_id>/",
    "admin/images/chooser/chosen/<str:pk>/",
    "admin/images/chooser/<int:image_id>/select_format/",
    "admin/images/multiple/<int:image_id>/",
    "admin/api/main/^images/<int:pk>/",
    "admin/documents/edit/<int:document_id>/",
    "admin/documents/delete/<int:document_id>/",
    "admin/documents/usage/<int:document_id>/",
    "admin/documents/chooser/chosen/<str:pk>/",
    "admin/documents/multiple/<int:doc_id>/",
    "admin/api/main/^documents/<int:pk>/",
    "documents/<int:document_id>/<str:document_filename>",
)
# How a list of the admin comes as a file.
FILE_FORMATS = ("csv", "xlsx")
