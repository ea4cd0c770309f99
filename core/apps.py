from django.apps import AppConfig


class CoreConfig(AppConfig):
    name = "core"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        from core.forms import register_lines
        from core.signal_handlers import connect

        connect()
        register_lines()
