"""A city writes a practice in a real browser: on a phone without scripts, and with the script that saves."""

import json
import re
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from uuid import uuid4

import pytest
from playwright.sync_api import expect

CITY = "ex-kirkhaven"
NEW = f"/desk/cities/{CITY}/practices/new/"


@pytest.fixture(scope="module")
def writer(staff, portal_folder) -> dict:
    """Somebody who writes for a city, as an option of `open_page`."""
    signed_in = staff("translator")
    row = "SELECT person.id, city.id, 'editor', ? FROM accounts_user AS person, cities_city AS city "
    where = "WHERE person.email = 'translator@example.org' AND city.code = ?"
    with closing(sqlite3.connect(portal_folder / "portal.sqlite3", timeout=60)) as database, database:
        columns = "INSERT INTO cities_cityperson (user_id, city_id, role, since) "
        database.execute(columns + row + where, (datetime.now(UTC).isoformat(), CITY))
    return signed_in


@pytest.fixture
def draft(writer, portal_folder) -> str:
    """The path of a practice that was begun in Portuguese."""
    key, now = uuid4().hex, datetime.now(UTC).isoformat()
    answers = json.dumps({"title": "Feirantes aprendem a ler", "problem": "Antes."})
    columns = "key, city_id, language, answers, base_answers, version, created_at, updated_at"
    row = "SELECT ?, id, 'pt', ?, '{}', 1, ?, ? FROM cities_city WHERE code = ?"
    with closing(sqlite3.connect(portal_folder / "portal.sqlite3", timeout=60)) as database, database:
        database.execute(f"INSERT INTO desk_workingcopy ({columns}) {row}", (key, answers, now, now, CITY))
    return f"/desk/cities/{CITY}/practices/{key[:8]}-{key[8:12]}-{key[12:16]}-{key[16:20]}-{key[20:]}/"


def fill(page, **answers) -> None:
    """Type answers; "results__value" is the last field of this name in the rows of results."""
    for name, text in answers.items():
        relation, _dots, column = name.partition("__")
        fields = f"[name^='{relation}-'][name$='-{column}']" if column else f"[name='{name}']"
        field = page.locator(f"#section :is(input, textarea, select){fields}").last
        if field.get_attribute("type") == "checkbox":
            field.check()
        elif field.evaluate("element => element.tagName") == "SELECT":
            field.select_option(text)
        else:
            field.fill(text)


def press(page, then: str) -> None:
    with page.expect_navigation():
        page.locator(f"button[name=then][value='{then}']").last.click()


def test_a_practice_is_written_on_a_phone_without_scripts(open_page, writer):
    page = open_page(f"/pt{NEW}", width=360, java_script_enabled=False, **writer)
    page.locator("[name=title]").fill("Feirantes escrevem cartas")
    page.locator("[name=language]").select_option("pt")
    press(page, "look")
    press(page, "start")
    fill(page, one_line_result="412 de 530 feirantes escrevem.")
    page.locator("[name=clusters]").first.check()
    press(page, "next")
    fill(page, period_start="março de 2021")
    press(page, "next")
    fill(page, problem="Não sabiam escrever.", steps__text="Aulas na feira.")
    press(page, "add:steps")
    fill(page, steps__text="Cadernos com preços.")
    press(page, "next")
    fill(page, results__value="1,250", results__label="feirantes", results__year="2024", results__source="Censo")
    fill(page, results__evidence="outcome", results__basis="statistics")
    with page.expect_navigation():  # the Enter key saves and stays
        page.locator("[name^='results-'][name$='-label']").press("Enter")
    with page.expect_navigation():
        page.locator("button[value^='read:results']").first.click()
    expect(page.locator("[name^='results-'][name$='-value']")).to_have_value("1250")
    press(page, "next")
    fill(page, not_again="Começar na colheita.")
    press(page, "next")
    press(page, "next")
    press(page, "next")
    press(page, "next")
    fill(page, contact_role="Técnica", consent="yes")
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    press(page, "next")
    assert page.url.endswith("/check/")
    with page.expect_navigation():
        page.locator("form[action$='/submit/'] button").click()
    expect(page.locator("form[action$='/withdraw/']")).to_be_visible()
    assert page.complaints == []


def line_is_down(route) -> None:
    route.abort("internetdisconnected")


def test_the_script_saves_while_somebody_types_and_keeps_the_text_when_the_line_drops(open_page, draft, writer):
    page = open_page(f"/en{draft}what-was-done/", **writer)
    page.locator("[name=problem]").fill("Um dois três quatro.")
    expect(page.locator("#id-problem-words")).to_have_text("Words: 4 of about 60")
    expect(page.locator("[data-status]")).to_have_text(re.compile(r"Saved at \d\d:\d\d"))

    # Not `set_offline`: a page that is left sees the line come back, and may save once more.
    page.context.route("**/what-was-done/", line_is_down)
    page.locator("[name=problem]").fill("Escrito sem rede.")
    expect(page.locator("[data-status]")).to_have_text(re.compile("Not saved"))
    page.get_by_role("button", name="Add a step").click()
    with page.expect_event("requestfailed"):
        fill(page, steps__text="Passo sem rede.")
    address = page.url
    page.goto("about:blank")
    page.context.unroute("**/what-was-done/")

    page.goto(address)
    page.locator("[name=learners_part]").fill("Escrito depois.")
    expect(page.locator("[data-status]")).to_have_text(re.compile("Saved at"))
    page.reload()
    page.get_by_role("button", name="Put it into the fields").click()
    expect(page.locator("[name=problem]")).to_have_value("Escrito sem rede.")
    expect(page.locator("[name=learners_part]")).to_have_value("Escrito depois.")
    expect(page.locator("[data-status]")).to_have_text(re.compile("Saved at"))

    page.get_by_role("button", name="Add a step").click()
    fill(page, steps__text="Segundo passo.")
    press(page, "next")
    press(page, "back")
    steps = {box.input_value() for box in page.locator("[name^=steps-][name$=-text]").all()}
    assert {"Passo sem rede.", "Segundo passo."} <= steps
    expect(page.locator("[name=problem]")).to_have_value("Escrito sem rede.")
    page.reload()
    expect(page.get_by_role("button", name="Put it into the fields")).to_have_count(0)
