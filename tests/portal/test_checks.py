"""`manage.py check` refuses what is set wrongly, in one sentence for each fault."""

import re

import pytest
from django.core.exceptions import ImproperlyConfigured

from portal.checks import check_installation
from portal.entry_points import refuse_wrong_settings
from portal.settings.environment import Environment
from search_engines.elasticsearch.indices import Indices


@pytest.fixture(autouse=True)
def installation(settings, tmp_path, monkeypatch):
    """An installation with nothing to refuse."""
    monkeypatch.setattr("portal.checks.env", Environment())
    settings.DEBUG = False
    settings.LOCAL_ONLY = False
    settings.DATA_DIR = tmp_path / "data"
    settings.ALLOWED_HOSTS = ["cities.example.org", ".example.net", "localhost", "[::1]"]
    settings.WAGTAILADMIN_BASE_URL = "https://cities.example.org"
    settings.SEARCH_ENGINE = "elasticsearch"
    settings.SEARCH_INDEX_PREFIX = "learning-cities_2"
    settings.ELASTICSEARCH_URLS = ("https://node1.example.org:9200", "http://user:word@10.0.0.1/elastic")
    settings.REDIS_URL = "rediss://:word@redis.example.org:6380/1"
    settings.DEFAULT_FROM_EMAIL = "Lyceum <lyceum@example.org>"
    settings.SENTRY_DSN = "https://key@sentry.example.org/1"
    settings.CLAMD_SOCKET = "/run/clamav/clamd.ctl"


def refusals() -> list[tuple[str | None, str]]:
    """The id and the sentence of each error."""
    return [(message.id, message.msg) for message in check_installation(None)]


def test_an_installation_that_is_set_rightly_is_not_refused(settings):
    assert refusals() == []
    settings.REDIS_URL = ""
    assert refusals() == []
    for url in ("unix:///run/redis.sock?db=1", "redis://redis.example.org", "redis://redis.example.org/"):
        settings.REDIS_URL = url
        assert refusals() == []


@pytest.mark.parametrize(
    ("name", "value", "number"),
    [
        ("SEARCH_ENGINE", "sphinx", "E002"),
        ("SEARCH_ENGINE", "Elasticsearch", "E002"),
        ("ELASTICSEARCH_URLS", (), "E004"),
        ("ELASTICSEARCH_URLS", ("localhost:9200",), "E004"),
        ("ELASTICSEARCH_URLS", ("https://node1.example.org:9200", "node2.example.org"), "E004"),
        ("ELASTICSEARCH_URLS", ("ftp://node1.example.org",), "E004"),
        ("ELASTICSEARCH_URLS", ("http://",), "E004"),
        ("ELASTICSEARCH_URLS", ("http://:9200",), "E004"),
        ("ELASTICSEARCH_URLS", ("http://node1:port",), "E004"),
        ("ELASTICSEARCH_URLS", ("http://node1:70000",), "E004"),
        ("WAGTAILADMIN_BASE_URL", "cities.example.org", "E005"),
        ("WAGTAILADMIN_BASE_URL", "//cities.example.org", "E005"),
        ("WAGTAILADMIN_BASE_URL", "https://", "E005"),
        ("WAGTAILADMIN_BASE_URL", "https://cities.example.org/", "E005"),
        ("WAGTAILADMIN_BASE_URL", "https://cities.example.org/portal", "E005"),
        ("WAGTAILADMIN_BASE_URL", "https://cities.example.org?page=1", "E005"),
        ("WAGTAILADMIN_BASE_URL", "https://cities.example.org#top", "E005"),
        ("WAGTAILADMIN_BASE_URL", "https://cities example org", "E005"),
        ("WAGTAILADMIN_BASE_URL", "ftp://cities.example.org", "E005"),
        ("WAGTAILADMIN_BASE_URL", "https://other.example.org", "E005"),
        ("REDIS_URL", "redis.example.org:6379", "E006"),
        ("REDIS_URL", "http://redis.example.org", "E006"),
        ("REDIS_URL", "redis://", "E006"),
        ("REDIS_URL", "unix://", "E006"),
        ("REDIS_URL", "redis://redis.example.org:6379/portal", "E006"),
        ("DEFAULT_FROM_EMAIL", "lyceum", "E010"),
        ("DEFAULT_FROM_EMAIL", "Lyceum lyceum@example.org", "E010"),
        ("ELASTICSEARCH", {"user": "lyceum", "password": "", "ca_file": ""}, "E011"),
        ("ELASTICSEARCH", {"user": "", "password": "secret-words", "ca_file": ""}, "E011"),
        ("ELASTICSEARCH", {"user": "", "password": "", "ca_file": "/nowhere/ca.crt"}, "E012"),
        ("ELASTICSEARCH", {"user": "", "password": "", "ca_file": __file__}, "E012"),
        ("CLAMD_SOCKET", "tcp://127.0.0.1:3310", "E013"),
        ("PRACTICE_QUESTION_MONTHS", 24, "E014"),
        ("METRICS_PORT", 8000, "E016"),
        ("SECURE_HSTS_INCLUDE_SUBDOMAINS", True, "E018"),
        ("SECURE_HSTS_PRELOAD", True, "E019"),
        ("SENTRY_DSN", "https://sentry.example.org/1", "E017"),
        ("SENTRY_DSN", "https://key@sentry.example.org/portal", "E017"),
        ("SENTRY_DSN", "key@sentry.example.org/1", "E017"),
        ("ALLOWED_HOSTS", ["cities.example.org", "*"], "E007"),
        ("ALLOWED_HOSTS", ["cities.example.org", "https://www.example.org"], "E007"),
        ("ALLOWED_HOSTS", ["cities.example.org", "www.example.org:8000"], "E007"),
        ("ALLOWED_HOSTS", ["cities.example.org", "www.example.org/portal"], "E007"),
        ("ALLOWED_HOSTS", ["cities.example.org", " www.example.org"], "E007"),
        ("ALLOWED_HOSTS", ["cities.example.org", "*.example.org"], "E007"),
        ("ALLOWED_HOSTS", ["cities.example.org", ""], "E007"),
    ],
)
def test_what_cannot_work_is_refused(settings, name, value, number):
    setattr(settings, name, value)
    ((found, sentence),) = refusals()
    assert found == f"portal.{number}"
    assert sentence.endswith(".")
    assert "\n" not in sentence
    with pytest.raises(ImproperlyConfigured, match=re.escape(sentence)):
        refuse_wrong_settings()


