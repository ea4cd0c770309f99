from django.apps import AppConfig


class CoreConfig(AppConfig):
    name = "core"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        from core import checks, protection, redirects  # noqa: F401
        from core.exports import make_csv_inert, tell_other_exports
        from core.local_times.comparison import register_comparisons
        from core.media import decoding, signal_handlers
        from core.page_cache import statements
        from core.translations.forms import register_multi_line_fields
        from core.translations.signal_handlers import connect

        statements.connect()
        connect()
        make_csv_inert()
        tell_other_exports()
        decoding.register()
        signal_handlers.connect()
        register_comparisons()
        redirects.connect()
        protection.connect()
        register_multi_line_fields()
