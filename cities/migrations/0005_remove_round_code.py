from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("cities", "0004_rounds_of_admissions"),
    ]

    operations = [
        migrations.RemoveField(
            model_name="membershipevent",
            name="round_code",
        ),
    ]
