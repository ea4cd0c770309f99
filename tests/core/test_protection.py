"""Files and rows in use: their deletion is done or refused in words, and what used them can still be read."""

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from wagtail.documents import get_document_model
from wagtail.images import get_image_model
from wagtail.models import Page

from calls.models import CallDocument
from events.models import EventPractice
from practices.models import PracticeDocument, PracticePhoto, PracticeStep
from tests import factories
from tests.admin_forms import shown_messages

pytestmark = pytest.mark.django_db


@pytest.fixture
def moderator(sign_in):
    factories.tree("fr")
    return sign_in(factories.user("Moderators"))


def in_draft(page, **fields):
    """Save a draft of a page with other fields."""
    page = type(page).objects.get(pk=page.pk)
    for name, value in fields.items():
        setattr(page, name, value)
    page.save_revision()


def used_images() -> dict:
    """An image for each way of using one."""
    images = {way: factories.image() for way in ("row", "draft row", "block", "draft block", "picture", "mark")}
    picture = {"alternative_text": "A wall", "caption": ""}
    photo = {"alternative_text": "A wall", "sort_order": 0}
    factories.practice(photos=[PracticePhoto(image=images["row"], **photo)])
    in_draft(factories.practice(), photos=[PracticePhoto(image=images["draft row"], **photo)])
    factories.standard_page(body=[("picture", {"image": images["block"], **picture})])
    in_draft(factories.standard_page(), body=[("picture", {"image": images["draft block"], **picture})])
    factories.news(picture=images["picture"], picture_alternative_text="A wall")
    factories.network(mark=images["mark"])
    return images


def used_documents() -> dict:
    documents = {way: factories.document() for way in ("row", "call", "draft row", "block", "link", "outcome")}
    factories.practice(documents=[PracticeDocument(document=documents["row"], title="Handbook")])
    call = factories.call()
    CallDocument.objects.create(call=call, language="en", document=documents["call"], version="1")
    factories.call_page(call)
    in_draft(factories.practice(), documents=[PracticeDocument(document=documents["draft row"], title="Handbook")])
    block = ("document", {"document": documents["block"], "title": "Handbook"})
    link = ("text", f'<p><a linktype="document" id="{documents["link"].pk}">Handbook</a></p>')
    factories.standard_page(body=[block, link])
    factories.event(outcome_document=documents["outcome"])
    return documents


def ways_to_delete(model, files) -> list[str]:
    """The addresses of the admin that delete these files: each by itself, as after an upload, and all at once."""
    app, singular = ("wagtailimages", "image") if model is get_image_model() else ("wagtaildocs", "document")
    ids = "&".join(f"id={file.pk}" for file in files)
    return [
        *(reverse(f"{app}:delete", args=[file.pk]) for file in files),
        *(reverse(f"{app}:delete_multiple", args=[file.pk]) for file in files),
        f"{reverse('wagtail_bulk_action', args=['core', f'portal{singular}', 'delete'])}?{ids}",
    ]


@pytest.mark.parametrize(("model", "used"), [(get_image_model(), used_images), (get_document_model(), used_documents)])
def test_a_file_in_use_is_deleted_or_the_refusal_is_told(moderator, sign_in, client, model, used):
    files = used()
    for address in ways_to_delete(model, files.values()):
        with transaction.atomic():  # a refused deletion is rolled back
            answer = moderator.post(address, HTTP_X_REQUESTED_WITH="XMLHttpRequest" if "multiple" in address else "")
        assert answer.status_code < 500, address
    # Rows that have to have a file keep it.
    left = model.objects.filter(pk__in=[file.pk for file in files.values()])
    assert {way for way, file in files.items() if file in left} >= {"row"}
    administrator = sign_in(factories.user(is_superuser=True))
    for page in Page.objects.filter(numchild=0, depth__gt=2):
        assert client.get(page.url).status_code < 500, page
        for name in ("edit", "view_draft"):
            answer = administrator.get(reverse(f"wagtailadmin_pages:{name}", args=[page.pk]))
            assert answer.status_code < 500, (name, page)


def test_what_a_draft_needs_is_not_deleted_and_the_draft_is_named(moderator):
    city, cluster = factories.city(), factories.cluster()
    in_draft(factories.practice(), city=city)
    in_draft(factories.cluster_page(), cluster=cluster)
    call = factories.call()
    in_draft(factories.call_page(), call=call)
    for row in (city, cluster, call):
        name = "calls:delete" if row is call else row.snippet_viewset.get_url_name("delete")
        answer = moderator.post(reverse(name, args=[row.pk]), follow=True)
        assert "other items depend on it" in shown_messages(answer)
        assert type(row).objects.filter(pk=row.pk).exists()


def test_a_version_is_read_without_rows_whose_targets_were_deleted_since():
    factories.tree()
    gone, kept = factories.practice(), factories.practice()
    rows = [EventPractice(practice=practice, sort_order=order) for order, practice in enumerate((gone, kept))]
    version = factories.event(event_practices=rows).get_latest_revision()
    shown = [row.practice for row in version.as_object().event_practices.all()]
    assert shown == [gone, kept]
    gone.delete()
    assert [row.practice for row in version.as_object().event_practices.all()] == [kept]


def test_reading_a_version_takes_the_same_queries_whatever_the_number_of_its_rows():
    def queries(number: int) -> int:
        steps = [PracticeStep(text=f"Step {order}", sort_order=order) for order in range(number)]
        version = factories.practice(steps=steps).get_latest_revision()
        assert len(version.as_object().steps.all()) == number
        with CaptureQueriesContext(connection) as captured:
            version.as_object()
        return len(captured)

    factories.tree()
    assert queries(1) == queries(5)
