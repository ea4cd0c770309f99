"""The pages on which a city writes a practice."""

import json
import re
from html import unescape
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

import pytest
from django.test import Client

from desk.models import WorkingCopy
from mails.kinds import MailKind
from mails.models import Notice
from moderation.states import Stage, submission_status
from practices.models import PracticePage
from tests import factories
from tests.queries import queries_of

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]


@pytest.fixture
def city():
    factories.tree("pt")
    return factories.city(code="br-contagem", own_name="Contagem")


@pytest.fixture
def browser(sign_in, city):
    return sign_in(factories.person(city))


def address(copy, *more: str, language: str = "en") -> str:
    return "/".join([f"/{language}/desk/cities/{copy.city.code}/practices/{copy.key}", *more, ""])


def fields(browser, path: str) -> dict:
    """The fields of the form of a section, as a browser sends them."""
    page = browser.get(path).content.decode()
    form = re.search(r'<form[^>]*id="section".*?</form>', page, re.DOTALL)
    assert form
    sent: dict = {}
    for tag in re.findall(r"<input[^>]*>", form[0]):
        name, value = re.search(r'name="([^"]*)"', tag), re.search(r'value="([^"]*)"', tag)
        is_box = 'type="checkbox"' in tag
        if name and (not is_box or " checked" in tag):
            sent.setdefault(unescape(name[1]), []).append(unescape(value[1]) if value else "")
    for name, value in re.findall(r'<textarea[^>]*name="([^"]*)"[^>]*>\n?(.*?)</textarea>', form[0], re.DOTALL):
        sent[name] = [unescape(value)]
    for name, options in re.findall(r'<select[^>]*name="([^"]*)"[^>]*>(.*?)</select>', form[0], re.DOTALL):
        chosen = re.search(r'value="([^"]*)" selected', options) or re.search(r'value="([^"]*)"', options)
        assert chosen
        sent[name] = [chosen[1]]
    return sent


def fill(browser, path: str, then: str = "next", **answers):
    """Open a section, type answers, and press a button. An answer for "results.value" goes into the newest row."""
    sent = fields(browser, path) | {"then": [then]}
    for name, value in answers.items():
        relation, _dot, column = name.partition("__")
        if column:
            name = [key for key in sent if key.startswith(f"{relation}-") and key.endswith(f"-{column}")][-1]
        sent[name] = value if isinstance(value, list) else [value]
    return browser.post(path, sent)


COMPLETE = {
    "start": {"title": "Feirantes aprendem a ler", "one_line_result": "412 de 530 feirantes leem."},
    "when-and-where": {"period_start": "março de 2021"},
    "what-was-done": {"problem": "Não sabiam ler as tabelas.", "steps__text": "Aulas na feira."},
    "results": {
        "results__value": "413,5",
        "results__label": "feirantes leem",
        "results__year": "2024",
        "results__evidence": "outcome",
        "results__basis": "statistics",
        "results__source": "Censo",
    },
    "what-you-learnt": {"not_again": "Começar na colheita."},
    "contact-and-consent": {"contact_role": "Técnica de educação", "consent": "yes"},
}


def complete(browser, copy) -> None:
    cluster = factories.public_cluster()
    for section, answers in COMPLETE.items():
        more: dict[str, Any] = {"clusters": [cluster.code]} if section == "start" else {}
        assert fill(browser, address(copy, section), **answers, **more).status_code == 302


def test_a_city_writes_a_practice_and_submits_it(browser, city):
    path = f"/en/desk/cities/{city.code}/practices/new/"
    looked = browser.post(path, {"title": "Feirantes aprendem a ler", "language": "pt", "then": "look"})
    assert "Nobody has written about this yet" in looked.content.decode()
    key = re.search(r'name="key" value="([^"]*)"', looked.content.decode())[1]
    started = {"title": "Feirantes aprendem a ler", "language": "pt", "key": key, "then": "start"}
    assert browser.post(path, started).status_code == 302
    assert browser.post(path, started).status_code == 302
    copy = WorkingCopy.objects.get()
    assert (copy.language, copy.answers) == ("pt", {"title": "Feirantes aprendem a ler"})

    complete(browser, copy)
    assert "6 of 9 sections done" in browser.get(address(copy)).content.decode()
    assert browser.get(address(copy, "check")).status_code == 200
    assert browser.post(address(copy, "submit")).status_code == 302
    assert browser.post(address(copy, "submit")).status_code == 302

    page = PracticePage.objects.get()
    newest = page.get_latest_revision_as_object()
    assert submission_status(page).stage == Stage.SUBMITTED
    assert (newest.title, newest.language, newest.live) == ("Feirantes aprendem a ler", "pt", False)
    assert [str(row.value) for row in newest.results.all()] == ["413.500"]
    assert page.revisions.count() == 1
    assert "With the secretariat since" in browser.get(address(copy)).content.decode()
    received = Notice.objects.select_related("mail").filter(kind=MailKind.RECEIVED)
    assert [f"/practices/{copy.key}/" in notice.mail.message for notice in received] == [True]


