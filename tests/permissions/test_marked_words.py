"""Marked words of a city's drafts, files and people: no reader meets them anywhere, and no engine has them.

What readers get at each address is read in `tests/canary/`; what those get who are signed in, in `test_table.py`, in
every answer to every role.
"""

import json
from datetime import timedelta

import pytest
import time_machine
from django.conf import settings
from django.utils import timezone
from elasticsearch import Elasticsearch
from post_office.models import Email
from wagtail.models import Comment

from cities import people
from desk.models import WorkingCopy
from mails.kinds import MailKind
from mails.models import Notice
from moderation import confirmations, remarks, services
from moderation.models import Remark
from practices.models import PracticePage
from search.current_engine import current_engine
from search.rebuild import rebuild_index
from search_engines.criteria import Criteria
from tests import factories
from tests.permissions import rows
from tests.permissions.test_table import Walk, body_of
from tests.search.conftest import on_elasticsearch, on_embedded

__all__ = ["on_elasticsearch", "on_embedded"]

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]

LANGUAGES = ("en", "fr")


def search_answers(marks) -> list[str]:
    """What the engine answers to each marked word, in any field and as a beginning."""
    found = []
    for word in marks:
        for language in LANGUAGES:
            results = current_engine().search(Criteria(language=language, instant=timezone.now(), words=word))
            found += [f"{word}: {hit}" for hit in results.hits]
            found += [f"{word}: {title}" for title in current_engine().suggest(word[:6], language)]
    return found


@pytest.mark.one_database
def test_elasticsearch_has_no_word_of_a_draft_a_file_or_a_person(on_elasticsearch, elasticsearch_url):
    made = rows.network()
    factories.practice(title="Learning qwvdecoy")
    rebuild_index()
    assert search_answers(made.marks) == []
    client = Elasticsearch(elasticsearch_url, request_timeout=30)
    index = f"{settings.SEARCH_INDEX_PREFIX}*"
    client.indices.refresh(index=index)
    raw = json.dumps(client.search(index=index, size=1_000, query={"match_all": {}}).body)
    assert "qwvdecoy" in raw
    assert [word for word in made.marks if word in raw] == []


def test_no_mail_tells_words_of_a_city_to_others_than_its_people_and_moderators():
    """All kinds of mails that tell of a practice or a person are written, about both cities."""
    made = rows.network()
    moderator = made.people["M"]
    cities = {made.city, made.people["f"].city_roles.get().city}
    with factories.commit():
        for city in cities:
            owner = city.people.filter(role="owner", user__is_active=True).first().user
            word = rows.mark("submitted", city)
            waiting = PracticePage.objects.filter(title__contains=word) | PracticePage.objects.filter(
                city=city, latest_revision__object_str__contains=word
            )
            page, other = waiting.order_by("pk")
            comment = Comment.objects.create(page=page, user=moderator, text=f"Which {word}?", contentpath="problem")
            services.send_back(page, by=moderator, sentence=f"See {word}.")
            remarks.reply(page, comment.pk, f"The {word}.", by=owner)
            services.submit(page.get_latest_revision_as_object(), by=owner)
            services.approve(PracticePage.objects.get(pk=page.pk), by=moderator)
            services.take_down(PracticePage.objects.get(pk=page.pk), by=owner)
            services.approve(PracticePage.objects.get(pk=other.pk), by=moderator)
            editor = city.people.get(user__first_name__contains="zyx").user
            people.invite(city, f"new@{city.code}.example.org", role="editor", language="en", by=editor)
        with time_machine.travel(timezone.now() + timedelta(days=370), tick=False):
            confirmations.ask()
    read, wrong = set(), []
    for notice in Notice.objects.exclude(mail=None).select_related("recipient", "mail"):
        mail, recipient = notice.mail, notice.recipient
        text = "\n".join((mail.subject, mail.message, mail.html_message, str(mail.headers)))
        for city in cities:
            found = [word for word in made.marks if word in text and word.endswith(city.code.removeprefix("dk-"))]
            read |= {notice.kind} if found else set()
            is_theirs = recipient.city_roles.filter(city=city).exists() or recipient == moderator
            wrong += [] if is_theirs else [f"{notice.kind} to {recipient}: {word}" for word in found]
    assert wrong == [], "\n".join(wrong)
    assert Email.objects.count() == Notice.objects.exclude(mail=None).count(), "a mail that this test did not read"
    assert read >= {
        MailKind.RECEIVED,
        MailKind.TO_REVIEW,
        MailKind.RETURNED,
        MailKind.PUBLISHED,
        MailKind.TAKEN_DOWN,
        MailKind.INVITATION,
        MailKind.CONFIRM,
    }


@pytest.mark.one_database
def test_the_choosers_and_lists_of_the_admin_hide_withheld_files_and_working_copies(on_embedded):
    walk = Walk(rows.network())
    words = [word for word in walk.network.marks if "copy" in word or "file" in word]
    for letter in "TEA":
        for word in [*words, ""]:
            for address in (
                f"/admin/images/?q={word}",
                f"/admin/documents/?q={word}",
                f"/admin/images/chooser/results/?q={word}",
                f"/admin/documents/chooser/results/?q={word}",
                f"/admin/pages/search/?q={word}",
                f"/admin/reports/site-history/?label={word}",
                f"/admin/api/main/images/?search={word}",
                f"/admin/api/main/documents/?search={word}",
                "/admin/reports/audit-log/",
                "/admin/practices/review/",
            ):
                body = body_of(walk.browsers[letter].get(address))
                for other in words:
                    # A search repeats its words.
                    if other != word and letter not in walk.network.marks[other] and other in body:
                        walk.wrong.append(f"{letter} {address}: {other}")
    assert not walk.wrong, "\n".join(walk.wrong)


def test_the_decoys_are_read_by_those_who_may(on_embedded):
    """What nobody could ever read would prove nothing."""
    made = rows.network()
    walk = Walk(made)
    of_copy, of_person = (rows.mark(what, made.city) for what in ("copy", "person"))
    practice = "xx/desk/cities/<slug:city>/practices/<uuid:key>/"
    assert of_copy in body_of(walk.ask("e", "get", f"{practice}check/"))
    assert of_person in body_of(walk.ask("o", "get", "xx/desk/cities/<slug:city>/people/"))
    assert rows.mark("file", made.city) in body_of(walk.ask("e", "get", f"{practice}<section:code>/"))
    assert rows.mark("submitted", made.city) in body_of(walk.browsers["M"].get("/admin/practices/review/"))
    assert WorkingCopy.objects.filter(answers__title=of_copy).exists()
    assert not Remark.objects.filter(text__contains=of_copy).exists()
