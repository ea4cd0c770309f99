"""The test server analyses as the official distribution does, ends with its run, and can be a cluster."""

import subprocess
from uuid import uuid4

import pytest
from elasticsearch import ConnectionError as NoConnection
from elasticsearch import Elasticsearch

from tests import services
from tests.elasticsearch import server, shared
from tests.waiting import wait_until

ANALYSIS = {
    "char_filter": {"letters": {"type": "mapping", "mappings": ["ё=>е", "Ё=>Е", "’=>'", "ـ=>"]}},
    "filter": {
        "articles": {"type": "elision", "articles": ["l", "d", "qu"], "articles_case": True},
        "stem_en": {"type": "stemmer", "language": "light_english"},
        "stem_fr": {"type": "stemmer", "language": "light_french"},
        "stem_es": {"type": "stemmer", "language": "spanish"},
        "stem_pt": {"type": "stemmer", "language": "portuguese"},
        "stem_ar": {"type": "stemmer", "language": "arabic"},
        "stem_ru": {"type": "stemmer", "language": "russian"},
        "snowball_en": {"type": "snowball", "language": "English"},
        "fold_beside": {"type": "asciifolding", "preserve_original": True},
        "pairs": {"type": "cjk_bigram", "output_unigrams": False},
        "pairs_and_letters": {"type": "cjk_bigram", "output_unigrams": True},
        "prefixes": {"type": "edge_ngram", "min_gram": 2, "max_gram": 4},
        "short": {"type": "truncate", "length": 3},
        "long_words": {"type": "length", "min": 4},
        "parts": {"type": "pattern_capture", "patterns": ["(\\d+)"], "preserve_original": False},
    },
    "analyzer": {},
    "normalizer": {
        "folded": {
            "type": "custom",
            "char_filter": ["letters"],
            "filter": ["lowercase", "cjk_width", "decimal_digit", "arabic_normalization", "asciifolding"],
        }
    },
}
FOLDING = ["cjk_width", "lowercase", "decimal_digit", "asciifolding", "arabic_normalization"]


@pytest.fixture(scope="module")
def analysed(elasticsearch_url):
    """A function that returns the tokens of a text in an index with ANALYSIS."""
    client = Elasticsearch(elasticsearch_url, request_timeout=30)
    index = f"test-{uuid4()}"
    client.indices.create(index=index, settings={"number_of_replicas": 0, "analysis": ANALYSIS})

    def words(text: str, *filters: str, **how) -> list[str]:
        if "normalizer" not in how:
            how = {"tokenizer": "standard", "char_filter": ["letters"], "filter": list(filters)} | how
        return [token["token"] for token in client.indices.analyze(index=index, text=text, **how)["tokens"]]

    yield words
    client.indices.delete(index=index)
    client.close()


@pytest.mark.parametrize(
    ("language", "text", "words"),
    [
        ("en", "Learning cities’ schools", ["learning", "city", "school"]),
        ("fr", "L’éducation D'ÉCOLES l'education", ["educ", "ecol", "educ"]),
        ("es", "bibliotecas educación", ["bibliotec", "educacion"]),
        ("pt", "bibliotecas educação", ["bibliotec", "educaca"]),
        ("ar", "المدارس المَدارِس المـــدارس مدرسة", ["مدارس", "مدارس", "مدارس", "مدرس"]),
        ("ru", "Ёлки елки учёба учеба", ["елк", "елк", "учеб", "учеб"]),
    ],
)
def test_words_are_folded_and_stemmed_as_in_their_language(analysed, language, text, words):
    assert analysed(text, "articles", *FOLDING, f"stem_{language}") == words


def test_chinese_becomes_pairs(analysed):
    assert analysed("学习城市", *FOLDING, "pairs") == ["学习", "习城", "城市"]
    assert analysed("学习", *FOLDING, "pairs_and_letters") == ["学", "学习", "习"]


def test_digits_and_letters_of_full_width_are_plain_ones(analysed):
    assert analysed("２０１５ ＡＢＣ ٢٠١٥", *FOLDING) == ["2015", "abc", "2015"]


@pytest.mark.parametrize(
    ("filters", "text", "words"),
    [
        (["fold_beside"], "école", ["ecole", "école"]),
        (["prefixes"], "ville", ["vi", "vil", "vill"]),
        (["short"], "ville", ["vil"]),
        (["long_words"], "une ville", ["ville"]),
        (["unique"], "ville rurale ville", ["ville", "rurale"]),
        (["parts"], "sdg4and11", ["4", "11"]),
        (["lowercase", "snowball_en"], "Libraries", ["librari"]),
    ],
)
def test_other_filters_do_what_the_reference_says(analysed, filters, text, words):
    assert sorted(analysed(text, *filters)) == sorted(words)


@pytest.mark.parametrize(
    ("tokenizer", "words"),
    [
        ("keyword", ["ask a@b.org now"]),
        ("whitespace", ["ask", "a@b.org", "now"]),
        ("uax_url_email", ["ask", "a@b.org", "now"]),
    ],
)
def test_tokenizers_split_as_the_reference_says(analysed, tokenizer, words):
    assert analysed("ask a@b.org now", tokenizer=tokenizer) == words


def test_a_normalizer_folds_a_whole_title_into_one_key(analysed):
    assert analysed("Ёлка École ２ المـدرسَة", normalizer="folded") == ["елка ecole 2 المدرسه"]


def test_the_shared_node_ends_with_the_run_that_started_it(tmp_path):
    services.need(services.ELASTICSEARCH_NODES)
    run = subprocess.Popen(["sleep", "600"])
    try:
        address = shared.url(tmp_path, run.pid)
        assert shared.url(tmp_path, run.pid) == address
        client = Elasticsearch(address)
        assert client.cluster.health()["number_of_nodes"] == 1
    finally:
        run.kill()
        run.wait()
    wait_until(lambda: _refuses_connections(client))


@pytest.mark.cluster
def test_two_of_three_nodes_answer_when_one_is_killed():
    services.need(services.ELASTICSEARCH_NODES)
    with server.cluster(3) as nodes:
        client = Elasticsearch([node.url for node in nodes], retry_on_timeout=True)
        client.indices.create(index="kept", settings={"number_of_replicas": 1}, wait_for_active_shards=2)
        client.index(index="kept", id="1", document={"title": "Bibliothèque"}, refresh=True)
        nodes[0].kill()
        assert client.search(index="kept")["hits"]["total"]["value"] == 1
        health = client.cluster.health(wait_for_nodes="2", wait_for_status="green", timeout="60s")
        assert not health["timed_out"]
        nodes[1].stop()
    wait_until(lambda: _refuses_connections(client))


def _refuses_connections(client: Elasticsearch) -> bool:
    try:
        client.options(request_timeout=2, max_retries=0).cluster.health()
    except NoConnection:
        return True
    return False