def test_the_preview_is_the_real_page_in_its_language_and_is_kept_nowhere(browser, city):
    copy = factories.working_copy(city, "pt", title="Feirantes aprendem", problem="Não sabiam ler.")
    preview = browser.get(address(copy, "preview"))
    words = preview.content.decode()
    assert preview.status_code == 200
    assert '<html lang="pt"' in words
    assert "Feirantes aprendem" in words
    assert f'href="{address(copy)}"' in words
    assert "no-store" in preview.headers["Cache-Control"]
    assert preview.headers["X-Robots-Tag"] == "noindex"
    assert "unsafe-inline" not in preview.headers["Content-Security-Policy"]
    assert not PracticePage.objects.exists()
    cover = browser.get(re.search(r'src="([^"]*/preview/cover/)"', words)[1])
    assert (cover.status_code, cover.headers["Content-Type"]) == (200, "image/webp")
    assert "no-store" in cover.headers["Cache-Control"]


def test_a_form_from_before_a_sign_in_or_an_ended_session_comes_back_with_its_text(city):
    copy = factories.working_copy(city, "pt")
    path, member = address(copy, "what-was-done"), factories.person(city)
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(member)
    sent = fields(browser, path) | {"problem": ["Uma frase <b>longa</b>."], "then": ["next"]}
    refused = browser.post(path, sent | {"csrfmiddlewaretoken": "x" * 64})
    assert refused.status_code == 403
    assert "Uma frase &lt;b&gt;longa&lt;/b&gt;." in refused.content.decode()

    stranger = Client()
    lost = stranger.post(path, sent)
    assert lost.status_code == 403
    assert "Uma frase &lt;b&gt;longa&lt;/b&gt;." in lost.content.decode()
    assert "/en/desk/sign-in/?next=" in lost.content.decode()
    assert city.own_name not in lost.content.decode()
    copy.refresh_from_db()
    assert copy.answers == {}

    again = Client(enforce_csrf_checks=True)
    again.force_login(member)
    page = fields(again, path)
    assert again.post(path, sent | {"csrfmiddlewaretoken": page["csrfmiddlewaretoken"]}).status_code == 302
    copy.refresh_from_db()
    assert copy.answers["problem"] == "Uma frase <b>longa</b>."


def test_two_people_who_change_one_answer_choose_between_both_texts(browser, sign_in, city):
    copy = factories.working_copy(city, "pt", problem="Antes.")
    path, other = address(copy, "what-was-done"), sign_in(factories.person(city))
    mine, theirs = fields(browser, path), fields(other, path)
    other.post(path, theirs | {"problem": ["Deles."], "then": ["next"]})
    answer = browser.post(path, mine | {"problem": ["Meu."], "learners_part": ["Decidiram."], "then": ["next"]})
    assert answer.headers["Location"] == f"{path}#choose"
    page = browser.get(path).content.decode()
    assert "Two texts wait for your choice" in page
    assert "Deles." in page
    assert "Meu." in page
    choice = re.findall(r'name="choose-problem" value="([^"]*)"', page)[1]
    fill(browser, path, **{"choose-problem": choice})
    copy.refresh_from_db()
    assert copy.answers == {"problem": "Meu.", "learners_part": "Decidiram."}


