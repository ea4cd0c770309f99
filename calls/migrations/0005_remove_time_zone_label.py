from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ('calls', '0004_name_places'),
    ]

    operations = [
        migrations.RemoveField(
            model_name='call',
            name='time_zone_label',
        ),
    ]
