"""The JSON API: the rows of the datasets, found as the search finds them; errors as problem details (RFC 9457)."""

import json
from dataclasses import replace
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
import time_machine
from django.test import Client
from django.utils import timezone
from openapi_spec_validator import OpenAPIV31SpecValidator

from accounts import limits
from core.problems import CONTENT_TYPE
from open_data.datasets import DATASETS
from open_data.schemas import facets_of
from practices.models import PracticePage
from search import reading
from search.rebuild import rebuild_index
from search_engines.facets import VALUE_FACETS
from search_engines.kinds import KINDS
from tests import factories

pytestmark = pytest.mark.django_db


def answer(address: str, status: int = 200, **options) -> dict:
    response = Client(raise_request_exception=False).get(f"/api/v1/{address}", **options)
    assert response.status_code == status, (address, response.content[:300])
    assert response["Content-Type"].startswith("application/json" if status == 200 else CONTENT_TYPE)
    assert response["Access-Control-Allow-Origin"] == "*"
    # For everybody the same: no cookie is set, and none is looked at.
    assert not response.cookies
    assert "Cookie" not in response.get("Vary", "")
    return json.loads(response.content)


def titles(address: str) -> list[str]:
    return [row["title"] for row in answer(address)["results"]]


@pytest.fixture
def network():
    factories.tree("fr")
    lima = factories.city(code="pe-lima", country="PE", region="latin-america-caribbean")
    bread = factories.practice(title="Bread ovens", city=lima, cost_band="under-10k")
    factories.translated(bread, "fr", {"Bread ovens": "Fours à pain"})
    factories.practice(title="Boat school", cost_band="over-250k")
    factories.practice(title="Bread school", cost_band="over-250k")
    factories.event(title="Bread day")
    factories.call_page(title="Call for bread")
    rebuild_index()


def test_all_rows_come_page_by_page_in_the_order_of_their_codes_up_to_the_last_page(network):
    first = answer("practices?per_page=2")
    assert (first["count"], first["page"], first["pages"], first["previous"]) == (3, 1, 2, None)
    second = answer(first["next"].partition("/api/v1/")[2])
    assert urlsplit(second["previous"]).query == "per_page=2&page=1"
    assert second["next"] is None
    for address in ("practices?page=2", "practices?page=1000000", "practices?q=bread&page=2", "events?page=9&q=bread"):
        assert "The last one is 1." in answer(address, 404)["detail"]
    answer("practices?language=es", 404)
    codes = [row["code"] for row in first["results"] + second["results"]]
    assert codes == sorted(page.code for page in PracticePage.objects.filter(locale__language_code="en"))


def test_a_row_of_the_api_is_a_row_of_the_file(network):
    for dataset in DATASETS:
        rows = json.loads(b"".join(Client().get(f"/data/{dataset}.json?language=fr").streaming_content))["rows"]
        assert rows == answer(f"{dataset}?language=fr&per_page=100")["results"]
        assert rows == [answer(f"{dataset}/{row['code']}?language=fr") for row in rows]


def test_words_and_filters_find_what_the_search_page_finds(network):
    assert set(titles("practices?q=bread")) == {"Bread ovens", "Bread school"}
    assert titles("practices?q=bread&cost_band=over-250k") == ["Bread school"]
    assert titles("practices?country=PE&country=SE") == ["Bread ovens"]
    assert titles("practices?country=PE&language=fr") == ["Fours à pain"]
    assert titles("practices?city=pe-lima") == ["Bread ovens"]
    assert titles("practices?city=no-such-city") == titles("practices?cluster=no-such-cluster") == []
    assert titles("practices?sort=title") == ["Boat school", "Bread ovens", "Bread school"]
    assert titles("practices?sort=title&per_page=1&page=2") == ["Bread ovens"]
    assert titles("events?q=bread") == ["Bread day"]
    assert titles("calls?call=open") == ["Call for bread"]
    assert [row["code"] for row in answer("cities?region=latin-america-caribbean")["results"]] == ["pe-lima"]
    assert answer("practices?from=1990&to=1995")["count"] == 0


def test_every_filter_of_the_search_is_a_parameter_of_the_kinds_that_have_it():
    paths = answer("openapi.json")["paths"]
    for dataset in DATASETS.values():
        assert dataset.kind in KINDS
        names = {parameter["name"] for parameter in paths[f"/api/v1/{dataset.code}"]["get"]["parameters"]}
        facets = {facet.code for facet in facets_of(dataset) if facet.code in VALUE_FACETS}
        assert facets == {code for code, facet in VALUE_FACETS.items() if dataset.kind in facet.kinds} - {"type"}
        years = {"from", "to"} if dataset.kind == "practice" else set()
        assert names == {*facets, *years, "q", "sort", "page", "per_page", "language"}