def test_an_answer_that_cannot_be_read_is_kept_and_stands_in_the_way_only_at_submission(browser, city):
    copy = factories.working_copy(city, "pt")
    complete(browser, copy)
    assert fill(browser, address(copy, "when-and-where"), period_start="vers 2019").status_code == 302
    long = "x" * 201
    fill(browser, address(copy, "start"), one_line_result=long)
    copy.refresh_from_db()
    assert (copy.answers["period_start"], copy.answers["one_line_result"]) == ("vers 2019", long)
    assert "To correct" in browser.get(address(copy)).content.decode()
    check = browser.get(address(copy, "check")).content.decode()
    assert "Write a year, a month or a day" in check
    assert "1 character too long" in check
    browser.post(address(copy, "submit"))
    assert not PracticePage.objects.exists()


def test_an_ambiguous_number_is_asked_about_and_the_answer_is_said_back(browser, city):
    copy = factories.working_copy(city, "pt")
    path = address(copy, "results")
    fill(browser, path, then="stay", results__value="1,250", results__label="pessoas")
    page = browser.get(path).content.decode()
    buttons = re.findall(r'name="then" value="(read:[^"]*)">([^<]*)<', page)
    assert [label for _value, label in buttons] == ["1,250", "1.25"]
    fill(browser, path, then=buttons[0][0])
    copy.refresh_from_db()
    assert copy.answers["results"][0]["value"] == "1250"
    assert "We read: 1,250" in browser.get(path).content.decode()


def test_rows_are_added_moved_and_removed_without_a_script(browser, city):
    copy = factories.working_copy(city, "pt")
    path = address(copy, "what-was-done")
    first = fill(browser, path, then="add:steps", steps__text="Um")
    assert first.headers["Location"] == f"{path}?more=steps#more-steps"
    sent = fields(browser, f"{path}?more=steps")
    newest = [name for name in sent if name.startswith("steps-new") and name.endswith("-text")][-1]
    twice = sent | {newest: ["Dois"], "then": ["next"]}
    browser.post(path, twice)
    browser.post(path, twice)
    copy.refresh_from_db()
    assert [row["text"] for row in copy.answers["steps"]] == ["Um", "Dois"]
    second = copy.answers["steps"][1]["key"]
    fill(browser, path, then=f"up:steps:{second}")
    copy.refresh_from_db()
    assert [row["text"] for row in copy.answers["steps"]] == ["Dois", "Um"]
    fill(browser, path, then=f"remove:steps:{second}")
    copy.refresh_from_db()
    assert [row["text"] for row in copy.answers["steps"]] == ["Um"]


def test_a_key_of_another_practice_becomes_a_new_one(browser, city):
    foreign = factories.practice(city=city, **factories.BY_CITY).steps.get().translation_key
    copy = factories.working_copy(city, "pt")
    path = address(copy, "what-was-done")
    browser.post(path, fields(browser, path) | {f"steps-{foreign}-text": ["Meu"], "then": ["next"]})
    copy.refresh_from_db()
    (row,) = copy.answers["steps"]
    assert row["text"] == "Meu"
    assert row["key"] != str(foreign)


def test_the_language_is_changed_by_a_button_that_saves_first(browser, city):
    copy = factories.working_copy(city, "pt")
    answer = fill(browser, address(copy, "what-was-done"), then="language:pt", problem="Texto.")
    assert answer.headers["Location"] == address(copy, "what-was-done", language="pt")
    copy.refresh_from_db()
    assert copy.answers["problem"] == "Texto."


def test_the_script_gets_the_digests_of_what_is_saved(browser, city):
    copy = factories.working_copy(city, "pt")
    path = address(copy, "what-was-done")
    sent = fields(browser, path) | {"problem": ["Texto."], "then": ["stay"]}
    saved = browser.post(path, sent, headers={"Accept": "application/json"}).json()
    assert saved["shown"]["problem"] != json.loads(sent["shown"][0])["problem"]
    assert saved["conflicts"] == []
    assert Client().post(path, sent, headers={"Accept": "application/json"}).json()["signed_out"] is True


HOSTILE = {
    "id=abc": {"steps-abc-id": ["abc"], "steps-0-id": ["abc"]},
    "too many rows": {f"steps-new{number}-text": ["x"] for number in range(60)},
    "a number of rows": {"steps-TOTAL_FORMS": ["99999999"], "form-TOTAL_FORMS": ["99999999"]},
    "NUL": {"problem": ["a\0b"]},
    "one megabyte": {"problem": ["x" * 1_000_000]},
    "no digests": {"shown": [""]},
    "deep digests": {"shown": ["[" * 100_000]},
    "a list of digests": {"shown": ["[1]"]},
    "no id": {"form": [""]},
    "foreign actions": {"then": ["remove:photos:abc"], "choose-__class__": ["a:b"], "choose-steps.x.y": ["a:b,c"]},
    "an unknown language": {"then": ["language:xx"]},
    "an unknown row": {"then": ["add:practice_clusters"]},
    "a reading of nothing": {"then": ["read:steps-newx-key:1"]},
    "a kept block": {"body-newx-kept": ["x"], "body-newx-text": ["x"]},
}


