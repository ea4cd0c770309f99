"""Files with text in Arabic are read again: lam-alef stood the wrong way round in what was kept of them."""

from django.db import migrations


def forget_arabic_texts(apps, schema_editor):
    # The worker reads every file that has no row.
    apps.get_model("search", "DocumentText").objects.filter(text__contains="\N{ARABIC LETTER ALEF}").delete()


class Migration(migrations.Migration):
    dependencies = [("search", "0002_outbox_parking")]

    operations = [migrations.RunPython(forget_arabic_texts, migrations.RunPython.noop, elidable=True)]