def test_no_host_at_all_is_refused(settings):
    settings.ALLOWED_HOSTS = []
    assert ("portal.E007", "ALLOWED_HOSTS must name the hosts that the portal answers to.") in refusals()


@pytest.mark.parametrize(
    "prefix",
    ["Cities", "my cities", "-cities", "_cities", "+cities", "a,b", "a.b", "a*b", "a/b", "städte", "c" * 101, ""],
)
def test_an_index_prefix_that_elasticsearch_would_refuse_is_refused(settings, prefix):
    settings.SEARCH_INDEX_PREFIX = prefix
    ((number, sentence),) = refusals()
    assert number == "portal.E003"
    assert sentence.endswith(f"not “{prefix}”.")
    with pytest.raises(ValueError, match="prefix"):  # the engine agrees
        Indices(None, prefix, 0)


def test_a_variable_that_is_set_but_empty_is_refused(monkeypatch):
    monkeypatch.setenv("DEFAULT_FROM_EMAIL", "  ")
    environment = Environment()
    monkeypatch.setattr("portal.checks.env", environment)
    assert environment("DEFAULT_FROM_EMAIL", default="lyceum@example.org") == "lyceum@example.org"
    assert refusals() == [("portal.E001", "DEFAULT_FROM_EMAIL is empty: give it a value, or remove it.")]


def test_a_data_directory_that_cannot_be_written_is_refused(settings, tmp_path):
    (tmp_path / "file").write_text("no folder")
    settings.DATA_DIR = tmp_path / "file" / "data"
    assert refusals() == [
        ("portal.E008", f"DATA_DIR must be a folder that can be written: {settings.DATA_DIR} (Not a directory).")
    ]


def test_passwords_are_not_shown(settings):
    settings.ELASTICSEARCH_URLS = ("ftp://elastic:secret-words@node1",)
    settings.REDIS_URL = "http://:secret-words@redis"
    settings.WAGTAILADMIN_BASE_URL = "https://admin:secret-words@cities.example.org"
    assert [number for number, _sentence in refusals()] == ["portal.E004", "portal.E005", "portal.E006"]
    assert "secret-words" not in str(refusals())


def test_variables_of_a_public_installation_that_are_not_read_are_pointed_out(settings, monkeypatch):
    monkeypatch.setenv("ALLOWED_HOSTS", "cities.example.org")
    assert refusals() == []
    settings.LOCAL_ONLY = True
    ((number, sentence),) = refusals()
    assert number == "portal.W001"
    assert "DJANGO_SETTINGS_MODULE=portal.settings.production" in sentence