@pytest.mark.parametrize("sent", HOSTILE.values(), ids=HOSTILE)
def test_what_no_browser_sends_gets_an_answer(browser, city, sent):
    copy = factories.working_copy(city, "pt", steps=[{"key": str(uuid4()), "text": "Um"}])
    path = address(copy, "what-was-done")
    answer = browser.post(path, fields(browser, path) | sent)
    assert answer.status_code in {302, 400, 413}
    copy.refresh_from_db()
    assert copy.answers["steps"][0]["text"] == "Um"
    assert set(copy.answers) <= {"steps", "body", "problem", "learners_part"}


def test_a_lone_surrogate_is_replaced(browser, city):
    copy = factories.working_copy(city, "pt")
    path = address(copy, "what-was-done")
    sent = fields(browser, path)
    body = urlencode({**{name: value[0] for name, value in sent.items()}}) + "&problem=a%ED%A0%80b"
    assert browser.post(path, body, content_type="application/x-www-form-urlencoded").status_code == 302


def test_queries_do_not_depend_on_the_number_of_rows(browser, city):
    copy = factories.working_copy(city, "pt")

    def queries(rows: int) -> list[int]:
        answers = {
            "steps": [{"key": str(uuid4()), "text": f"Passo {number}"} for number in range(rows)],
            "results": [{"key": str(uuid4()), "label": f"x {number}", "value": "7"} for number in range(rows)],
        }
        WorkingCopy.objects.filter(pk=copy.pk).update(answers=answers)
        paths = [address(copy), address(copy, "results"), address(copy, "check")]
        return [queries_of(path, reader=browser) for path in paths]

    one = queries(1)
    assert queries(3) == one
    assert max(one) <= 22


def test_a_published_practice_is_revised_and_keeps_its_identity(browser, city):
    cluster = factories.public_cluster()
    page = factories.practice("pt", [cluster], city=city, **factories.BY_CITY)
    rows = [(row.pk, row.translation_key) for row in (*page.steps.all(), *page.results.all())]
    slug = page.slug
    start = f"/en/desk/cities/{city.code}/published/{page.code}/revise/"
    copy_path = browser.post(start).headers["Location"]
    copy = WorkingCopy.objects.get()
    assert copy_path == browser.post(start).headers["Location"] == address(copy)
    assert "Nothing has changed since the last submission" in browser.get(address(copy, "check")).content.decode()
    fill(browser, address(copy, "start"), title="Outro título")
    problems = browser.get(address(copy, "check")).content.decode()
    assert "Before you can submit" not in problems
    browser.post(address(copy, "submit"))
    page = PracticePage.objects.get(pk=page.pk)
    assert page.title != "Outro título"
    page.get_latest_revision().publish()
    page = PracticePage.objects.get(pk=page.pk)
    assert (page.title, page.slug) == ("Outro título", slug)
    assert [(row.pk, row.translation_key) for row in (*page.steps.all(), *page.results.all())] == rows


def test_what_an_editor_has_changed_is_taken_over(browser, city):
    page = factories.practice("pt", [factories.public_cluster()], city=city, **factories.BY_CITY)
    browser.post(f"/en/desk/cities/{city.code}/published/{page.code}/revise/")
    copy = WorkingCopy.objects.get()
    fill(browser, address(copy, "what-you-learnt"), not_again="Da cidade.")
    newest = PracticePage.objects.get(pk=page.pk).get_latest_revision_as_object()
    newest.problem, newest.not_again = "Do editor.", "Do editor também."
    newest.save_revision()
    browser.get(address(copy))
    copy.refresh_from_db()
    assert (copy.answers["problem"], copy.answers["not_again"]) == ("Do editor.", "Da cidade.")
    page = browser.get(address(copy, "what-you-learnt")).content.decode()
    assert "The text of the secretariat" in page
    assert "Do editor também." in page


