from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0005_sign_in")]

    operations = [
        migrations.AddField(
            model_name="emaillink",
            name="next_url",
            field=models.CharField(blank=True, help_text="The path that the link leads to", max_length=500),
        ),
    ]
