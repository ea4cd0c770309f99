"""Links to the portal's own pages, documents and addresses are read, checked, and reported to those who may edit."""

import pytest
from bs4 import BeautifulSoup
from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils import timezone
from modelcluster.models import get_all_child_relations
from wagtail import blocks
from wagtail.documents.blocks import DocumentChooserBlock
from wagtail.fields import RichTextField, StreamField
from wagtail.models import PageViewRestriction

from calls.models import CallPage
from core.blocks import ProseBlock
from core.pages import PortalPage
from editorial.link_report import at_fault
from links import checking, scanning
from links.extraction import links_of, normalised, of_html
from links.models import Address, Fault, Link, Round
from links.permissions import links_for
from practices.models import PracticeSource
from tests import factories

pytestmark = pytest.mark.django_db


def paragraph(html: str) -> list:
    return [("text", html)]


def read_and_check() -> None:
    """What the worker does in a day."""
    while scanning.read_next():
        pass
    while checking.check_next():
        pass


def faults() -> dict[str, str]:
    """The fault of each address that has one, by the text of a link to it."""
    return {link.text: link.address.fault for link in at_fault(Link.objects.select_related("address"))}


def test_every_kind_of_internal_link_is_checked():
    factories.tree("fr")
    public, draft, closed = (factories.standard_page(title=title) for title in ("public", "draft", "closed"))
    french = factories.translated(public, "fr")
    gone = factories.standard_page(title="gone")
    document, lost = factories.document(), factories.document()
    targets = {
        "public": f'linktype="page" id="{public.pk}"',
        "draft": f'linktype="page" id="{draft.pk}"',
        "closed": f'linktype="page" id="{closed.pk}"',
        "gone": f'linktype="page" id="{gone.pk}"',
        "no number": 'linktype="page" id="9999999999999999999999"',
        "document": f'linktype="document" id="{document.pk}"',
        "lost document": f'linktype="document" id="{lost.pk}"',
        "own address": 'href="/fr/"',
        "absolute": f'href="{settings.WAGTAILADMIN_BASE_URL}{french.address}"',
        "city": 'href="/en/cities/xx-nowhere/"',
        "nothing": 'href="/en/nothing-here/?q=1#part"',
        "without slash": f'href="{public.url.rstrip("/")}"',
        "mail": 'href="mailto:a@example.org"',
        "part": 'href="#part"',
        "elsewhere": 'href="https://example.org/"',
        "script": 'href="javascript:alert(1)"',
        "port": 'href="http://[::1/"',
    }
    html = "".join(f"<p><a {attributes}>{text}</a></p>" for text, attributes in targets.items())
    page = factories.standard_page(title="with links", body=paragraph(html))
    draft.unpublish()
    gone.delete()
    lost.delete()
    PageViewRestriction.objects.create(page=closed, restriction_type="login")
    read_and_check()
    assert faults() == {
        "draft": Fault.DRAFT,
        "closed": Fault.CLOSED,
        "gone": Fault.DELETED,
        "no number": Fault.DELETED,
        "lost document": Fault.NO_DOCUMENT,
        "city": Fault.NOT_FOUND,
        "nothing": Fault.NOT_FOUND,
    }
    texts = set(Link.objects.filter(object_id=page.pk).values_list("text", flat=True))
    assert texts == set(targets) - {"mail", "part", "script", "port"}
    assert not Address.objects.filter(address__startswith="https:", checked_at__isnull=False).exists()
    # Repaired: the row goes after the next reading.
    page.body = paragraph("<p>Nothing</p>")
    page.save_revision().publish()
    read_and_check()
    assert faults() == {}


def holders(block: blocks.Block, path: str) -> set[str]:
    """The blocks that can hold a link, by their paths."""
    if isinstance(block, blocks.StreamBlock | blocks.StructBlock):
        return set().union(*(holders(child, f"{path}.{name}") for name, child in block.child_blocks.items()))
    kinds = (blocks.RichTextBlock, blocks.URLBlock, blocks.PageChooserBlock, DocumentChooserBlock)
    return {path} if isinstance(block, kinds) else set()


def test_a_link_in_every_block_is_found():
    document = factories.document()
    link = '<a href="https://example.org/{}">here</a>'
    body = [
        ("text", link.format("text")),
        ("figure", {"number": "1", "text": "x", "source": "x", "source_url": "https://example.org/figure"}),
        ("document", {"document": document, "title": "x"}),
        ("video", {"url": "https://example.org/video", "title": "x"}),
        ("call_out", {"title": "x", "text": link.format("call_out")}),
    ]
    assert {path.split(".")[1] for path in holders(ProseBlock(), "")} == {name for name, _value in body}
    factories.tree()
    page = factories.standard_page(body=body)
    found = [link.address.rpartition("/")[2] for link in links_of(type(page).objects.get(pk=page.pk))]
    assert found == ["text", "figure", f"document:{document.pk}", "video", "call_out"]