def test_discarding_asks_first_and_leaves_the_published_page(browser, city):
    page = factories.practice("pt", [factories.public_cluster()], city=city, **factories.BY_CITY)
    browser.post(f"/en/desk/cities/{city.code}/published/{page.code}/revise/")
    copy = WorkingCopy.objects.get()
    assert "The published version stays" in browser.get(address(copy, "discard")).content.decode()
    assert browser.post(address(copy, "discard")).status_code == 302
    assert not WorkingCopy.objects.exists()
    assert PracticePage.objects.get(pk=page.pk).live


def test_only_an_owner_takes_a_practice_down(browser, sign_in, city):
    page = factories.practice("pt", [factories.public_cluster()], city=city, **factories.BY_CITY)
    path = f"/en/desk/cities/{city.code}/published/{page.code}/take-down/"
    assert browser.post(path).status_code == 404
    owner = sign_in(factories.person(city, "owner"))
    assert owner.get(path).status_code == 200
    assert owner.post(path).status_code == 302
    assert not PracticePage.objects.get(pk=page.pk).live


def test_a_withdrawn_practice_can_be_changed_and_submitted_again(browser, city):
    copy = factories.working_copy(city, "pt")
    complete(browser, copy)
    browser.post(address(copy, "submit"))
    assert "not part of it" in browser.get(address(copy)).content.decode()
    browser.post(address(copy, "withdraw"))
    fill(browser, address(copy, "start"), title="Outro título")
    browser.post(address(copy, "submit"))
    (page,) = PracticePage.objects.all()
    newest = page.get_latest_revision_as_object()
    assert (newest.title, newest.slug) == ("Outro título", "outro-titulo")
    assert submission_status(page).stage == Stage.SUBMITTED


def test_like_practices_are_shown_before_somebody_writes(browser, city):
    with factories.commit():
        factories.practice("pt", [factories.public_cluster()], title="Feirantes leem", city=city)
    factories.working_copy(city, "pt", title="Feirantes escrevem")
    answer = browser.post(
        f"/en/desk/cities/{city.code}/practices/new/", {"title": "Feirantes", "language": "pt", "then": "look"}
    )
    words = answer.content.decode()
    assert "Begun in your city" in words
    assert "Feirantes escrevem" in words


def test_a_text_that_is_longer_than_any_answer_is_shown_again_to_be_shortened(browser, city):
    copy = factories.working_copy(city, "pt")
    path, long = address(copy, "what-was-done"), "palavra " * 7_000
    answer = fill(browser, path, problem=long, steps__text="Passo.")
    assert answer.status_code == 413
    assert long in answer.content.decode()
    assert "Passo." in answer.content.decode()
    copy.refresh_from_db()
    assert copy.answers == {}


def test_whoever_writes_while_a_colleague_discards_the_practice_gets_the_text_back(browser, sign_in, city):
    copy = factories.working_copy(city, "pt")
    path = address(copy, "what-was-done")
    sent = fields(browser, path) | {"problem": ["Uma frase longa."], "then": ["next"]}
    sign_in(factories.person(city)).post(address(copy, "discard"))
    answer = browser.post(path, sent)
    assert answer.status_code == 404
    assert "Uma frase longa." in answer.content.decode()
    foreign = factories.working_copy(factories.city(), "pt")
    stranger = browser.post(path.replace(str(copy.key), str(foreign.key)), sent).content.decode()
    assert re.sub(str(foreign.key), str(copy.key), plain(stranger)) == plain(answer.content.decode())
    assert browser.post(path, sent, headers={"Accept": "application/json"}).status_code == 404


def plain(page: str) -> str:
    """A page without what is new at each answer."""
    return re.sub(r'(csrfmiddlewaretoken" value="|-new|"row-new|:new)[0-9A-Za-z]+', r"\1", page)


def test_a_reply_to_a_remark_is_not_lost_with_the_session(city):
    copy = factories.working_copy(city, "pt")
    sent = {"form": "a1", "shown": "{}", "then": "next", "reply-7": "Em março.", "reply-x": "Nada."}
    lost = Client().post(address(copy, "what-was-done"), sent).content.decode()
    assert 'name="reply-7"' in lost
    assert "Em março." in lost
    assert "Nada." not in lost
