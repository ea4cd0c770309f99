from django.apps import AppConfig


class CitiesConfig(AppConfig):
    name = "cities"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        from wagtail.permissions import register_permission_policy

        from audit.details import add_words
        from cities.models import City, CityProfile
        from core.permissions import VersionPermissionPolicy

        register_permission_policy(CityProfile, VersionPermissionPolicy(CityProfile))
        add_words("fields", {field.name: field.verbose_name for field in City._meta.fields})
