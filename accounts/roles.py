"""The groups of the secretariat and their permissions in the admin.

Cities, applicants and commissions are in none of them: they have no access to the admin. README.md tells what each
group may do; `tests/accounts/test_rights.py` tries it.
"""

from django.contrib.auth.models import Group, Permission
from django.db import transaction
from wagtail.models import Collection, GroupCollectionPermission, GroupPagePermission, Page

EDITORS = "Editors"
MODERATORS = "Moderators"
TRANSLATORS = "Translators"

# In the page tree of every language. Without add_page, they are permissions on translations only: `core.permissions`.
PAGE_PERMISSIONS = {
    EDITORS: ("add_page", "change_page"),
    MODERATORS: ("add_page", "change_page", "publish_page", "lock_page", "unlock_page", "bulk_delete_page"),
    TRANSLATORS: ("change_page", "publish_page"),
}
FILE_PERMISSIONS = {
    EDITORS: ("add_{}", "change_{}", "choose_{}"),
    MODERATORS: ("add_{}", "change_{}", "delete_{}", "choose_{}"),
    TRANSLATORS: ("add_{}", "choose_{}"),
}
# Wagtail defines the permissions on files for its own models, not for the portal's.
FILES = (("wagtailimages", "image"), ("wagtaildocs", "document"))
SUBMIT = "wagtail_localize.submit_translation"
ROWS = (
    ("calls", "call"),
    ("calls", "nationalcommission"),
    ("cities", "city"),
    ("cities", "cityprofile"),
    ("cities", "membershipround"),
    ("clusters", "cluster"),
)
# The terms of the network, which translators keep.
TERMS = ("core.add_term", "core.change_term")
# Promoted search results.
PROMOTIONS = tuple(f"wagtailsearchpromotions.{action}_searchpromotion" for action in ("add", "change", "delete"))
# The report of searches.
SEARCH_STATISTICS = "search.view_searchstatistic"
# The report of the audit log.
AUDIT_LOG = "audit.view_auditentry"
# Reports of mistakes.
MISTAKE_REPORTS = tuple(f"feedback.{action}_mistakereport" for action in ("view", "change"))
# Permissions on other models, as app label and codename.
MODEL_PERMISSIONS = {
    EDITORS: (
        "wagtailadmin.access_admin",
        *(f"{app}.{action}_{model}" for app, model in ROWS for action in ("add", "change")),
        *PROMOTIONS,
        *TERMS,
        SEARCH_STATISTICS,
        *MISTAKE_REPORTS,
    ),
    MODERATORS: (
        "wagtailadmin.access_admin",
        *(f"{app}.{action}_{model}" for app, model in ROWS for action in ("add", "change", "delete")),
        *PROMOTIONS,
        *TERMS,
        "core.delete_term",
        SEARCH_STATISTICS,
        *MISTAKE_REPORTS,
        AUDIT_LOG,
        "cities.publish_cityprofile",
        "cities.lock_cityprofile",
        "cities.unlock_cityprofile",
        "wagtailredirects.add_redirect",
        "wagtailredirects.change_redirect",
        "wagtailredirects.delete_redirect",
    ),
    TRANSLATORS: (
        "wagtailadmin.access_admin",
        SUBMIT,
        *TERMS,
        "core.delete_term",
        "cities.change_cityprofile",
        "cities.publish_cityprofile",
    ),
}


@transaction.atomic
def ensure_groups() -> list[Group]:
    """Create the groups or restore their permissions, and return them.

    Permissions on pages are given on the home page of each existing language, so this function is called again when
    a language is added. Two permissions are removed: those on the root page, because home pages are created by a
    command, and the permission to submit translations, which wagtail-localize gives to all editors. Other permissions
    that an operator added are kept. Raises Permission.DoesNotExist before the migrations have run.
    """
    homes = Page.objects.filter(depth=2)
    everything = Collection.get_first_root_node()
    groups = []
    for name in (EDITORS, MODERATORS, TRANSLATORS):
        group, _created = Group.objects.get_or_create(name=name)
        group.permissions.add(*(_permission(*codename.split(".")) for codename in MODEL_PERMISSIONS[name]))
        if SUBMIT not in MODEL_PERMISSIONS[name]:
            group.permissions.remove(_permission(*SUBMIT.split(".")))
        GroupPagePermission.objects.filter(group=group, page__depth=1).delete()
        for codename in PAGE_PERMISSIONS[name]:
            permission = _permission("wagtailcore", codename)
            for home in homes:
                GroupPagePermission.objects.get_or_create(group=group, page=home, permission=permission)
        for codename in FILE_PERMISSIONS[name]:
            for app_label, file in FILES:
                GroupCollectionPermission.objects.get_or_create(
                    group=group, collection=everything, permission=_permission(app_label, codename.format(file))
                )
        groups.append(group)
    return groups


def _permission(app_label: str, codename: str) -> Permission:
    return Permission.objects.get(content_type__app_label=app_label, codename=codename)
