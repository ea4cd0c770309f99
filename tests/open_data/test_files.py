"""The pages about the open data, the files that they offer, and the dumps."""

import csv
import gzip
import hashlib
import json
from io import StringIO
from pathlib import Path

import pytest
import time_machine
from bs4 import BeautifulSoup
from django.core.management import call_command
from django.test import Client

from open_data import dumps
from open_data.datasets import DATASETS
from open_data.formats import FORMATS
from tests import factories

pytestmark = pytest.mark.django_db
FILES = [f"{dataset}.{name}" for dataset in DATASETS for name in FORMATS]


@pytest.fixture(autouse=True)
def network(settings, tmp_path):
    settings.DATA_DIR = tmp_path
    factories.tree("fr", "ar", "zh-hans")
    factories.practice(title="=1+1")


def content(address: str, **headers) -> bytes:
    response = Client().get(address, **headers)
    assert response.status_code == 200, address
    return response.getvalue()


def page(address: str) -> BeautifulSoup:
    return BeautifulSoup(content(address), "lxml")


def test_the_page_leads_to_every_file_in_the_language_of_the_reader_and_in_all():
    shown = page("/fr/data/")
    links = {str(link["href"]) for link in shown.select("main a[href]")}
    for name in FILES:
        assert {f"/data/{name}", f"/data/{name}?language=fr"} <= links
    assert {f"/fr/data/{dataset}/" for dataset in DATASETS} <= links
    assert "/api/v1/openapi.json" in links
    for link in links:
        assert Client().get(link).status_code == 200 or "//" in link, link


def test_the_footer_leads_to_the_page_from_everywhere():
    assert page("/ar/").select_one('footer a[href="/ar/data/"]')


def test_the_bare_address_leads_to_the_language_of_the_reader():
    for wanted, language in (("fr", "fr"), ("zh-TW", "zh-hans"), ("sv", "en")):
        response = Client().get("/data/", headers={"Accept-Language": wanted})
        assert (response.status_code, response["Location"]) == (302, f"/{language}/data/")
        assert "Accept-Language" in response["Vary"]


def test_the_data_dictionary_explains_every_column_of_the_files_in_every_language():
    for dataset in DATASETS:
        header = next(csv.reader(StringIO(content(f"/data/{dataset}.csv").decode("utf-8-sig"))))
        for language in ("en", "ar"):
            shown = page(f"/{language}/data/{dataset}/")
            assert [str(item["id"]) for item in shown.select(".data-columns > li")] == header
            for column in DATASETS[dataset].columns:
                words = shown.find(id=column.code).get_text(" ")
                assert {column.code, *filter(None, column.vocabulary or {})} <= set(words.split()), column.code


def test_a_file_is_an_attachment_with_its_type_and_never_a_cookie():
    for name in FILES:
        response = Client().get(f"/data/{name}?language=ar")
        assert response["Content-Type"] == FORMATS[name.split(".")[1]].content_type
        stem, ending = name.split(".")
        assert response["Content-Disposition"] == f'attachment; filename="{stem}-ar.{ending}"'
        assert response.streaming
        assert response["Access-Control-Allow-Origin"] == "*"
        assert not response.cookies
        assert b"".join(response.streaming_content)
        assert Client().head(f"/data/{name}").status_code == 200


@time_machine.travel("2026-03-01", tick=False)
def test_a_file_is_compressed_while_it_is_sent_to_whoever_reads_that():
    dumps.make_dump()
    for name in (*FILES, *(f"dumps/{name}" for name in FILES)):
        response = Client().get(f"/data/{name}", headers={"Accept-Encoding": "br, gzip"})
        assert response.streaming, name
        assert (response["Content-Encoding"], response["Vary"]) == ("gzip", "Accept-Encoding"), name
        assert not response.has_header("Content-Length"), name
        as_it_is, sent = content(f"/data/{name}"), response.getvalue()
        assert gzip.decompress(sent) == as_it_is, name
        assert len(sent) < len(as_it_is) or len(as_it_is) < 1000, name


def test_a_csv_file_has_no_formula_and_a_json_file_the_text_as_it_is():
    rows = csv.DictReader(StringIO(content("/data/practices.csv").decode("utf-8-sig")))
    assert [row["title"] for row in rows] == ["'=1+1"]
    assert json.loads(content("/data/practices.json"))["rows"][0]["title"] == "=1+1"


def test_what_there_is_not_is_answered_clearly():
    for address in ("/data/practices.csv?language=xx", "/data/practices.csv?language=%00"):
        assert Client().get(address).status_code == 400, address
    missing = ("practices.xml", "people.csv", "dumps/practices.csv", "dumps/..%2Fcurrent.json")
    for address in (*(f"/data/{name}" for name in missing), "/en/data/people/"):
        assert Client().get(address).status_code == 404, address


# --- The dumps ----------------------------------------------------------------------------


def test_a_dump_has_every_file_with_its_checksum():
    made = dumps.make_dump()
    assert [file.name for file in made.files] == [*FILES, dumps.CHECKSUMS]
    sums = content(f"/data/dumps/{dumps.CHECKSUMS}").decode().splitlines()
    assert [line.split("  ")[1] for line in sums] == FILES
    shown = page("/en/data/").get_text()
    for line in sums:
        digest, name = line.split("  ")
        served = content(f"/data/dumps/{name}")
        assert hashlib.sha256(served).hexdigest() == digest
        assert digest in shown
    assert json.loads(content("/data/dumps/practices.json"))["rows"][0]["title"] == "=1+1"


def test_a_file_of_a_dump_that_a_reader_has_is_not_sent_again():
    dumps.make_dump()
    first = Client().get("/data/dumps/cities.csv")
    again = Client().get("/data/dumps/cities.csv", headers={"If-None-Match": first["ETag"]})
    assert (first.status_code, again.status_code, again.content) == (200, 304, b"")


def test_a_dump_that_breaks_off_leaves_the_one_before_and_the_next_one_tidies_up(monkeypatch, settings):
    before = dumps.make_dump()
    folder = settings.DATA_DIR / "open-data"
    monkeypatch.setattr(dumps, "about", lambda *args: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        dumps.make_dump()
    assert dumps.current_dump() == before
    assert content("/data/dumps/practices.csv")
    assert len(list(folder.iterdir())) == 3
    monkeypatch.undo()
    settings.DATA_DIR = folder.parent
    new = dumps.make_dump()
    assert {path.name for path in folder.iterdir()} == {before.folder, new.folder, "current.json"}
    newest = dumps.make_dump()
    assert {path.name for path in folder.iterdir()} == {new.folder, newest.folder, "current.json"}


def test_an_operator_makes_a_dump_at_once():
    written = StringIO()
    call_command("open_data_dump", stdout=written)
    made = dumps.current_dump()
    lines = [line.split() for line in written.getvalue().splitlines()]
    assert [(digest, Path(path).read_bytes()) for digest, _size, path in lines] == [
        (file.sha256, made.path(file.name).read_bytes()) for file in made.files
    ]


def test_the_worker_makes_a_dump_every_night():
    from portal.periodic_tasks import periodic_tasks

    task = next(task for task in periodic_tasks() if task.name == "open data")
    assert task.interval == 86_400
    assert task.work() is False
    assert dumps.current_dump() is not None
