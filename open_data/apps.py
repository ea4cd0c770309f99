from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class OpenDataConfig(AppConfig):
    name = "open_data"
    verbose_name = _("Open data")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        from home.sitemaps import VIEWS
        from open_data import exports
        from open_data.datasets import DATASETS

        exports.register()
        VIEWS.append(("open-data", {}))
        VIEWS.extend(("open-data-set", {"dataset": code}) for code in DATASETS)
