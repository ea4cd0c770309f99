"""The groups of the secretariat's people, and what each may do in the admin.

Cities, applicants and commissions are in none of them: they never enter the admin.
"""

from django.contrib.auth.models import Group, Permission
from django.db import transaction
from wagtail.models import Collection, GroupCollectionPermission, GroupPagePermission, Page

EDITORS = "Editors"
MODERATORS = "Moderators"
TRANSLATORS = "Translators"

# In every language's tree. Who may publish there publishes translations, too.
PAGE_PERMISSIONS = {
    EDITORS: ("add_page", "change_page"),
    MODERATORS: ("add_page", "change_page", "publish_page", "lock_page", "unlock_page", "bulk_delete_page"),
    TRANSLATORS: ("add_page", "change_page", "publish_page"),
}
FILE_PERMISSIONS = {
    EDITORS: ("add_{}", "change_{}", "choose_{}"),
    MODERATORS: ("add_{}", "change_{}", "delete_{}", "choose_{}"),
    TRANSLATORS: ("add_{}", "choose_{}"),
}
# Rights on files hang on Wagtail's own models, whatever the portal's are.
FILES = (("wagtailimages", "image"), ("wagtaildocs", "document"))
SUBMIT = "wagtail_localize.submit_translation"
ROWS = (("calls", "call"), ("cities", "city"), ("cities", "cityprofile"), ("clusters", "cluster"))
# What stands above the results of a search.
PROMOTIONS = tuple(f"wagtailsearchpromotions.{action}_searchpromotion" for action in ("add", "change", "delete"))
# What readers looked for and did not find.
SEARCH_STATISTICS = "search.view_searchstatistic"
# Rights on models that are no pages, as app label and codename.
MODEL_PERMISSIONS = {
    EDITORS: (
        "wagtailadmin.access_admin",
        *(f"{app}.{action}_{model}" for app, model in ROWS for action in ("add", "change")),
        *PROMOTIONS,
        SEARCH_STATISTICS,
    ),
    MODERATORS: (
        "wagtailadmin.access_admin",
        *(f"{app}.{action}_{model}" for app, model in ROWS for action in ("add", "change", "delete")),
        *PROMOTIONS,
        SEARCH_STATISTICS,
        "cities.publish_cityprofile",
        "cities.lock_cityprofile",
        "cities.unlock_cityprofile",
        "home.change_networksettings",
        "wagtailredirects.add_redirect",
        "wagtailredirects.change_redirect",
        "wagtailredirects.delete_redirect",
    ),
    TRANSLATORS: (
        "wagtailadmin.access_admin",
        SUBMIT,
        "cities.add_cityprofile",
        "cities.change_cityprofile",
        "cities.publish_cityprofile",
    ),
}


@transaction.atomic
def ensure_groups() -> list[Group]:
    """Make the groups, or give them again what belongs to them; return them.

    Rights on pages are given on the home page of each language that there is, so it is called
    whenever a language was added. Rights at the root, where the home pages themselves lie, are
    taken away: trees are made by a command; so is the right to submit translations, which
    wagtail-localize gives to all editors. Rights that an operator added elsewhere stay.
    Raises Permission.DoesNotExist before the migrations have run.
    """
    homes = Page.objects.filter(depth=2)
    everything = Collection.get_first_root_node()
    groups = []
    for name in (EDITORS, MODERATORS, TRANSLATORS):
        group, _created = Group.objects.get_or_create(name=name)
        group.permissions.add(*(_permission(*right.split(".")) for right in MODEL_PERMISSIONS[name]))
        if SUBMIT not in MODEL_PERMISSIONS[name]:
            group.permissions.remove(_permission(*SUBMIT.split(".")))
        GroupPagePermission.objects.filter(group=group, page__depth=1).delete()
        for right in PAGE_PERMISSIONS[name]:
            permission = _permission("wagtailcore", right)
            for home in homes:
                GroupPagePermission.objects.get_or_create(group=group, page=home, permission=permission)
        for right in FILE_PERMISSIONS[name]:
            for app_label, file in FILES:
                GroupCollectionPermission.objects.get_or_create(
                    group=group, collection=everything, permission=_permission(app_label, right.format(file))
                )
        groups.append(group)
    return groups


def _permission(app_label: str, codename: str) -> Permission:
    return Permission.objects.get(content_type__app_label=app_label, codename=codename)
