"""Addresses that nobody has thought of: made up by a program, which keeps what it found."""

from urllib.parse import quote, quote_from_bytes

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.i18n.languages import LANGUAGE_CODES
from tests.bad_input.conftest import Reader
from tests.bad_input.corpus import LANGUAGES, NUMBERS, SEGMENTS, TEXTS

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("network")]

KNOWN = ["search", "practices", "market", "cities", "dk-sonderborg", "events", "past", "webinar", "calls", "award"]
KNOWN += ["news", "met", "about", "covers", "call", "documents", "media", "images", "sitemap.xml", "_util", "login"]
PARAMETERS = ["q", "page", "type", "cluster", "region", "country", "original_language", "sort", "near", "tz", "at"]
PARAMETERS += ["lang", "p", "next"]

_letters = st.text(alphabet=st.characters(codec="utf-8"), max_size=30).map(lambda text: quote(text, safe=""))
_bytes = st.binary(max_size=20).map(quote_from_bytes)
_value = st.one_of(_letters, _bytes, st.sampled_from(TEXTS), st.sampled_from(NUMBERS), st.sampled_from(KNOWN))
_segment = st.one_of(st.sampled_from(KNOWN), st.sampled_from(SEGMENTS), _letters, _bytes)
_name = st.one_of(st.sampled_from(PARAMETERS), _letters)
_query = st.lists(st.tuples(_name, _value), max_size=5).map(lambda pairs: "&".join("=".join(pair) for pair in pairs))
_first = st.one_of(st.sampled_from(LANGUAGE_CODES), st.sampled_from(LANGUAGES), _segment)


@st.composite
def addresses(draw) -> str:
    """The path of a page that there is or is not, and a query."""
    parts = [draw(_first), *draw(st.lists(_segment, max_size=4))]
    path = "/".join(["", *parts, *draw(st.sampled_from(([], [""])))])
    return f"{path}?{draw(_query)}"


def _fuzzed(examples: int):
    return settings(
        max_examples=examples,
        deadline=None,
        suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    )


def _answers(address: str) -> None:
    reader = Reader()
    reader.send(address)
    assert reader.complaints == []


@_fuzzed(120)
@given(address=addresses())
def test_any_address_is_answered(address):
    _answers(address)


@pytest.mark.sweep
@_fuzzed(10_000)
@given(address=addresses())
def test_ten_thousand_addresses_are_answered(address):
    _answers(address)
