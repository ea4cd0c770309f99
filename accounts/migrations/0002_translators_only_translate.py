"""Take from the groups what `accounts.roles` no longer gives them; `ensure_groups` only adds."""

from django.db import migrations

TAKEN_ON_HOME_PAGES = {"Translators": ["add_page"]}
TAKEN_ON_MODELS = {
    "Translators": [("cities", "add_cityprofile")],
    "Moderators": [("home", "change_networksettings")],
}


def take(apps, schema_editor):
    Group = apps.get_model("auth", "Group")
    Permission = apps.get_model("auth", "Permission")
    GroupPagePermission = apps.get_model("wagtailcore", "GroupPagePermission")
    for name, codenames in TAKEN_ON_HOME_PAGES.items():
        GroupPagePermission.objects.filter(
            group__name=name, page__depth=2, permission__codename__in=codenames
        ).delete()
    for name, permissions in TAKEN_ON_MODELS.items():
        for group in Group.objects.filter(name=name):
            for app_label, codename in permissions:
                group.permissions.remove(
                    *Permission.objects.filter(content_type__app_label=app_label, codename=codename)
                )


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0001_initial"),
        ("wagtailcore", "0098_apitoken"),
        ("auth", "0012_alter_user_first_name_max_length"),
    ]

    operations = [migrations.RunPython(take, migrations.RunPython.noop)]
