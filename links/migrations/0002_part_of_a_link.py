from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ('links', '0001_links_and_addresses'),
    ]

    operations = [
        migrations.RenameField(model_name='link', old_name='place', new_name='part'),
    ]
