"""Every address of the project × every role × GET and POST, tried against the table of who is answered."""

import random
import re
from collections import defaultdict
from collections.abc import Iterable

import pytest
from django.conf import settings
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.permissions import rows
from tests.permissions.routes import address, routes
from tests.permissions.rows import FORMS, QUERIES, Network, network
from tests.permissions.table import ROLES, TABLE, Refusal, Rule

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]

ADMIN = [route for route, rule in TABLE.items() if route.startswith("admin/") and rule.refusal == Refusal.LOGIN]
DESK = [route for route in TABLE if route.startswith("xx/desk/")]
ELSEWHERE = [route for route in TABLE if route not in {*ADMIN, *DESK}]
METHODS = ("get", "post")
# The parameters that name a row of a city.
ROWS_OF_A_CITY = {"key", "file", "person", "code"}
PARAMETER_NAME = re.compile(r"<(?:\w+:)?(\w+)>")


def test_every_route_has_a_line_and_every_line_a_route():
    found = routes()
    without = "".join(f'\n    "{route}": …,' for route in sorted(found - set(TABLE)))
    assert not without, f"Add to tests/permissions/table.py (docs/permissions.md):{without}"
    assert not sorted(set(TABLE) - found), "These lines have no route any more."


class Walk:
    """Sends requests as each role, each of which is rolled back, and notes what the table does not expect."""

    def __init__(self, made: Network):
        self.network = made
        self.wrong: list[str] = []
        self.browsers = {letter: self._browser(letter) for letter in ROLES}

    def _browser(self, letter: str) -> Client:
        browser = Client(raise_request_exception=False)
        if person := self.network.people[letter]:
            browser.force_login(person)
        return browser

    def ask(self, letter: str, method: str, route: str, values=None):
        """The answer to a role, as it is without the change that the request made."""
        path = address(route, values or self.network.values)
        if route in QUERIES:
            path += "?" + QUERIES[route].format(**self.network.values)
        session = _session(self.browsers[letter])
        with transaction.atomic():
            form = [FORMS[route]] if method == "post" and route in FORMS else []
            answer = getattr(self.browsers[letter], method)(path, *form)
            transaction.set_rollback(True)
        if _session(self.browsers[letter]) != session:  # it was signed out
            self.browsers[letter] = self._browser(letter)
        body = body_of(answer)
        for word, readers in self.network.marks.items():
            if word in body and letter not in readers:
                self.note(letter, method, route, answer, f"a body without {word}")
        if answer.status_code >= 500:
            self.note(letter, method, route, answer, "no error of the server")
        return answer

    def told(self, letter: str, method: str, route: str, values) -> tuple[int, str, dict[str, str]]:
        """Status, body and headers, without what the error page takes from the address: links, and words to search for.

        The nonce of the content security policy and the id of the request are new ones each time.
        """
        answer = self.ask(letter, method, route, values)
        headers = {name: re.sub(r"'nonce-[^']+'", "…", text) for name, text in answer.headers.items()}
        headers.pop("Content-Length", None)  # of a body with the address in it
        headers.pop("X-Request-ID")
        below_the_language = answer.wsgi_request.path.removeprefix("/en")
        body = answer.content.decode().replace(below_the_language, "…")
        return answer.status_code, re.sub(r'(id="search-error"[^>]*? value=)"[^"]*"', r"\1…", body), headers

    def cost(self, letter: str, method: str, route: str, values) -> int:
        """How many queries an answer needs."""
        with CaptureQueriesContext(connection) as queries:
            self.ask(letter, method, route, values)
        return len([query for query in queries if "SAVEPOINT" not in query["sql"]])

    def note(self, letter: str, method: str, route: str, answer, expected: str) -> None:
        where = answer.headers.get("Location", "")
        self.wrong.append(f"{ROLES[letter]}: {method} {route}: {answer.status_code} {where}; expected: {expected}")

    def try_cells(self, chosen: Iterable[str], letters: str, methods=METHODS) -> None:
        """Compare the answers to these roles at these routes with the table."""
        for route in chosen:
            rule = TABLE[route]
            for method in methods:
                for letter in letters:
                    answer = self.ask(letter, method, route)
                    if rule.refusal == Refusal.OWN_TESTS:
                        continue
                    expected = letter in getattr(rule, method, "")
                    if method not in METHODS and letter in rule.get + rule.post:
                        continue
                    if is_answered(answer, rule) is not expected:
                        self.note(letter, method, route, answer, "an answer" if expected else "a refusal")
                    elif not expected and not is_fit(answer, rule, letter):
                        self.note(letter, method, route, answer, f"a refusal by “{rule.refusal}”")


def body_of(answer) -> str:
    """The words of an answer, also of a file."""
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return content.decode("utf-8", "replace")


def _session(browser: Client) -> str | None:
    cookie = browser.cookies.get(settings.SESSION_COOKIE_NAME)
    return cookie.value if cookie else None


def is_answered(answer, rule: Rule) -> bool:
    """Whether the request was neither refused nor sent to a sign-in page or to the first page.

    At the desk, what is said about a form that is not complete is an answer. In the admin anybody may get a 400.
    """
    if rule.refusal == Refusal.SIGN_IN and answer.status_code in {400, 422}:
        return True
    return answer.status_code < 400 and not _is_sent_away(answer)