def test_every_model_with_a_field_for_links_is_read_or_belongs_to_one_that_is():
    read = set(scanning.sources())
    for model in list(read):
        relations = get_all_child_relations(model) if hasattr(model, "_meta") else []
        read |= {relation.related_model for relation in relations}
    fields = (models.URLField, RichTextField, StreamField)
    holding = {
        model
        for app in {source._meta.app_config for source in read}
        for model in app.get_models()
        if any(isinstance(field, fields) for field in model._meta.get_fields())
    }
    assert holding <= read
    assert {CallPage} < read


def test_links_of_facts_are_read_with_the_original_only():
    factories.tree("fr")
    practice = factories.practice()
    practice.sources.add(PracticeSource(title="Report", url="https://example.org/report", sort_order=0))
    practice.save_revision().publish()
    factories.translated(practice, "fr")
    read_and_check()
    assert [link.language for link in Link.objects.filter(address__address="https://example.org/report")] == ["en"]


def test_reading_goes_on_where_it_was_stopped_and_begins_again_a_day_later(monkeypatch):
    factories.tree()
    pages = [factories.standard_page(body=paragraph(f'<a href="/en/{n}/">{n}</a>')) for n in range(3)]
    monkeypatch.setattr(scanning, "BATCH", 2)
    assert scanning.read_next()
    stopped = Round.objects.get()
    steps = 1
    while scanning.read_next():
        steps += 1
    assert steps >= len(pages) / 2
    assert Link.objects.filter(object_id__in=[page.pk for page in pages]).count() == 3
    assert stopped.began_at == Round.objects.get().began_at
    assert not scanning.read_next()
    Round.objects.update(began_at=timezone.now() - scanning.EVERY)
    assert scanning.read_next()


@pytest.mark.parametrize(
    ("given", "stored"),
    [
        ("HTTP://TESTSERVER/en/x/?a=1#b", "/en/x/?a=1"),
        ("villes/", "/fr/villes/"),
        ("//example.org/x#y", "http://example.org/x"),
        ("ftp://example.org/", ""),
        (" ", ""),
        ("https://" + "x" * 3000, ""),
    ],
)
def test_addresses_are_stored_in_one_form(given, stored, settings):
    settings.WAGTAILADMIN_BASE_URL = "http://testserver"
    assert normalised(given, "/fr/") == stored
    assert [found.text for found in of_html('<a href="x">a <b>b</b></a><a>c')] == ["a b"]


def test_the_report_has_what_a_person_may_edit_and_a_fault_can_be_dismissed(sign_in):
    factories.tree("fr")
    page = factories.standard_page(title="page", body=paragraph('<p><a href="/en/gone/">words</a></p>'))
    factories.translated(page, "fr")
    city = factories.city(website=f"{settings.WAGTAILADMIN_BASE_URL}/en/no-city/")
    read_and_check()
    editor, translator = factories.user("Editors"), factories.user("Translators")
    texts = {user: {link.title for link in at_fault(links_for(user))} for user in (editor, translator)}
    assert texts[editor] == {"page", str(city)} | texts[translator]
    assert len(at_fault(links_for(translator))) == 1
    browser = sign_in(editor)
    address = reverse("broken-links")

    def rows(**query) -> list[str]:
        html = BeautifulSoup(browser.get(address, query).content, "html.parser")
        return [row.text for row in html.select("main table.listing > tbody > tr")]

    assert len(rows()) == 3
    assert len(rows(language="fr")) == 1
    assert len(rows(q="no-city")) == 1
    assert "Website" in rows(q="no-city")[0]
    assert f"/admin/pages/{page.pk}/edit/" in browser.get(address).content.decode()
    gone = Address.objects.get(address="/en/gone/")
    dismiss = reverse("broken-link-dismiss", args=[gone.pk])
    assert sign_in(factories.user()).post(dismiss).status_code in {302, 403}
    only_city = Address.objects.get(address="/en/no-city/")
    assert sign_in(translator).post(reverse("broken-link-dismiss", args=[only_city.pk])).status_code == 404
    assert browser.post(dismiss, {"next": "//example.org/"})["Location"] == address
    assert len(rows()) == 1
    assert len(rows(state="dismissed")) == 2
    gone.refresh_from_db()
    gone.found(Fault.MOVED)
    assert len(rows()) == 3
    gone.found(Fault.NOT_FOUND)
    browser.post(dismiss, {"take_back": "1"})
    assert len(rows()) == 3
    assert issubclass(type(page), PortalPage)
