"""What only the engine on a cluster does: requests, names, versions, aliases, tampering."""

import multiprocessing
import os
import signal
from datetime import UTC, datetime, timedelta

import pytest
from elasticsearch import Elasticsearch

from search_engines import EngineUnavailable, RebuildRunning, get_engine
from search_engines.criteria import Criteria
from search_engines.elasticsearch import definition
from search_engines.facets import VALUE_FACETS
from tests.elasticsearch.fault_proxy import DRIP, fault_proxy
from tests.search_engines.conftest import elasticsearch_engine, make_document
from tests.waiting import CEILING, own_seconds, wait_until


@pytest.fixture
def engine(elasticsearch_url):
    """An engine with an index that no other test uses."""
    with elasticsearch_engine(elasticsearch_url) as engine:
        engine.rebuild([], lambda groups: [])
        yield engine


@pytest.fixture
def client(elasticsearch_url):
    return Elasticsearch(elasticsearch_url, request_timeout=30)


@pytest.fixture
def find(now):
    def ids(engine, words=""):
        return [hit.id for hit in engine.search(Criteria(language="en", instant=now, words=words)).hits]

    return ids


def indexes_of(client, engine):
    return sorted(client.indices.get(index=f"{engine.prefix}.*"))


# Names


@pytest.mark.parametrize("prefix", ["", " ", "UPPER", "a.b", "a*", "-a", "a,b", "_all"])
def test_a_prefix_that_is_empty_or_could_meet_another_is_refused(prefix):
    with pytest.raises(ValueError, match="prefix"):
        get_engine("elasticsearch", urls=["http://127.0.0.1:9"], prefix=prefix)


def test_an_address_is_demanded():
    with pytest.raises(ValueError, match="address"):
        get_engine("elasticsearch", urls=[], prefix="lyceum")


def test_two_portals_on_one_cluster_never_touch_each_other(elasticsearch_url, document, find):
    with (
        elasticsearch_engine(elasticsearch_url, prefix="test-one") as one,
        elasticsearch_engine(elasticsearch_url, prefix="test-one-next") as other,
    ):
        other.rebuild([document("theirs", "Libraries")], lambda groups: [])
        one.rebuild([document("ours", "Libraries")], lambda groups: [])
        one.rebuild([document("ours", "Libraries")], lambda groups: [])
        one.delete(["theirs"])
        assert find(other, "libraries") == ["theirs"]
        assert find(one, "libraries") == ["ours"]
        one.destroy()
        assert find(other, "libraries") == ["theirs"]


# The index


def test_the_index_is_strict_and_small(engine, client):
    (index,) = indexes_of(client, engine)
    mapping = client.indices.get_mapping(index=index)[index]["mappings"]
    assert mapping["dynamic"] == "strict"
    assert len(mapping["properties"]) <= 100
    assert mapping["_meta"]["version"] == definition.VERSION


def test_an_index_that_was_never_built_says_so(elasticsearch_url, document):
    with elasticsearch_engine(elasticsearch_url) as engine:
        assert not engine.is_usable()
        for call in (engine.hashes, engine.count, lambda: engine.suggest("lib", "en"), lambda: engine.index([])):
            with pytest.raises(EngineUnavailable):
                call()


def test_an_index_of_another_version_takes_nothing_and_asks_for_a_rebuild(engine, client, document, monkeypatch, find):
    engine.index([document("old", "Libraries")])
    monkeypatch.setattr(definition, "signature", lambda: "another")
    assert not engine.is_usable()
    with pytest.raises(EngineUnavailable, match="another version"):
        engine.index([document("new", "Libraries")])
    assert find(engine, "libraries") == ["old"]  # the old one answers until then


# Requests


@pytest.fixture
def requests(elasticsearch_url, engine):
    """Counts the requests that the engine makes; gives an engine with the same index."""
    made = []
    perform = engine._client.transport.perform_request

    def counted(method, target, **options):
        made.append(target.partition("?")[0])
        return perform(method, target, **options)

    engine._client.transport.perform_request = counted
    return made


def test_a_page_of_results_is_one_request(engine, document, now, requests):
    engine.index([document(number, f"Libraries {number}", "rural libraries") for number in range(30)])
    requests.clear()
    criteria = Criteria(
        language="en",
        instant=now,
        words="library",
        phrases=("rural libraries",),
        selections={"type": ("practice",), "cluster": ("literacy",), "call": ("open",)},
    )
    engine.search(criteria)
    assert len(requests) == 1
    requests.clear()
    results = engine.search(Criteria(language="en", instant=now, words="libraries", page=2))
    assert (len(results.hits), results.total, len(results.facets)) == (10, 30, len(VALUE_FACETS))
    assert results.hits[0].snippet[1].matched
    assert len(requests) == 1


def test_suggestions_are_one_request(engine, document, requests):
    engine.index([document("wanted", "Libraries")])
    requests.clear()
    assert [suggestion.id for suggestion in engine.suggest("librraries", "en")] == ["wanted"]
    assert len(requests) == 1


