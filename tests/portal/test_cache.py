"""The cache is shared by processes, and no page fails because of it."""

import pickle
import shutil
import socket
import subprocess
import urllib.request
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path

import pytest
from django.core.cache import caches

from portal.settings.caches import file_cache, redis_cache
from search.rebuild import rebuild_index
from tests import factories, services
from tests.ports import free_port
from tests.waiting import own_seconds, wait_until

pytestmark = pytest.mark.one_database

PATIENCE = 5
"""Seconds that a page may take on a busy machine while the cache hangs."""
ENOUGH = 8
"""Requests until each of the server's two processes has surely had one."""


@contextmanager
def redis_server(folder: Path, port: int | None = None) -> Iterator[str]:
    """The address of a Redis server that keeps nothing on disk."""
    port = port or free_port()
    command = [services.need(services.REDIS), "--port", str(port), "--bind", "127.0.0.1", "--save", ""]
    server = subprocess.Popen([*command, "--dir", str(folder)], stdout=subprocess.DEVNULL)
    try:
        wait_until(lambda: _connects(port))
        yield f"redis://127.0.0.1:{port}/0"
    finally:
        server.kill()
        server.wait()


def _connects(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


@pytest.fixture(params=["refuses", "hangs"])
def unusable(request) -> Iterator[str]:
    """The address of a Redis server that refuses connections, or accepts them and never answers."""
    port = free_port()
    if request.param == "refuses":
        yield f"redis://127.0.0.1:{port}/0"
        return
    with socket.socket() as server:
        server.bind(("127.0.0.1", port))
        server.listen(100)
        yield f"redis://127.0.0.1:{port}/0"


def fetch(address: str) -> str:
    """The text of a page that must answer."""
    with urllib.request.urlopen(address, timeout=30) as answer:
        return answer.read().decode()


# --- Two processes ---------------------------------------------------------------------------


def test_a_language_that_another_process_adds_has_links_at_once(serve, start):
    """`manage.py add_language` beside a running server, whose processes know the old home pages."""
    factories.tree()
    news = factories.news(title="A library opens")
    address = serve("dev")
    for _ in range(ENOUGH):
        assert 'href="/en/news/a-library-opens/"' in fetch(f"{address}/en/news/")
    assert start("add_language", "fr", DJANGO_SETTINGS_MODULE="portal.settings.dev").wait(120) == 0
    factories.translated(news, "fr")
    for _ in range(ENOUGH):
        page = fetch(f"{address}/fr/news/")
        assert 'href="/fr/news/a-library-opens/"' in page
        assert 'href="None"' not in page


@pytest.mark.parametrize("kind", ["file", "redis"])
def test_what_one_process_writes_another_reads(start, tmp_path, kind):
    """The settings as they are shipped, with and without REDIS_URL."""
    version = "from core.page_cache.code_version import code_version"
    write = f"{version}; [caches[name].set(code_version(), 'fr') for name in ('default', 'pages')]"
    read = f"{version}; print([caches[name].get(code_version()) for name in ('default', 'pages')])"
    with redis_server(tmp_path) if kind == "redis" else nullcontext() as url:
        variables = {"DJANGO_SETTINGS_MODULE": "portal.settings.dev"} | ({"REDIS_URL": url} if url else {})
        for code in (write, read):
            shell = ["shell", "--verbosity", "0", "-c", f"from django.core.cache import caches; {code}"]
            assert start(*shell, **variables).wait(60) == 0
    assert (tmp_path / "log.txt").read_text() == "['fr', 'fr']\n"


# --- A cache that cannot be used -------------------------------------------------------------


@pytest.mark.django_db
def test_redis_that_is_away_costs_no_page(client, settings, unusable, caplog):
    factories.tree()
    practice = factories.practice(title="Reading circles")
    rebuild_index()
    settings.PAGE_CACHE_SECONDS = 900
    settings.CACHES = {"default": redis_cache(unusable), "pages": redis_cache(unusable, "pages")}
    for path in ("/en/", "/en/practices/", "/en/search/?q=reading", "/admin/login/", "/fr/nowhere/"):
        begun = own_seconds()
        response = client.get(path, follow=True)
        assert response.status_code == (404 if "nowhere" in path else 200), path
        assert 'href="None"' not in response.content.decode()
        assert own_seconds() - begun < PATIENCE
    assert f'href="{practice.url}"' in client.get("/en/search/?q=reading").content.decode()
    assert client.get("/readyz").json()["cache"] is False
    assert [record.name for record in caplog.records].count("portal.cache") == 1


def test_an_editor_can_sign_in_and_publish_without_redis(sign_in, settings, unusable, db):
    factories.tree()
    editor = factories.user("Moderators")
    settings.CACHES = {"default": redis_cache(unusable)}
    assert sign_in(editor).get("/admin/").status_code == 200
    factories.news(title="Published without a cache")


def test_redis_that_comes_back_is_used_again(settings, tmp_path, monkeypatch):
    monkeypatch.setattr("portal.cache.TolerantRedisCache.pause_seconds", 0.1)
    port = free_port()
    settings.CACHES = {"default": redis_cache(f"redis://127.0.0.1:{port}/0")}
    cache = caches["default"]
    cache.set("language", "fr")
    assert cache.get("language") is None
    with redis_server(tmp_path, port):
        wait_until(lambda: cache.set("language", "fr") or cache.get("language") == "fr")


def test_while_redis_is_away_a_process_waits_for_it_once(settings, unusable):
    settings.CACHES = {"default": redis_cache(unusable)}
    cache = caches["default"]
    cache.get("first")
    begun = own_seconds()
    for number in range(100):
        assert cache.get(number, "computed") == "computed"
        cache.set(number, 1)
    assert cache.get_many(["one", "two"]) == {}
    assert cache.add("one", 1)
    assert cache.get_or_set("one", "computed") == "computed"
    assert own_seconds() - begun < 5  # each of these would wait half a second or more


def test_a_failure_is_logged_once_a_minute_and_without_a_password(settings, caplog, monkeypatch):
    monkeypatch.setattr("portal.cache.TolerantRedisCache.pause_seconds", 0)
    settings.CACHES = {"default": redis_cache(f"redis://lyceum:secret-words@127.0.0.1:{free_port()}/0")}
    for _ in range(5):
        caches["default"].get("language")
    assert len(caplog.records) == 1
    assert caplog.records[0].levelname == "WARNING"
    assert "ConnectionError" in caplog.text
    assert "secret-words" not in caplog.text
    monkeypatch.setattr("portal.cache.LOG_EVERY_SECONDS", 0)
    caches["default"]._known.log_at = 0
    caches["default"].get("language")
    assert len(caplog.records) == 2


@pytest.mark.parametrize(
    "content",
    [b"", b"no pickle at all", pickle.dumps(None) + zlib.compress(b"cgone.away\nModel\n.")],
    ids=["empty", "damaged", "of another version"],
)
def test_a_file_that_cannot_be_read_is_a_miss_and_is_replaced(settings, tmp_path, content):
    settings.CACHES = {"default": file_cache(tmp_path / "cache")}
    cache = caches["default"]
    cache.set("language", "fr")
    (file,) = (tmp_path / "cache").glob("*.djcache")
    file.write_bytes(content)
    assert cache.get("language") is None
    cache.set("language", "es")
    assert cache.get("language") == "es"


def test_a_folder_that_has_gone_is_made_again_and_a_full_disk_costs_no_page(settings, tmp_path, caplog):
    settings.CACHES = {"default": file_cache(tmp_path / "cache")}
    cache = caches["default"]
    shutil.rmtree(tmp_path / "cache")
    cache.set("language", "fr")
    assert cache.get("language") == "fr"
    shutil.rmtree(tmp_path / "cache")
    (tmp_path / "cache").write_text("a file where the folder should be")
    cache.set("language", "fr")
    assert cache.get("language") is None
    assert "The cache cannot be used" in caplog.text


def test_the_file_cache_does_not_grow_without_end(settings, tmp_path):
    settings.CACHES = {"default": {**file_cache(tmp_path / "cache"), "OPTIONS": {"MAX_ENTRIES": 20}}}
    for number in range(100):
        caches["default"].set(number, number)
    assert len(list((tmp_path / "cache").iterdir())) <= 20
