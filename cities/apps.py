from django.apps import AppConfig


class CitiesConfig(AppConfig):
    name = "cities"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        from wagtail.permissions import register_permission_policy

        from cities.models import CityProfile
        from core.permissions import VersionPermissionPolicy

        register_permission_policy(CityProfile, VersionPermissionPolicy(CityProfile))
