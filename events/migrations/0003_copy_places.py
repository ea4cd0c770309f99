"""Venues and rooms are facts now: copy them from each original to its translations.

Translated strings of them would be written over the fact at the next publication, so their segments are deleted.
"""

from django.db import migrations
from django.db.models import F


def copy_places(apps, schema_editor):
    page_type = apps.get_model("contenttypes", "ContentType").objects.filter(app_label="events", model="eventpage").first()
    if page_type is None:
        return
    pages = apps.get_model("events", "EventPage").objects.all()
    sessions = apps.get_model("events", "EventSession").objects.all()
    revisions = apps.get_model("wagtailcore", "Revision").objects.filter(content_type=page_type)
    is_original = {"locale__language_code": F("original_language")}
    originals = {page.translation_key: page for page in pages.filter(**is_original)}
    for page in pages.exclude(**is_original):
        original = originals.get(page.translation_key)
        if original is None:
            continue
        rooms = {str(row.translation_key): row.room for row in sessions.filter(page=original)}
        pages.filter(pk=page.pk).update(venue=original.venue)
        for row in sessions.filter(page=page):
            sessions.filter(pk=row.pk).update(room=rooms.get(str(row.translation_key), row.room))
        for revision in revisions.filter(object_id=str(page.pk)):
            revision.content["venue"] = original.venue
            for row in revision.content.get("sessions", []):
                row["room"] = rooms.get(row.get("translation_key"), row.get("room", ""))
            revision.save(update_fields=["content"])
    segments = apps.get_model("wagtail_localize", "StringSegment").objects.all()
    places = ("venue", "sessions.room")
    segments.filter(source__specific_content_type=page_type, context__field_path__in=places).delete()


class Migration(migrations.Migration):
    dependencies = [
        ("events", "0002_outcomes_and_awards"),
        ("contenttypes", "0002_remove_content_type_name"),
        ("wagtailcore", "0098_apitoken"),
        ("wagtail_localize", "0016_rename_page_revision_translationlog_revision"),
    ]

    operations = [migrations.RunPython(copy_places, migrations.RunPython.noop)]
