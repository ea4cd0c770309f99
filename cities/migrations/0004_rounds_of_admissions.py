"""The code of a round, which was a text of each admission, becomes a row with the year and the source."""

import re

from django.db import migrations

# A year in a code such as "membership-2021".
YEAR = re.compile(r"(?<!\d)(?:20)\d\d(?!\d)")


def make_rounds(apps, schema_editor) -> None:
    events = apps.get_model("cities", "MembershipEvent")
    rounds = apps.get_model("cities", "MembershipRound")
    made = {}
    for event in events.objects.exclude(round_code="").order_by("pk"):
        code = re.sub(r"[^a-z0-9]+", "-", event.round_code.lower()).strip("-")
        of_code = YEAR.search(code)
        year = event.year or (event.on.year if event.on else None) or (int(of_code[0]) if of_code else None)
        if event.status == "admitted" and code and code not in made and year:
            made[code] = rounds.objects.create(
                code=code, year=year, announced_on=event.on, source=event.source or event.round_code
            )
        row = made.get(code)
        if event.status == "admitted" and row and row.year == year and event.on in (None, row.announced_on):
            event.round, event.on, event.year = row, None, None
            if event.source == row.source:
                event.source = ""
        else:
            # Another year than that of the round: what was written stays, as text.
            event.source = "; ".join(filter(None, [event.source, event.round_code]))[:200]
        event.save()


def write_codes(apps, schema_editor) -> None:
    events = apps.get_model("cities", "MembershipEvent")
    for event in events.objects.filter(round__isnull=False).select_related("round"):
        event.round_code, event.on, event.year = event.round.code, event.round.announced_on, event.round.year
        event.source = event.source or event.round.source
        event.round = None
        event.save()


class Migration(migrations.Migration):
    dependencies = [
        ("cities", "0003_membership_rounds"),
    ]

    operations = [
        migrations.RunPython(make_rounds, write_codes),
    ]
