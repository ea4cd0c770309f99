"""The style sheet of a network's colours."""

import pytest
from django.test import Client

from tests import factories

pytestmark = pytest.mark.django_db

ADDRESS = "/brand.css"


def test_it_is_sent_again_only_when_a_colour_has_changed():
    factories.tree()
    network = factories.network(board_colour="#0F3A31")
    first = Client().get(ADDRESS)
    assert first["Content-Type"] == "text/css; charset=utf-8"
    known = {"if-none-match": f'"another", {first["ETag"]}'}

    again = Client().get(ADDRESS, headers=known)
    assert (again.status_code, again.content) == (304, b"")
    assert again["Cache-Control"] == first["Cache-Control"] == "public, max-age=300"

    network.board_colour = "#3B1F4A"
    network.save()
    changed = Client().get(ADDRESS, headers=known)
    assert changed.status_code == 200
    assert "#3B1F4A" in changed.content.decode()
