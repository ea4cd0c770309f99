from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("editorial", "0002_imports"),
        # wagtail_localize refers to its revisions without naming the migration that makes them.
        ("wagtailcore", "0098_apitoken"),
    ]

    operations = [
        migrations.AddField(
            model_name="import",
            name="attempts",
            field=models.PositiveSmallIntegerField(db_default=0, default=0, editable=False),
        ),
    ]
