import gc

from django.apps import AppConfig
from django.conf import settings


class PortalConfig(AppConfig):
    name = "portal"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        from portal import checks, page_cache_rules  # noqa: F401

        page_cache_rules.register()
        if settings.SENTRY_DSN:
            from portal.logs.reports import report_errors

            report_errors(settings.SENTRY_DSN)

        # What is there now stays until the process ends: no collection looks at it again.
        gc.freeze()
        gc.enable()