def test_the_description_is_valid_openapi_and_says_what_errors_look_like():
    description = answer("openapi.json")
    OpenAPIV31SpecValidator(description).validate()
    for methods in description["paths"].values():
        assert list(methods) == ["get"]
        for status, response in methods["get"]["responses"].items():
            expected = {"application/json"} if status == "200" else {CONTENT_TYPE} if status != "414" else set()
            assert set(response.get("content", ())) == expected
            assert set(response.get("headers", ())) == ({"Retry-After"} if status in {"429", "503"} else set())
        assert "429" in methods["get"]["responses"]


def test_an_outdated_index_shows_nothing_that_is_not_public_and_a_broken_search_is_said(network, monkeypatch):
    hidden = PracticePage.objects.get(title="Bread ovens")
    assert answer(f"practices/{hidden.code}")["title"] == "Bread ovens"
    monkeypatch.setattr(reading, "_ask", lambda question, fallback: fallback())
    assert answer("practices?q=bread", 503)["status"] == 503
    assert answer("practices")["count"] == 3
    monkeypatch.undo()
    PracticePage.objects.update(expire_at=timezone.now())
    assert titles("practices?q=bread") == []
    assert answer("practices")["count"] == 0
    missing = answer(f"practices/{hidden.code}", 404)
    assert missing == answer("practices/0123456789", 404)
    assert (missing["status"], missing["title"], missing["type"]) == (404, "Not Found", "about:blank")


@pytest.mark.parametrize(
    ("address", "parameter"),
    [
        ("practices?region=mars", "region"),
        ("practices?page=0", "page"),
        ("practices?page=x", "page"),
        ("practices?per_page=101", "per_page"),
        ("practices?from=0", "from"),
        ("practices?language=xx", "language"),
        ("practices?cluster=a%20b", "cluster"),
        ("cities?sort=size", "sort"),
    ],
)
def test_a_wrong_value_is_named(address, parameter):
    factories.tree()
    problem = answer(address, 400)
    assert [error["parameter"] for error in problem["errors"]] == [parameter]
    assert problem["errors"][0]["detail"]


def test_too_many_requests_from_one_network_address_are_answered_with_when_to_ask_again(monkeypatch):
    factories.tree()
    allowed = limits.API_REQUESTS.allowed
    assert allowed >= 5_000, "a program that takes all rows passes"
    monkeypatch.setattr(limits, "API_REQUESTS", replace(limits.API_REQUESTS, allowed=3))
    for address in ("", "practices", "practices/nothing"):
        answer(address, 404 if "nothing" in address else 200)
    with time_machine.travel(timezone.now() + timedelta(seconds=10), tick=False):
        refused = Client().get("/api/v1/practices")
        assert (refused.status_code, refused["Content-Type"]) == (429, CONTENT_TYPE)
        assert 580 <= int(refused["Retry-After"]) <= 600
        assert f"in {refused['Retry-After']} seconds" in refused.json()["detail"]
        assert "/data/" in refused.json()["detail"]
        assert refused["Access-Control-Allow-Origin"] == "*"
        answer("practices", REMOTE_ADDR="198.51.100.7")
    with time_machine.travel(timezone.now() + timedelta(seconds=int(refused["Retry-After"]) + 11)):
        answer("practices")


def test_a_mistyped_filter_is_an_error_and_does_not_give_all_rows():
    factories.tree()
    assert "contry" in answer("practices?contry=PE", 400)["detail"]
    assert "region" in answer("calls?region=africa", 400)["detail"]
    assert "q" in answer("cities/dk-a?q=x", 400)["detail"]


def test_every_other_address_and_method_is_answered_with_problem_details():
    factories.tree()
    for address in ("people", "practices/", "practices/a/b", "x.php", "practices/a%20b", "cities/%C3%A9"):
        assert answer(address, 404)["status"] == 404
    assert answer("practices/%00", 400)["status"] == 400
    for address in ("", "practices", "cities/dk-a"):
        for method in ("post", "put", "patch", "delete", "options"):
            response = getattr(Client(), method)(f"/api/v1/{address}")
            assert (response.status_code, response["Content-Type"]) == (405, CONTENT_TYPE)
            assert response["Allow"] == "GET, HEAD"
    assert Client().head("/api/v1/practices").status_code == 200


def test_a_mistake_of_the_portal_is_answered_without_its_words(monkeypatch):
    factories.tree()
    factories.city(code="dk-a")
    monkeypatch.setattr(type(DATASETS["cities"]), "values", lambda self, row: 1 / 0)
    assert answer("cities/dk-a", 500) == {"type": "about:blank", "title": "Internal Server Error", "status": 500}


def test_the_list_of_datasets_names_their_addresses():
    factories.tree()
    found = answer("", headers={"Accept-Language": "fr"})
    assert found == answer("")
    assert [item["code"] for item in found["datasets"]] == list(DATASETS)
    for item in found["datasets"]:
        assert Client().get(urlsplit(item["url"]).path).status_code == 200
        assert Client().get(urlsplit(item["documentation"]).path).status_code == 200
