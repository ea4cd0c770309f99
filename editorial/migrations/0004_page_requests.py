from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("editorial", "0003_attempts_of_imports"),
    ]

    operations = [
        migrations.CreateModel(
            name="PageRequests",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("month", models.DateField(help_text="Its first day")),
                ("language", models.CharField(max_length=10)),
                ("translation_key", models.UUIDField()),
                ("count", models.PositiveBigIntegerField()),
            ],
            options={
                "verbose_name": "requests of a page",
                "verbose_name_plural": "requests of pages",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("translation_key", "language", "month"), name="one_count_per_page_language_month"
                    )
                ],
            },
        ),
    ]
