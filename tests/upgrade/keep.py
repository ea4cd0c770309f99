"""Makes a database to keep for the test of upgrades: `python -m tests.upgrade.keep FILE`.

Run it when a release is made; CONTRIBUTING.md says when and why. The file is an SQLite database,
compressed with xz, of a small network in which people have edited: pages in two languages with
revisions, a call whose deadline was extended, and rows of every part of the portal.
"""

import lzma
import os
import sqlite3
import sys
import tempfile
from datetime import UTC, date, datetime
from pathlib import Path


def main() -> None:
    """Make the database in a temporary folder, and write it to the file that is named."""
    target = Path(sys.argv[1]).absolute()
    with tempfile.TemporaryDirectory() as folder:
        database = Path(folder, "portal.sqlite3")
        os.environ |= {"DATABASE_URL": f"sqlite:///{database}", "DJANGO_SETTINGS_MODULE": "portal.settings.test"}
        _make()
        with sqlite3.connect(database) as connection:
            connection.executescript("PRAGMA wal_checkpoint(TRUNCATE); PRAGMA journal_mode=DELETE; VACUUM;")
        connection.close()
        target.write_bytes(lzma.compress(database.read_bytes(), preset=9 | lzma.PRESET_EXTREME))
    print(f"{target}: {target.stat().st_size / 1000:.0f} kB")


def _make() -> None:
    import django

    django.setup()

    from django.core.management import call_command
    from django.db import connections, transaction

    call_command("migrate", verbosity=0)
    with transaction.atomic():
        _fill()
    connections.close_all()


def _fill() -> None:
    """A small network, edited."""
    from django.contrib.auth.models import Group
    from django.core import mail
    from wagtail.contrib.redirects.models import Redirect
    from wagtail.contrib.search_promotions.models import Query, SearchPromotion
    from wagtail.models import PageViewRestriction, Site

    from calls import services
    from cities.models import CityName, MembershipRound
    from cities.services import record_status
    from home.structure import add_language
    from search.models import DocumentText, IndexTask, SearchStatistic
    from tests import factories

    factories.tree()
    add_language("fr")
    editor = factories.user("Editors", first_name="Lena", last_name="Berg")
    editor.groups.add(Group.objects.get(name="Moderators"))
    picture = factories.image(title="Harbour", credit="City of Sønderborg")
    factories.network(mark=picture)

    counted = {"population": 27_766, "population_year": 2019, "population_source": "Register"}
    city = factories.city(code="dk-sonderborg", own_name="Sønderborg", **counted)
    CityName.objects.create(city=city, language="fr", name="Sonderbourg")
    CityName.objects.create(city=city, language="ar", name="سوندربورغ")
    admitted_in = MembershipRound.objects.create(code="2019", year=2019, source="Register of the network")
    record_status(city, status="admitted", by=editor, round=admitted_in)
    factories.profile(city)

    cluster = factories.cluster(code="literacy")
    factories.cluster_page(cluster)

    practice = factories.practice(title="Night library", city=city, clusters=[cluster])
    practice.title = "Night library, open until midnight"
    practice.save_revision(user=editor).publish()
    factories.translated(practice, "fr", {practice.title: "Bibliothèque de nuit, ouverte jusqu’à minuit"})
    practice = type(practice).objects.get(pk=practice.pk)
    practice.title = "A draft that nobody has published"
    practice.save_revision(user=editor)
    factories.practice("fr", title="Lecture au marché", city=city)

    call = factories.call(code="membership-2026", first_deadline=datetime(2098, 1, 1, tzinfo=UTC))
    page = factories.call_page(call, title="Call for members")
    services.extend_deadline(
        call, clock="city", new=datetime(2099, 1, 1, tzinfo=UTC), reason="emergency", by="secretariat", user=editor
    )
    factories.translated(page, "fr")

    factories.event(title="Webinar on night libraries", picture=picture, picture_alternative_text="The harbour")
    factories.news(title="A library opens at night")
    parent = factories.standard_page(title="About us")
    child = parent.add_child(instance=type(parent)(title="Team", body=[("heading", "We")]))
    child.save_revision(user=editor).publish()
    parent.slug = "about-the-network"
    parent.save_revision(user=editor).publish()
    closed = factories.standard_page(title="For members only")
    PageViewRestriction.objects.create(page=closed, restriction_type=PageViewRestriction.LOGIN)

    Redirect.add_redirect("/en/about-us", redirect_to=parent, is_permanent=True, site=Site.objects.get())
    SearchPromotion.objects.create(
        query=Query.get("reading"), page=practice, description="What readers look for", sort_order=0
    )
    document = factories.document(title="Opening hours")
    DocumentText.objects.create(
        document=document, file=str(document.file), text="Open until midnight", extracted_at=datetime.now(UTC)
    )
    SearchStatistic.objects.create(month=date(2026, 11, 1), language="fr", kind="words", value="bibliobus", count=7)
    IndexTask.objects.create(key="city:dk-sonderborg", attempts=3, last_error="The engine did not answer.")
    mail.send_mail("Your practice is published", "See the portal.", None, ["lena@example.org"])


if __name__ == "__main__":
    main()
