from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ('events', '0005_name_places'),
    ]

    operations = [
        migrations.RemoveField(
            model_name='eventpage',
            name='time_zone_label',
        ),
    ]
