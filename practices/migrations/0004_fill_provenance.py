"""Record when the published practices were written and translated, from their dates of publication and their strings."""

from django.db import migrations
from django.db.models import Max
from django.utils import timezone


def fill(apps, _schema_editor):
    PracticePage = apps.get_model("practices", "PracticePage")
    StringTranslation = apps.get_model("wagtail_localize", "StringTranslation")
    written = {}
    pages = PracticePage.objects.select_related("locale").filter(first_published_at__isnull=False)
    for page in pages:
        if page.original_language == page.locale.language_code:
            written[page.translation_key] = timezone.localdate(page.first_published_at)
    for page in pages:
        page.written_on = written.get(page.translation_key)
        if page.original_language != page.locale.language_code:
            strings = StringTranslation.objects.filter(context__object_id=page.translation_key, locale=page.locale_id)
            by_machine = strings.filter(translation_type="machine").exists()
            page.translation_kind = "machine" if by_machine else "human"
            page.translated_at = strings.aggregate(last=Max("updated_at"))["last"] or page.first_published_at
        page.save(update_fields=["written_on", "translation_kind", "translated_at"])


class Migration(migrations.Migration):
    dependencies = [
        ("practices", "0003_provenance"),
        ("wagtail_localize", "0016_rename_page_revision_translationlog_revision"),
    ]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
