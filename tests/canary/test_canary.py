"""No word of a field that is not public reaches a reader, or a person of another city, at any address."""

from pathlib import Path

import pytest
from django.core.cache import caches
from django.test import Client

from cities.vocabularies import CityRole
from open_data.dumps import make_dump
from search.group_documents import all_documents
from search.rebuild import rebuild_index
from tests import factories
from tests.canary.addresses import reader_addresses
from tests.canary.fields import NO_WORDS, NOT_SHOWN, PRIVATE, PUBLIC, all_word_fields, decided
from tests.canary.network import PLANNED, WORD, Words, plant
from tests.permissions import rows
from tests.permissions.routes import address
from tests.permissions.table import TABLE
from tests.permissions.test_table import body_of
from tests.search.conftest import on_embedded

__all__ = ["on_embedded"]


def test_each_field_that_can_hold_words_is_public_private_or_without_words():
    tables = [decided(table) for table in (PUBLIC, PRIVATE, NO_WORDS)]
    known = set.union(*tables)
    assert sorted(all_word_fields() - known) == [], "Decide in tests/canary/fields.py who reads these fields."
    assert sorted(known - all_word_fields()) == [], "These fields are no more."
    assert sum(map(len, tables)) == len(known), "A field is in two tables."


class Reading:
    """The marked words that answers contain, and where they were met first."""

    def __init__(self, words: Words):
        self.words = words
        self.met: dict[str, str] = {}
        self.failed: list[str] = []

    def note(self, text: str, where: str) -> None:
        for word in {*WORD.findall(text), *PLANNED.findall(text)}:
            if word not in where:  # an answer may repeat its address
                self.met.setdefault(word, where)

    def read(self, browser: Client, where: str) -> None:
        """Read the body and the headers of an answer."""
        answer = browser.get(where)
        if answer.status_code >= 500 and where != "/readyz":
            self.failed.append(f"{answer.status_code} {where}")
        self.note(f"{body_of(answer)} {answer.headers}", where)

    def leaks(self) -> list[str]:
        fields = self.words.field_of
        return [
            f"{fields.get(word, 'a date that is announced later')} at {where}"
            for word, where in self.met.items()
            if not word.startswith("qwv")
        ]


@pytest.mark.django_db
@pytest.mark.one_database
def test_no_word_that_is_not_public_is_at_any_address_or_in_the_index(on_embedded, settings):
    words, made = plant()
    rebuild_index()
    make_dump()
    reading = Reading(words)
    addresses = list(reader_addresses(words.word("qwv", "wagtailcore.Page.title")))
    # Whatever somebody with rights is shown must not be kept for readers.
    settings.PAGE_CACHE_SECONDS = 900
    caches["pages"].clear()
    administrator, reader = Client(), Client()
    administrator.force_login(factories.user(is_superuser=True))
    for where in addresses:
        if where.startswith("/ar/") and "?" not in where:
            administrator.get(where)
        reading.read(reader, where)
    for document in all_documents():
        reading.note(repr(document), f"the document {document.id}")
    _walk_the_desk(reading, made)
    assert reading.leaks() == [], "\n".join(reading.leaks())
    assert reading.failed == []
    index = b"".join(path.read_bytes() for path in Path(settings.SEARCH_DIRECTORY).rglob("*") if path.is_file())
    assert b"qwv" in index
    assert b"zyx" not in index
    unseen = [field for word, field in words.field_of.items() if word.startswith("qwv") and word not in reading.met]
    assert sorted(unseen) == sorted(".".join(pair) for pair in decided(NOT_SHOWN)), "shown nowhere?"


def _walk_the_desk(reading: Reading, made: rows.Network) -> None:
    """The desk as the owner of a third city sees it: their own pages, and the addresses of another city."""
    city = factories.city(code="dk-third")
    owner = Client()
    owner.force_login(factories.person(city, CityRole.OWNER))
    factories.person(city, CityRole.EDITOR)
    values = made.values | {"page_path": "/en/"}
    for language, known in (("fr", values | rows.desk_values(city)), ("en", values)):
        for route, rule in TABLE.items():
            if route.startswith(("xx/desk/", "withheld/")) and "o" in rule.get:
                reading.read(owner, address(route, known).replace("/en/", f"/{language}/", 1))
