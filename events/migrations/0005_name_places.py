"""The zone and the free label of an event become one place, in pages, revisions and sources of translations.

The zone wins where they disagree.
"""

import json

from django.db import migrations

from core.i18n.places import place_from


def name_places(apps, schema_editor):
    EventPage = apps.get_model("events", "EventPage")
    Revision = apps.get_model("wagtailcore", "Revision")
    TranslationSource = apps.get_model("wagtail_localize", "TranslationSource")
    for page in EventPage.objects.all():
        page.time_zone = place_from(page.time_zone, page.time_zone_label)
        page.save(update_fields=["time_zone"])
    of_events = {"content_type__app_label": "events", "content_type__model": "eventpage"}
    for revision in Revision.objects.filter(**of_events).iterator(chunk_size=100):
        if _renamed(revision.content):
            revision.save(update_fields=["content"])
    of_events = {"specific_content_type__app_label": "events", "specific_content_type__model": "eventpage"}
    for source in TranslationSource.objects.filter(**of_events).iterator(chunk_size=100):
        content = json.loads(source.content_json)
        if _renamed(content):
            source.content_json = json.dumps(content)
            source.save(update_fields=["content_json"])


def _renamed(content):
    if "time_zone_label" not in content:
        return False
    content["time_zone"] = place_from(content["time_zone"], content.pop("time_zone_label") or "")
    return True


class Migration(migrations.Migration):

    dependencies = [
        ('events', '0004_places_of_times'),
        ('wagtailcore', '0098_apitoken'),
        ('wagtail_localize', '0016_rename_page_revision_translationlog_revision'),
    ]

    operations = [
        migrations.RunPython(name_places, migrations.RunPython.noop),
    ]