def _is_sent_away(answer) -> bool:
    where = answer.headers.get("Location", "").split("?")[0]
    return where in {"/admin/", "/admin/login/"} or "/desk/sign-in/" in where


def is_fit(answer, rule: Rule, letter: str) -> bool:
    """Whether the refusal is that of the rule."""
    where, status = answer.headers.get("Location", ""), answer.status_code
    if rule.refusal == Refusal.SIGN_IN and letter in "vd":
        return "/desk/sign-in/" in where or status == 405
    if rule.refusal == Refusal.LOGIN and letter in "vdfeo":
        # 400, 404 and 405 are answers to everybody, before anybody is asked who they are.
        return where.startswith("/admin/login/") or status in {400, 404, 405}
    if rule.refusal == Refusal.LOGIN:
        return status in {302, 400, 403, 404, 405}
    return status in {404, 405}


def differing(one: tuple[int, str, dict[str, str]], other: tuple[int, str, dict[str, str]]) -> set:
    """The statuses of two answers, and the lines and headers that only one of them has."""
    lines = [{*told[1].splitlines(), *told[2].items()} for told in (one, other)]
    return (lines[0] ^ lines[1]) | {one[0], other[0]}


@pytest.fixture
def walk() -> Walk:
    return Walk(network())


def test_people_without_the_admin_get_the_answer_of_a_visitor_there(walk):
    walk.try_cells(ADMIN, "vo")
    walk.try_cells(random.sample(ADMIN, 40), "dfe")
    assert not walk.wrong, "\n".join(walk.wrong)


def test_each_rule_of_the_admin_holds_for_each_role_of_the_secretariat(walk):
    by_rule = defaultdict(list)
    for route in ADMIN:
        by_rule[TABLE[route]].append(route)
    for same in by_rule.values():
        walk.try_cells(random.sample(same, min(len(same), 3)), "TEMA")
    assert not walk.wrong, "\n".join(walk.wrong)


def test_the_public_site_answers_everybody(walk):
    walk.try_cells(ELSEWHERE, "vofA")
    assert not walk.wrong, "\n".join(walk.wrong)


def test_the_desk_answers_the_people_of_a_city_and_nobody_else(walk):
    walk.try_cells(DESK, "".join(ROLES))
    assert not walk.wrong, "\n".join(walk.wrong)


def test_what_belongs_to_another_city_looks_as_if_it_was_not_there(walk):
    """The same status and the same body, apart from the address itself."""
    values, foreign = walk.network.values, walk.network.foreign
    wrong = []
    for route in (route for route in DESK if "city" in route):
        for method in METHODS:
            other_city = walk.told("o", method, route, rows.of_another_city(values, foreign))
            no_city = walk.told("o", method, route, rows.of_no_city(values))
            if other_city != no_city or other_city[0] not in {404, 405}:
                wrong.append(f"{method} {route}: another city and no city: {differing(other_city, no_city)}")
            if not ROWS_OF_A_CITY & set(PARAMETER_NAME.findall(route)):
                continue
            others_row = walk.told("o", method, route, rows.of_own_city_with_rows_of_another(values, foreign))
            no_row = walk.told("o", method, route, rows.of_nothing(values))
            if others_row != no_row or others_row[0] not in {404, 405}:
                difference = differing(others_row, no_row)
                wrong.append(
                    f"{method} {route}: a row of another city: {others_row[0]}, no row: {no_row[0]} {difference}"
                )
    assert not wrong, "\n".join(wrong)


def test_what_belongs_to_another_city_costs_as_many_queries_as_what_is_not_there(walk):
    """Otherwise the time of an answer tells that something is there."""
    values, foreign = walk.network.values, walk.network.foreign
    pairs = {
        "city": (rows.of_another_city(values, foreign), rows.of_no_city(values)),
        "row": (rows.of_own_city_with_rows_of_another(values, foreign), rows.of_nothing(values)),
    }
    wrong = []
    walk.cost("o", "get", "xx/desk/cities/<slug:city>/", rows.of_no_city(values))  # fills the caches
    for route in (route for route in DESK if "city" in route):
        for kind, (there, not_there) in pairs.items():
            if kind == "city" or ROWS_OF_A_CITY & set(PARAMETER_NAME.findall(route)):
                costs = [walk.cost("o", "get", route, chosen) for chosen in (there, not_there)]
                if costs[0] != costs[1]:
                    wrong.append(f"{route}: {kind} of others: {costs[0]} queries, no {kind}: {costs[1]}")
    assert not wrong, "\n".join(wrong)


def test_files_that_are_withheld_are_shown_to_their_city_and_moderators_only(walk):
    route = "withheld/<str:name>"
    for letter, person in ROLES.items():
        own = walk.ask(letter, "get", route).status_code
        foreign = walk.ask(letter, "get", route, walk.network.values | walk.network.foreign).status_code
        assert (own == 200, foreign == 200) == (letter in "eoMA", letter in "fMA"), person


@pytest.mark.sweep
def test_every_cell_of_the_table(walk):
    walk.try_cells(TABLE, "".join(ROLES), (*METHODS, "put", "patch", "delete"))
    assert not walk.wrong, "\n".join(walk.wrong)
