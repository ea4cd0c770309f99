from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DeskConfig(AppConfig):
    name = "desk"
    verbose_name = _("Desk of the cities")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        from audit.details import add_words
        from desk.files import signal_handlers as files
        from desk.files.reasons import REASONS
        from desk.writing import signal_handlers as writing

        add_words("reason", REASONS)
        files.connect()
        writing.connect()
