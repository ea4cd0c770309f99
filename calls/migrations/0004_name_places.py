"""The zone and the free label of a call become one place; the zone wins where they disagree."""

from django.db import migrations

from core.i18n.places import place_from


def name_places(apps, schema_editor):
    Call = apps.get_model("calls", "Call")
    DateChange = apps.get_model("calls", "DateChange")
    for call in Call.objects.all():
        call.time_zone = place_from(call.time_zone, call.time_zone_label)
        call.save(update_fields=["time_zone"])
        DateChange.objects.filter(call=call).update(
            old_place=call.time_zone, place=call.time_zone, precision=call.precision
        )


class Migration(migrations.Migration):

    dependencies = [
        ('calls', '0003_places_of_times'),
    ]

    operations = [
        migrations.RunPython(name_places, migrations.RunPython.noop),
    ]
