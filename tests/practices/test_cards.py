"""Practices as cards."""

import pytest

from practices import cards
from practices.models import PracticePage, PracticePhoto
from tests import factories

pytestmark = pytest.mark.django_db


def practice(*pictures) -> PracticePage:
    """Return a practice with these pictures as its photos, as it is in the database."""
    photos = [PracticePhoto(image=picture, alternative_text="A class") for picture in pictures]
    return PracticePage.objects.get(pk=factories.practice(photos=photos).pk)


def test_the_pictures_of_many_cards_are_fetched_with_their_renditions(django_assert_num_queries):
    factories.tree()
    shared, second = factories.image(), factories.image()
    small, large = shared.get_rendition(cards.SMALL), shared.get_rendition(cards.LARGE)
    practices = [practice(shared), practice(shared, second), practice()]
    # Child rows; pictures with renditions.
    with django_assert_num_queries(2):
        cards.prefetch_card_rows(practices)
    with django_assert_num_queries(0):
        for page in practices[:2]:
            assert cards.picture(page)["src"] == small.url
        assert cards.picture(practices[0], large=True)["src"] == large.url
        assert cards.picture(practices[2])["is_drawn"]
