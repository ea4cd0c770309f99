from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0006_where_links_lead")]

    operations = [
        migrations.AlterField(model_name="attempt", name="at", field=models.DateTimeField(editable=False)),
    ]
