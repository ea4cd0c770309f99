"""Saving a page never changes where it is in the tree, whoever writes beside it."""

import pytest
from wagtail.models import Page

from home.models import NewsIndexPage, NewsPage, StandardPage
from tests import factories


def news(title: str) -> NewsPage:
    """A news page that is not saved yet."""
    return NewsPage(title=title, lede="A lede.")


@pytest.mark.django_db
def test_a_list_that_was_read_before_a_page_was_added_keeps_the_count_of_its_pages():
    factories.tree()
    read_before = NewsIndexPage.objects.get()
    NewsIndexPage.objects.get().add_child(instance=news("Added"))
    read_before.lede = "All news."
    read_before.save()
    stored = NewsIndexPage.objects.get()
    assert (stored.lede, stored.numchild) == ("All news.", 1)
    assert not any(Page.find_problems())


@pytest.mark.django_db
def test_a_draft_that_was_read_before_a_page_was_added_is_published_with_the_right_count():
    factories.tree()
    index = NewsIndexPage.objects.get()
    draft = index.save_revision().as_object()
    NewsIndexPage.objects.get().add_child(instance=news("Added"))
    draft.save()
    assert not any(Page.find_problems())


@pytest.mark.django_db
def test_a_page_that_was_read_before_a_move_stays_where_it_was_moved_to():
    factories.tree()
    first, second = factories.standard_page(title="First"), factories.standard_page(title="Second")
    page = first.add_child(instance=StandardPage(title="Moved"))
    read_before = StandardPage.objects.get(pk=page.pk)
    page.move(second, "last-child")
    read_before.title = "Moved and edited"
    read_before.save()
    stored = StandardPage.objects.get(pk=page.pk)
    assert stored.is_child_of(StandardPage.objects.get(pk=second.pk))
    assert stored.url_path == f"{second.url_path}{stored.slug}/"
    assert stored.title == "Moved and edited"
    assert not any(Page.find_problems())


@pytest.mark.django_db
def test_a_page_that_was_read_before_its_parent_was_renamed_keeps_the_new_address():
    factories.tree()
    parent = factories.standard_page(title="Parent")
    child = parent.add_child(instance=StandardPage(title="Child"))
    grandchild = child.add_child(instance=StandardPage(title="Grandchild"))
    read_before = StandardPage.objects.get(pk=child.pk)
    read_before.get_parent()
    parent = StandardPage.objects.get(pk=parent.pk)
    parent.slug = "renamed"
    parent.save()

    read_before.title = "Edited"
    read_before.save()
    assert StandardPage.objects.get(pk=child.pk).url_path.endswith("/renamed/child/")

    read_before.slug = "renamed-too"
    read_before.save()
    assert StandardPage.objects.get(pk=child.pk).url_path.endswith("/renamed/renamed-too/")
    assert StandardPage.objects.get(pk=grandchild.pk).url_path.endswith("/renamed/renamed-too/grandchild/")


@pytest.mark.django_db
def test_a_page_that_moves_itself_gets_the_address_of_its_new_place():
    factories.tree()
    page = factories.standard_page(title="About")
    child = page.add_child(instance=StandardPage(title="Team"))
    page.move(factories.standard_page(title="Contact"), "last-child")
    assert StandardPage.objects.get(pk=page.pk).url_path.endswith("/contact/about/")
    assert StandardPage.objects.get(pk=child.pk).url_path.endswith("/contact/about/team/")