def test_an_answer_that_drips_in_is_not_waited_for(elasticsearch_url, engine, document, now):
    engine.index([document("page", "Libraries")])
    with fault_proxy(elasticsearch_url) as proxy:
        behind = get_engine("elasticsearch", urls=[proxy.url], prefix=engine.prefix, timeout=1, deadline=1)
        proxy.mode = DRIP
        begun = own_seconds()
        with pytest.raises(EngineUnavailable, match="within"):
            behind.search(Criteria(language="en", instant=now))
        assert own_seconds() - begun < 2


# Versions


def test_what_arrives_late_never_replaces_what_is_newer(engine, document, find):
    newer, older = document("page", "Museums"), document("page", "Libraries")
    engine.replace({newer.group: [newer]}, version=8)
    engine.replace({older.group: [older]}, version=7)
    assert (find(engine, "museums"), find(engine, "libraries")) == (["page"], [])
    engine.replace({newer.group: []}, version=9)
    engine.replace({older.group: [older]}, version=8)
    assert find(engine) == []
    engine.replace({older.group: [older]}, version=9)  # a repetition with newer content
    assert find(engine, "libraries") == ["page"]


def test_a_rebuild_never_replaces_what_a_writer_put_there_meanwhile(engine, document, find):
    def pages():
        engine.replace({"page:a": [document("a", "Museums")]}, version=5)
        engine.replace({"page:b": []}, version=6)
        yield document("a", "Libraries")  # read before, sent after
        yield document("b", "Libraries")

    engine.rebuild(pages(), lambda groups: [document("a", "Museums")] if "page:a" in groups else [])
    assert find(engine, "libraries") == []
    assert engine.hashes() == {"a": document("a", "Museums").content_hash}


# Rebuilding


def test_rebuilds_leave_one_index_behind_one_alias(engine, client, document):
    def broken():
        yield document("page")
        raise KeyboardInterrupt

    for _attempt in range(2):
        with pytest.raises(KeyboardInterrupt):
            engine.rebuild(broken(), lambda groups: [])
    engine.rebuild([document("page")], lambda groups: [])
    (index,) = indexes_of(client, engine)
    assert set(client.indices.get_alias(index=index)[index]["aliases"]) == {engine._indices.live}


def test_a_rebuild_that_died_is_taken_over_when_it_gives_no_sign_of_life(elasticsearch_url, document, client):
    with elasticsearch_engine(elasticsearch_url, takeover_after=60) as engine:
        dead = engine._indices.begin()  # and nothing after it, as after kill -9
        with pytest.raises(RebuildRunning):
            engine.rebuild([document("page")], lambda groups: [])
        # The second one is from before the clock was set back.
        for minutes in (-2, 60):
            beat = {"beat": (datetime.now(UTC) + timedelta(minutes=minutes)).isoformat()}
            client.index(index=dead, id="heartbeat", document=beat)
            assert engine.rebuild([document("page")], lambda groups: []).documents == 1
            assert dead not in indexes_of(client, engine)
            dead = engine._indices.begin()


def rebuild_slowly(url, prefix):
    """What the process does that is killed."""

    def pages():
        for number in range(1000):
            yield make_document(f"new-{number}", "Libraries")
        signal.pause()  # until it is killed

    impatient_engine(url, prefix).rebuild(pages(), lambda groups: [])


def impatient_engine(url, prefix):
    """Takes over at once what another one has begun."""
    return get_engine("elasticsearch", urls=[url], prefix=prefix, timeout=20, takeover_after=0)


def test_rebuilds_killed_at_work_leave_the_old_index_and_nothing_else(
    elasticsearch_url, engine, client, document, find
):
    engine.index([document("old", "Libraries")])
    for _kill in range(2):
        before = indexes_of(client, engine)
        process = multiprocessing.get_context("spawn").Process(
            target=rebuild_slowly, args=(elasticsearch_url, engine.prefix)
        )
        process.start()
        wait_until(lambda before=before: indexes_of(client, engine) != before)
        os.kill(process.pid, signal.SIGKILL)
        process.join(CEILING)
        assert find(engine, "libraries") == ["old"]
        engine.replace({"page:old": [document("old", "Libraries")]}, version=3)  # goes to both
    engine = impatient_engine(elasticsearch_url, engine.prefix)
    engine.rebuild([document("old", "Libraries")], lambda groups: [])
    assert len(indexes_of(client, engine)) == 1
    assert find(engine, "libraries") == ["old"]


# Tampering


def test_whatever_is_altered_in_the_cluster_is_seen(engine, client, document):
    pages = [document(name, "Libraries", facets={"cluster": ("literacy",)}) for name in ("kept", "altered", "gone")]
    engine.index(pages)
    live = engine._indices.live
    client.update(index=live, id="page:altered:en", doc={"title": "Casinos"})
    client.delete(index=live, id="page:gone:en", refresh=True)
    kept, *_others = pages
    hashes = engine.hashes()
    assert set(hashes) == {"kept", "altered"}
    assert hashes["kept"] == kept.content_hash
    assert hashes["altered"] != pages[1].content_hash
