"""One rule says whether a call is open: Python, the database, both engines, JSON, menu, lists, home and hubs agree."""

from datetime import date, datetime
from itertools import product

import pytest
from bs4 import BeautifulSoup
from django.urls import reverse
from django.utils import timezone
from icalendar import Calendar

from calls import services
from calls.indexing import indexed_period
from calls.models import Call
from calls.states import state_of
from search.rebuild import rebuild_index
from search_engines.criteria import Criteria
from tests import factories
from tests.calls.builders import BERLIN, at, extend
from tests.search_engines.conftest import (  # noqa: F401 - fixtures
    empty_elasticsearch,
    empty_embedded,
    make_document,
    shared_elasticsearch,
)

pytestmark = pytest.mark.django_db

NOW = (2026, 5, 10, 12)
BEFORE = (2026, 3, 1)


def day(month: int, of_month: int = 1, year: int = 2026) -> datetime:
    return datetime(year, month, of_month, tzinfo=BERLIN)


SPRING, SUMMER, AUTUMN = day(4), day(7), day(9)
MIDDAY = datetime(*NOW, tzinfo=BERLIN)
OPENINGS = {"opened": SPRING, "opens-now": MIDDAY, "opens-later": day(6), "no-opening": None}
# The cities' deadline, the commissions', and what happened to them afterwards.
CLOSINGS = {
    "undated": (None, None, None),
    "closed": (day(5), None, None),
    "closes-now": (MIDDAY, None, None),
    "closes-later": (SUMMER, None, None),
    "commission-only": (None, SUMMER, None),
    "commission-later": (day(5), SUMMER, None),
    "extended": (day(5), None, lambda call: extend(call, new=SUMMER)),
    "extended-from-unknown": (None, None, lambda call: extend(call, new=SUMMER)),
    "extension-planned": (day(5), None, lambda call: extend(call, new=SUMMER, announce_at=day(6), reopen=True)),
    "closed-early": (SUMMER, None, lambda call: services.close_early(call, new=day(5, 2), reason="other", by="host")),
    "withdrawn-date": (SUMMER, None, lambda call: move_to_unknown(call)),
    "another-place": (
        MIDDAY,
        None,
        lambda call: services.move_place(call, place="America/Bogota", reason="other", by="host"),
    ),
}
RESULTS: dict[str, dict[str, date]] = {
    "no-results": {},
    "results-published": {"results_published_at": day(5, 5)},
    "results-to-come": {"results_published_at": AUTUMN},
    "results-expected": {"results_on": date(2026, 12, 1)},
    "results-overdue": {"results_on": date(2026, 1, 1)},
}
OPEN = {"open", "closing-soon", "extended"}
IN_SEARCH = {"open": OPEN, "upcoming": {"upcoming"}, "closed": {"closed", "under-review", "results"}}


def move_to_unknown(call: Call) -> None:
    call.date_changes.create(
        clock="city", old=SUMMER, new=None, reason="other", decided_by="secretariat", announce_at=day(3, 2)
    )


def make_calls(samples) -> dict[str, str]:
    """Create a call for each (opening, closing, results); return their codes with their states in Python."""
    for opening, closing, results in samples:
        opens_at, (deadline, commission, then) = OPENINGS[opening], CLOSINGS[closing]
        if opens_at and deadline and opens_at >= deadline:
            continue
        with at(*BEFORE):
            call = factories.call(
                code=f"{opening}--{closing}--{results}",
                opens_at=opens_at,
                first_deadline=deadline,
                first_commission_deadline=commission,
                **RESULTS[results],
            )
            if then and not (opening in ("opens-now", "opens-later") and closing == "closed-early"):
                then(call)
    with at(*NOW):
        return {call.code: state_of(call).value for call in Call.objects.with_history(timezone.now())}


def found_by(engine, value: str) -> set[str]:
    found: set[str] = set()
    for page in range(1, 20):
        criteria = Criteria(language="en", instant=MIDDAY, selections={"call": (value,)}, per_page=100, page=page)
        hits = engine.search(criteria).hits
        found |= {"".join(segment.text for segment in hit.title) for hit in hits}
        if not hits:
            break
    return found


def test_python_the_database_and_both_engines_agree_in_every_state(request):
    calls = make_calls(product(OPENINGS, CLOSINGS, RESULTS))
    expected = {code for code, state in calls.items() if state in OPEN}
    assert 20 < len(expected) < len(calls) - 100
    undated = {code for code, state in calls.items() if state == "undated"}
    assert {
        "no-opening--undated--no-results",
        "opened--undated--no-results",
        "no-opening--undated--results-expected",
        "no-opening--withdrawn-date--no-results",
    } <= undated
    with at(*NOW):
        assert set(Call.objects.open(timezone.now()).values_list("code", flat=True)) == expected
        periods = {call.code: indexed_period(call) for call in Call.objects.with_dates(timezone.now())}
    documents = [
        make_document(
            code,
            code,
            type="call",
            instants={name: at for name, at in zip(("opens_at", "deadline"), period, strict=True) if at},
        )
        for code, period in periods.items()
    ]
    for name in ("embedded", "elasticsearch"):
        engine = request.getfixturevalue(f"empty_{name}")
        engine.index(documents)
        for value, states in IN_SEARCH.items():
            wanted = {code for code, state in calls.items() if state in states}
            found = found_by(engine, value)
            assert found == wanted, (name, value, found ^ wanted)


