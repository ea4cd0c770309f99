from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class EditorialConfig(AppConfig):
    name = "editorial"
    verbose_name = _("Editorial work")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        from audit.details import add_words
        from editorial.imports.kinds import KINDS, taken_columns

        columns = {column.code: column.label for kind in KINDS.values() for column in taken_columns(kind)}
        add_words("fields", columns)
        add_words("kind", {kind.code: kind.label for kind in KINDS.values()})
