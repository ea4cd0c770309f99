import gc

from django.apps import AppConfig


class PortalConfig(AppConfig):
    name = "portal"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        from portal import checks, page_cache_rules  # noqa: F401

        page_cache_rules.register()

        # What is there now stays until the process ends: no collection looks at it again.
        gc.freeze()
        gc.enable()