def test_every_page_and_file_agrees_with_it(client):
    factories.tree()
    samples = [("opened", closing, "no-results") for closing in ("closes-later", "closed", "extended")]
    samples += [
        ("no-opening", "closes-later", "no-results"),
        ("opened", "closes-later", "results-published"),
        ("opens-later", "closes-later", "no-results"),
        ("no-opening", "undated", "no-results"),
        ("opened", "closed", "results-expected"),
    ]
    calls = make_calls(samples)
    assert set(calls.values()) == {"open", "closed", "extended", "results", "upcoming", "undated", "under-review"}
    cluster = factories.cluster(code="literacy")
    factories.cluster_page(cluster, title="Literacy")
    for call in Call.objects.all():
        call.clusters.add(cluster)
        call.save()
        factories.call_page(call, title=call.code, slug=call.code)
    expected = {code for code, state in calls.items() if state in OPEN}
    to_come = {code for code, state in calls.items() if state in ("upcoming", "undated")}
    with at(*NOW):
        rebuild_index()
        lists = client.get("/en/calls/").context
        assert {item["title"] for item in lists["open_calls"]} == expected
        assert {item["title"] for item in lists["upcoming_calls"]} == to_come
        home = BeautifulSoup(client.get("/en/").content, "lxml")
        assert f"{len(expected)} open" in home.select_one("header").get_text(" ", strip=True)
        hub = client.get("/en/clusters/literacy/").content.decode()
        assert {code for code in calls if f"/en/calls/{code}/" in hub} == expected
        for value, states in IN_SEARCH.items():
            page = client.get(f"/en/search/?call={value}").content.decode()
            wanted = {code for code, state in calls.items() if state in states}
            assert {code for code in calls if f'href="/en/calls/{code}/"' in page} == wanted, value
        for code, state in calls.items():
            assert client.get(f"/calls/{code}.json").json()["state"] == state, code


UNDATED = "no-opening--undated--no-results"


def test_a_call_without_dates_says_so_everywhere_and_nowhere_that_it_is_closed(client, sign_in):
    factories.tree("fr")
    make_calls([UNDATED.split("--")])
    call = Call.objects.get()
    factories.translated(factories.call_page(call, title="A call to come", slug="to-come"), "fr")
    with at(*NOW):
        rebuild_index()
        for address in ("/en/calls/to-come/", "/en/calls/", "/en/search/?q=come"):
            main = BeautifulSoup(client.get(address).content, "lxml").find("main").get_text(" ", strip=True)
            assert "No date yet" in main, address
            assert "Closed" not in main.replace("Closed calls", ""), address
        page = BeautifulSoup(client.get("/en/calls/to-come/").content, "lxml").find("main").get_text(" ", strip=True)
        assert "Timeline" not in page, "a heading over nothing"
        french = client.get("/fr/calls/to-come/").content.decode()
        assert "Pas encore de date" in french
        data = client.get(f"/calls/{UNDATED}.json").json()
        assert (data["state"], data["opens_at"], data["deadlines"]) == (
            "undated",
            None,
            {"city": None, "commission": None},
        )
        calendar = Calendar.from_ical(client.get(f"/calls/{UNDATED}.ics").content)
        assert calendar.walk("VEVENT") == []
        (entry,) = calendar.walk("VJOURNAL")
        assert str(entry["SUMMARY"]) == "A call to come: No date yet"
        admin = sign_in(factories.user("Editors"))
        for address in (reverse("calls:index"), reverse("calls:edit", args=[call.pk])):
            assert "No date yet" in admin.get(address).content.decode(), address

        # A date is set: it is no extension, and no earlier date is claimed.
        answer = admin.post(
            reverse("calls:set", args=[call.pk]), {"city_day": "2026-06-30", "decided_by": "secretariat"}
        )
        assert answer.status_code == 302, answer.context["form"].errors
        page = BeautifulSoup(client.get("/en/calls/to-come/").content, "lxml").find("main").get_text(" ", strip=True)
        assert "30 June 2026" in page
        assert "Timeline" in page
        assert not {text for text in ("extended", "Earlier", "not on record", "No date yet") if text in page}
        assert client.get(f"/calls/{UNDATED}.json").json()["state"] == "open"
