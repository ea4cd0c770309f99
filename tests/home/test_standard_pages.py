"""Pages of text, such as “About”, “Contact” or “Privacy”."""

import pytest
from django.urls import reverse
from wagtail.models import PageViewRestriction

from home.models import StandardPage
from tests import factories
from tests.queries import queries_of
from tests.reading import by_class, fetch, links, main, words

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _tree():
    factories.tree()


def below(parent, **fields) -> StandardPage:
    page = StandardPage(locale=parent.locale, **{"body": [("text", "<p>Text.</p>")], **fields})
    parent.add_child(instance=page)
    page.save_revision().publish()
    return page


def neighbours(page) -> list[str]:
    return [words(link) for link in page.xpath("//main//nav[contains(@class, 'contents')]//a")]


def test_the_text_can_have_blocks_of_all_kinds():
    document = factories.document(title="Guide", language="fr")
    factories.standard_page(
        slug="about",
        lede="What this is.",
        body=[
            ("text", "<p>First <b>words</b>.</p><ul><li>One</li></ul>"),
            ("heading", "A heading"),
            ("picture", {"image": factories.image(credit="City of Cork"), "alternative_text": "A hall", "caption": ""}),
            ("quotation", {"text": "We learned", "who": "A tutor, 2024"}),
            ("figure", {"number": "412", "text": "traders", "year": 2024, "source": "Census", "source_url": ""}),
            ("document", {"document": document, "title": "The guide"}),
            ("video", {"url": "https://example.org/film", "title": "A film"}),
            ("call_out", {"title": "Mind", "text": "<p>This counts.</p>"}),
        ],
    )
    page = fetch("/en/about/")
    (prose,) = by_class(page, "prose")
    assert [child.tag for child in prose] == ["p", "ul", "h2", "figure", "figure", "p", "p", "p", "aside"]
    assert "What this is." in main(page)
    (picture,) = prose.xpath(".//img")
    assert picture.get("alt") == "A hall"
    assert picture.get("loading") == "lazy"
    assert "“We learned” A tutor, 2024" in words(prose)
    assert "412 traders 2024 · Census" in words(prose)
    assert document.url in links(prose)
    assert "https://example.org/film" in links(prose)


def test_text_of_editors_is_escaped():
    factories.standard_page(
        slug="about", title="<b>Bold</b>", lede="<script>1</script>", body=[("heading", "<i>x</i>")]
    )
    page = fetch("/en/about/")
    assert "<b>Bold</b>" in main(page)
    assert not page.xpath("//main//script | //main//h1/b | //main//h2/i")


def test_published_siblings_and_children_are_linked():
    about = factories.standard_page(title="About", slug="about")
    factories.standard_page(title="Privacy", slug="privacy")
    below(about, title="History")
    hidden = below(about, title="Hidden draft")
    StandardPage.objects.filter(pk=hidden.pk).update(live=False)
    private = factories.standard_page(title="Hidden private")
    PageViewRestriction.objects.create(page=private, restriction_type="login")
    page = fetch("/en/about/")
    assert neighbours(page) == ["About", "History", "Privacy"]
    assert page.xpath("//main//nav//a[@aria-current='page']/@href") == ["/en/about/"]
    assert "Hidden" not in main(page)
    child = fetch("/en/about/history/")
    assert "About" in words(by_class(child, "breadcrumb")[0])


def test_a_page_without_siblings_and_children_has_no_navigation():
    factories.standard_page(slug="about")
    assert neighbours(fetch("/en/about/")) == []


def test_the_contact_block_is_that_of_the_network():
    factories.network(
        words={"postal_address": "Street 1\nTown"}, contact_email="office@example.org", contact_phone="+00 123 456"
    )
    factories.standard_page(slug="contact", shows_contact=True)
    factories.standard_page(slug="about")
    contact = fetch("/en/contact/")
    assert "Street 1 Town" in main(contact)
    assert {"mailto:office@example.org", "tel:+00123456"} <= set(links(contact))
    assert "office@example.org" not in main(fetch("/en/about/"))


def test_versions_are_linked_and_an_arabic_page_is_right_to_left():
    factories.tree("ar")
    about = factories.standard_page(title="About", slug="about")
    factories.translated(about, "ar", {"About": "عن الشبكة"})
    assert "/ar/about/" in links(fetch("/en/about/"))
    arabic = fetch("/ar/about/")
    assert (arabic.get("lang"), arabic.get("dir")) == ("ar", "rtl")
    assert "عن الشبكة" in main(arabic)


def test_a_page_costs_the_same_for_one_neighbour_and_for_three():
    factories.standard_page(slug="about")
    factories.standard_page()
    one = queries_of("/en/about/")
    factories.standard_page()
    factories.standard_page()
    assert queries_of("/en/about/") == one <= 15


def test_the_page_can_be_previewed_before_it_is_published(sign_in):
    about = factories.standard_page(title="About", slug="about")
    about.title = "About, newer"
    about.save_revision()
    response = sign_in(factories.user(is_superuser=True, is_staff=True)).get(
        reverse("wagtailadmin_pages:view_draft", args=[about.pk])
    )
    assert "About, newer" in response.content.decode()
